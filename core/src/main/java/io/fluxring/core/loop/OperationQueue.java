package io.fluxring.core.loop;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.turn.TurnLine;
import io.fluxring.core.memory.LeaseAudit;
import io.fluxring.core.ring.SubmissionQueue;
import io.fluxring.core.sys.Abi;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Operations on their way into the ring: straight into the submission queue while there is room for them, into a line
 * while there is none, or no slot. Cancels go first, because what they end makes room. A chain stands in the line as its first
 * member, and goes as a whole. What takes the kernel long waits for its turn before that.
 */
final class OperationQueue {
    private static final int LINKED = Abi.SQE_IO_LINK | Abi.SQE_IO_HARDLINK;
    private static final int TO_CHECK = Abi.SQE_CQE_SKIP_SUCCESS | Abi.SQE_IO_DRAIN | LINKED;

    private final SubmissionQueue submissions;
    private final OperationTable table;
    private final Cancellations cancellations;
    private final Dispatcher dispatcher;
    private final AddressAudit audit;
    private final TurnLine<Operation> turns;
    private final ArrayDeque<Operation> line = new ArrayDeque<>();
    private final ArrayDeque<Operation> cancelled = new ArrayDeque<>();
    private final ArrayDeque<Operation> cancelledMeanwhile = new ArrayDeque<>(); // in line, during a preparation

    private @Nullable Operation unissuedOwn;
    private @Nullable Operation broken; // the member that could not be prepared last
    private boolean preparing;
    private int inLine; // with the members of chains
    private boolean cancelledInLine;

    OperationQueue(
            SubmissionQueue submissions,
            OperationTable table,
            Cancellations cancellations,
            Dispatcher dispatcher,
            AddressAudit audit,
            TurnLine<Operation> turns) {
        this.submissions = submissions;
        this.table = table;
        this.cancellations = cancellations;
        this.dispatcher = dispatcher;
        this.audit = audit;
        this.turns = turns;
    }

    /** How many operations stand in line, or wait for their turn. */
    int inLine() {
        return inLine + turns.size();
    }

    /** Whether the next operation would have to stand in line. */
    boolean hasLine() {
        return inLine > 0;
    }

    /** Whether something needs nothing but entries of the submission queue, which the next enter frees. */
    boolean needsOnlyEntries() {
        return isBusy() && canGoWithEntries();
    }

    private boolean canGoWithEntries() {
        Operation first = line.peek();
        return cancellations.hasUnasked()
                || unissuedOwn != null
                || cancelledInLine
                || !cancelledMeanwhile.isEmpty()
                || (first != null && table.room() >= lengthOf(first));
    }

    // ---- into the line

    void submit(Operation operation) {
        operation.queued();
        submitQueued(operation, 1);
    }

    /** One whose bytes the kernel copies while it takes it. */
    void submitInTurn(Operation operation, int lengthBytes) {
        operation.queued();
        if (turns.admits(lengthBytes)) {
            submitQueued(operation, 1);
        } else {
            turns.add(operation, lengthBytes);
        }
    }

    /** Several that the kernel is to take as a chain. */
    void submitChain(Operation... members) {
        int most = Math.min(submissions.capacity(), table.capacity());
        if (members.length == 0 || members.length > most) {
            throw new IllegalArgumentException("a chain has between 1 and " + most + " operations, the smaller of the "
                    + "submission queue's entries and the slots: " + members.length);
        }
        int queued = 0;
        try {
            for (; queued < members.length; queued++) {
                members[queued].queued();
            }
        } catch (RuntimeException e) { // one is missing, is live already, or stands in the chain twice
            for (int i = 0; i < queued; i++) {
                endUnsent(members[i]);
            }
            throw e;
        }
        for (int i = 0; i < members.length - 1; i++) {
            members[i].next = members[i + 1];
        }
        submitQueued(members[0], members.length);
    }

    private void submitQueued(Operation first, int length) {
        if (preparing || inLine > 0 || !issueNow(first)) {
            line.add(first);
            inLine += length;
        }
    }

    private boolean issueNow(Operation first) {
        try {
            return issue(first);
        } catch (Throwable e) {
            broken = null; // the caller hears of it himself
            unlink(first);
            throw e;
        }
    }

    /** The loop's own operation, which has a slot of its own and is past those who wait. */
    void submitOwn(Operation operation) {
        operation.queued();
        unissuedOwn = issueOwn(operation) ? null : operation;
    }

    private static int lengthOf(Operation first) {
        int length = 1;
        for (Operation member = first.next; member != null; member = member.next) {
            length++;
        }
        return length;
    }

    // ---- into the ring

    /** Prepares an operation, or all of a chain; returns whether there was room. */
    private boolean issue(Operation first) {
        if (first.next != null) {
            return issueChain(first);
        }
        if (table.isFull()) {
            return false;
        }
        Sqe sqe = submissions.claim();
        if (sqe == null) {
            return false;
        }
        try {
            prepare(first, sqe);
        } catch (Throwable e) {
            broken = first;
            submissions.unclaim(1);
            endUnsent(first);
            throw e;
        }
        return true;
    }

    private boolean issueOwn(Operation operation) {
        Sqe sqe = submissions.claim();
        if (sqe == null) {
            return false;
        }
        table.addOwn(operation);
        operation.prepare(sqe);
        sqe.userData(operation.userData());
        return true;
    }

    /** In one piece: the kernel takes the end of what it is shown at a time for the end of a chain. */
    private boolean issueChain(Operation first) {
        int length = lengthOf(first);
        if (table.room() < length || submissions.spaceLeft() < length) {
            return false;
        }
        Operation member = first;
        int claimed = 0;
        try {
            for (; member != null; member = member.next) {
                Sqe sqe = submissions.claim();
                if (sqe == null) {
                    throw new IllegalStateException("fewer entries than there was space for: " + submissions);
                }
                claimed++;
                prepare(member, sqe);
            }
        } catch (Throwable e) {
            broken = member;
            submissions.unclaim(claimed);
            for (Operation each = first; each != null; each = each.next) {
                endUnsent(each);
            }
            throw e;
        }
        unlink(first);
        return true;
    }

    /** What the operation's own code submits meanwhile stands in line: there is one entry to write into at a time. */
    private void prepare(Operation operation, Sqe sqe) {
        boolean followersCut = operation.areFollowersCut();
        table.add(operation);
        preparing = true;
        try {
            operation.prepare(sqe);
        } finally {
            preparing = false;
        }
        if (followersCut && operation.next == null) {
            sqe.unlink(); // it asked for a link to those who were cancelled in line
        }
        int flags = sqe.flags();
        if ((flags & TO_CHECK) != 0) {
            checkFlags(operation, flags);
        }
        if (operation.next != null && (flags & Abi.SQE_IO_HARDLINK) == 0) {
            sqe.link();
        }
        operation.prepared(sqe.fd(), flags);
        if (LeaseAudit.CHECKED) {
            audit.check(operation, sqe);
        }
        sqe.userData(operation.userData());
    }

    private static void checkFlags(Operation operation, int flags) {
        if ((flags & Abi.SQE_CQE_SKIP_SUCCESS) != 0) {
            throw new IllegalStateException(operation
                    + ": an operation with CQE_SKIP_SUCCESS would never be seen to end, and keep its slot for ever");
        }
        if ((flags & Abi.SQE_IO_DRAIN) != 0) {
            throw new IllegalStateException(operation
                    + ": a drain would wait for the loop's own wake-up, which never ends, and everything behind it"
                    + " with it, cancels included; see submitChain");
        }
        if (operation.next == null && (flags & LINKED) != 0) {
            throw new IllegalStateException(
                    operation + ": nothing of its own follows that it could be linked to; see submitChain");
        }
    }

    /** Ends an operation that the kernel will not see, whatever it was on its way to. */
    private void endUnsent(Operation operation) {
        if (operation.hasSlot()) { // cancelled by its own preparation or not
            table.remove(operation);
            return;
        }
        if (operation.state() == Operation.State.QUEUED) {
            operation.cancelling();
        }
        operation.ended();
    }

    private static void unlink(Operation first) {
        Operation member = first;
        while (member != null) {
            Operation next = member.next;
            member.next = null;
            member = next;
        }
    }

    // ---- out of the line

    void cancel(Operation operation) {
        switch (operation.state()) {
            case QUEUED -> {
                if (preparing) { // perhaps an earlier member of its chain, which is on its way already
                    cancelledMeanwhile.add(operation);
                } else {
                    operation.cancelling();
                    cancelledInLine = true;
                }
            }
            case IN_KERNEL -> {
                operation.cancelling();
                if (preparing) {
                    cancellations.askLater(operation);
                } else {
                    cancellations.ask(operation);
                }
            }
            case FREE, CANCELLING, DONE -> {
                // nothing to end, or asked already
            }
        }
    }

    /**
     * Cancels whatever there is, in line and in the kernel, one by one. A cancel of all at once starts its search anew for each that
     * it finds: for 8,000 polls it takes about 240 ms within the kernel, and these 8,000 take 65 ms with all their completions.
     */
    void cancelEach() {
        for (Operation first : line) {
            if (first.state() == Operation.State.QUEUED) {
                first.cancelling(); // and with the first those behind it
            }
            cancelledInLine = true;
        }
        turns.forEach(this::cancel);
        table.forEach(this::cancel);
    }

    /** Cancels whatever the kernel has, also what was asked to end before and has not. */
    void cancelAllAtOnce() {
        cancellations.askForAll();
    }

    /** Moves what waits into the submission queue, for as long as there is room. */
    void flush() {
        if (isBusy()) {
            flushAll();
        }
    }

    private boolean isBusy() {
        return inLine > 0
                || !turns.isEmpty()
                || cancelledInLine
                || unissuedOwn != null
                || cancellations.hasUnasked()
                || !cancelledMeanwhile.isEmpty();
    }

    private void flushAll() {
        for (int i = cancelledMeanwhile.size(); i > 0; i--) {
            cancel(cancelledMeanwhile.remove());
        }
        if (cancelledInLine) {
            endCancelled();
        }
        if (cancellations.flush()) {
            flushOwn();
            takeTurns();
            flushOperations();
        }
    }

    private void takeTurns() {
        for (Operation next = turns.next(); next != null; next = turns.next()) {
            line.add(next);
            inLine++;
        }
    }

    private void flushOwn() {
        Operation own = unissuedOwn;
        if (own == null) {
            return;
        }
        if (own.state() == Operation.State.CANCELLING) {
            unissuedOwn = null;
            own.ended();
            dispatcher.cancelledEarly(own);
        } else if (issueOwn(own)) {
            unissuedOwn = null;
        }
    }

    private void endCancelled() {
        cancelledInLine = false;
        for (int i = line.size(); i > 0; i--) {
            Operation first = line.remove();
            if (!cut(first)) {
                line.add(first);
            }
        }
        turns.remove(operation -> operation.state() == Operation.State.CANCELLING, operation -> {
            cancelled.add(operation);
            inLine++;
        });
        // Now that the lines are whole again: handlers may submit.
        for (Operation operation = cancelled.poll(); operation != null; operation = cancelled.poll()) {
            inLine--;
            endUnsent(operation);
            dispatcher.cancelledEarly(operation);
        }
    }

    /** Takes the first member that is cancelled out of a chain, and those behind it; returns whether none is left. */
    private boolean cut(Operation first) {
        Operation before = null;
        Operation member = first;
        while (member != null && member.state() != Operation.State.CANCELLING) {
            before = member;
            member = member.next;
        }
        if (member == null) {
            return false;
        }
        if (before != null) {
            before.next = null;
            before.cutFollowers();
        }
        while (member != null) {
            Operation next = member.next;
            member.next = null;
            cancelled.add(member);
            member = next;
        }
        return before == null;
    }

    /** Up to the moment when a handler cancels others: those must not go. */
    private void flushOperations() {
        Operation first = line.peek();
        while (first != null && !cancelledInLine && issueLate(first)) {
            first = line.peek();
        }
    }

    /** No caller is left to catch what a late preparation throws: it ends the operation like any other failure. */
    private boolean issueLate(Operation first) {
        int length = lengthOf(first);
        Throwable failure = null;
        try {
            if (!issue(first)) {
                return false;
            }
        } catch (Throwable e) {
            failure = e;
        }
        line.remove();
        inLine -= length;
        if (failure != null) {
            tellUnprepared(first, failure);
        }
        return true;
    }

    /** One member could not be prepared; those that stand in the chain with it are cancelled. */
    private void tellUnprepared(Operation first, Throwable failure) {
        Operation culprit = broken;
        broken = null;
        Operation member = first;
        while (member != null) {
            Operation next = member.next;
            member.next = null;
            if (member == culprit) {
                dispatcher.unprepared(member, failure);
            } else {
                dispatcher.cancelledEarly(member);
            }
            member = next;
        }
    }

    /** Those that wait, one a line, the first {@code limit} of them. */
    String dump(int limit) {
        List<String> waiting = new ArrayList<>();
        for (Operation first : line) {
            for (Operation member = first; member != null && waiting.size() < limit; member = member.next) {
                waiting.add("  " + member + (member.next == null ? "" : ", linked to the next"));
            }
        }
        turns.forEach(operation -> {
            if (waiting.size() < limit) {
                waiting.add("  " + operation + ", waits for its turn");
            }
        });
        if (waiting.size() < inLine()) {
            waiting.add("  and " + (inLine() - waiting.size()) + " more");
        }
        return String.join(System.lineSeparator(), waiting);
    }

    @Override
    public String toString() {
        return inLine + " queued, " + turns;
    }
}
