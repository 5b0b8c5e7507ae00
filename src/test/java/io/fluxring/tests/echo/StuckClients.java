package io.fluxring.tests.echo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Clients that never read, and send a byte or for as long as the server takes it. */
final class StuckClients implements AutoCloseable {
    private static final int BUFFER_BYTES = 4096; // small, so that each is stuck soon and costs the kernel little

    private final List<SocketChannel> channels = new ArrayList<>();
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(64 * 1024);

    /** Connects so many, each from one of several addresses: one alone has too few ports. */
    void connect(InetSocketAddress server, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open();
            channels.add(channel);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES);
            channel.connect(server);
            channel.configureBlocking(false);
        }
    }

    /** Sends what the sockets take, once round; returns how many bytes that was. */
    long send() {
        long sent = 0;
        for (SocketChannel channel : channels) {
            bytes.clear();
            try {
                sent += channel.write(bytes);
            } catch (IOException e) {
                throw new AssertionError("a client was cut off", e);
            }
        }
        return sent;
    }

    /** Sends one byte each. */
    void sendByte() throws IOException {
        for (SocketChannel channel : channels) {
            bytes.clear().limit(1);
            channel.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
    }
}
