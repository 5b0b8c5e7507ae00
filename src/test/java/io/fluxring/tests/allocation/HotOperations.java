package io.fluxring.tests.allocation;

import io.fluxring.core.entry.UserData;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.MessageVectors;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.tests.allocation.CoreAllocationProbe.Counted;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** The operations that a server submits all the time, on a file of its own and on both ends of a connection. */
final class HotOperations {
    private static final int BYTES = 64;

    /** Something that submits operations in turn, many times. */
    @FunctionalInterface
    interface Measure {
        void hot(String name, Counted... operations);
    }

    private final RingLoop loop;
    private final Kernel kernel;
    private final Arena arena;
    private final Measure measure;
    private final MemorySegment bytes;
    private final MemorySegment vectors;

    HotOperations(RingLoop loop, Arena arena, Measure measure) {
        this.loop = loop;
        this.kernel = loop.kernel();
        this.arena = arena;
        this.measure = measure;
        this.bytes = arena.allocate(4096, 4096);
        this.vectors = arena.allocate(32, 8);
        for (int i = 0; i < 2; i++) {
            vectors.setAtIndex(ValueLayout.JAVA_LONG, 2L * i, bytes.address() + 100L * i);
            vectors.setAtIndex(ValueLayout.JAVA_LONG, 2L * i + 1, BYTES / 2);
        }
    }

    void all() throws IOException {
        measure.hot("nop", new Counted(Opcode.NOP, sqe -> sqe.prepNop()));
        files();
        events();
        sockets();
        datagrams();
    }

    private int run(Counted operation) {
        loop.submit(operation);
        while (operation.isLive()) {
            loop.tick(RingLoop.FOREVER);
        }
        if (operation.result() < 0) {
            throw new IllegalStateException(operation + ": " + Errno.describe(operation.result()));
        }
        return operation.result();
    }

    private void files() throws IOException {
        Path path = Files.createTempFile("hot", ".bytes");
        Files.write(path, new byte[4096]);
        MemorySegment name = arena.allocateFrom(path.toString());
        int fd = run(new Counted(Opcode.OPENAT, sqe -> sqe.prepOpen(Libc.AT_FDCWD, name.address(), Libc.O_RDWR, 0)));
        Files.delete(path);
        if (loop.bufferTable().register(bytes) != 0) {
            throw new IllegalStateException("no registered buffer");
        }
        long at = bytes.address();
        long places = vectors.address();
        measure.hot("read", new Counted(Opcode.READ, sqe -> sqe.prepRead(fd, at, BYTES, 0)));
        measure.hot("write", new Counted(Opcode.WRITE, sqe -> sqe.prepWrite(fd, at, BYTES, 0)));
        measure.hot("read-fixed", new Counted(Opcode.READ_FIXED, sqe -> sqe.prepReadFixed(fd, at, BYTES, 0, 0)));
        measure.hot("write-fixed", new Counted(Opcode.WRITE_FIXED, sqe -> sqe.prepWriteFixed(fd, at, BYTES, 0, 0)));
        measure.hot("read-vectors", new Counted(Opcode.READV, sqe -> sqe.prepReadVectors(fd, places, 2, 0)));
        measure.hot("write-vectors", new Counted(Opcode.WRITEV, sqe -> sqe.prepWriteVectors(fd, places, 2, 0)));
        kernel.close(fd);
    }

    private void events() {
        int eventFd = kernel.eventFd(Libc.EFD_CLOEXEC);
        kernel.signalEventFd(eventFd);
        measure.hot("poll", new Counted(Opcode.POLL_ADD, sqe -> sqe.prepPoll(eventFd, Libc.POLLIN)));
        kernel.close(eventFd);
        MemorySegment soon = arena.allocate(16, 8);
        soon.set(ValueLayout.JAVA_LONG, 8, 1);
        measure.hot("timeout", new Counted(Opcode.TIMEOUT, sqe -> sqe.prepTimeout(soon.address(), 0, 0)));
        measure.hot(
                "message-to-ring",
                new Counted(Opcode.MSG_RING, sqe -> sqe.prepMessage(loop.ringFd(), 0, UserData.IGNORED)));
    }

    private void sockets() {
        int listener = kernel.socket(Libc.AF_INET, Libc.SOCK_STREAM, 0);
        InetSocketAddress address = CoreAllocationProbe.listen(kernel, listener, arena);
        MemorySegment peer = SocketAddresses.encode(address, arena);
        int from = kernel.socket(Libc.AF_INET, Libc.SOCK_STREAM, 0);
        run(new Counted(Opcode.CONNECT, sqe -> sqe.prepConnect(from, peer.address(), (int) peer.byteSize())));
        int to = run(new Counted(Opcode.ACCEPT, sqe -> sqe.prepAccept(listener, 0)));
        long at = bytes.address();
        int all = Libc.MSG_WAITALL;
        Counted receive = new Counted(Opcode.RECV, sqe -> sqe.prepReceive(to, at + 1024, BYTES, all));
        measure.hot("send-and-receive", new Counted(Opcode.SEND, sqe -> sqe.prepSend(from, at, BYTES, all)), receive);
        MemorySegment out = message(0);
        MemorySegment in = message(1024);
        measure.hot(
                "send-and-receive-message",
                new Counted(Opcode.SENDMSG, sqe -> sqe.prepSendMessage(from, out.address(), all)),
                new Counted(Opcode.RECVMSG, sqe -> sqe.prepReceiveMessage(to, in.address(), all)));
        kernel.close(from);
        kernel.close(to);
        kernel.close(listener);
    }

    /** Datagrams, because a stream's notification comes with the peer's acknowledgement, which takes its time. */
    private void datagrams() {
        int to = kernel.socket(Libc.AF_INET, Libc.SOCK_DGRAM, 0);
        kernel.bind(to, SocketAddresses.encode(new InetSocketAddress("127.0.0.1", 0), arena));
        MemorySegment address = arena.allocate(SocketAddresses.MAX_BYTES);
        kernel.socketName(to, address);
        MemorySegment peer = SocketAddresses.encode(SocketAddresses.decode(address), arena);
        int from = kernel.socket(Libc.AF_INET, Libc.SOCK_DGRAM, 0);
        run(new Counted(Opcode.CONNECT, sqe -> sqe.prepConnect(from, peer.address(), (int) peer.byteSize())));
        long at = bytes.address();
        measure.hot(
                "send-zero-copy-and-receive",
                new Counted(Opcode.SEND_ZC, sqe -> sqe.prepSendZeroCopy(from, at, BYTES, 0)),
                new Counted(Opcode.RECV, sqe -> sqe.prepReceive(to, at + 1024, BYTES, 0)));
        kernel.close(from);
        kernel.close(to);
    }

    private MemorySegment message(long offset) {
        MemorySegment header = loop.scratch().take();
        MessageVectors.set(header, 0, bytes.address() + offset, BYTES / 2);
        MessageVectors.set(header, 1, bytes.address() + offset + 512, BYTES / 2);
        MessageVectors.header(header, 2);
        return header;
    }
}
