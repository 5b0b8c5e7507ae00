package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.layout.CqeLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/** The kernel's side of a completion queue: nothing is dropped, what finds no room waits in a list for a flush. */
final class CompletionPoster {
    private record Overflowed(long userData, int result, int flags) {}

    private final SimulatedKernel kernel;
    private final MemorySegment rings;
    private final int entries;
    private final ArrayDeque<Overflowed> overflowed = new ArrayDeque<>();
    private int tail;
    private int seenHead;
    private long posted;

    CompletionPoster(SimulatedKernel kernel, MemorySegment rings, int entries) {
        this.kernel = kernel;
        this.rings = rings;
        this.entries = entries;
        this.tail = Access.getInt(rings, RingOffsets.CQ_TAIL);
        this.seenHead = tail;
    }

    int ready() {
        return tail - head();
    }

    private int head() {
        int head = Access.getIntAcquire(rings, RingOffsets.CQ_HEAD);
        if (head - seenHead < 0 || tail - head < 0) {
            throw kernel.violation(
                    "the completion queue's head went from " + seenHead + " to " + head + " with the tail at " + tail);
        }
        seenHead = head;
        return head;
    }

    /** How many completions there were so far. */
    long posted() {
        return posted;
    }

    private boolean hasRoom() {
        return overflowed.isEmpty() && ready() < entries;
    }

    /** A completion of an operation that goes on; false when there is no room: then the operation ends with it. */
    boolean postMore(long userData, int result, int flags) {
        if (!hasRoom()) {
            return false;
        }
        write(userData, result, flags | Abi.CQE_F_MORE);
        posted++;
        return true;
    }

    /** An operation's last completion. */
    void postLast(long userData, int result, int flags) {
        posted++;
        if (hasRoom()) {
            write(userData, result, flags);
        } else {
            overflowed.add(new Overflowed(userData, result, flags));
            setFlag(true);
        }
    }

    /** Moves what waits into the queue, in its order, as far as there is room. */
    void flush() {
        while (!overflowed.isEmpty() && ready() < entries) {
            Overflowed next = overflowed.remove();
            write(next.userData, next.result, next.flags);
        }
        if (overflowed.isEmpty()) {
            setFlag(false);
        }
    }

    private void setFlag(boolean on) {
        int flags = Access.getInt(rings, RingOffsets.SQ_FLAGS);
        Access.putIntRelease(
                rings, RingOffsets.SQ_FLAGS, on ? flags | Abi.SQ_CQ_OVERFLOW : flags & ~Abi.SQ_CQ_OVERFLOW);
    }

    private void write(long userData, int result, int flags) {
        long cqe = RingOffsets.CQES + (long) (tail & entries - 1) * CqeLayout.BYTES;
        Access.putLong(rings, cqe + CqeLayout.USER_DATA, userData);
        Access.putInt(rings, cqe + CqeLayout.RESULT, result);
        Access.putInt(rings, cqe + CqeLayout.FLAGS, flags);
        Access.putIntRelease(rings, RingOffsets.CQ_TAIL, ++tail);
    }
}
