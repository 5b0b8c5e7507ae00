package io.fluxring.core.register;

import io.fluxring.core.ring.Ring;
import io.fluxring.core.ring.handle.RingHandle;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.Registers;
import io.fluxring.core.sys.layout.CancelLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Cancels operations by a call that returns when that is done ({@code io_uring_register_sync_cancel(3)}), without an entry of
 * the submission queue. The operations' own completions come as ever, with {@code -ECANCELED} or another result: what an
 * operation uses belongs to the kernel until then.
 *
 * <p>On the ring's owner thread only, once the ring is enabled; others get {@code -EEXIST}.
 */
public final class SynchronousCancel {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final RingHandle ring;

    /**
     * Of the ring that has this handle.
     *
     * @param ring the ring's handle
     */
    @SuppressWarnings("exports") // users pass Ring.handle() on
    public SynchronousCancel(RingHandle ring) {
        this.ring = ring;
    }

    /**
     * Cancels, and waits for what is running at this moment and can't be cancelled at once. Since Linux 6.0, by kind of operation
     * 6.6.
     *
     * @param target what to cancel
     * @param timeoutNanos for how long to wait for that at most, {@link Ring#FOREVER} without a limit
     * @return 0 when one was cancelled (for a futex or a process 1, seen on 6.18) or has ended meanwhile; with {@link CancelTarget#all} the number of those that were
     *     cancelled at once, 0 when there was none; {@code -ENOENT} when nothing matches; {@code -ETIME} when something still
     *     runs at the end of the time (it was told to stop); {@code -EBADF} for a descriptor or slot that is not open;
     *     {@code -EINTR} when a signal came
     */
    @Registers(RegisterOperation.SYNC_CANCEL)
    public int cancel(CancelTarget target, long timeoutNanos) {
        if (timeoutNanos < 0) {
            throw new IllegalArgumentException("timeoutNanos must not be negative: " + timeoutNanos);
        }
        boolean forever = timeoutNanos == Ring.FOREVER;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cancel = arena.allocate(CancelLayout.BYTES, Long.BYTES);
            Access.putLong(cancel, CancelLayout.USER_DATA, target.userData());
            Access.putInt(cancel, CancelLayout.FD, target.fd());
            Access.putInt(cancel, CancelLayout.FLAGS, target.flags());
            Access.putLong(cancel, CancelLayout.SECONDS, forever ? -1 : timeoutNanos / NANOS_PER_SECOND);
            Access.putLong(cancel, CancelLayout.NANOS, forever ? -1 : timeoutNanos % NANOS_PER_SECOND);
            cancel.set(ValueLayout.JAVA_BYTE, CancelLayout.OPERATION, (byte) target.operation());
            return ring.register(RegisterOperation.SYNC_CANCEL, cancel.address(), 1);
        }
    }
}
