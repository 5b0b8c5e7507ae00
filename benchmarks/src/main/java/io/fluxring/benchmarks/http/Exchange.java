package io.fluxring.benchmarks.http;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A connection on which requests are answered one after the other. One thread's. */
final class Exchange implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 * 1024;
    private static final String LENGTH = "content-length:";

    private final Socket socket = new Socket();
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];

    Exchange(int port, int timeoutMillis) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(timeoutMillis);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), timeoutMillis);
        in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
    }

    static byte[] get(String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** Receives the count of bytes of each piece of the body. */
    interface Progress {
        /** Returns false to read no more of it. */
        boolean received(int bytes);
    }

    /** Sends a request and reads the answer; throws unless it is a 200 of known length. */
    void request(byte[] request, Progress progress) throws IOException {
        socket.getOutputStream().write(request);
        String status = line();
        if (!status.startsWith("HTTP/1.1 200 ")) {
            throw new IOException("refused: " + status);
        }
        long left = -1;
        for (String header = line(); !header.isEmpty(); header = line()) {
            if (header.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
                left = Long.parseLong(header.substring(LENGTH.length()).strip());
            }
        }
        if (left < 0) {
            throw new IOException("an answer of unknown length");
        }
        while (left > 0) {
            int got = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (got < 0) {
                throw new EOFException(left + " bytes are missing");
            }
            left -= got;
            if (!progress.received(got)) {
                return;
            }
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection has ended");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
