package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One operation of a {@link MixedProgram}: what was asked for, what may come of it, and what has come. */
final class ModelOperation {
    enum Kind {
        NOTHING,
        FAILURE,
        BAD_ENTRY,
        TIMEOUT,
        POLL,
        WRITE,
        READ,
        SYNC,
        SEND,
        ZERO_COPY,
        CANCEL,
        VARIOUS,
        TIME_LIMIT
    }

    /** Operations that were submitted linked to each other, or one alone. */
    static final class Chain {
        final List<ModelOperation> members = new ArrayList<>();

        boolean drains() {
            return members.stream().anyMatch(member -> member.drains);
        }

        boolean refused() {
            return members.stream().anyMatch(ModelOperation::isRefused);
        }
    }

    private static final Set<Errno> INTERRUPTIONS = Set.of(Errno.ECANCELED, Errno.EINTR);

    final long id;
    final Kind kind;
    boolean linked;
    boolean hardLinked;
    boolean drains;
    boolean silent;
    boolean etimeSucceeds;
    int length;

    /** Memory that is the kernel's until the last completion. */
    @Nullable
    MemorySegment memory;

    /** What a read must bring: the write of it; null when that is not determined. */
    @Nullable
    ModelOperation written;

    /** Which of the various it is. */
    @Nullable
    Opcode opcode;

    /** What a cancel is for. */
    @Nullable
    ModelOperation victim;

    Chain chain;

    boolean completed;
    boolean ended;
    int result;

    ModelOperation(long id, Kind kind) {
        this.id = id;
        this.kind = kind;
    }

    private boolean isRefused() {
        return kind == Kind.BAD_ENTRY || kind == Kind.TIME_LIMIT && chain.members.getFirst() == this;
    }

    /** The member that it waits for; null for a chain's first. */
    @Nullable
    ModelOperation predecessor() {
        int index = chain.members.indexOf(this) - 1;
        if (index >= 0 && kind != Kind.TIME_LIMIT && chain.members.get(index).kind == Kind.TIME_LIMIT) {
            index--;
        }
        return index < 0 ? null : chain.members.get(index);
    }

    /** Takes a completion. */
    void complete(int newResult, int flags) {
        if (ended) {
            throw fail("completes after its end", newResult);
        }
        boolean more = (flags & Abi.CQE_F_MORE) != 0;
        if ((flags & Abi.CQE_F_NOTIF) != 0) {
            if (kind != Kind.ZERO_COPY || !completed && !chainMayBeSilent(this) || more) {
                throw fail("has a notification out of turn", newResult);
            }
            end();
            return;
        }
        if (completed) {
            throw fail("has two results", newResult);
        }
        if (more && kind != Kind.ZERO_COPY) {
            throw fail("has more than one completion", newResult);
        }
        completed = true;
        result = newResult;
        checkOrder();
        checkResult();
        if (kind != Kind.ZERO_COPY) {
            end();
        } else if (!more && newResult != Errno.ECANCELED.result()) {
            throw fail("is final without a notification", newResult);
        }
    }

    /** From here on its memory is the program's again. */
    private void end() {
        ended = true;
        if (memory != null && kind != Kind.WRITE) {
            memory.fill((byte) 0x5A);
        }
    }

    private void checkOrder() {
        ModelOperation before = predecessor();
        if (before == null || kind == Kind.TIME_LIMIT) {
            return; // a time limit ends before its operation does, or after it
        }
        if (!before.completed && !before.silent && !chainMayBeSilent(before)) {
            throw fail("completes before " + before + ", which it is linked to", result);
        }
        boolean broken = before.completed && before.failed() && !before.hardLinked;
        if (broken && result != Errno.ECANCELED.result() && !chain.refused()) {
            throw fail("ran although " + before + " failed", result);
        }
    }

    /** Whether a silent member before it may have failed, and silenced it. */
    boolean chainMayBeSilent(ModelOperation member) {
        for (ModelOperation each : chain.members) {
            if (each == member) {
                return false;
            }
            if (each.silent && each.completed && each.failed()) {
                return true;
            }
        }
        return false;
    }

    private void checkResult() {
        if (chain.refused()) {
            require(result == Errno.ECANCELED.result() || isRefused() && result == Errno.EINVAL.result());
            return;
        }
        if (result < 0 && INTERRUPTIONS.stream().anyMatch(errno -> errno.result() == result)) {
            return;
        }
        switch (kind) {
            case NOTHING -> require(result == length);
            case FAILURE -> require(result == -length);
            case TIMEOUT -> require(result == Errno.ETIME.result());
            case POLL -> require(result > 0);
            case WRITE -> require(result == Errno.EIO.result() || result > 0 && result <= length);
            case READ -> checkRead();
            case SYNC -> require(result == 0 || result == Errno.EIO.result());
            case SEND, ZERO_COPY -> require(result > 0 && result <= length);
            case VARIOUS -> require(result != Errno.EINVAL.result() && result != Errno.EBADF.result());
            case CANCEL ->
                require(result == 0
                        || result == 1 && waitsForMemory(victim)
                        || result == Errno.ENOENT.result()
                        || result == Errno.EALREADY.result());
            case TIME_LIMIT ->
                require(result == Errno.ETIME.result()
                        || result == 1 && waitsForMemory(predecessor())
                        || result == Errno.ENOENT.result()
                        || result == Errno.EALREADY.result());
            case BAD_ENTRY -> throw fail("was accepted", result);
        }
    }

    /** The kernel tells the number of such waits that were cancelled. */
    private static boolean waitsForMemory(@Nullable ModelOperation operation) {
        return operation != null && operation.opcode == Opcode.FUTEX_WAIT;
    }

    private void checkRead() {
        require(result == Errno.EIO.result() || result >= (written == null ? 0 : 1) && result <= length);
        for (int i = 0; written != null && i < result; i++) {
            if (memory.get(ValueLayout.JAVA_BYTE, i) != written.memory.get(ValueLayout.JAVA_BYTE, i)) {
                throw fail("brings other bytes than " + written + " wrote", result);
            }
        }
    }

    /** Whether the rest of a soft chain is given up with it. */
    boolean failed() {
        return switch (kind) {
            case WRITE, READ -> result < length;
            case TIMEOUT -> result < 0 && !(etimeSucceeds && result == Errno.ETIME.result());
            case SYNC -> isInterrupted();
            case TIME_LIMIT -> isRefused();
            case VARIOUS -> result < 0 && (EntryRules.breaksChain(opcode) || isInterrupted());
            default -> result < 0;
        };
    }

    private boolean isInterrupted() {
        return INTERRUPTIONS.stream().anyMatch(errno -> errno.result() == result);
    }

    /** Nothing is in flight any more: what this one owes must have come. */
    void requireEnded() {
        if (ended || !completed && (silent || chainMayBeSilent(this))) {
            return;
        }
        throw fail(completed ? "has no notification" : "has no completion", result);
    }

    /** What can be said only when all has ended. */
    void requireConsistent() {
        if (completed && silent && !failed() && kind != Kind.TIME_LIMIT) {
            throw fail("was to be silent", result);
        }
        ModelOperation other = kind == Kind.CANCEL ? victim : kind == Kind.TIME_LIMIT ? predecessor() : null;
        boolean cancelled =
                kind == Kind.CANCEL && result == 0 || kind == Kind.TIME_LIMIT && result == Errno.ETIME.result();
        if (completed && cancelled && other != null && other.result != Errno.ECANCELED.result()) {
            throw fail("has cancelled " + other + ", which says otherwise", result);
        }
    }

    private void require(boolean holds) {
        if (!holds) {
            throw fail("has a result that it can't have", result);
        }
    }

    private AssertionError fail(String what, int completion) {
        return new AssertionError(
                this + " " + what + ": " + Bench.describe(completion, 0) + "; chain " + chain.members);
    }

    @Override
    public String toString() {
        return kind + " " + id + (linked ? hardLinked ? " hard-linked" : " linked" : "") + (drains ? " drain" : "")
                + (silent ? " silent" : "") + (completed ? " = " + result : "");
    }
}
