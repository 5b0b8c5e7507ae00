package io.fluxring.reactor;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.fd.DirectFd;
import io.fluxring.core.fd.FileRef;
import io.fluxring.core.fd.RegisteredFiles;
import io.fluxring.core.loop.CloseOperation;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.reactor.operator.DirectBuffers;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One {@link Op} on its way through the ring. Keeps the op, and with it its buffer, reachable until the kernel is done. */
final class SubmittedOperation extends Operation {
    private enum Result {
        /** A number. */
        NUMBER,
        /** A new descriptor. */
        DESCRIPTOR,
        /** A slot of the registered files that the kernel has picked. */
        SLOT
    }

    private final SubmitSubscription subscription;
    private final Op op;
    private final MemorySegment scratch;
    private Result kind = Result.NUMBER; // of a result that is no error
    private int sent; // by a zero-copy send that waits for its notification

    @SuppressWarnings("UnusedVariable") // keeps what the entry points to reachable
    private @Nullable ByteBuffer path;

    SubmittedOperation(SubmitSubscription subscription, Op op, MemorySegment scratch) {
        super(op.opcode());
        this.subscription = subscription;
        this.op = op;
        this.scratch = scratch;
    }

    Op op() {
        return op;
    }

    MemorySegment scratch() {
        return scratch;
    }

    // ---- to the kernel

    @Override
    protected void prepare(Sqe sqe) {
        fill(sqe);
        FileRef file = op.file();
        if (file != null && !(op instanceof Op.Close) && !(op instanceof Op.CancelAll)) {
            sqe.flags(file.sqeFlags());
        }
        kind = switch (sqe.opcode()) {
            case ACCEPT, OPENAT, OPENAT2, SOCKET ->
                switch (sqe.fileIndex()) {
                    case 0 -> Result.DESCRIPTOR;
                    case Abi.FILE_INDEX_ALLOC -> Result.SLOT;
                    default -> Result.NUMBER;
                };
            case FIXED_FD_INSTALL -> Result.DESCRIPTOR;
            default -> Result.NUMBER;
        };
    }

    private void fill(Sqe sqe) {
        switch (op) {
            case Op.Nop() -> sqe.prepNop();
            case Op.Timeout timeout -> prepareTimeout(sqe, timeout);
            case Op.Poll poll -> sqe.prepPoll(poll.file().number(), poll.events());
            case Op.Accept accept -> sqe.prepAccept(accept.listener().number(), Libc.SOCK_CLOEXEC);
            case Op.Connect connect -> {
                MemorySegment address = encode(connect.address());
                sqe.prepConnect(connect.file().number(), address.address(), (int) address.byteSize());
            }
            case Op.Receive(FileRef file, ByteBuffer buffer) ->
                sqe.prepReceive(file.number(), address(buffer), buffer.remaining(), 0);
            case Op.Send(FileRef file, ByteBuffer buffer) ->
                sqe.prepSend(file.number(), address(buffer), buffer.remaining(), 0);
            case Op.Shutdown shutdown -> sqe.prepShutdown(shutdown.file().number(), shutdown.how());
            case Op.Open open -> prepareOpen(sqe, open);
            case Op.Read(FileRef file, ByteBuffer buffer, long position) ->
                sqe.prepRead(file.number(), address(buffer), buffer.remaining(), position);
            case Op.Write(FileRef file, ByteBuffer buffer, long position) ->
                sqe.prepWrite(file.number(), address(buffer), buffer.remaining(), position);
            case Op.Sync sync -> sqe.prepSync(sync.file().number(), sync.dataOnly() ? Abi.FSYNC_DATASYNC : 0);
            case Op.Close close -> prepareClose(sqe, close.file());
            case Op.Socket socket ->
                sqe.prepSocket(socket.domain(), socket.type() | Libc.SOCK_CLOEXEC, socket.protocol());
            case Op.Bind bind -> {
                MemorySegment address = encode(bind.address());
                sqe.prepBind(bind.file().number(), address.address(), (int) address.byteSize());
            }
            case Op.Listen listen -> sqe.prepListen(listen.file().number(), listen.backlog());
            case Op.SetSocketOption option -> prepareOption(sqe, option);
            case Op.CancelAll cancel -> sqe.prepCancelFd(cancel.file().number(), cancel.file() instanceof DirectFd);
            case Op.Custom custom -> prepareCustom(sqe, custom);
        }
    }

    private void prepareTimeout(Sqe sqe, Op.Timeout timeout) {
        Access.putLong(scratch, 0, timeout.delay().toSeconds());
        Access.putLong(scratch, 8, (long) timeout.delay().toNanosPart());
        sqe.prepTimeout(scratch.address(), 0, 0);
    }

    private void prepareOpen(Sqe sqe, Op.Open open) {
        byte[] bytes = open.path().getBytes(StandardCharsets.UTF_8);
        ByteBuffer terminated = ByteBuffer.allocateDirect(bytes.length + 1).put(0, bytes);
        path = terminated;
        sqe.prepOpen(Libc.AT_FDCWD, address(terminated), open.flags() | Libc.O_CLOEXEC, open.mode());
    }

    private static void prepareClose(Sqe sqe, FileRef file) {
        if (file instanceof DirectFd(int slot)) {
            sqe.prepCloseDirect(slot);
        } else {
            sqe.prepClose(file.number());
        }
    }

    private void prepareOption(Sqe sqe, Op.SetSocketOption option) {
        scratch.set(ValueLayout.JAVA_INT, 0, option.value());
        sqe.prepSetSocketOption(
                option.file().number(), option.level(), option.name(), scratch.address(), Integer.BYTES);
    }

    private static void prepareCustom(Sqe sqe, Op.Custom custom) {
        sqe.prepNop(); // not what the entry's last user has left there
        custom.preparation().accept(sqe);
        if (sqe.opcode() != custom.opcode()) {
            throw new IllegalArgumentException(custom + " has prepared " + sqe.opcode());
        }
        if (sqe.isMultishot() || (sqe.flags() & Abi.SQE_BUFFER_SELECT) != 0) {
            throw new IllegalArgumentException(
                    custom + " would complete more than once, or with a buffer; that is for an Operation of the loop");
        }
    }

    private MemorySegment encode(InetSocketAddress address) {
        return SocketAddresses.encode(address, (size, alignment) -> scratch.asSlice(0, size));
    }

    private static long address(ByteBuffer buffer) {
        return DirectBuffers.address(buffer);
    }

    // ---- from the kernel

    @Override
    protected void completed(int result, int flags) {
        if ((flags & Abi.CQE_F_MORE) != 0) { // a zero-copy send's first: the kernel still reads the bytes
            sent = result;
            return;
        }
        int outcome = outcome((flags & Abi.CQE_F_NOTIF) == 0 ? result : sent);
        account(outcome);
        subscription.completed(this, outcome, flags);
    }

    @Override
    protected boolean unprepared(Throwable failure) {
        subscription.unprepared(this, failure);
        return true;
    }

    /** What a result means to a subscriber: a timer that fires has not failed. */
    int outcome(int result) {
        return op instanceof Op.Timeout && result == Errno.ETIME.result() ? 0 : result;
    }

    private void account(int result) {
        RingLoop loop = subscription.loop();
        RegisteredFiles files = loop.files();
        if (files == null || result < 0) {
            return;
        }
        if (kind == Result.SLOT) {
            files.installed(result);
        } else if (op instanceof Op.Close(DirectFd _)) {
            files.removed();
        }
    }

    /** No subscriber wants the result: a descriptor in it must be closed. */
    void dispose(RingLoop loop, int result) {
        if (result < 0) {
            return;
        }
        switch (kind) {
            case DESCRIPTOR -> loop.kernel().close(result);
            case SLOT -> CloseOperation.submit(loop, new DirectFd(result), closed -> {});
            case NUMBER -> {
                // nothing to close
            }
        }
    }

    @Override
    protected String describe() {
        return op.toString();
    }
}
