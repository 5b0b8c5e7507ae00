package io.fluxring.benchmarks.http;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.LongPredicate;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One request on a connection of its own, by a client that costs little: a file goes by sendfile, and what comes is summed up where it was
 * received. One thread's.
 */
final class FileExchange implements AutoCloseable {

    private static final int BUFFER_BYTES = 256 * 1024;
    /** After each, the sender looks whether it is to go on. */
    private static final int SLICE_BYTES = 1 << 20;

    private static final String BOUNDARY = "----fluxring-benchmarks";
    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final String LENGTH = "content-length:";

    private final SocketChannel channel;
    private final ByteBuffer received = ByteBuffer.allocateDirect(BUFFER_BYTES);

    FileExchange(int port) throws IOException {
        channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    /** A body that has come as a whole. */
    record Body(long bytes, long checksum) {}

    /**
     * A part of a file that is sent, from its begin.
     *
     * @param file is read while it is sent
     * @param bytes how much of it
     */
    record Source(Path file, long bytes) {}

    Body get(String path) throws IOException {
        write("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close" + END_OF_HEAD);
        long length = answer();
        if (length < 0) {
            throw new IOException("an answer of unknown length");
        }
        CRC32C checksum = new CRC32C();
        long left = length - received.remaining();
        checksum.update(received);
        while (left > 0) {
            received.clear().limit((int) Math.min(BUFFER_BYTES, left));
            int got = channel.read(received);
            if (got < 0) {
                throw new EOFException(left + " bytes are missing");
            }
            left -= got;
            checksum.update(received.flip());
        }
        return new Body(length, checksum.getValue());
    }

    /**
     * The body is the file. Returns how much of it was sent.
     *
     * @param goesOn is given each count of bytes that were sent; returns false to break off
     */
    long put(String path, Source source, LongPredicate goesOn) throws IOException {
        write("PUT " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Type: application/octet-stream\r\nContent-Length: " + source.bytes() + END_OF_HEAD);
        return send(source, "", goesOn);
    }

    /** The file is the only part of a form. */
    long post(String path, String name, Source source) throws IOException {
        String begin = "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name
                + "\"\r\nContent-Type: application/octet-stream" + END_OF_HEAD;
        String end = "\r\n--" + BOUNDARY + "--\r\n";
        write("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Type: multipart/form-data; boundary=" + BOUNDARY + "\r\nContent-Length: "
                + (begin.length() + source.bytes() + end.length()) + END_OF_HEAD + begin);
        return send(source, end, moved -> true);
    }

    private long send(Source source, String end, LongPredicate goesOn) throws IOException {
        long sent = 0;
        try (FileChannel file = FileChannel.open(source.file())) {
            while (sent < source.bytes()) {
                long moved = file.transferTo(sent, Math.min(SLICE_BYTES, source.bytes() - sent), channel);
                if (moved <= 0) {
                    throw new EOFException(source.file() + " has only " + sent + " bytes");
                }
                sent += moved;
                if (!goesOn.test(moved)) {
                    return sent;
                }
            }
        }
        write(end);
        answer();
        while (channel.read(received.clear()) >= 0) {
            // until the server has said all that it had to say
        }
        return sent;
    }

    private void write(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Reads the head of a response and returns the length of its body, or -1; what has come of it can be got from the buffer. */
    private long answer() throws IOException {
        received.clear();
        String head = null;
        while (head == null) {
            if (!received.hasRemaining() || channel.read(received) < 0) {
                throw new EOFException("the connection ended instead of an answer");
            }
            head = headIn(received.duplicate().flip());
        }
        received.flip().position(head.length() + END_OF_HEAD.length());
        if (!head.startsWith("HTTP/1.1 20")) {
            throw new IOException("refused: " + head.lines().findFirst().orElse(""));
        }
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(LENGTH))
                .mapToLong(
                        line -> Long.parseLong(line.substring(LENGTH.length()).strip()))
                .findFirst()
                .orElse(-1);
    }

    private static @Nullable String headIn(ByteBuffer bytes) {
        String text = StandardCharsets.ISO_8859_1.decode(bytes).toString();
        int end = text.indexOf(END_OF_HEAD);
        return end < 0 ? null : text.substring(0, end);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
