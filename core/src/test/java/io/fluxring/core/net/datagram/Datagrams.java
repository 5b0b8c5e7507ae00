package io.fluxring.core.net.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.loop.ForeignLoop;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.core.sys.UnixAddresses;
import io.fluxring.core.sys.call.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Datagram sockets on a loop that the test ticks. Its end shows that no operation, lease, block or descriptor is left. */
final class Datagrams implements AutoCloseable {
    final ForeignLoop foreign = new ForeignLoop(RingLoopConfig.defaults());
    final RingLoop loop = foreign.loop;
    final Kernel kernel = loop.kernel();
    final Arena arena = Arena.ofConfined();
    final BufferRing buffers;
    private final List<DatagramSocket> sockets = new ArrayList<>();
    private int released;

    Datagrams(BufferRingConfig config) {
        buffers = loop.provideBuffers(config);
    }

    // ---- sockets

    DatagramSocket open(int family, int type, int protocol) {
        int fd = kernel.socket(family, type | Libc.SOCK_CLOEXEC, protocol);
        assertThat(fd).as(() -> Errno.describe(fd)).isNotNegative();
        if (family == Libc.AF_INET6) {
            assertThat(kernel.setSocketOption(fd, Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY, 0))
                    .isZero();
        }
        return own(fd, family == Libc.AF_UNIX);
    }

    DatagramSocket own(int fd, boolean unix) {
        DatagramSocket socket = new DatagramSocket(loop, buffers, new RawFd(fd), unix);
        sockets.add(socket);
        return socket;
    }

    DatagramSocket bound(InetSocketAddress address) {
        boolean ipv4 = SocketAddresses.family(address) == Libc.AF_INET;
        DatagramSocket socket = open(ipv4 ? Libc.AF_INET : Libc.AF_INET6, Libc.SOCK_DGRAM, 0);
        bind(socket, SocketAddresses.encode(address, arena));
        return socket;
    }

    DatagramSocket udp() {
        return bound(new InetSocketAddress("127.0.0.1", 0));
    }

    DatagramSocket unix() {
        return open(Libc.AF_UNIX, Libc.SOCK_DGRAM, 0);
    }

    /** A Unix socket with a name that the kernel gives. */
    DatagramSocket namedUnix() {
        DatagramSocket socket = unix();
        bind(socket, UnixAddresses.encode(new byte[0], arena));
        return socket;
    }

    void bind(DatagramSocket socket, MemorySegment address) {
        assertThat(kernel.bind(socket.fd(), address)).isZero();
    }

    /** Where a socket is bound, in the kernel's form. */
    MemorySegment name(DatagramSocket socket) {
        MemorySegment name = arena.allocate(UnixAddresses.MAX_BYTES, 8);
        return name.asSlice(0, kernel.socketName(socket.fd(), name));
    }

    InetSocketAddress address(DatagramSocket socket) {
        return SocketAddresses.decode(name(socket));
    }

    void connect(DatagramSocket from, MemorySegment to) {
        assertThat(kernel.connectDatagram(from.fd(), to)).isZero();
    }

    // ---- datagrams

    MemorySegment memory(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        MemorySegment memory = arena.allocate(Math.max(1, bytes.length));
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return memory.asSlice(0, bytes.length);
    }

    /** Submits a datagram; the list gets its outcome. */
    List<Integer> submit(DatagramSocket from, MemorySegment to, String text) {
        return submit(from, to, memory(text));
    }

    List<Integer> submit(DatagramSocket from, MemorySegment to, MemorySegment bytes) {
        List<Integer> outcome = new ArrayList<>();
        from.sender()
                .send(
                        bytes.address(),
                        (int) bytes.byteSize(),
                        to == null
                                ? null
                                : memory -> memory.allocate(to.byteSize(), 8).copyFrom(to),
                        outcome::add);
        return outcome;
    }

    /** Sends a datagram and returns its outcome. */
    int send(DatagramSocket from, MemorySegment to, String text) {
        List<Integer> outcome = submit(from, to, text);
        foreign.until(() -> !outcome.isEmpty());
        return outcome.getFirst();
    }

    void close(DatagramSocket socket) {
        if (socket.isOpen()) {
            socket.close(file -> {
                released++;
                assertThat(kernel.close(file.number())).as("close of %s", file).isZero();
            });
        }
    }

    /** How many sockets' descriptors have come back. */
    int released() {
        return released;
    }

    /** How many scratch blocks are taken. */
    int takenBlocks() {
        String[] words = loop.scratch().toString().split("[^0-9]+", -1);
        return Integer.parseInt(words[2]) - Integer.parseInt(words[1]);
    }

    @Override
    public void close() {
        sockets.forEach(this::close);
        foreign.until(() -> released == sockets.size());
        assertThat(takenBlocks()).as("scratch blocks at the end").isZero();
        foreign.close();
        arena.close();
    }
}
