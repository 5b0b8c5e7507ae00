package io.fluxring.tests.allocation;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Sends messages of 64 bytes from a thread of its own, each when the one before has come back. */
final class PingClient implements AutoCloseable {
    static final int MESSAGE_BYTES = 64;

    private final Socket socket = new Socket();
    private volatile boolean stopped;
    private int done;

    PingClient(InetSocketAddress server) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        socket.connect(server);
    }

    void start(int messages) {
        Thread thread = new Thread(() -> exchangeUntilStopped(messages), "ping");
        thread.setDaemon(true);
        thread.start();
    }

    private void exchangeUntilStopped(int messages) {
        try {
            exchange(messages);
        } catch (IllegalStateException e) {
            if (!stopped) {
                throw e;
            }
        }
    }

    /** What goes wrong from now on is nobody's concern. */
    void stop() {
        stopped = true;
    }

    void exchange(int messages) {
        byte[] message = new byte[MESSAGE_BYTES];
        try {
            for (int i = 0; i < messages; i++) {
                socket.getOutputStream().write(message);
                if (socket.getInputStream().readNBytes(message, 0, MESSAGE_BYTES) < MESSAGE_BYTES) {
                    throw new IllegalStateException("the server has hung up after " + i + " messages");
                }
                done++;
            }
        } catch (IOException e) {
            throw new IllegalStateException("after " + done + " messages", e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
