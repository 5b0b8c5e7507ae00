package io.fluxring.core.sim;

import io.fluxring.core.sys.Errno;

/** A ring's registered files. Slots are handed out in turn, as by the kernel's hint: a stale number is noticed sooner. */
final class FileSlots {
    private final KernelFile[] files;
    private int hint;

    FileSlots(int slots) {
        this.files = new KernelFile[slots];
    }

    KernelFile get(int slot) {
        return slot >= 0 && slot < files.length ? files[slot] : null;
    }

    /** Puts a file into a free slot: the slot, or {@code -ENFILE}. */
    int install(KernelFile file) {
        for (int i = 0; i < files.length; i++) {
            int slot = (hint + i) % files.length;
            if (files[slot] == null) {
                files[slot] = file;
                file.refer();
                hint = slot + 1;
                return slot;
            }
        }
        return Errno.ENFILE.result();
    }

    KernelFile remove(int slot) {
        KernelFile file = get(slot);
        if (file != null) {
            files[slot] = null;
        }
        return file;
    }

    int used() {
        int used = 0;
        for (KernelFile file : files) {
            used += file == null ? 0 : 1;
        }
        return used;
    }

    void clear() {
        for (int slot = 0; slot < files.length; slot++) {
            KernelFile file = remove(slot);
            if (file != null) {
                file.drop();
            }
        }
    }
}
