package io.fluxring.core.ring;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.entry.SqeCursor;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.call.NativeMemory;
import io.fluxring.core.sys.layout.ParamsLayout;
import io.fluxring.core.sys.layout.SqeLayout;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The queue of requests. {@link #claim} hands out entries, {@link #publish} shows all claimed ones to the kernel, and the
 * kernel moves the head when it consumes them. Both indices run freely and wrap; only differences and masked values mean
 * anything.
 */
public final class SubmissionQueue {
    private final int entryShift;
    private final SqeCursor cursor;
    private MemorySegment rings;
    private long kernelHead;
    private long kernelTail;
    private long kernelFlags;
    private long kernelDropped;
    private int entries;
    private int mask;

    private int head;
    private int tail;
    private int publishedTail; // as it stands in the kernel's memory
    private long published;

    SubmissionQueue(RingMemory memory, MemorySegment params) {
        this.entryShift = RingMemory.entryShift(params);
        this.rings = memory.rings();
        this.cursor = new SqeCursor(memory.entries(), entryShift > SqeLayout.SHIFT);
        place(memory, params);
    }

    /** The queue lies here from now on, with whatever the kernel has put into it. */
    void place(RingMemory memory, MemorySegment params) {
        rings = memory.rings();
        kernelHead = Integer.toUnsignedLong(Access.getInt(params, ParamsLayout.SQ_HEAD));
        kernelTail = Integer.toUnsignedLong(Access.getInt(params, ParamsLayout.SQ_TAIL));
        kernelFlags = Integer.toUnsignedLong(Access.getInt(params, ParamsLayout.SQ_FLAGS));
        kernelDropped = Integer.toUnsignedLong(Access.getInt(params, ParamsLayout.SQ_DROPPED));
        entries = Access.getInt(params, ParamsLayout.SQ_ENTRIES);
        mask = Access.getInt(rings, Integer.toUnsignedLong(Access.getInt(params, ParamsLayout.SQ_MASK)));
        head = Access.getIntAcquire(rings, kernelHead);
        tail = Access.getInt(rings, kernelTail);
        publishedTail = tail;
        cursor.moveTo(memory.entries());
        if (RingMemory.hasIndexArray(params)) {
            fillIndexArray(Integer.toUnsignedLong(Access.getInt(params, ParamsLayout.SQ_ARRAY)));
        }
    }

    /** The ring is closed, and the memory unmapped. */
    void leave() {
        rings = NativeMemory.GONE;
        cursor.moveTo(NativeMemory.GONE);
    }

    /** Kernels before 6.6 look entries up through an array of indices: identity, written once. */
    private void fillIndexArray(long array) {
        for (int i = 0; i < entries; i++) {
            Access.putInt(rings, array + 4L * i, i);
        }
    }

    /**
     * The next free entry, to be written with one {@code prep} method before the next claim.
     *
     * @return a view that is reused by the next claim, or null when the queue is full
     */
    public @Nullable Sqe claim() {
        if (tail - head == entries && spaceLeft() == 0) {
            return null;
        }
        return cursor.at((long) (tail++ & mask) << entryShift);
    }

    /**
     * Takes the latest claims back, as if they had never been made.
     *
     * @param count how many, none of them published
     */
    public void unclaim(int count) {
        if (count < 0 || count > tail - Access.getInt(rings, kernelTail)) {
            throw new IllegalArgumentException("not so many claims to take back: " + count + "; " + this);
        }
        tail -= count;
    }

    /** {@return how many entries can be claimed before the next enter} */
    public int spaceLeft() {
        head = Access.getIntAcquire(rings, kernelHead);
        return entries - (tail - head);
    }

    /** {@return how many entries there are in all} */
    public int capacity() {
        return entries;
    }

    /** {@return how many claimed entries the kernel has not consumed yet} */
    public int pending() {
        head = Access.getIntAcquire(rings, kernelHead);
        return tail - head;
    }

    /** {@return how many entries were shown to the kernel since the ring was made} */
    public long published() {
        return published;
    }

    /** Shows the claimed entries to the kernel: what was written into them is visible before the new tail. */
    void publish() {
        published += tail - publishedTail;
        publishedTail = tail;
        Access.putIntRelease(rings, kernelTail, tail);
    }

    /** Whether the polling thread of the kernel sleeps and must be woken to see what was published. */
    boolean needsWakeup() {
        // The store of the tail must be seen before this load, or both sides may go to sleep.
        Access.fullFence();
        return (flags() & Abi.SQ_NEED_WAKEUP) != 0;
    }

    /** The kernel's flags, {@code IORING_SQ_*}. */
    int flags() {
        return Access.getIntOpaque(rings, kernelFlags);
    }

    /** How many entries the kernel has refused to read. Zero, unless foreign code wrote into the ring's memory. */
    int dropped() {
        return Access.getIntOpaque(rings, kernelDropped);
    }

    @Override
    public String toString() {
        return "SQ[" + (tail - Access.getIntOpaque(rings, kernelHead)) + " of " + entries + " pending, "
                + ((long) entries << entryShift) + " bytes]";
    }
}
