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

    private final StreamSocket socket;
    private @Nullable SendBatch batch; // being sent
    private @Nullable SendHandler handler; // of that batch
    private int refusal = NONE;

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
        socket.operationBegins();
        try {
            loop().submit(this);
        } catch (RuntimeException | Error e) {
            takeBatch();
            socket.operationEnded();
            throw e;
        }
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
        SendBatch sending = batch();
        if (result > 0) {
            loop().tally().add(Counter.BYTES_SENT, result);
            IdleWatch idleWatch = socket.receiver().idleWatch;
            if (idleWatch != null) {
                idleWatch.sent();
            }
            sending.advance(result);
        }
        if (refusal == NONE && !sending.isEmpty()) {
            if (result > 0 || isRepeatable(result)) {
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
            loop().submit(this);
        } catch (RuntimeException | Error e) { // in checked mode: a lease was released while it was being sent
            refusal = Errno.EINVAL.result();
            ended();
            throw e;
        }
    }

    private void ended() {
        SendHandler by = Objects.requireNonNull(handler);
        takeBatch();
        try {
            if (refusal == NONE) {
                by.sent();
            } else {
                by.failed(refusal);
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

    /** Calls off what is in the ring; its last completion tells the handler. */
    void close() {
        refuse();
        if (isLive()) {
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
