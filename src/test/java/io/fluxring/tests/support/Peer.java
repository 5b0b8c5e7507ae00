package io.fluxring.tests.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A client with plain blocking sockets. Sends the bytes of a {@link Pattern} and checks what it reads against one. */
public final class Peer implements AutoCloseable {
    private static final int READ_LIMIT_MILLIS = 10_000;

    private final Socket socket;
    private final Pattern pattern;
    private final InputStream in;
    private final OutputStream out;
    private volatile long sent;
    private volatile long received;

    private Peer(Socket socket, int stream) throws IOException {
        this.socket = socket;
        this.pattern = new Pattern(stream);
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    /** A connected client. */
    public static Peer connect(InetSocketAddress server) throws IOException {
        return connect(server, 0);
    }

    /** A connected client that sends, and expects, the stream of a number. */
    public static Peer connect(InetSocketAddress server, int stream) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(READ_LIMIT_MILLIS);
        socket.connect(server);
        return new Peer(socket, stream);
    }

    /** Sends the next so many bytes of the stream, in writes of a size. Blocks while nobody reads. */
    public Peer send(long bytes, int writeBytes) throws IOException {
        long end = sent + bytes;
        while (sent < end) {
            byte[] chunk = pattern.bytes(sent, (int) Math.min(writeBytes, end - sent));
            out.write(chunk);
            sent += chunk.length;
        }
        return this;
    }

    /** Sends the next so many bytes of the stream, at once. */
    public Peer send(int bytes) throws IOException {
        return send(bytes, Math.max(bytes, 1));
    }

    /** Sends some bytes of no stream. */
    public Peer write(byte[] bytes) throws IOException {
        out.write(bytes);
        return this;
    }

    /** Reads the next so many bytes of the stream, which must be the right ones. */
    public Peer expect(long bytes) throws IOException {
        byte[] chunk = new byte[(int) Math.min(256 * 1024, Math.max(bytes, 1))];
        long end = received + bytes;
        while (received < end) {
            int count = in.read(chunk, 0, (int) Math.min(chunk.length, end - received));
            if (count < 0) {
                throw new AssertionError("the stream ended after " + received + " bytes instead of " + end);
            }
            pattern.check(chunk, 0, count, received);
            received += count;
        }
        return this;
    }

    /** Reads so many bytes, whatever they are. */
    public byte[] read(int bytes) throws IOException {
        byte[] read = in.readNBytes(bytes);
        received += read.length;
        return read;
    }

    /** The other side has closed, and nothing came before that. */
    public Peer expectEnd() throws IOException {
        int next = in.read();
        if (next >= 0) {
            throw new AssertionError("a byte instead of the end: " + next);
        }
        return this;
    }

    /** One message there and back. */
    public Peer echo(int bytes) throws IOException {
        return send(bytes).expect(bytes);
    }

    /** Tells the other side that nothing more comes. */
    public Peer endOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Closes with a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** How many bytes this has sent. */
    public long sent() {
        return sent;
    }

    /** How many bytes this has received. */
    public long received() {
        return received;
    }

    /** Where this sends from. */
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
