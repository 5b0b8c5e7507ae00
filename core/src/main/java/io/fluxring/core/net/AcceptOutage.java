package io.fluxring.core.net;

import io.fluxring.core.loop.CloseOperation;
import io.fluxring.core.loop.Deadline;
import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import java.time.ZoneId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A time in which a listener can't accept, for want of descriptors, memory or slots: how long to wait before the next try, and
 * what to say. Logged once when it begins and once when it is over; a line for each refusal would flood the log. Belongs to the
 * loop's thread.
 */
final class AcceptOutage {
    private static final System.Logger LOG = System.getLogger(Acceptor.class.getName());

    static {
        // A log line needs the file of time zones, and a close its class: neither could be opened any more for want of
        // descriptors.
        Objects.requireNonNull(ZoneId.systemDefault());
        Objects.requireNonNull(CloseOperation.class);
    }

    /**
     * Ten tries a second cost nothing measurable, and bound by how much a client waits longer than it must when descriptors were
     * freed by other parts of the process, which do not call here.
     */
    private static final long RETRY_NANOS = 100_000_000L;

    /** An outage ends after so long without a refusal, not with the first descriptor freed: they come and go one by one. */
    private static final long RECOVERED_AFTER_NANOS = 1_000_000_000L;

    private final RingLoop loop;
    private final String listener;
    private final Runnable tryAgain;

    private @Nullable Deadline retry;
    private @Nullable Deadline recovery;
    private long refusals; // in this outage

    /**
     * No outage so far.
     *
     * @param listener the address, for the log
     * @param tryAgain run when the time has come
     */
    AcceptOutage(RingLoop loop, String listener, Runnable tryAgain) {
        this.loop = loop;
        this.listener = listener;
        this.tryAgain = tryAgain;
    }

    /** The kernel has refused for want of something; the next try comes by itself. */
    void refused(int result) {
        loop.tally().increment(Counter.ACCEPT_REFUSED);
        if (retry == null) {
            retry = loop.schedule(this::retry, RETRY_NANOS);
        }
        String remedy = Errno.ofResult(result).remedy();
        begun(Errno.describe(result) + (remedy.isEmpty() ? "" : "; " + remedy));
    }

    /** The loop has no slots, or no places for direct descriptors. The next try comes when there are some. */
    void full(String what) {
        loop.tally().increment(Counter.ACCEPT_FULL);
        begun(what);
    }

    private void begun(String reason) {
        unschedule(recovery);
        recovery = null;
        if (refusals++ == 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} cannot accept: {1}; connections wait in the backlog meanwhile",
                    listener,
                    reason);
        }
    }

    private void retry() {
        retry = null;
        tryAgain.run();
    }

    /**
     * A try is made now, whatever was scheduled. Unless it is refused the outage is over, also when no client comes: an accept
     * that waits for one has its place already.
     */
    void tried() {
        unschedule(retry);
        retry = null;
        if (refusals > 0 && recovery == null) {
            recovery = loop.schedule(this::recovered, RECOVERED_AFTER_NANOS);
        }
    }

    private void recovered() {
        recovery = null;
        LOG.log(System.Logger.Level.INFO, "{0} accepts again, after {1} refusals", listener, refusals);
        refusals = 0;
    }

    /** The listener closes. */
    void over() {
        unschedule(retry);
        retry = null;
        unschedule(recovery);
        recovery = null;
    }

    private void unschedule(@Nullable Deadline deadline) {
        if (deadline != null) {
            loop.unschedule(deadline);
        }
    }
}
