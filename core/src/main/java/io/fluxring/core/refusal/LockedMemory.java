package io.fluxring.core.refusal;

import io.fluxring.core.sys.Errno;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Tries a call again for a moment that is refused for want of locked memory. The kernel gives back what a ring has locked some 30
 * to 50 ms after its close (axboe/liburing#171), so that under a low limit a ring right after another's end is refused although
 * there will be room. Nothing waits where that can't help: for another error, without a limit, or for more than the limit.
 */
public final class LockedMemory {
    /** Several times what the kernel takes. */
    static final long LONGEST_WAIT_MILLIS = 200;

    private static final long INTERVAL_NANOS = 1_000_000L;

    private final Host host;
    private long waitedMillis;

    /** For the process that a host tells of. */
    public LockedMemory(Host host) {
        this.host = host;
    }

    /**
     * Makes a call, and makes it again while the kernel refuses it for want of locked memory. Blocks for at most 200 ms; an interrupt
     * ends the wait, and the thread stays interrupted.
     *
     * @param neededBytes what the call locks at least
     * @param call returns a negated errno when it is refused
     * @return what the last call has returned
     */
    public long request(long neededBytes, LongSupplier call) {
        long result = call.getAsLong();
        if (result != Errno.ENOMEM.result() || !fitsALimit(neededBytes)) {
            return result;
        }
        long start = System.nanoTime();
        while (result == Errno.ENOMEM.result()
                && waitedMillis < LONGEST_WAIT_MILLIS
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, INTERVAL_NANOS);
            result = call.getAsLong();
            waitedMillis = Math.min((System.nanoTime() - start) / 1_000_000, LONGEST_WAIT_MILLIS);
        }
        return result;
    }

    private boolean fitsALimit(long neededBytes) {
        long limitBytes = host.lockedMemoryLimitBytes();
        return limitBytes != Host.UNKNOWN
                && limitBytes != Host.UNLIMITED
                && neededBytes <= limitBytes
                && !host.mayLockAnything();
    }

    /** For a refusal: that there was a wait, in vain; empty when there was none. */
    String waited() {
        return waitedMillis == 0
                ? ""
                : "; waited " + waitedMillis + " ms for the kernel to give back what rings that have ended had locked";
    }
}
