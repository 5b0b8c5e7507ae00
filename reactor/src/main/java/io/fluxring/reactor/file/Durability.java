package io.fluxring.reactor.file;

import io.fluxring.core.file.WritePlan;

/** What of a write is on the device when the write has completed. */
public enum Durability {
    /** Nothing need be: the kernel writes it when it likes. What was written survives the process, not the machine. */
    NONE(WritePlan.Sync.NONE),
    /** The bytes, and of the file's attributes what is needed to read them again: one {@code fdatasync(2)} at the end. */
    DATA(WritePlan.Sync.DATA),
    /** The bytes and all of the file's attributes: one {@code fsync(2)} at the end. */
    FULL(WritePlan.Sync.FULL),
    /** The bytes, and each write is on the device before it counts: {@code RWF_DSYNC}. */
    EACH_WRITE(WritePlan.Sync.EACH_WRITE);

    private final WritePlan.Sync sync;

    Durability(WritePlan.Sync sync) {
        this.sync = sync;
    }

    WritePlan.Sync sync() {
        return sync;
    }
}
