package io.fluxring.reactor;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.fd.FileRef;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.SocketAddresses;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/** One {@link Op} on its way through the ring. Keeps the op, and with it its buffer, reachable until the kernel is done. */
final class SubmittedOperation extends Operation {
    private final SubmitSubscription subscription;
    private final Op op;
    private final MemorySegment scratch;

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

    @Override
    protected void prepare(Sqe sqe) {
        switch (op) {
            case Op.Nop() -> sqe.prepNop();
            case Op.Timeout timeout -> prepareTimeout(sqe, timeout);
            case Op.Poll poll ->
                sqe.prepPoll(number(poll.file()), poll.events()).flags(flags(poll.file()));
            case Op.Accept accept ->
                sqe.prepAccept(number(accept.listener()), Libc.SOCK_CLOEXEC).flags(flags(accept.listener()));
            case Op.Receive receive ->
                sqe.prepReceive(
                                number(receive.file()),
                                address(receive.buffer()),
                                receive.buffer().remaining(),
                                0)
                        .flags(flags(receive.file()));
            case Op.Send send ->
                sqe.prepSend(
                                number(send.file()),
                                address(send.buffer()),
                                send.buffer().remaining(),
                                0)
                        .flags(flags(send.file()));
            case Op.Close close -> prepareClose(sqe, close.file());
            case Op.Socket socket ->
                sqe.prepSocket(socket.domain(), socket.type() | Libc.SOCK_CLOEXEC, socket.protocol());
            case Op.Bind bind -> prepareBind(sqe, bind);
            case Op.Listen listen ->
                sqe.prepListen(number(listen.file()), listen.backlog()).flags(flags(listen.file()));
            case Op.SetSocketOption option -> prepareOption(sqe, option);
            case Op.CancelAll cancel -> sqe.prepCancelFd(number(cancel.file()), flags(cancel.file()) != 0);
        }
    }

    private void prepareTimeout(Sqe sqe, Op.Timeout timeout) {
        Access.putLong(scratch, 0, timeout.delay().toSeconds());
        Access.putLong(scratch, 8, (long) timeout.delay().toNanosPart());
        sqe.prepTimeout(scratch.address(), 0, 0);
    }

    private static void prepareClose(Sqe sqe, FileRef file) {
        if (flags(file) == 0) {
            sqe.prepClose(number(file));
        } else {
            sqe.prepCloseDirect(number(file));
        }
    }

    private void prepareBind(Sqe sqe, Op.Bind bind) {
        MemorySegment address = SocketAddresses.encode(bind.address(), (size, alignment) -> scratch.asSlice(0, size));
        sqe.prepBind(number(bind.file()), address.address(), (int) address.byteSize())
                .flags(flags(bind.file()));
    }

    private void prepareOption(Sqe sqe, Op.SetSocketOption option) {
        scratch.set(ValueLayout.JAVA_INT, 0, option.value());
        sqe.prepSetSocketOption(number(option.file()), option.level(), option.name(), scratch.address(), Integer.BYTES)
                .flags(flags(option.file()));
    }

    private static int number(FileRef file) {
        return file.number();
    }

    private static int flags(FileRef file) {
        return file.sqeFlags();
    }

    private static long address(ByteBuffer buffer) {
        return MemorySegment.ofBuffer(buffer).address();
    }

    /** Whether a result that is not an error is a new descriptor. */
    private boolean opensDescriptor() {
        return op instanceof Op.Accept || op instanceof Op.Socket;
    }

    /** Nobody wants the result: a descriptor in it must be closed. */
    void dispose(RingLoop loop, int result) {
        if (result >= 0 && opensDescriptor()) {
            loop.kernel().close(result);
        }
    }

    @Override
    protected void completed(int result, int flags) {
        subscription.completed(this, result, flags);
    }

    @Override
    protected String describe() {
        return op.toString();
    }
}
