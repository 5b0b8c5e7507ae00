package io.fluxring.core.preflight;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.refusal.Refusal;
import io.fluxring.core.ring.Capabilities;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.setup.RingUnavailableException;
import io.fluxring.core.setup.RingUnavailableException.Reason;
import io.fluxring.core.sys.Errno;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A ring that was made, used and closed to see whether that can be done.
 *
 * @param refusal why it can't, or null
 * @param capabilities what the kernel gave, null when there is a refusal
 */
record TrialRing(
        @Nullable RingUnavailableException refusal,
        @Nullable Capabilities capabilities) {

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** On a platform thread of its own: a ring belongs to one, and the caller may be a virtual one. */
    static TrialRing of(RingConfig config) {
        CompletableFuture<TrialRing> trial = new CompletableFuture<>();
        try {
            Thread.ofPlatform().name("fluxring-preflight").daemon().start(() -> trial.complete(attempt(config)));
        } catch (RuntimeException | Error e) { // no more threads
            return Thread.currentThread().isVirtual() ? failed(e) : attempt(config);
        }
        return trial.join();
    }

    private static TrialRing attempt(RingConfig config) {
        try {
            return new TrialRing(null, use(config));
        } catch (RingUnavailableException e) {
            return new TrialRing(e, null);
        } catch (RuntimeException | Error e) {
            return failed(e);
        }
    }

    private static TrialRing failed(Throwable e) {
        return new TrialRing(
                new RingUnavailableException(Reason.OTHER, "a ring can't be used: " + Refusal.oneLine(e), "", e), null);
    }

    private static Capabilities use(RingConfig config) {
        try (Ring ring = Ring.open(config)) {
            ring.enable();
            Sqe sqe = ring.submissions().claim();
            if (sqe == null) {
                throw new IllegalStateException("a new ring has no entry");
            }
            sqe.prepNop().userData(1);
            long start = System.nanoTime();
            int result = 0;
            while (ring.completions().drain((userData, ignored, flags) -> {}) == 0) {
                if (System.nanoTime() - start > LIMIT_NANOS || isFinal(result)) {
                    throw new IllegalStateException("a NOP does not complete, io_uring_enter says "
                            + (result < 0 ? Errno.describe(result) : String.valueOf(result)));
                }
                result = ring.submitAndWait(1, LIMIT_NANOS, 0);
            }
            return ring.capabilities();
        }
    }

    private static boolean isFinal(int result) {
        return result < 0 && Errno.ofResult(result).kind() != Errno.Kind.RETRY;
    }
}
