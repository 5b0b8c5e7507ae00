package io.fluxring.core.loop;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.entry.UserData;
import io.fluxring.core.ring.SubmissionQueue;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import java.util.ArrayDeque;

/**
 * Asks the kernel to end operations early. The kernel does not find an operation that stands in a chain behind one that has not
 * ended, and does not end one that a worker thread is at; each of them may begin to wait later, and
 * then would wait for ever. So an operation that is still live after such an answer is asked for again, at growing intervals.
 */
final class Cancellations implements Runnable {
    private static final long FIRST_INTERVAL_NANOS = 1_000_000L;
    private static final long LONGEST_INTERVAL_NANOS = 64_000_000L;

    private final SubmissionQueue submissions;
    private final OperationTable table;
    private final DeadlineQueue deadlines;
    private final ArrayDeque<Operation> unasked = new ArrayDeque<>(); // for want of an entry
    private final ArrayDeque<Operation> unheeded = new ArrayDeque<>();

    private boolean scheduled;
    private long intervalNanos = FIRST_INTERVAL_NANOS;

    Cancellations(SubmissionQueue submissions, OperationTable table, DeadlineQueue deadlines) {
        this.submissions = submissions;
        this.table = table;
        this.deadlines = deadlines;
    }

    /** Asks for the end of an operation that the kernel has, now or when there is an entry for it. */
    void ask(Operation operation) {
        if (operation.awaitsNotification()) {
            return;
        }
        intervalNanos = FIRST_INTERVAL_NANOS;
        issueOrWait(operation);
    }

    /** Like {@link #ask}, not before the next {@link #flush}. */
    void askLater(Operation operation) {
        intervalNanos = FIRST_INTERVAL_NANOS;
        unasked.add(operation);
    }

    private void issueOrWait(Operation operation) {
        if (!unasked.isEmpty() || !issue(operation)) {
            unasked.add(operation);
        }
    }

    private boolean issue(Operation operation) {
        Sqe sqe = submissions.claim();
        if (sqe == null) {
            return false;
        }
        long userData = operation.userData();
        sqe.prepCancel(userData).userData(answerTo(userData));
        return true;
    }

    /** The target's slot and generation, with the cancel's own opcode: no operation has such user data but a cancel itself. */
    private static long answerTo(long userData) {
        return UserData.opcode(userData) == Opcode.ASYNC_CANCEL.code()
                ? UserData.IGNORED
                : UserData.of(UserData.slot(userData), UserData.generation(userData), Opcode.ASYNC_CANCEL);
    }

    /** Whether a completion that belongs to no operation is one of a cancel from here. */
    static boolean isAnswer(long userData) {
        return UserData.opcode(userData) == Opcode.ASYNC_CANCEL.code();
    }

    /** Whether the kernel is still to be asked for some, for want of an entry. */
    boolean hasUnasked() {
        return !unasked.isEmpty();
    }

    /** Asks for those that had to wait, as long as there are entries; returns whether all were asked for. */
    boolean flush() {
        for (Operation operation = unasked.peek(); operation != null; operation = unasked.peek()) {
            if (operation.state() == Operation.State.CANCELLING && !issue(operation)) {
                return false;
            }
            unasked.remove();
        }
        return true;
    }

    /** The completion of a cancel has come. */
    void answered(long userData, int result) {
        if (result == Errno.ENOENT.result() || result == Errno.EALREADY.result()) {
            Operation operation = table.findSlot(userData);
            if (operation != null
                    && operation.state() == Operation.State.CANCELLING
                    && !operation.awaitsNotification()) {
                unheeded.add(operation);
            }
        }
    }

    /** After the completions of a tick: most of those that the kernel did not find have completed by then. */
    void reconsider() {
        if (!unheeded.isEmpty()) {
            askAgainLater();
        }
    }

    private void askAgainLater() {
        unheeded.removeIf(operation -> operation.state() != Operation.State.CANCELLING);
        if (!unheeded.isEmpty() && !scheduled) {
            scheduled = true;
            deadlines.schedule(this, intervalNanos);
            intervalNanos = Math.min(intervalNanos * 2, LONGEST_INTERVAL_NANOS);
        }
    }

    /** The interval is over. */
    @Override
    public void run() {
        scheduled = false;
        for (int i = unheeded.size(); i > 0; i--) {
            Operation operation = unheeded.remove();
            if (operation.state() == Operation.State.CANCELLING) {
                issueOrWait(operation);
            }
        }
    }

    /** Cancels whatever the kernel has, if there is room for that. */
    void askForAll() {
        Sqe sqe = submissions.claim();
        if (sqe != null) {
            sqe.prepCancelAll().userData(UserData.IGNORED);
        }
    }
}
