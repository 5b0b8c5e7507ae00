package io.fluxring.core.sim;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.fd.DirectFd;
import io.fluxring.core.fd.FileRef;
import io.fluxring.core.fd.OwnedFd;
import io.fluxring.core.fd.RawFd;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.MessageVectors;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** A connection of a {@link LoopProgram}: one receive and one send at most, and a peer that checks what it gets. */
final class ProgramConnection {
    private final RingLoop loop;
    private final SimulatedKernel kernel;
    private final BufferRing buffers;
    private final OwnedFd file;
    private final SplittableRandom random;
    private final Consumer<BufferLease> keeper;
    private final SimulatedPeer peer;
    private final Stream toPeer;
    private final Stream atPeer;
    private final Stream fromPeer;
    private final Stream received;
    private final List<TrackedOperation> all = new ArrayList<>();
    private boolean broken;
    private boolean closed;
    private TrackedOperation receive;
    private TrackedOperation send;

    ProgramConnection(
            RingLoop loop,
            SimulatedKernel kernel,
            BufferRing buffers,
            int number,
            boolean direct,
            SplittableRandom random,
            Consumer<BufferLease> keeper) {
        this.loop = loop;
        this.kernel = kernel;
        this.buffers = buffers;
        this.random = random;
        this.keeper = keeper;
        FileRef ref = direct ? loop.files().installed(number) : new RawFd(number);
        this.file = new OwnedFd(ref);
        this.peer = kernel.peerOf(ref);
        int key = peer.address().getPort();
        this.toPeer = new Stream(key);
        this.atPeer = new Stream(key);
        this.fromPeer = new Stream(-key);
        this.received = new Stream(-key);
    }

    long receivedBytes() {
        return received.position();
    }

    long sentBytes() {
        return atPeer.position();
    }

    void addLive(List<Operation> live) {
        all.stream().filter(Operation::isLive).forEach(live::add);
    }

    void step(List<SimulatedPeer> peers) {
        if (!file.isOpen()) {
            return;
        }
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> receive();
            case 4, 5, 6 -> send();
            case 7 -> shutdown();
            case 8 -> close();
            default -> peerMoves();
        }
    }

    private void start(TrackedOperation operation) {
        all.add(operation);
        file.begin();
        operation.submit(loop);
    }

    private void ended(int flags) {
        if ((flags & Abi.CQE_F_MORE) == 0 && file.end()) {
            submitClose();
        }
    }

    // ---- this side

    private void receive() {
        if (receive != null && receive.isLive()) {
            return;
        }
        boolean multishot = random.nextBoolean();
        boolean async = random.nextInt(8) == 0;
        receive = new TrackedOperation(
                Opcode.RECV,
                sqe -> {
                    if (multishot) {
                        sqe.prepReceiveMultishot(file.file().number(), buffers.group());
                    } else {
                        sqe.prepReceiveSelect(file.file().number(), buffers.group());
                    }
                    flags(sqe, async);
                },
                this::received);
        start(receive);
    }

    private void flags(Sqe sqe, boolean async) {
        sqe.flags(file.file().sqeFlags() | (async ? Abi.SQE_ASYNC : 0));
    }

    private void received(int result, int flags) {
        BufferLease lease = buffers.take(result, flags, null);
        if (lease != null) {
            received.expect(lease.toByteArray());
            keeper.accept(lease);
            LoopProgram.require(result > 0, "a buffer without bytes: " + result);
        } else {
            LoopProgram.requireOneOf(
                    result,
                    0,
                    Errno.ENOBUFS.result(),
                    Errno.ECANCELED.result(),
                    Errno.EINTR.result(),
                    Errno.ECONNRESET.result(),
                    Errno.EPIPE.result());
            LoopProgram.require(
                    result != 0 || broken || received.position() == fromPeer.position(),
                    "the stream ended after " + received.position() + " of " + fromPeer.position() + " bytes");
        }
        ended(flags);
    }

    private void send() {
        if (send != null && send.isLive()) {
            return;
        }
        int pieces = random.nextInt(4) == 0 ? 2 + random.nextInt(3) : 1;
        List<BufferLease> blocks = new ArrayList<>();
        for (int i = 0; i < pieces; i++) {
            BufferLease block = loop.sendBlocks().allocate(null);
            if (block != null) {
                blocks.add(block.truncate(1 + random.nextInt(200)));
            }
        }
        byte[] bytes =
                toPeer.peek(blocks.stream().mapToInt(BufferLease::lengthBytes).sum());
        int at = 0;
        for (BufferLease block : blocks) {
            MemorySegment.copy(bytes, at, block.segment(), ValueLayout.JAVA_BYTE, 0, block.lengthBytes());
            at += block.lengthBytes();
        }
        MemorySegment header = loop.scratch().take();
        int messageFlags = random.nextBoolean() ? Libc.MSG_WAITALL : 0;
        send = new TrackedOperation(
                Opcode.SEND,
                sqe -> {
                    int fd = file.file().number();
                    if (blocks.size() == 1) {
                        sqe.prepSend(fd, blocks.get(0).address(), blocks.get(0).lengthBytes(), messageFlags);
                    } else {
                        for (int i = 0; i < blocks.size(); i++) {
                            MessageVectors.set(
                                    header,
                                    i,
                                    blocks.get(i).address(),
                                    blocks.get(i).lengthBytes());
                        }
                        MessageVectors.header(header, blocks.size());
                        sqe.prepSendMessage(fd, header.address(), messageFlags);
                    }
                    flags(sqe, false);
                },
                (result, flags) -> {
                    blocks.forEach(BufferLease::release);
                    loop.scratch().giveBack(header);
                    sent(result, flags);
                });
        start(send);
    }

    private void sent(int result, int flags) {
        if (result > 0) {
            toPeer.advance(result);
        } else {
            LoopProgram.requireOneOf(
                    result,
                    Errno.ECANCELED.result(),
                    Errno.EINTR.result(),
                    Errno.ECONNRESET.result(),
                    Errno.EPIPE.result());
        }
        ended(flags);
    }

    private void shutdown() {
        start(new TrackedOperation(
                Opcode.SHUTDOWN,
                sqe -> sqe.prepShutdown(file.file().number(), Libc.SHUT_WR)
                        .flags(file.file().sqeFlags()),
                (result, flags) -> {
                    LoopProgram.requireOneOf(
                            result, 0, Errno.ECANCELED.result(), Errno.EINTR.result(), Errno.ENOTCONN.result());
                    ended(flags);
                }));
    }

    private void close() {
        if (file.close()) {
            submitClose();
        } else {
            all.forEach(loop::cancel);
        }
    }

    private void submitClose() {
        TrackedOperation close = new TrackedOperation(
                Opcode.CLOSE,
                sqe -> {
                    if (file.file() instanceof DirectFd(int slot)) {
                        sqe.prepCloseDirect(slot);
                    } else {
                        sqe.prepClose(file.file().number());
                    }
                },
                (result, flags) -> {
                    LoopProgram.requireOneOf(result, 0, Errno.ECANCELED.result());
                    closed = result == 0;
                    if (closed && file.file() instanceof DirectFd) {
                        loop.files().removed();
                    }
                });
        all.add(close);
        close.submit(loop);
    }

    /** The loop has ended: whoever owned the descriptor still has to give it back. */
    void closeAfterLoop() {
        all.forEach(TrackedOperation::requireEnded);
        if (!closed && file.file() instanceof RawFd(int fd)) {
            kernel.close(fd);
        }
    }

    // ---- the peer

    boolean peerMoves() {
        switch (random.nextInt(30)) {
            case 0 -> {
                peer.shutdownOutput();
                return true;
            }
            case 1 -> {
                broken = true;
                if (random.nextBoolean()) {
                    peer.reset();
                } else {
                    peer.close();
                }
                return true;
            }
            case 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 -> {
                return peerReads();
            }
            default -> {
                byte[] bytes = fromPeer.peek(1 + random.nextInt(300));
                int count = peer.send(bytes, 0, bytes.length);
                fromPeer.advance(Math.max(0, count));
                return count > 0;
            }
        }
    }

    private boolean peerReads() {
        byte[] bytes = peer.receive(1 + random.nextInt(300));
        atPeer.expect(bytes);
        return bytes.length > 0;
    }
}
