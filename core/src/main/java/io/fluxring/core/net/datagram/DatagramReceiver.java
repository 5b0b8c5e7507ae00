package io.fluxring.core.net.datagram;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Credits;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.LeaseHolder;
import io.fluxring.core.memory.LeaseQueue;
import io.fluxring.core.memory.MessageVectors;
import io.fluxring.core.memory.ReceivedMessage;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.UnixAddresses;
import io.fluxring.core.sys.layout.ReceivedMessageLayout;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a datagram socket: one multishot receive, armed by demand and held across pauses. Datagrams without demand
 * are held up to a quota; then the receive ends, the kernel's own queue fills, and it drops what does not fit. A group without a buffer
 * ends the receive; it is armed again, in the order of waiting, when buffers come back.
 */
public final class DatagramReceiver extends Operation implements LeaseHolder {
    /** The most datagrams that one socket may hold. */
    private static final int MOST_HELD = 64;

    /** Room for any address, a multiple of 8 so that what follows is aligned. */
    private static final int NAME_BYTES = (int) (UnixAddresses.MAX_BYTES + 2);

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
        /** No receive is in the ring, and the next would end at once: the loop ends, or this is no socket to receive from. */
        FAILED,
        /** Nothing will be received any more. */
        CLOSED
    }

    private final DatagramSocket socket;
    private final BufferRing buffers;
    private final ReceivedMessage message = new ReceivedMessage(NAME_BYTES, 0);
    private final LeaseQueue waiting = new LeaseQueue();

    private @Nullable DatagramHandler handler;
    private @Nullable MemorySegment header;
    private Phase phase = Phase.IDLE;
    private int held;
    private boolean unreported; // the handler was given datagrams, and has not heard that there are no more at hand
    private boolean moreAnnounced;
    private boolean awaitsEase;
    private boolean delivering;
    private boolean deliverAgain;

    DatagramReceiver(DatagramSocket socket, BufferRing buffers) {
        super(Opcode.RECVMSG);
        this.socket = socket;
        this.buffers = buffers;
    }

    /** {@return how many bytes of a buffer the sender's address takes} */
    public static int overheadBytes() {
        return (int) ReceivedMessageLayout.BYTES + NAME_BYTES;
    }

    // ---- the handler's side

    /**
     * Makes a handler the one that hears of what arrives.
     *
     * @param next the handler, for as long as the socket lives
     */
    public void attach(DatagramHandler next) {
        handler = next;
        deliver();
    }

    /** {@return whether datagrams wait for demand} */
    public boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** {@return whether {@link #deliver} runs: the handler is asked for its demand again when it returns} */
    public boolean isDelivering() {
        return delivering;
    }

    /** Hands out what is there and in demand, then sees to it that more comes. May be called from within the handler. */
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
            regulate(); // also when a handler throws
        }
    }

    private void handOut() {
        DatagramHandler to = handler;
        if (to == null) {
            return;
        }
        while (!waiting.isEmpty() && to.demand() > 0) {
            BufferLease next = waiting.poll();
            if (next != null) {
                unreported = true;
                to.received(message.wrap(next), next);
            }
        }
        if (waiting.isEmpty() && unreported && !moreAnnounced) {
            unreported = false;
            to.drained();
        }
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
                if (held >= quota() && buffers.free() > 0 && isLive()) {
                    phase = Phase.DISARMING;
                    socket.loop().cancel(this);
                }
            }
            case STARVED, DISARMING, FAILED, CLOSED -> {
                // an event will come that moves on, or none
            }
        }
    }

    private boolean isWanted() {
        DatagramHandler to = handler;
        return to != null && waiting.isEmpty() && to.demand() > 0;
    }

    private int quota() {
        int share = Credits.receiveShare(buffers.capacity(), buffers.isGrown(), 1, MOST_HELD);
        return Credits.receiveQuota(buffers.free(), share);
    }

    /** Half of the quota is left, so that a receive isn't cancelled as soon as it is armed. */
    private void armWithinQuota() {
        if (held > quota() / 2) {
            phase = Phase.OVER_QUOTA;
            if (!awaitsEase) {
                awaitsEase = true; // others hold most of the buffers; a release of our own may come first, or never
                buffers.whenEased(this::eased);
            }
        } else if (buffers.free() == 0 || buffers.hasWaiters()) {
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

    private void starve() {
        phase = Phase.STARVED;
        buffers.whenFree(this::fed);
    }

    /** Its turn for a buffer has come: lining up again behind the others, each would let the others pass for ever. */
    private void fed() {
        if (phase == Phase.STARVED) {
            phase = Phase.IDLE;
            if (isWanted() && held <= quota() / 2) {
                arm();
            } else {
                regulate();
            }
        }
    }

    private void arm() {
        if (header == null) {
            MemorySegment block = socket.loop().scratch().take();
            MessageVectors.header(block, 0);
            MessageVectors.name(block, 0, NAME_BYTES);
            header = block;
        }
        phase = Phase.ARMED;
        socket.operationBegins();
        try {
            socket.loop().submit(this);
        } catch (RuntimeException | Error e) {
            phase = Phase.FAILED;
            socket.operationEnded();
            throw e;
        }
    }

    @Override
    protected void prepare(Sqe sqe) {
        MemorySegment block = header;
        if (block == null) {
            throw new IllegalStateException("no header");
        }
        sqe.prepReceiveMessageMultishot(socket.fd(), block.address(), 0, buffers.group());
    }

    @Override
    protected void completed(int result, int flags) {
        BufferLease lease = buffers.take(result, flags, this);
        if (lease != null) {
            held++;
            if (result < overheadBytes() || phase == Phase.CLOSED) {
                lease.release();
            } else {
                socket.loop().tally().add(Counter.BYTES_RECEIVED, result - overheadBytes());
                waiting.add(lease);
            }
        }
        boolean last = (flags & Abi.CQE_F_MORE) == 0;
        moreAnnounced = !last && (flags & Abi.CQE_F_SOCK_NONEMPTY) != 0;
        if (last && phase != Phase.CLOSED) {
            receiveEnded(result);
        }
        try {
            deliver();
        } finally {
            if (last) {
                ended();
            }
        }
    }

    private void receiveEnded(int result) {
        boolean asked = phase == Phase.DISARMING;
        phase = Phase.IDLE;
        if (result < 0) {
            refused(result, asked);
        }
    }

    /** No switch: the class behind one could not be loaded any more when descriptors have run out. */
    private void refused(int result, boolean asked) {
        Errno errno = Errno.ofResult(result);
        if (errno == Errno.ENOBUFS) {
            socket.loop().tally().increment(Counter.NO_BUFFER);
            starve(); // never armed again from here: that would spin until a buffer comes back
        } else if (errno == Errno.ECANCELED) {
            if (!asked) {
                phase = Phase.FAILED; // the loop ends: to arm again would hold it up
            }
        } else if (errno != Errno.EINTR && errno != Errno.EAGAIN) {
            if (isOfDescriptor(errno)) {
                phase = Phase.FAILED;
            }
            report(result);
        }
        // Else paused, or to be repeated: demand decides.
    }

    /** Whether the next receive would meet the error again, at once. */
    private static boolean isOfDescriptor(Errno errno) {
        return errno == Errno.EBADF
                || errno == Errno.ENOTSOCK
                || errno == Errno.EINVAL
                || errno == Errno.EOPNOTSUPP
                || errno == Errno.EFAULT;
    }

    private void report(int result) {
        DatagramHandler to = handler;
        if (to != null) {
            to.failed(result);
        }
    }

    private void ended() {
        if (phase == Phase.CLOSED) {
            giveBackHeader();
        }
        socket.operationEnded();
    }

    private void giveBackHeader() {
        MemorySegment block = header;
        header = null;
        if (block != null) {
            socket.loop().scratch().giveBack(block);
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

    void close() {
        phase = Phase.CLOSED;
        for (BufferLease unread = waiting.poll(); unread != null; unread = waiting.poll()) {
            unread.release();
        }
        if (isLive()) {
            socket.loop().cancel(this);
        } else {
            giveBackHeader();
        }
    }

    @Override
    public String describe() {
        return socket.toString();
    }
}
