package io.fluxring.benchmarks.reads;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.setup.SqPolling;
import io.fluxring.core.sys.Libc;

/** How the kernel carries a read out. */
enum ReadMode {
    /** In place, where the page cache has the bytes. */
    INLINE,
    /** Taken from the queue by a polling thread of the kernel. */
    SQPOLL,
    /** By a worker thread of the kernel, without an attempt in place. */
    ASYNC,
    /** Past the page cache, from the device. */
    DIRECT;

    private static final int POLL_IDLE_MILLIS = 1000;

    RingConfig ring(RingConfig config, int pollCore) {
        return this == SQPOLL ? config.withSqPolling(new SqPolling(POLL_IDLE_MILLIS, pollCore)) : config;
    }

    /** Who has a thread of the kernel poll for submissions polls for completions: neither side enters the kernel. fio does it so. */
    int completionsToWaitFor() {
        return this == SQPOLL ? 0 : 1;
    }

    int openFlags() {
        return Libc.O_RDONLY | (this == DIRECT ? Libc.O_DIRECT : 0);
    }

    void mark(Sqe sqe) {
        if (this == ASYNC) {
            sqe.async();
        }
    }
}
