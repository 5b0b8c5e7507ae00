package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.core.sys.layout.TimespecLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The sockets of a test, on the loopback device or without any device, connected through the test's ring. Whatever a test makes
 * besides is given to {@link #own}. Closed before the ring, with nothing in flight.
 */
final class Sockets implements AutoCloseable {
    private static final AtomicLong NAMES = new AtomicLong();

    private final KernelRing ring;
    private final Kernel kernel = Kernel.linux();
    private final List<Integer> open = new ArrayList<>();

    Sockets(KernelRing ring) {
        this.ring = ring;
    }

    /** A socket that waits for connections, and its address. */
    record Listener(int fd, MemorySegment address) {
        int addressBytes() {
            return (int) address.byteSize();
        }
    }

    /** Two sockets that are connected with each other. */
    record Pair(int left, int right) {}

    /** Closes a descriptor at the end of the test. */
    int own(int fd) {
        assertThat(fd).as("a descriptor").isNotNegative();
        open.add(fd);
        return fd;
    }

    /** Closes a descriptor now. */
    void close(int fd) {
        assertThat(open.remove((Integer) fd)).isTrue();
        assertThat(kernel.close(fd)).isZero();
    }

    /** A descriptor was closed by the test itself. */
    void disown(int fd) {
        assertThat(open.remove((Integer) fd)).isTrue();
    }

    int socket(int domain, int type) {
        return own(kernel.socket(domain, type | Libc.SOCK_CLOEXEC, 0));
    }

    /** An address on the loopback device. */
    MemorySegment loopback(int port) {
        MemorySegment address = ring.allocate(16);
        return address.copyFrom(SocketAddresses.encode(
                new InetSocketAddress("127.0.0.1", port), (bytes, alignment) -> ring.allocate(bytes)));
    }

    /** A name of the kernel's own for a socket without a device; nothing is left in a folder. */
    MemorySegment unixName() {
        byte[] name = ("\0fluxring-" + ProcessHandle.current().pid() + "-" + NAMES.incrementAndGet())
                .getBytes(StandardCharsets.US_ASCII);
        MemorySegment address = ring.allocate(Short.BYTES + name.length);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) Libc.AF_UNIX);
        MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, Short.BYTES, name.length);
        return address;
    }

    Listener listenTcp(int type) {
        int fd = socket(Libc.AF_INET, Libc.SOCK_STREAM | type);
        return listen(fd, loopback(0));
    }

    Listener listenTcp() {
        return listenTcp(0);
    }

    private Listener listen(int fd, MemorySegment address) {
        assertThat(kernel.bind(fd, address)).isZero();
        assertThat(kernel.listen(fd, 64)).isZero();
        return new Listener(fd, boundTo(fd, address));
    }

    /** Where a socket is bound: with the port that the kernel gave it, for an internet address. */
    MemorySegment boundTo(int fd, MemorySegment wanted) {
        if (wanted.get(ValueLayout.JAVA_SHORT, 0) == Libc.AF_UNIX) {
            return wanted;
        }
        MemorySegment bound = ring.allocate(SocketAddresses.MAX_BYTES);
        int lengthBytes = kernel.socketName(fd, bound);
        assertThat(lengthBytes).isEqualTo(16);
        return bound.asSlice(0, lengthBytes);
    }

    /** A new connection to a listener. */
    int connect(Listener listener) {
        int fd = socket(listener.address().get(ValueLayout.JAVA_SHORT, 0), Libc.SOCK_STREAM);
        connect(fd, listener.address());
        return fd;
    }

    void connect(int fd, MemorySegment address) {
        assertThat(ring.run(sqe -> sqe.prepConnect(fd, address.address(), (int) address.byteSize()))
                        .result())
                .isZero();
    }

    int accept(Listener listener) {
        return own(ring.run(sqe -> sqe.prepAccept(listener.fd(), Libc.SOCK_CLOEXEC))
                .result());
    }

    Pair tcpPair() {
        return pair(listenTcp());
    }

    Pair unixPair() {
        return pair(listen(socket(Libc.AF_UNIX, Libc.SOCK_STREAM), unixName()));
    }

    private Pair pair(Listener listener) {
        int left = connect(listener);
        int right = accept(listener);
        close(listener.fd());
        return new Pair(left, right);
    }

    /** Two datagram sockets that are connected with each other. */
    Pair udpPair() {
        int left = udp();
        int right = udp();
        connect(left, boundTo(right, loopback(0)));
        connect(right, boundTo(left, loopback(0)));
        return new Pair(left, right);
    }

    /** A datagram socket on the loopback device. */
    int udp() {
        int fd = socket(Libc.AF_INET, Libc.SOCK_DGRAM);
        assertThat(kernel.bind(fd, loopback(0))).isZero();
        return fd;
    }

    /** Skips the test on an older kernel. */
    static void assumeKernel(KernelRing ring, int major, int minor, String what) {
        String release = ring.ring().capabilities().kernelRelease();
        String[] parts = release.split("[^0-9]+");
        int order = Integer.parseInt(parts[0]) * 1000 + Integer.parseInt(parts[1]);
        assumeTrue(
                order >= major * 1000 + minor,
                () -> what + ": since Linux " + major + "." + minor + ", not in " + release);
    }

    void setOption(int fd, int level, int name, int value) {
        assertThat(kernel.setSocketOption(fd, level, name, value)).isZero();
    }

    /** The address of a duration. */
    long millis(long millis) {
        MemorySegment timespec = ring.allocate(TimespecLayout.BYTES);
        TimespecLayout.put(timespec, TimeUnit.MILLISECONDS.toNanos(millis));
        return timespec.address();
    }

    // ---- bytes

    /** Bytes that tell their place, so that a swap, a loss or a repetition shows. */
    static byte[] pattern(int seed, int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        int state = seed * 0x9e3779b9 + 1;
        for (int i = 0; i < lengthBytes; i++) {
            state = state * 1664525 + 1013904223;
            bytes[i] = (byte) (state >>> 24);
        }
        return bytes;
    }

    MemorySegment copy(byte[] bytes) {
        MemorySegment memory = ring.allocate(Math.max(bytes.length, 1));
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return memory;
    }

    /** Sends all of some bytes and waits until they are sent. */
    void send(int fd, byte[] bytes) {
        MemorySegment memory = copy(bytes);
        assertThat(ring.run(sqe -> sqe.prepSend(fd, memory.address(), bytes.length, Libc.MSG_WAITALL))
                        .result())
                .isEqualTo(bytes.length);
    }

    void send(int fd, String text) {
        send(fd, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Receives exactly so many bytes, fewer only at the end of the stream. */
    byte[] receive(int fd, int lengthBytes) {
        MemorySegment memory = ring.allocate(lengthBytes);
        int received = ring.run(sqe -> sqe.prepReceive(fd, memory.address(), lengthBytes, Libc.MSG_WAITALL))
                .result();
        assertThat(received).isNotNegative();
        return memory.asSlice(0, received).toArray(ValueLayout.JAVA_BYTE);
    }

    String receiveText(int fd, int lengthBytes) {
        return new String(receive(fd, lengthBytes), StandardCharsets.UTF_8);
    }

    static String text(MemorySegment memory, int lengthBytes) {
        return new String(memory.asSlice(0, lengthBytes).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        for (int fd : open) {
            assertThat(kernel.close(fd)).isZero();
        }
        open.clear();
    }
}
