package io.fluxring.core.sim;

import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.call.NativeMemory;
import io.fluxring.core.sys.layout.BufRingLayout;
import java.lang.foreign.MemorySegment;

/** The kernel's side of a ring of provided buffers. Buffers are the kernel's from the publish of the tail on. */
final class ProvidedGroup extends BufferGroup {
    private final MemorySegment ring;
    private final int entries;
    private final boolean incremental;
    private int head;
    private int seenTail;

    ProvidedGroup(SimulatedKernel kernel, long ringAddress, int entries, boolean incremental) {
        super(kernel);
        this.ring = NativeMemory.at(ringAddress, entries * BufRingLayout.ENTRY_BYTES);
        this.entries = entries;
        this.incremental = incremental;
    }

    @Override
    void sync() {
        int tail = Short.toUnsignedInt(Access.getShortAcquire(ring, BufRingLayout.TAIL));
        int fresh = tail - seenTail & 0xffff;
        if (fresh > entries || (tail - head & 0xffff) > entries) {
            throw kernel.violation("the tail of a buffer ring went from " + seenTail + " to " + tail
                    + " with the head at " + head + " and " + entries + " entries: moved backwards, or overrun");
        }
        for (; fresh > 0; fresh--) {
            take(entry(seenTail));
            seenTail = seenTail + 1 & 0xffff;
        }
    }

    private long offset(int index) {
        return (index & entries - 1) * BufRingLayout.ENTRY_BYTES;
    }

    private Buffer entry(int index) {
        long at = offset(index);
        return new Buffer(
                Short.toUnsignedInt(Access.getShort(ring, at + BufRingLayout.ENTRY_BID)),
                Access.getLong(ring, at + BufRingLayout.ENTRY_ADDR),
                Access.getInt(ring, at + BufRingLayout.ENTRY_LEN));
    }

    /** The kernel's index of the next buffer. */
    int head() {
        return head;
    }

    @Override
    Buffer at(int ahead) {
        return entry(head + ahead);
    }

    @Override
    void next() {
        head = head + 1 & 0xffff;
    }

    @Override
    int available() {
        sync();
        return seenTail - head & 0xffff;
    }

    @Override
    boolean keeps(Buffer buffer, int bytes) {
        if (incremental) {
            Access.putLong(ring, offset(head) + BufRingLayout.ENTRY_ADDR, buffer.address() + bytes);
            Access.putInt(ring, offset(head) + BufRingLayout.ENTRY_LEN, buffer.length() - bytes);
        }
        return incremental && bytes < buffer.length();
    }
}
