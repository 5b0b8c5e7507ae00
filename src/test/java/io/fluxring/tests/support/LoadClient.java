package io.fluxring.tests.support;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Any number of connections to an echo server, on the calling thread. Each has a stream of its own and checks every byte. */
public final class LoadClient implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final InetSocketAddress server;
    private final Duration limit;
    private final Selector selector;
    private final List<Client> clients = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final byte[] bytes = new byte[BUFFER_BYTES];

    /** A client with no connections yet; no exchange may take longer than the limit. */
    public LoadClient(InetSocketAddress server, Duration limit) throws IOException {
        this.server = server;
        this.limit = limit;
        this.selector = Selector.open();
    }

    /** Opens connections, one after the other. */
    public LoadClient connect(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open(server);
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            Client client = new Client(channel, new Pattern(clients.size()));
            client.key = channel.register(selector, 0, client);
            clients.add(client);
        }
        return this;
    }

    /**
     * Has connections exchange messages with the server, all of them at once.
     *
     * @param from the first connection
     * @param to the one behind the last
     * @param messages how many each sends
     * @param messageBytes how long they are
     * @param ahead how many messages may be under way; 1 for request and answer
     */
    public LoadClient exchange(int from, int to, int messages, int messageBytes, int ahead) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        int busy = to - from;
        for (Client client : clients.subList(from, to)) {
            client.begin((long) messages * messageBytes, messageBytes, ahead);
        }
        while (busy > 0) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(busy + " of " + (to - from) + " connections were not served within " + limit
                        + ", such as " + unserved());
            }
            selector.select(100);
            for (SelectionKey key : selector.selectedKeys()) {
                Client client = (Client) key.attachment();
                client.move();
                if (client.received == client.target && !client.done) {
                    client.done = true;
                    busy--;
                }
            }
            selector.selectedKeys().clear();
        }
        return this;
    }

    private String unserved() {
        return clients.stream()
                .filter(client -> !client.done)
                .findFirst()
                .map(Client::toString)
                .orElse("none");
    }

    /** All connections at once, see {@link #exchange(int, int, int, int, int)}. */
    public LoadClient exchange(int messages, int messageBytes, int ahead) throws IOException {
        return exchange(0, clients.size(), messages, messageBytes, ahead);
    }

    /** Ends the output of all; each must get the end and nothing before it. */
    public void finish() throws IOException {
        for (Client client : clients) {
            client.channel.shutdownOutput();
        }
        for (Client client : clients) {
            client.key.cancel();
        }
        selector.selectNow(); // the keys are gone after it
        for (Client client : clients) {
            client.channel.configureBlocking(true);
            client.channel.socket().setSoTimeout((int) limit.toMillis());
            int next = client.channel.socket().getInputStream().read();
            if (next >= 0) {
                throw new AssertionError("a byte instead of the end: " + next + ", " + client);
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Client client : clients) {
            client.channel.close();
        }
        selector.close();
    }

    private final class Client {
        private final SocketChannel channel;
        private final Pattern pattern;
        private SelectionKey key;
        private long sent;
        private long received;
        private long start;
        private long target;
        private int messageBytes;
        private int ahead;
        private boolean done = true;

        Client(SocketChannel channel, Pattern pattern) {
            this.channel = channel;
            this.pattern = pattern;
        }

        void begin(long more, int sizeBytes, int messagesAhead) {
            start = sent;
            target = sent + more;
            messageBytes = sizeBytes;
            ahead = messagesAhead;
            done = false;
            key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }

        void move() throws IOException {
            if (key.isReadable()) {
                read();
            }
            boolean blocked = write();
            key.interestOps(SelectionKey.OP_READ | (blocked ? SelectionKey.OP_WRITE : 0));
        }

        private void read() throws IOException {
            buffer.clear();
            int count = channel.read(buffer);
            if (count < 0) {
                throw new AssertionError("the stream has ended: " + this);
            }
            buffer.flip().get(bytes, 0, count);
            pattern.check(bytes, 0, count, received);
            received += count;
        }

        /** Writes what may be under way; returns whether the socket takes no more of it for now. */
        private boolean write() throws IOException {
            long answered = (received - start) / messageBytes;
            long mayBeSent = Math.min(target, start + (answered + ahead) * messageBytes);
            while (sent < mayBeSent) {
                buffer.clear().limit((int) Math.min(BUFFER_BYTES, mayBeSent - sent));
                pattern.fill(buffer, sent);
                int count = channel.write(buffer.flip());
                sent += count;
                if (buffer.hasRemaining()) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public String toString() {
            return channel + " sent " + sent + " received " + received + " of " + target;
        }
    }
}
