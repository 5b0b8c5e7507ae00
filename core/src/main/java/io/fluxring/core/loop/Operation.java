package io.fluxring.core.loop;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.entry.UserData;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Opcode;
import org.jspecify.annotations.Nullable;

/**
 * The state of one operation from its submission to its last completion. Reusable: a connection has one for receiving and one
 * for sending, for as long as it lives.
 *
 * <p><b>Ownership.</b> From {@link RingLoop#submit} on, what the operation points to (memory, descriptor, this object) belongs
 * to its slot, until {@link #completed} is called with a completion that is the last one. A cancel changes nothing in that.
 *
 * <p>Belongs to the loop's thread.
 */
public abstract class Operation {

    /** Sees completions after the operation's own handler has. On the loop's thread. */
    @FunctionalInterface
    public interface Observer {
        /**
         * One completion of an operation, see {@link Operation#completed}.
         *
         * @param operation the one that completes
         * @param result the result, or a negated errno
         * @param flags {@code IORING_CQE_F_*}
         */
        void completed(Operation operation, int result, int flags);
    }

    /** Where an operation is in its life. */
    public enum State {
        /** Never submitted, or not yet. */
        FREE,
        /** Submitted, waiting for a place in the ring. The kernel knows nothing of it. */
        QUEUED,
        /** The kernel has it, or will with the next enter. */
        IN_KERNEL,
        /** Asked to end early. Only its own last completion ends it. */
        CANCELLING,
        /** Ended; may be submitted again. */
        DONE
    }

    private static final int NO_FILE = -1;

    // The states as bits: one test decides about a transition. A number is stored with one instruction; a reference to
    // a
    // State would take the garbage collector's barriers with it, three times an operation.
    private static final int FREE = 1;
    private static final int QUEUED = 1 << 1;
    private static final int IN_KERNEL = 1 << 2;
    private static final int CANCELLING = 1 << 3;
    private static final int DONE = 1 << 4;

    // What goes with a state, and ends with it; a cancel changes nothing in it.
    private static final int FOLLOWERS_CUT = 1 << 5; // in line: those behind it in its chain were cancelled
    private static final int NOTIFICATION_LEFT = 1 << 6; // in the kernel: the bytes are sent, and not let go of

    /** By the number of the bit. */
    private static final State[] STATES = {State.FREE, State.QUEUED, State.IN_KERNEL, State.CANCELLING, State.DONE};

    private final Opcode opcode;
    private int state = FREE;
    private long userData = UserData.IGNORED;
    private int fd = NO_FILE;
    private int entryFlags;

    /** The next in a chain, while this one waits in line. Belongs to {@link OperationQueue}. */
    @Nullable
    Operation next;

    /**
     * An operation that is not submitted yet.
     *
     * @param opcode what it does
     */
    protected Operation(Opcode opcode) {
        this.opcode = opcode;
    }

    /**
     * Fills the entry with one {@code prep} method. Called once for each submission, on the loop's thread.
     *
     * @param sqe the entry, all zero
     */
    protected abstract void prepare(Sqe sqe);

    /**
     * One completion has come. It is the last one when {@code flags} lack {@code IORING_CQE_F_MORE}, whatever the result is;
     * then the operation is {@link State#DONE} already and may be submitted again from here.
     *
     * <p>A zero-copy send has two. The first brings the result, and has {@code F_MORE} when a second will come: that one has
     * {@code IORING_CQE_F_NOTIF} and is the last, and until then the kernel reads the bytes, a failed send's too. Its result says
     * whether they were copied after all, where that was asked for. A send that the kernel refuses at a glance has one
     * completion, without {@code F_MORE}.
     *
     * @param result the result, or a negated errno
     * @param flags {@code IORING_CQE_F_*}
     */
    protected abstract void completed(int result, int flags);

    /**
     * Its preparation has thrown, or checked mode has, after it had to wait in line; it is {@link State#DONE}. Override to take the
     * failure. Otherwise it is logged, and {@link #completed} is called with {@code -EINVAL}.
     *
     * @param failure what was thrown
     * @return whether the failure is taken
     */
    protected boolean unprepared(Throwable failure) {
        return false;
    }

    /** {@return what the operation does} */
    public final Opcode opcode() {
        return opcode;
    }

    /** {@return where it is in its life} */
    public final State state() {
        return stateOf(state);
    }

    /** {@return whether it is submitted and has not ended} */
    public final boolean isLive() {
        return (state & (QUEUED | IN_KERNEL | CANCELLING)) != 0;
    }

    /** What its entry carries while it is live. */
    final long userData() {
        return userData;
    }

    /** Whether it is in the table. */
    final boolean hasSlot() {
        return userData != UserData.IGNORED;
    }

    final void queued() {
        move(FREE | DONE, QUEUED);
    }

    /** Those behind it in its chain were cancelled while it is in line. */
    final void cutFollowers() {
        state |= FOLLOWERS_CUT;
    }

    final boolean areFollowersCut() {
        return (state & FOLLOWERS_CUT) != 0;
    }

    final void issued(long slotUserData) {
        userData = slotUserData;
        move(QUEUED, IN_KERNEL);
    }

    /** A completion has come that is not the last one. */
    final void goesOn() {
        if (opcode == Opcode.SEND_ZC || opcode == Opcode.SENDMSG_ZC) {
            state |= NOTIFICATION_LEFT;
        }
    }

    /** Whether there is nothing left to cancel: the bytes are sent, and the kernel has to let go of them. */
    final boolean awaitsNotification() {
        return (state & NOTIFICATION_LEFT) != 0;
    }

    /** Notes what stands in the entry, for errors and dumps. */
    final void prepared(int entryFd, int flags) {
        fd = entryFd;
        entryFlags = flags;
    }

    final void cancelling() {
        int kept = state & (FOLLOWERS_CUT | NOTIFICATION_LEFT);
        move(QUEUED | IN_KERNEL, CANCELLING);
        state |= kept;
    }

    final void ended() {
        userData = UserData.IGNORED;
        move(IN_KERNEL | CANCELLING, DONE);
    }

    /** The one place where a state changes. */
    private void move(int from, int to) {
        if ((state & from) == 0) {
            throw new IllegalStateException(opcode + ": cannot go from " + state() + " to " + stateOf(to));
        }
        state = to;
    }

    private static State stateOf(int bit) {
        return STATES[Integer.numberOfTrailingZeros(bit)];
    }

    /**
     * For errors and dumps: what the operation works on. The descriptor of its entry, unless overridden.
     *
     * @return a short text, such as {@code fd=12}
     */
    protected String describe() {
        if (fd < 0) {
            return ""; // none, or relative to the working directory
        }
        return switch (opcode) {
            // What else stands in the entry's fd field.
            case SOCKET, WAITID, FUTEX_WAIT, FUTEX_WAKE, FUTEX_WAITV, PROVIDE_BUFFERS, REMOVE_BUFFERS, PIPE -> "";
            default -> ((entryFlags & Abi.SQE_FIXED_FILE) == 0 ? "fd=" : "direct=") + fd;
        };
    }

    /** Must not throw: it is used while reporting errors. */
    private String description() {
        try {
            return describe();
        } catch (RuntimeException | Error e) {
            return "(" + e.getClass().getName() + ")";
        }
    }

    @Override
    public String toString() {
        String detail = description();
        return opcode + (detail.isEmpty() ? "" : " " + detail)
                + (userData == UserData.IGNORED
                        ? ""
                        : " slot=" + UserData.slot(userData) + " generation=" + UserData.generation(userData))
                + " " + state();
    }
}
