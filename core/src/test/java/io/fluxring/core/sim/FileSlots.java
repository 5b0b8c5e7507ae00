package io.fluxring.core.sim;

import io.fluxring.core.sys.Errno;
import org.jspecify.annotations.Nullable;

/** A ring's registered files. Slots are handed out in turn, as by the kernel's hint: a stale number is noticed sooner. */
final class FileSlots {
    /** A file in a slot. */
    static final class Slot extends Resource {
        final KernelFile file;

        Slot(SimulatedRing ring, KernelFile file, long tag) {
            super(ring, tag);
            this.file = file;
        }
    }

    private final SimulatedRing ring;
    private final Slot[] slots;
    private int hint;
    private int firstToAllocate;
    private int allocated;

    FileSlots(SimulatedRing ring, int slots) {
        this.ring = ring;
        this.slots = new Slot[slots];
        this.allocated = slots;
    }

    int size() {
        return slots.length;
    }

    @Nullable
    Slot slot(int slot) {
        return slot >= 0 && slot < slots.length ? slots[slot] : null;
    }

    @Nullable
    KernelFile get(int slot) {
        Slot used = slot(slot);
        return used == null ? null : used.file;
    }

    /** Where slots are picked from when the kernel picks one. 0, or why not. */
    int allocateFrom(int first, int count) {
        if (first < 0 || count < 0 || first + count > slots.length) {
            return Errno.EINVAL.result();
        }
        firstToAllocate = first;
        allocated = count;
        hint = 0;
        return 0;
    }

    /** Puts a file into a free slot: the slot, or {@code -ENFILE}. */
    int install(KernelFile file) {
        for (int i = 0; i < allocated; i++) {
            int offset = (hint + i) % allocated;
            int slot = firstToAllocate + offset;
            if (slots[slot] == null) {
                put(slot, file, 0);
                hint = offset + 1;
                return slot;
            }
        }
        return Errno.ENFILE.result();
    }

    /** Puts a file into a slot; what was there is dropped. 0, or why not. */
    int set(int slot, KernelFile file) {
        if (slots.length == 0) {
            return Errno.ENXIO.result();
        }
        if (slot < 0 || slot >= slots.length) {
            return Errno.EINVAL.result();
        }
        KernelFile before = remove(slot);
        put(slot, file, 0);
        if (before != null) {
            before.drop();
        }
        return 0;
    }

    void put(int slot, KernelFile file, long tag) {
        slots[slot] = new Slot(ring, file, tag);
        file.refer();
    }

    /** Empties a slot: what was there, not dropped yet. */
    @Nullable
    KernelFile remove(int slot) {
        Slot used = slot(slot);
        if (used == null) {
            return null;
        }
        slots[slot] = null;
        used.remove();
        return used.file;
    }

    int used() {
        int used = 0;
        for (Slot slot : slots) {
            used += slot == null ? 0 : 1;
        }
        return used;
    }

    void clear() {
        for (int slot = 0; slot < slots.length; slot++) {
            KernelFile file = remove(slot);
            if (file != null) {
                file.drop();
            }
        }
    }
}
