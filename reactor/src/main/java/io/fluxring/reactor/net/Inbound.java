package io.fluxring.reactor.net;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Credits;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.LeaseHolder;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.operator.Drain;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a connection. Lives as long as the connection, while subscribers come and go: bytes that arrived for
 * one that has cancelled wait for the next.
 *
 * <p>The receive is armed by demand and stays armed across pauses. Bytes that nobody asked for are held in their buffers, up to
 * a quota; then the receive ends, the socket's window closes, and the peer waits. A group without a buffer ends the
 * receive; it is armed again, in the order of waiting, when buffers come back. Belongs to the loop's thread.
 */
final class Inbound implements LeaseHolder {
    /** The most buffers that one connection may hold, when it has the group almost for itself. */
    private static final int MOST_HELD = 64;

    private enum State {
        /** No receive is in the ring. */
        IDLE,
        /** A receive is in the ring. */
        ARMED,
        /** A receive is in the ring and asked to end. */
        DISARMING,
        /** The group has no buffer; waiting for one. */
        PARKED,
        /** Nothing will come any more. */
        ENDED
    }

    private final Connection connection;
    private final RingLoop loop;
    private final BufferRing buffers;
    private final ReceiveOperation receive = new ReceiveOperation();
    private final ArrayDeque<BufferLease> waiting = new ArrayDeque<>();
    private final Drain handOut = new Drain(this::handOut);

    private State state = State.IDLE;
    private FluxReceive.@Nullable ReceiveSubscription<?> subscriber;
    private @Nullable RingException failure;
    private int held;
    private boolean awaitsEase;
    private boolean multishot;
    private int limitBytes;

    Inbound(Connection connection, RingLoop loop, BufferRing buffers) {
        this.connection = connection;
        this.loop = loop;
        this.buffers = buffers;
        buffers.receiversChanged(1);
    }

    /** One subscriber at a time: two would share out the bytes at random. */
    void attach(FluxReceive.ReceiveSubscription<?> next) {
        if (subscriber != null) {
            next.fail(new IllegalStateException(connection + " is being received from already"));
            return;
        }
        subscriber = next;
        deliver();
    }

    void detach(FluxReceive.ReceiveSubscription<?> former) {
        if (subscriber == former) {
            subscriber = null;
        }
    }

    /** Hands out what is there and asked for, then sees to it that more comes. Re-entrant: a subscriber requests from within. */
    void deliver() {
        if (handOut.run()) {
            regulate();
        }
    }

    private void handOut() {
        FluxReceive.ReceiveSubscription<?> to = subscriber;
        while (to != null && !waiting.isEmpty() && to.takeDemand()) {
            to.emit(waiting.remove());
            to = subscriber;
        }
        if (to != null && waiting.isEmpty() && state == State.ENDED) {
            subscriber = null;
            RingException reason = failure;
            if (reason == null) {
                to.complete();
            } else {
                to.fail(reason);
            }
        }
    }

    /** Arms, parks or pauses the receive: the only place that decides. */
    private void regulate() {
        switch (state) {
            case IDLE -> {
                if (isWanted()) {
                    armWithinQuota();
                }
            }
            case ARMED -> {
                // With no buffer left the kernel ends the receive by itself: nothing would be gained by a cancel.
                if (multishot && held >= quota() && buffers.free() > 0 && receive.isLive()) {
                    state = State.DISARMING;
                    loop.cancel(receive);
                }
            }
            case DISARMING, PARKED, ENDED -> {
                // an event will come that moves on
            }
        }
    }

    private boolean isWanted() {
        return subscriber != null && subscriber.demand() > 0 && waiting.isEmpty();
    }

    /** Half of the quota is left, so that a receive isn't cancelled as soon as it is armed. */
    private void armWithinQuota() {
        if (held <= quota() / 2) {
            arm();
        } else if (!awaitsEase) {
            awaitsEase = true; // others hold most of the buffers; a release of our own may come first, or never
            buffers.whenEased(this::eased);
        }
    }

    private void eased() {
        awaitsEase = false;
        if (state == State.IDLE) {
            regulate();
        }
    }

    private int quota() {
        int share = Credits.receiveShare(buffers.capacity(), buffers.receivers(), MOST_HELD);
        return Credits.receiveQuota(buffers.free(), share);
    }

    private void arm() {
        if (buffers.free() == 0 || buffers.hasWaiters()) {
            park();
        } else {
            submit();
        }
    }

    /**
     * A flood fills as many buffers as the kernel finds in one go, before anybody can look at a quota: so the kernel is told
     * what is left of it. Where it can't be told (before Linux 6.17) the quota is only watched.
     */
    private void submit() {
        int mayTake = Math.max(1, quota() - held);
        multishot = connection.options().multishot() && mayTake > 1;
        limitBytes =
                buffers.receiveLimits() ? (int) Math.min(Integer.MAX_VALUE, (long) mayTake * buffers.bufferBytes()) : 0;
        state = State.ARMED;
        connection.operationBegins();
        loop.submit(receive);
    }

    private void park() {
        state = State.PARKED;
        buffers.whenFree(this::unpark);
    }

    private void unpark() {
        if (state == State.PARKED) {
            state = State.IDLE;
            if (isWanted()) {
                takeTurn();
            }
        }
    }

    /** Its turn has come: it does not line up again behind the others. */
    private void takeTurn() {
        if (held <= quota() / 2) {
            submit();
        } else {
            armWithinQuota();
        }
    }

    /** A lease that was handed out has come back. */
    @Override
    public void leaseReleased() {
        held--;
        if (state == State.IDLE) {
            regulate();
        }
    }

    private void received(int result, int flags) {
        BufferLease lease = buffers.take(result, flags, this);
        if (lease != null) {
            held++;
            if (result > 0 && state != State.ENDED) {
                loop.counters().add(Counter.BYTES_RECEIVED, result);
                waiting.add(lease);
            } else {
                lease.release(); // without bytes, or too late: the connection was closed, and nobody will ask for them
            }
        }
        if ((flags & Abi.CQE_F_MORE) == 0) {
            receiveEnded(result);
        }
        deliver();
    }

    /** Decided by the absent flag alone: a full completion queue ends a receive with bytes and without an error. */
    private void receiveEnded(int result) {
        if (state != State.ENDED) {
            state = State.IDLE;
            if (result == 0) {
                state = State.ENDED;
            } else if (result < 0) {
                refused(result);
            }
        }
        connection.operationEnded();
    }

    private void refused(int result) {
        switch (Errno.ofResult(result)) {
            case ENOBUFS -> {
                loop.counters().increment(Counter.NO_BUFFER);
                park(); // never armed again from here: that would spin until a buffer comes back
            }
            case ECANCELED, EINTR, EAGAIN -> {
                // paused, or to be repeated: demand decides
            }
            case EINVAL -> {
                if (multishot && limitBytes > 0) {
                    buffers.receiveLimitRefused(); // an older kernel: demand decides, and the next one goes without
                } else {
                    end(RingException.of("RECV " + connection.describe(), result));
                }
            }
            default -> end(RingException.of("RECV " + connection.describe(), result));
        }
    }

    private void end(@Nullable RingException reason) {
        state = State.ENDED;
        failure = reason;
    }

    /** The connection closes: nothing more is received, and what nobody took is released. */
    void close() {
        buffers.receiversChanged(-1);
        if (receive.isLive()) {
            loop.cancel(receive);
        }
        if (state != State.ENDED) {
            end(RingException.closed(connection.describe()));
        }
        for (BufferLease lease = waiting.poll(); lease != null; lease = waiting.poll()) {
            FluxReceive.discard(lease, subscriber);
        }
        deliver();
    }

    @Override
    public String toString() {
        return "inbound " + state + ", " + waiting.size() + " waiting, " + held + " held";
    }

    private final class ReceiveOperation extends Operation {
        ReceiveOperation() {
            super(Opcode.RECV);
        }

        @Override
        protected void prepare(Sqe sqe) {
            int fd = connection.file().number();
            if (multishot) {
                sqe.prepReceiveMultishot(fd, buffers.group(), limitBytes);
            } else {
                sqe.prepReceiveSelect(fd, buffers.group());
                if (connection.options().async()) {
                    // A kernel worker keeps the buffer it has picked: it must not pick one before there are bytes, or
                    // connections that wait would hold buffers that others need.
                    sqe.pollFirst();
                }
            }
            sqe.flags(connection.operationFlags());
        }

        @Override
        protected void completed(int result, int flags) {
            received(result, flags);
        }

        @Override
        protected String describe() {
            return connection.describe();
        }
    }
}
