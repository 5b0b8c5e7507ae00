package io.fluxring.core.sim;

import org.jspecify.annotations.Nullable;

/** A ring's registered buffers. */
final class BufferTable {
    /** One registered buffer; an empty slot has none. */
    static final class Entry extends Resource {
        final long address;
        final long length;

        Entry(SimulatedRing ring, long address, long length, long tag) {
            super(ring, tag);
            this.address = address;
            this.length = length;
        }

        boolean contains(long start, long bytes) {
            return start >= address && bytes >= 0 && start + bytes <= address + length;
        }
    }

    private final Entry[] entries;

    BufferTable(int slots) {
        this.entries = new Entry[slots];
    }

    int size() {
        return entries.length;
    }

    @Nullable
    Entry get(int index) {
        return index >= 0 && index < entries.length ? entries[index] : null;
    }

    /** Puts a buffer, or none, into a slot. */
    void set(int index, @Nullable Entry entry) {
        Entry before = entries[index];
        entries[index] = entry;
        if (before != null) {
            before.remove();
        }
    }

    /** The same entries with more slots behind them; this table is not to be used any more. */
    BufferTable grown(int slots) {
        BufferTable grown = new BufferTable(slots);
        System.arraycopy(entries, 0, grown.entries, 0, entries.length);
        return grown;
    }

    void clear() {
        for (int i = 0; i < entries.length; i++) {
            set(i, null);
        }
    }
}
