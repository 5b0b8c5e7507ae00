package io.fluxring.reactor.net;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Credits;
import io.fluxring.core.loop.Deadline;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.operator.Drain;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The accepting half of a listener. Lives as long as the listener, while subscribers come and go. Small credit is served by
 * single accepts, large credit by a multishot one, which may run ahead of the demand up to a high mark. Belongs to the loop's
 * thread.
 */
final class Acceptor {
    private static final System.Logger LOG = System.getLogger(Listener.class.getName());

    static {
        // A log line needs the file of time zones, which could not be opened any more for want of descriptors.
        Objects.requireNonNull(ZoneId.systemDefault());
    }

    /** From this credit on a multishot accept pays off, and below it, it would overrun what was asked for. */
    private static final int MULTISHOT_FROM = 32;

    /** Connections that a multishot accept may take ahead of the demand, before it is stopped. */
    private static final int HIGH_MARK = 64;

    private static final long BACK_OFF_NANOS = 100_000_000L;
    private static final long RECOVERED_AFTER_NANOS = 1_000_000_000L;

    private enum State {
        /** No accept is in the ring. */
        IDLE,
        /** An accept is in the ring. */
        ACCEPTING,
        /** An accept is in the ring and asked to end. */
        STOPPING,
        /** Descriptors or memory ran out; waiting for a while, or for a connection that closes. */
        BACKING_OFF,
        /** The listener closes, or is closed. */
        CLOSED
    }

    private final Listener listener;
    private final RingLoop loop;
    private final AcceptOperation accept = new AcceptOperation();
    private final CloseOperation close = new CloseOperation();
    private final ArrayDeque<Connection> waiting = new ArrayDeque<>();
    private final Drain handOut = new Drain(this::handOut);

    private State state = State.IDLE;
    private FluxAccept.@Nullable AcceptSubscription subscriber;
    private @Nullable Deadline retry;
    private @Nullable RingException failure;
    private @Nullable Deadline recovery;
    private long refusals; // in this spell
    private boolean multishot;
    private boolean looksAgain;

    Acceptor(Listener listener, RingLoop loop) {
        this.listener = listener;
        this.loop = loop;
    }

    void attach(FluxAccept.AcceptSubscription next) {
        if (subscriber != null) {
            next.fail(new IllegalStateException(listener + " is being accepted from already"));
            return;
        }
        subscriber = next;
        deliver();
    }

    /** The subscriber has cancelled: what it was not given is closed, and what comes late will be. */
    void detach(FluxAccept.AcceptSubscription former) {
        if (subscriber == former) {
            subscriber = null;
            discardWaiting();
            stop();
        }
    }

    void deliver() {
        if (handOut.run()) {
            regulate();
        }
    }

    private void handOut() {
        FluxAccept.AcceptSubscription to = subscriber;
        while (to != null && !waiting.isEmpty() && to.takeDemand()) {
            to.next(waiting.remove());
            to = subscriber;
        }
        if (to != null && waiting.isEmpty() && (state == State.CLOSED || failure != null)) {
            subscriber = null;
            RingException reason = failure;
            if (reason == null) {
                to.complete();
            } else {
                to.fail(reason);
            }
        }
    }

    /** Starts or stops accepting: the only place that decides. */
    private void regulate() {
        switch (state) {
            case IDLE -> {
                long credit = credit();
                if (credit > 0) {
                    start(credit);
                } else {
                    lookAgainWhenWanted();
                }
            }
            case ACCEPTING -> {
                if (multishot && (waiting.size() >= HIGH_MARK || !mayRunAhead())) {
                    stop();
                }
            }
            case STOPPING, BACKING_OFF, CLOSED -> {
                // an event will come that moves on
            }
        }
    }

    /** The slots may be somebody else's, who does not tell when they are free again. */
    private void lookAgainWhenWanted() {
        FluxAccept.AcceptSubscription to = subscriber;
        if (to != null && to.demand() > 0 && !looksAgain) {
            looksAgain = true;
            loop.schedule(this::lookAgain, BACK_OFF_NANOS);
        }
    }

    private void lookAgain() {
        looksAgain = false;
        if (state == State.IDLE) {
            regulate();
        }
    }

    private long credit() {
        FluxAccept.AcceptSubscription to = subscriber;
        return to == null ? 0 : creditFor(to.demand());
    }

    private long creditFor(long demand) {
        return Credits.forAccept(
                demand, waiting.size(), loop.freeSlots(), Connection.SLOTS, listener.freeDescriptors());
    }

    /**
     * Whether there is a place for every connection that a multishot accept may bring before it can be stopped: the kernel goes
     * through the whole backlog at once, and a connection without a place would be lost to its client.
     */
    private boolean mayRunAhead() {
        return creditFor(Long.MAX_VALUE)
                >= Math.max(MULTISHOT_FROM, listener.options().backlog());
    }

    private void start(long credit) {
        multishot = listener.options().multishot() && credit >= MULTISHOT_FROM && mayRunAhead();
        state = State.ACCEPTING;
        loop.submit(accept);
    }

    private void stop() {
        if (state == State.ACCEPTING) {
            state = State.STOPPING;
            loop.cancel(accept);
        }
    }

    private void accepted(int result, int flags) {
        boolean last = (flags & Abi.CQE_F_MORE) == 0;
        if (last && state != State.CLOSED) {
            state = State.IDLE;
        }
        if (result >= 0) {
            opened(result);
        } else {
            refused(result);
        }
        if (last && state == State.CLOSED) {
            loop.submit(close);
        }
        deliver();
    }

    private void opened(int number) {
        if (refusals > 0 && recovery == null) {
            recovery = loop.schedule(this::recovered, RECOVERED_AFTER_NANOS);
        }
        Connection connection = listener.opened(number);
        if (subscriber == null || state == State.CLOSED) {
            loop.counters().increment(Counter.ACCEPT_DISCARDED);
            connection.closeNow(); // the race with a cancel is lost: nobody will ever want it
        } else {
            loop.counters().increment(Counter.ACCEPTED);
            waiting.add(connection);
        }
    }

    /** Places that come and go one by one are not the end of a spell. */
    private void recovered() {
        recovery = null;
        LOG.log(System.Logger.Level.INFO, "{0} accepts again, after {1} refusals", listener.localAddress(), refusals);
        refusals = 0;
    }

    private void forgetRecovery() {
        Deadline pending = recovery;
        if (pending != null) {
            loop.unschedule(pending);
            recovery = null;
        }
    }

    private void refused(int result) {
        Errno errno = Errno.ofResult(result);
        switch (errno.kind()) {
            case CANCELLED, RETRY, PEER -> {
                // stopped by ourselves, or a connection that broke before it was taken: demand decides
            }
            case FLOW -> backOff(result);
            case DENIED, BUG -> {
                if (state != State.CLOSED) {
                    failure = RingException.of("ACCEPT " + listener.file(), result);
                    state = State.CLOSED; // the descriptor is closed below, as the accept has ended
                }
            }
        }
    }

    /** Said once for a whole spell of refusals: a thousand lines a second would be the next thing to run out. */
    private void backOff(int result) {
        loop.counters().increment(Counter.ACCEPT_REFUSED);
        if (state == State.IDLE) {
            state = State.BACKING_OFF;
            retry = loop.schedule(this::tryAgain, BACK_OFF_NANOS);
        }
        forgetRecovery();
        if (refusals++ == 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} cannot accept: {1}; connections wait in the backlog while it tries again every {2} ms",
                    listener.localAddress(),
                    Errno.describe(result),
                    BACK_OFF_NANOS / 1_000_000);
        }
    }

    private void tryAgain() {
        if (state == State.BACKING_OFF) {
            Deadline pending = retry;
            if (pending != null) {
                loop.unschedule(pending);
                retry = null;
            }
            state = State.IDLE;
            regulate();
        }
    }

    /** A connection has closed: there is a place again. */
    void placeFreed() {
        if (state == State.BACKING_OFF) {
            tryAgain();
        } else if (state == State.IDLE) {
            regulate();
        }
    }

    void close() {
        if (state == State.CLOSED) {
            return;
        }
        boolean inRing = accept.isLive();
        stop();
        forgetRecovery();
        state = State.CLOSED;
        discardWaiting();
        if (!inRing) {
            loop.submit(close);
        }
        deliver();
    }

    private void discardWaiting() {
        for (Connection connection = waiting.poll(); connection != null; connection = waiting.poll()) {
            loop.counters().increment(Counter.ACCEPT_DISCARDED);
            connection.closeNow();
        }
    }

    @Override
    public String toString() {
        return state + ", " + waiting.size() + " waiting";
    }

    private final class AcceptOperation extends Operation {
        AcceptOperation() {
            super(Opcode.ACCEPT);
        }

        @Override
        protected void prepare(Sqe sqe) {
            int fd = listener.file().number();
            if (listener.options().direct()) {
                prepareDirect(sqe, fd);
            } else if (multishot) {
                sqe.prepAcceptMultishot(fd, Libc.SOCK_CLOEXEC);
            } else {
                sqe.prepAccept(fd, Libc.SOCK_CLOEXEC);
            }
            sqe.flags(listener.options().async() ? Abi.SQE_ASYNC : 0);
        }

        private void prepareDirect(Sqe sqe, int fd) {
            if (multishot) {
                sqe.prepAcceptMultishotDirect(fd);
            } else {
                sqe.prepAcceptDirect(fd);
            }
        }

        @Override
        protected void completed(int result, int flags) {
            accepted(result, flags);
        }

        @Override
        protected String describe() {
            return listener.file().toString();
        }
    }

    private final class CloseOperation extends Operation {
        CloseOperation() {
            super(Opcode.CLOSE);
        }

        @Override
        protected void prepare(Sqe sqe) {
            sqe.prepClose(listener.file().number());
        }

        @Override
        protected void completed(int result, int flags) {
            if (result == Errno.ECANCELED.result()) {
                loop.kernel().close(listener.file().number()); // the teardown called the close off
            }
            listener.descriptorClosed();
        }

        @Override
        protected String describe() {
            return listener.file().toString();
        }
    }
}
