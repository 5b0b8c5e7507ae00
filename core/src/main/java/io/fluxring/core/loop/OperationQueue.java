package io.fluxring.core.loop;

import io.fluxring.core.ring.Sqe;
import io.fluxring.core.ring.SubmissionQueue;
import io.fluxring.core.ring.UserData;
import io.fluxring.core.sys.Errno;
import java.util.ArrayDeque;

/**
 * Operations on their way into the ring: straight into the submission queue while there is room for them, into a waiting line
 * while there is none, or no slot. Cancels go first, because what they end makes room.
 */
final class OperationQueue {

    /** Hears of operations that end without having been in the kernel. */
    interface EndListener {
        /** An operation has ended here, with a negated errno. */
        void ended(Operation operation, int result);

        /** An operation can't be prepared; it ends with {@code -EINVAL}. */
        void unprepared(Operation operation, Throwable e);
    }

    private final SubmissionQueue submissions;
    private final OperationTable table;
    private final EndListener listener;
    private final ArrayDeque<Operation> waiting = new ArrayDeque<>();
    private final ArrayDeque<Operation> toCancel = new ArrayDeque<>();

    OperationQueue(SubmissionQueue submissions, OperationTable table, EndListener listener) {
        this.submissions = submissions;
        this.table = table;
        this.listener = listener;
    }

    /** How many operations wait in line. */
    int waiting() {
        return waiting.size();
    }

    /** Whether something waits for nothing but entries of the submission queue, which the next enter frees. */
    boolean waitsForEntries() {
        return !toCancel.isEmpty() || (!waiting.isEmpty() && !table.isFull());
    }

    void submit(Operation operation) {
        operation.queued();
        if (!waiting.isEmpty() || !issue(operation)) {
            waiting.add(operation);
        }
    }

    /** Past those who wait. */
    void submitFirst(Operation operation) {
        operation.queued();
        if (!issue(operation)) {
            waiting.addFirst(operation);
        }
    }

    private boolean issue(Operation operation) {
        if (table.isFull()) {
            return false;
        }
        Sqe sqe = submissions.claim();
        if (sqe == null) {
            return false;
        }
        table.add(operation);
        try {
            operation.prepare(sqe);
        } catch (RuntimeException | Error e) {
            sqe.prepNop().userData(UserData.IGNORED); // an entry that was claimed can't be given back
            table.remove(operation);
            throw e;
        }
        sqe.userData(operation.userData());
        return true;
    }

    void cancel(Operation operation) {
        switch (operation.state()) {
            case QUEUED -> operation.cancelling();
            case IN_KERNEL -> {
                operation.cancelling();
                if (!toCancel.isEmpty() || !issueCancel(operation)) {
                    toCancel.add(operation);
                }
            }
            case FREE, CANCELLING, DONE -> {
                // nothing to end, or asked already
            }
        }
    }

    private boolean issueCancel(Operation operation) {
        Sqe sqe = submissions.claim();
        if (sqe == null) {
            return false;
        }
        sqe.prepCancel(operation.userData()).userData(UserData.IGNORED);
        return true;
    }

    /** Cancels whatever the kernel has, if there is room for that. */
    void cancelAll() {
        Sqe sqe = submissions.claim();
        if (sqe != null) {
            sqe.prepCancelAll().userData(UserData.IGNORED);
        }
    }

    /** Moves what waits into the submission queue, for as long as there is room. */
    void flush() {
        if (flushCancels()) {
            flushOperations();
        }
    }

    private boolean flushCancels() {
        for (Operation operation = toCancel.peek(); operation != null; operation = toCancel.peek()) {
            if (operation.state() == Operation.State.CANCELLING && !issueCancel(operation)) {
                return false;
            }
            toCancel.remove();
        }
        return true;
    }

    private void flushOperations() {
        while (!waiting.isEmpty()) {
            Operation operation = waiting.remove();
            if (operation.state() == Operation.State.CANCELLING) {
                operation.ended();
                listener.ended(operation, Errno.ECANCELED.result());
            } else if (!issueLate(operation)) {
                waiting.addFirst(operation);
                return;
            }
        }
    }

    /** Nobody is there to catch what a late preparation throws: the operation hears of it as of any other failure. */
    private boolean issueLate(Operation operation) {
        try {
            return issue(operation);
        } catch (RuntimeException | Error e) {
            listener.unprepared(operation, e);
            return true;
        }
    }

    @Override
    public String toString() {
        return waiting.size() + " queued";
    }
}
