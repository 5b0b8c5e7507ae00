package io.fluxring.core.sim;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.memory.MessageVectors;
import io.fluxring.core.memory.scratch.ScratchBlocks;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.SocketAddresses;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;

/** Messages, bundles of buffers, and connections that the application makes itself. */
final class MessageScenarios {
    private static final int FIRST = 1;
    private static final int SECOND = 2;
    private static final int THIRD = 3;

    private MessageScenarios() {}

    static void addTo(Map<String, Consumer<Bench>> all) {
        all.put("message received", MessageScenarios::receive);
        all.put("messages received again and again", MessageScenarios::multishot);
        all.put("message that its buffer can't hold", MessageScenarios::tooSmall);
        all.put("bundle received", MessageScenarios::bundle);
        all.put("connect", MessageScenarios::connect);
        all.put("connect that is refused", MessageScenarios::refused);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void receive(Bench bench) {
        int listener = bench.listener(4);
        Bench.Remote remote = bench.connect(listener);
        int fd = bench.accept(listener);
        MemorySegment bytes = bench.arena.allocate(16);
        MemorySegment header = new ScratchBlocks(bench.arena).take();
        MessageVectors.set(header, 0, bytes.address(), 3);
        MessageVectors.set(header, 1, bytes.address() + 8, 8);
        MessageVectors.header(header, 2);
        bench.sqe().prepReceiveMessage(fd, header.address(), 0).userData(FIRST);
        bench.submitOnly();
        remote.send(text("hello"));
        bench.submit(1);
        bench.note(new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII).replace('\0', '.'));
        remote.shutdownOutput();
        bench.awaitReadable(fd);
        bench.sqe().prepReceiveMessage(fd, header.address(), 0).userData(SECOND);
        bench.submit(1);
    }

    private static void drained(Bench bench, BufferRing buffers, int count) {
        bench.ring.submitAndWait(count, 3_000_000_000L, 0);
        bench.ring.completions().drain((userData, result, flags) -> {
            bench.note(userData + ": " + Bench.describe(result, flags));
            if (result > 0) {
                BufferLease lease = buffers.take(result, flags, null);
                bench.note(
                        lease == null
                                ? ""
                                : lease.text(StandardCharsets.US_ASCII).replace('\0', '.'));
                if (lease != null) {
                    bench.atEnd(lease::release);
                }
            }
        });
    }

    private static void multishot(Bench bench) {
        BufferRing buffers = bench.buffers(BufferRingConfig.of(4, 32));
        int listener = bench.listener(4);
        Bench.Remote remote = bench.connect(listener);
        int fd = bench.accept(listener);
        MemorySegment header = new ScratchBlocks(bench.arena).take();
        MessageVectors.header(header, 0);
        bench.sqe()
                .prepReceiveMessageMultishot(fd, header.address(), 0, buffers.group())
                .userData(FIRST);
        bench.submitOnly();
        for (String piece : new String[] {"hello", "again"}) {
            remote.send(text(piece));
            drained(bench, buffers, 1);
        }
        remote.shutdownOutput();
        drained(bench, buffers, 1);
    }

    private static void tooSmall(Bench bench) {
        BufferRing buffers = bench.buffers(BufferRingConfig.of(2, 8));
        int listener = bench.listener(4);
        Bench.Remote remote = bench.connect(listener);
        int fd = bench.accept(listener);
        MemorySegment header = new ScratchBlocks(bench.arena).take();
        MessageVectors.header(header, 0);
        remote.send(text("hello"));
        bench.awaitReadable(fd);
        bench.sqe()
                .prepReceiveMessageMultishot(fd, header.address(), 0, buffers.group())
                .userData(FIRST);
        bench.submit(1);
    }

    private static void bundle(Bench bench) {
        BufferRing buffers = bench.buffers(BufferRingConfig.of(4, 8));
        int listener = bench.listener(4);
        Bench.Remote remote = bench.connect(listener);
        int fd = bench.accept(listener);
        remote.send(text("the quick br"));
        bench.awaitReadable(fd);
        bench.sqe().prepReceiveBundle(fd, buffers.group(), 0).userData(FIRST);
        bench.submit(1);
    }

    private static MemorySegment name(Bench bench, int fd) {
        MemorySegment bound = bench.arena.allocate(SocketAddresses.MAX_BYTES, 4);
        Bench.require(bench.kernel.socketName(fd, bound));
        return SocketAddresses.encode(SocketAddresses.decode(bound), bench.arena);
    }

    private static int socket(Bench bench) {
        int fd = Bench.require(bench.kernel.socket(Libc.AF_INET, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0));
        bench.owns(fd);
        return fd;
    }

    private static void connect(Bench bench) {
        int listener = bench.listener(4);
        MemorySegment address = name(bench, listener);
        int client = socket(bench);
        bench.sqe()
                .prepConnect(client, address.address(), (int) address.byteSize())
                .userData(FIRST);
        bench.submit(1);
        int server = bench.accept(listener);
        MemorySegment bytes = bench.arena.allocateFrom("hello, world");
        MemorySegment target = bench.arena.allocate(16);
        bench.sqe().prepReceive(server, target.address(), 12, Libc.MSG_WAITALL).userData(SECOND);
        bench.submitOnly();
        bench.sqe().prepSend(client, bytes.address(), 12, 0).userData(THIRD);
        bench.submitTogether(2);
        bench.note(target.getString(0));
        bench.sqe().prepShutdown(client, Libc.SHUT_WR).userData(FIRST);
        bench.submit(1);
        bench.sqe().prepReceive(server, target.address(), 12, 0).userData(SECOND);
        bench.submit(1);
        bench.sqe()
                .prepConnect(client, address.address(), (int) address.byteSize())
                .userData(THIRD);
        bench.submit(1);
    }

    private static void refused(Bench bench) {
        int listener = bench.listener(4);
        MemorySegment address = name(bench, listener);
        bench.disowns(listener);
        bench.kernel.close(listener);
        bench.sqe()
                .prepConnect(socket(bench), address.address(), (int) address.byteSize())
                .link()
                .userData(FIRST);
        bench.sqe().prepNop(12).userData(SECOND);
        bench.submit(2);
        MemorySegment any =
                SocketAddresses.encode(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), bench.arena);
        bench.sqe()
                .prepConnect(bench.eventFd(), any.address(), (int) any.byteSize())
                .userData(THIRD);
        bench.submit(1);
    }
}
