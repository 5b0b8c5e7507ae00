package io.fluxring.reactor.file;

import io.fluxring.core.sys.Libc;

/** How one read or write is done, {@code RWF_*} of {@code preadv2(2)}. A kernel or file system that can't refuses it. */
public enum IoFlag {
    /** A write counts when its bytes are on the device, {@code RWF_DSYNC}. */
    DATA_SYNC(Libc.RWF_DSYNC),
    /** A write counts when its bytes and the file's attributes are on the device, {@code RWF_SYNC}. */
    SYNC(Libc.RWF_SYNC),
    /**
     * The device is polled for the end, {@code RWF_HIPRI}. The kernel takes it on a ring that polls ({@link
     * io.fluxring.core.setup.IoPolling}) alone, which that of a loop can't be.
     */
    HIGH_PRIORITY(Libc.RWF_HIPRI),
    /**
     * Fails with {@code EAGAIN} where the device would have to be waited for, {@code RWF_NOWAIT}; gives what is there where that is a
     * part.
     */
    NO_WAIT(Libc.RWF_NOWAIT),
    /** A write goes to the end of the file, {@code RWF_APPEND}; its position does not matter. */
    APPEND(Libc.RWF_APPEND),
    /** All or nothing of a write survives a power failure, {@code RWF_ATOMIC}. Since Linux 6.11; for direct I/O. */
    ATOMIC(Libc.RWF_ATOMIC),
    /** Nothing is left in the page cache, {@code RWF_DONTCACHE}. Since Linux 6.14. */
    DONT_CACHE(Libc.RWF_DONTCACHE);

    private final int flag;

    IoFlag(int flag) {
        this.flag = flag;
    }

    static int bits(IoFlag... flags) {
        int bits = 0;
        for (IoFlag each : flags) {
            bits |= each.flag;
        }
        return bits;
    }
}
