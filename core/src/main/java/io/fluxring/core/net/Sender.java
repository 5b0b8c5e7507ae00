package io.fluxring.core.net;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a stream socket: one batch in the ring at a time, because two sends in flight on one stream may swap when
 * the first has to wait. A batch that the kernel has begun is sent to its end, whether its handler still cares or not, so that
 * the next message never follows half of one. Belongs to the loop's thread.
 */
public final class Sender extends Operation {
    private static final int NONE = 0;
    private static final int NEVER = Integer.MAX_VALUE;

    /** From here on a copy takes longer than all the rest of a send. */
    private static final int LARGE_BYTES = 16 * 1024;

    private final StreamSocket socket;
    private @Nullable SendBatch batch; // being sent
    private @Nullable SendHandler handler; // of that batch
    private int refusal = NONE;
    private int zeroCopyFromBytes = NEVER;
    private @Nullable ZeroCopySend unanswered; // has the batch
    private long takenBytes; // of the batch, by the kernel
    private boolean isRecalled;

    Sender(StreamSocket socket) {
        super(Opcode.SEND);
        this.socket = socket;
    }

    /** {@return whether {@link #send} may be called: nothing is being sent, and nothing has failed} */
    public boolean isReady() {
        return batch == null && refusal == NONE;
    }

    /** {@return whether a batch is being sent} */
    public boolean isSending() {
        return batch != null;
    }

    /** {@return why nothing more is sent: a negated errno; 0 while there is no reason} */
    public int refusal() {
        return refusal;
    }

    StreamSocket socket() {
        return socket;
    }

    /**
     * Has batches from a size on sent without a copy ({@code SENDMSG_ZC}), from the next one on. {@link SendHandler#sent} is called
     * when the kernel has taken the bytes, as with any batch; the owners of the pieces are let go when it has let go of the memory,
     * which may be when the peer has acknowledged the bytes, and perhaps after the socket's close. The memory must not change before.
     *
     * <p>Where the kernel reports that it has copied after all, as for the loopback device, or can't do it for this socket or within the
     * limit of locked memory, the socket sends by copies from then on. Where it does not know the operation, this does nothing. A
     * loop that ends while the kernel has not let go waits for it as for any operation, and keeps its memory for ever in the end.
     *
     * @param lengthBytes of a batch, 1 or more; below some 10 KB a copy is cheaper on any device
     */
    public void zeroCopyFrom(int lengthBytes) {
        if (lengthBytes < 1) {
            throw new IllegalArgumentException("lengthBytes must be 1 or more: " + lengthBytes);
        }
        if (loop().capabilities().supports(Opcode.SENDMSG_ZC)) {
            zeroCopyFromBytes = lengthBytes;
        }
    }

    /** Has every batch copied, from the next one on. */
    public void copyAlways() {
        zeroCopyFromBytes = NEVER;
    }

    /**
     * Sends a batch, which belongs to the sender from here on, also when this throws.
     *
     * @param next not empty, of this socket's group
     * @param by hears of the end
     * @throws IllegalStateException when the sender is not ready, or when checked mode finds a piece in memory that is not lent
     */
    public void send(SendBatch next, SendHandler by) {
        if (!isReady()) {
            socket.group().giveBack(next);
            throw new IllegalStateException(socket + " can't send now");
        }
        batch = next;
        handler = by;
        takenBytes = 0;
        isRecalled = false;
        socket.operationBegins();
        try {
            if (isWithoutCopy(next)) {
                submitWithoutCopy(next);
            } else {
                submitCopy();
            }
        } catch (RuntimeException | Error e) {
            takeBatch();
            socket.operationEnded();
            throw e;
        }
    }

    /** It takes a slot beyond those that are set aside for the socket, perhaps for long. */
    private boolean isWithoutCopy(SendBatch next) {
        return zeroCopyFromBytes != NEVER && next.lengthBytes() >= zeroCopyFromBytes && loop().freeSlots() > 0;
    }

    private void submitCopy() {
        long lengthBytes = batch().lengthBytes();
        if (lengthBytes < LARGE_BYTES) {
            loop().submit(this);
        } else {
            loop().submitInTurn(this, (int) Math.min(Integer.MAX_VALUE, lengthBytes));
        }
    }

    private void submitWithoutCopy(SendBatch next) {
        ZeroCopySend send = new ZeroCopySend(this, next);
        loop().submit(send);
        unanswered = send;
    }

    /**
     * The kernel has taken so many bytes of the batch, which is no longer the sender's, or refuses it.
     *
     * @param result a count of bytes, or a negated errno
     */
    void answered(ZeroCopySend send, int result) {
        unanswered = null;
        batch = send.rest(Math.max(0, result));
        if (result > 0) {
            countSent(result);
        }
        if (isOnlyForCopies(result)) {
            copyAlways();
            goOn(Errno.EAGAIN.result());
        } else {
            goOn(result);
        }
    }

    /** Locked memory is used up, or the socket is none that could. */
    private static boolean isOnlyForCopies(int result) {
        return result == Errno.ENOMEM.result()
                || result == Errno.ENOBUFS.result()
                || result == Errno.EOPNOTSUPP.result();
    }

    private RingLoop loop() {
        return socket.loop();
    }

    /** The kernel itself goes on after a short send ({@code MSG_WAITALL}, Linux 5.19); {@link #completed} does for the rest. */
    @Override
    protected void prepare(Sqe sqe) {
        batch().prepare(sqe, socket.file().number(), Libc.MSG_WAITALL);
        sqe.flags(socket.entryFlags());
    }

    private SendBatch batch() {
        return Objects.requireNonNull(batch, "nothing is being sent");
    }

    @Override
    protected void completed(int result, int flags) {
        if (result > 0) {
            countSent(result);
            batch().advance(result);
        }
        goOn(result);
    }

    private void countSent(int bytes) {
        takenBytes += bytes;
        loop().tally().add(Counter.BYTES_SENT, bytes);
        IdleWatch idleWatch = socket.receiver().idleWatch;
        if (idleWatch != null) {
            idleWatch.sent();
        }
    }

    /** What is left of the batch is sent, or nothing is any more. */
    private void goOn(int result) {
        if (refusal == NONE && !batch().isEmpty()) {
            boolean mayGoOn = result > 0 || isRepeatable(result);
            if (isRecalled && (mayGoOn || result == Errno.ECANCELED.result())) {
                recalled();
                return;
            }
            if (mayGoOn) {
                sendRest();
                return;
            }
            refusal = result < 0
                    ? result
                    : Errno.EPIPE.result(); // 0 bytes of some: never seen, and never to be repeated for ever
        }
        ended();
    }

    private static boolean isRepeatable(int result) {
        return result == Errno.EINTR.result() || result == Errno.EAGAIN.result();
    }

    private void sendRest() {
        try {
            submitCopy();
        } catch (RuntimeException | Error e) { // in checked mode: a lease was released while it was being sent
            refusal = Errno.EINVAL.result();
            ended();
            throw e;
        }
    }

    private void recalled() {
        SendHandler by = Objects.requireNonNull(handler);
        try {
            by.recalled(batch(), takenBytes);
        } finally {
            ended(Errno.ECANCELED.result());
        }
    }

    private void ended() {
        ended(refusal);
    }

    private void ended(int failure) {
        SendHandler by = Objects.requireNonNull(handler);
        takeBatch();
        try {
            if (failure == NONE) {
                by.sent();
            } else {
                by.failed(failure);
            }
        } finally {
            socket.operationEnded(); // whatever a handler throws: the descriptor waits for this
        }
    }

    private void takeBatch() {
        SendBatch over = batch();
        batch = null;
        handler = null;
        socket.group().giveBack(over);
    }

    /** Nothing more is sent. Tells nothing yet. */
    void refuse() {
        if (refusal == NONE) {
            refusal = Errno.ECANCELED.result();
        }
    }

    /**
     * Calls off what is being sent, which its peer may not take for long. Unless the kernel takes all of it before, the handler hears
     * what is left by {@link SendHandler#recalled}, and then of a failure with {@code -ECANCELED}; the sender is ready for the next
     * batch, which has to begin with the bytes that are left. Does nothing while nothing is being sent.
     */
    public void recall() {
        if (isSending() && refusal == NONE) {
            isRecalled = true;
            callOff();
        }
    }

    /** Calls off what is in the ring; its last completion tells the handler. */
    void close() {
        refuse();
        callOff();
    }

    private void callOff() {
        ZeroCopySend send = unanswered;
        if (send != null) {
            loop().cancel(send);
        } else if (isLive()) {
            loop().cancel(this);
        }
    }

    @Override
    protected String describe() {
        return socket.file().toString();
    }

    String describeState() {
        return "sender " + state() + (refusal == NONE ? "" : ", " + Errno.describe(refusal));
    }
}
