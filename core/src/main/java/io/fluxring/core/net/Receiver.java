package io.fluxring.core.net;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Credits;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.LeaseHolder;
import io.fluxring.core.memory.LeaseQueue;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a stream socket. Lives as long as the socket, while handlers come and go: bytes that arrived for one that
 * has detached itself wait for the next.
 *
 * <p>The receive is armed by demand and stays armed across pauses. Bytes without demand are held in their buffers, up to a quota;
 * then the receive ends, the socket's window closes, and the peer waits. A group without a buffer ends the receive; it is armed
 * again, in the order of waiting, when buffers come back. Belongs to the loop's thread.
 */
public final class Receiver extends Operation implements LeaseHolder {
    /** The most buffers that one socket may hold, when it has the group almost for itself: 256 KiB of the default size. */
    private static final int MOST_HELD = 64;

    private static final int MORE_AND_NONEMPTY = Abi.CQE_F_MORE | Abi.CQE_F_SOCK_NONEMPTY;

    /** The most pieces that Linux receives when a receive is armed; it fetches the rest when it has begun to wait for the socket. */
    private static final int PIECES_WHILE_ARMING = 32;

    private enum Phase {
        /** No receive is in the ring. */
        IDLE,
        /** No receive is in the ring: the socket holds its quota, and waits for a release or for the group to have plenty. */
        OVER_QUOTA,
        /** No receive is in the ring: the group has no buffer, and the socket stands in line for one. */
        STARVED,
        /** A receive is in the ring. */
        ARMED,
        /** A receive is in the ring and asked to end. */
        DISARMING,
        /** Nothing will come any more; see {@link #endResult}. */
        ENDED
    }

    private final StreamSocket socket;
    private @Nullable ReceiveHandler handler;

    // The pieces that wait for demand, in order. More than one is rare, and a socket that never has more needs no
    // queue.
    private @Nullable BufferLease firstWaiting;
    private @Nullable LeaseQueue furtherWaiting;

    /** The socket's, once it has one: here it takes no memory, because the fields leave room for it. */
    @Nullable
    IdleWatch idleWatch;

    private Phase phase = Phase.IDLE;
    private int endResult;
    private int held;
    private int limitBytes;
    private boolean multishot;
    private short backlog; // pieces since the receive was armed, until the first that nothing follows at once; then -1
    private boolean moreAnnounced; // the kernel has said that another completion follows at once
    private boolean unreported; // the handler was given pieces, and has not heard that there are no more at hand
    private boolean awaitsEase;
    private boolean delivering;
    private boolean deliverAgain;

    /** Run once no receive is in the ring any more; the receiver arms none from then on. */
    private @Nullable Runnable onRetired;

    Receiver(StreamSocket socket) {
        super(Opcode.RECV);
        this.socket = socket;
    }

    private BufferRing buffers() {
        return socket.group().buffers();
    }

    // ---- the handler's side

    /**
     * Makes a handler the one that hears of what arrives, and hands out what has arrived as far as it has demand.
     *
     * @param next the handler
     * @return false when another one is attached: two would share out the bytes at random
     */
    public boolean attach(ReceiveHandler next) {
        if (handler != null) {
            return false;
        }
        handler = next;
        deliver();
        return true;
    }

    /**
     * Takes a handler off. What arrives waits for the next one. Does nothing when it is not attached.
     *
     * @param former the handler
     */
    public void detach(ReceiveHandler former) {
        if (handler == former) {
            handler = null;
        }
    }

    /**
     * Hands out what is there and in demand, then sees to it that more comes. To be called when the handler's demand has grown.
     * May be called from within the handler.
     */
    public void deliver() {
        if (delivering) {
            deliverAgain = true;
            return;
        }
        delivering = true;
        try {
            do {
                deliverAgain = false;
                handOut();
            } while (deliverAgain);
        } finally {
            delivering = false;
            regulate(); // also when a handler throws: the next one must find the stream alive
        }
    }

    private void handOut() {
        ReceiveHandler to = handler;
        while (to != null && firstWaiting != null && to.demand() > 0) {
            unreported = true;
            to.received(nextWaiting());
            to = handler;
        }
        if (to == null || firstWaiting != null) {
            return;
        }
        if (phase == Phase.ENDED) {
            handler = null;
            to.ended(endResult);
        } else if (unreported && !moreAnnounced) {
            unreported = false;
            to.drained();
        }
    }

    /** {@return whether bytes wait for demand} */
    public boolean isWaiting() {
        return firstWaiting != null;
    }

    /** {@return whether {@link #deliver} runs: the handler is asked for its demand again when it returns} */
    public boolean isDelivering() {
        return delivering;
    }

    /**
     * {@return whether a handler that keeps leases for long would do harm: the group is low, or this socket holds more than half of
     * its quota} Such a handler copies the bytes and releases the lease.
     */
    public boolean isPressed() {
        return buffers().free() < buffers().capacity() / 4 || (held > 1 && held > quota() / 2);
    }

    /**
     * Whether the socket holds so much that no receive is armed: half of the quota is left for one, or it would be cancelled at once.
     * One buffer is not too much where the handler copies the next one: it may need those bytes to be done with the first, as a
     * decoder does with half of a message.
     */
    private boolean holdsMuch() {
        return held > quota() / 2 && (held > 1 || handler == null || !handler.copiesUnderPressure());
    }

    // ---- what waits for demand

    private void addWaiting(BufferLease lease) {
        if (firstWaiting == null) {
            firstWaiting = lease;
            return;
        }
        LeaseQueue further = furtherWaiting;
        if (further == null) {
            further = new LeaseQueue();
            furtherWaiting = further;
        }
        further.add(lease);
    }

    /** Only to be called while one waits. */
    @SuppressWarnings("NullAway") // see above
    private BufferLease nextWaiting() {
        BufferLease next = firstWaiting;
        LeaseQueue further = furtherWaiting;
        firstWaiting = further == null ? null : further.poll();
        return next;
    }

    // ---- the ring's side

    /** Arms or pauses the receive: the only place that decides. */
    private void regulate() {
        switch (phase) {
            case IDLE, OVER_QUOTA -> {
                if (isWanted()) {
                    armWithinQuota();
                } else {
                    phase = Phase.IDLE;
                }
            }
            case ARMED -> {
                // With no buffer left the kernel ends the receive by itself: nothing would be gained by a cancel.
                if (multishot && held >= quota() && buffers().free() > 0 && isLive()) {
                    disarm();
                }
            }
            case STARVED, DISARMING, ENDED -> {
                // an event will come that moves on
            }
        }
    }

    private boolean isWanted() {
        ReceiveHandler to = handler;
        return to != null && onRetired == null && firstWaiting == null && (to.readsAhead() || to.demand() > 0);
    }

    private void armWithinQuota() {
        if (holdsMuch()) {
            phase = Phase.OVER_QUOTA;
            if (!awaitsEase) {
                awaitsEase = true; // others hold most of the buffers; a release of our own may come first, or never
                buffers().whenEased(this::eased);
            }
        } else if (buffers().free() == 0 || buffers().hasWaiters()) {
            starve();
        } else {
            arm();
        }
    }

    private void eased() {
        awaitsEase = false;
        if (phase == Phase.OVER_QUOTA) {
            regulate();
        }
    }

    private int quota() {
        int share = Credits.receiveShare(
                buffers().capacity(), buffers().isGrown(), socket.group().receivers(), MOST_HELD);
        return Credits.receiveQuota(buffers().free(), share);
    }

    /**
     * A flood fills as many buffers as the kernel finds in one go, before a quota can be looked at: so the kernel is given a limit,
     * what is left of the quota. Where it takes none (before Linux 6.17) the quota is only watched.
     */
    private void arm() {
        int mayTake = Math.max(1, quota() - held);
        multishot = socket.isMultishot() && mayTake > 1;
        limitBytes = socket.group().receiveLimits()
                ? (int) Math.min(Integer.MAX_VALUE, (long) mayTake * buffers().bufferBytes())
                : 0;
        phase = Phase.ARMED;
        backlog = 0;
        socket.operationBegins();
        try {
            socket.loop().submit(this);
        } catch (RuntimeException | Error e) {
            end(Errno.EINVAL.result());
            socket.operationEnded();
            throw e;
        }
    }

    private void starve() {
        phase = Phase.STARVED;
        buffers().whenFree(this::fed);
    }

    /** Its turn for a buffer has come: it does not line up again behind the others. */
    private void fed() {
        if (phase == Phase.STARVED) {
            phase = Phase.IDLE;
            if (isWanted()) {
                if (holdsMuch()) {
                    armWithinQuota();
                } else {
                    arm();
                }
            }
        }
    }

    /** A lease that was handed out has come back. */
    @Override
    public void leaseReleased() {
        held--;
        if (phase == Phase.IDLE || phase == Phase.OVER_QUOTA) {
            regulate();
        }
    }

    @Override
    protected void prepare(Sqe sqe) {
        int fd = socket.file().number();
        if (multishot) {
            sqe.prepReceiveMultishot(fd, buffers().group(), limitBytes);
        } else {
            sqe.prepReceiveSelect(fd, buffers().group());
            if (socket.isAsync()) {
                // A kernel worker keeps the buffer it has picked: it must not pick one before there are bytes, or
                // connections
                // that wait would hold buffers that others need.
                sqe.pollFirst();
            }
        }
        sqe.flags(socket.entryFlags());
    }

    @Override
    protected void completed(int result, int flags) {
        BufferLease lease = buffers().take(result, flags, this);
        if (lease != null) {
            held++;
            if (result > 0 && phase != Phase.ENDED) {
                socket.loop().tally().add(Counter.BYTES_RECEIVED, result);
                if (idleWatch != null) {
                    idleWatch.received();
                }
                addWaiting(lease);
            } else {
                lease.release(); // without bytes; or too late, and then the stream has ended with an error
            }
        }
        moreAnnounced = (flags & MORE_AND_NONEMPTY) == MORE_AND_NONEMPTY;
        if ((flags & Abi.CQE_F_MORE) == 0) {
            receiveEnded(result);
        } else if (backlog >= 0) {
            fetchedOfBacklog();
        }
        deliver();
        if (onRetired != null && !isLive()) {
            onRetired.run();
        }
    }

    /**
     * Linux (6.18 at least) keeps an end to itself that was there when it began to wait, a reset of TCP or any end of a Unix
     * socket: it waits for an event, fetches what the socket still held, and takes that for all there was. A receive that is armed
     * anew finds the end at once.
     */
    private void fetchedOfBacklog() {
        if (moreAnnounced) {
            backlog = (short) Math.min(backlog + 1, PIECES_WHILE_ARMING);
            return;
        }
        boolean mayHideAnEnd = backlog == PIECES_WHILE_ARMING;
        backlog = -1;
        if (mayHideAnEnd && phase == Phase.ARMED) {
            disarm();
        }
    }

    private void disarm() {
        phase = Phase.DISARMING;
        socket.loop().cancel(this);
    }

    /** Decided by the absent flag alone: a full completion queue ends a receive with bytes and without an error. */
    private void receiveEnded(int result) {
        if (phase != Phase.ENDED) {
            boolean asked = phase == Phase.DISARMING;
            phase = Phase.IDLE;
            if (result == 0) {
                end(0);
            } else if (result == Errno.ECANCELED.result() && !asked) {
                end(result); // the loop ends: to arm again would hold it up
            } else if (result < 0) {
                refused(result);
            }
        }
        socket.operationEnded();
    }

    /** No switch: the class behind one could not be loaded any more when descriptors have run out. */
    private void refused(int result) {
        Errno errno = Errno.ofResult(result);
        if (errno == Errno.ENOBUFS) {
            socket.loop().tally().increment(Counter.NO_BUFFER);
            starve(); // never armed again from here: that would spin until a buffer comes back
        } else if (errno == Errno.EINVAL && multishot && limitBytes > 0) {
            socket.group().receiveLimitRefused(); // an older kernel: demand decides, and the next one goes without
        } else if (errno != Errno.ECANCELED && errno != Errno.EINTR && errno != Errno.EAGAIN) {
            end(result);
        }
        // Else paused, or to be repeated: demand decides.
    }

    private void end(int result) {
        phase = Phase.ENDED;
        endResult = result;
    }

    /**
     * Receives no more, and loses nothing: what the kernel still brings waits as before.
     *
     * @param retired run once no receive is in the ring any more, perhaps at once
     */
    void retire(Runnable retired) {
        onRetired = retired;
        if (!isLive()) {
            retired.run();
        } else if (phase == Phase.ARMED) {
            disarm();
        }
    }

    /** The socket closes: nothing more is received. What was not handed over is discarded, and then the end is an error. */
    void close() {
        if (isLive()) {
            socket.loop().cancel(this);
        }
        if (phase != Phase.ENDED || (firstWaiting != null && endResult == 0)) {
            end(Errno.ECANCELED.result());
        }
        discardWaiting();
        deliver();
    }

    private void discardWaiting() {
        try {
            while (firstWaiting != null) {
                discard(nextWaiting());
            }
        } finally {
            if (firstWaiting != null) {
                discardWaiting(); // a handler that throws does not cost the others
            }
        }
    }

    private void discard(BufferLease lease) {
        ReceiveHandler to = handler;
        if (to == null) {
            lease.release();
        } else {
            to.discarded(lease);
        }
    }

    /** For errors and dumps, and for the one who looks for the holders of a group's leases. */
    @Override
    public String describe() {
        return socket.file() + (socket.isOpen() ? "" : " (closed)");
    }

    String describeState() {
        return "receiver " + phase + ", " + held + " buffers held";
    }
}
