package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.core.sys.call.Kernel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Connections over the loopback: one end is a bare descriptor, the other an ordinary socket. Closes all that it made. */
final class Loopback implements AutoCloseable {
    private final Kernel kernel = Kernel.linux();
    private final ForeignLoop foreign;
    private final List<Socket> clients = new ArrayList<>();
    private final List<Integer> descriptors = new ArrayList<>();
    private final InetSocketAddress address;
    final int listener;

    Loopback(ForeignLoop foreign) {
        this.foreign = foreign;
        listener = kernel.socket(Libc.AF_INET, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0);
        descriptors.add(listener);
        try (Arena arena = Arena.ofConfined()) {
            assertThat(kernel.bind(listener, SocketAddresses.encode(new InetSocketAddress("127.0.0.1", 0), arena)))
                    .isZero();
            assertThat(kernel.listen(listener, 64)).isZero();
            MemorySegment bound = arena.allocate(SocketAddresses.MAX_BYTES);
            kernel.socketName(listener, bound);
            address = SocketAddresses.decode(bound);
        }
    }

    /** A client whose connection stays in the backlog until somebody accepts it. */
    Socket connect() {
        try {
            Socket client = new Socket();
            clients.add(client);
            client.setTcpNoDelay(true);
            client.setSoTimeout(10_000);
            client.connect(address);
            return client;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The descriptor of the connection that waits longest. */
    int accept() {
        int fd = foreign.run(Opcode.ACCEPT, sqe -> sqe.prepAccept(listener, Libc.SOCK_CLOEXEC));
        assertThat(fd).isPositive();
        descriptors.add(fd);
        return fd;
    }

    /** Closes a descriptor now. */
    void close(int fd) {
        assertThat(descriptors.remove(Integer.valueOf(fd))).isTrue();
        assertThat(kernel.close(fd)).isZero();
    }

    static void send(Socket client, byte[] bytes) {
        try {
            client.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        try {
            for (Socket client : clients) {
                client.close();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        } finally {
            List.copyOf(descriptors).forEach(this::close);
        }
    }
}
