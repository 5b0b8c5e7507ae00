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
 * ends the receive until one is free.
 */
public final class DatagramReceiver extends Operation implements LeaseHolder {
    /** The most datagrams that one socket may hold. */
    private static final int MOST_HELD = 64;

    /** Room for any address, a multiple of 8 so that what follows is aligned. */
    private static final int NAME_BYTES = (int) (UnixAddresses.MAX_BYTES + 2);

    private enum Phase {
        /** No receive is in the ring. */
        IDLE,
        /** No receive is in the ring: the group has no buffer, and the socket stands in line for one. */
        STARVED,
        /** A receive is in the ring. */
        ARMED,
        /** A receive is in the ring and asked to end. */
        DISARMING,
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

    private void regulate() {
        DatagramHandler to = handler;
        if (phase == Phase.IDLE && to != null && waiting.isEmpty() && to.demand() > 0 && held <= quota() / 2) {
            armOrStarve();
        } else if (phase == Phase.ARMED && held >= quota() && buffers.free() > 0 && isLive()) {
            phase = Phase.DISARMING;
            socket.loop().cancel(this);
        }
    }

    private int quota() {
        int share = Credits.receiveShare(buffers.capacity(), buffers.isGrown(), 1, MOST_HELD);
        return Credits.receiveQuota(buffers.free(), share);
    }

    private void armOrStarve() {
        if (buffers.free() == 0 || buffers.hasWaiters()) {
            starve();
            return;
        }
        phase = Phase.ARMED;
        if (header == null) {
            MemorySegment block = socket.loop().scratch().take();
            MessageVectors.header(block, 0);
            MessageVectors.name(block, 0, NAME_BYTES);
            header = block;
        }
        socket.operationBegins();
        try {
            socket.loop().submit(this);
        } catch (RuntimeException | Error e) {
            phase = Phase.IDLE;
            socket.operationEnded();
            throw e;
        }
    }

    private void starve() {
        phase = Phase.STARVED;
        buffers.whenFree(() -> {
            if (phase == Phase.STARVED) {
                phase = Phase.IDLE;
                regulate();
            }
        });
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
            phase = Phase.IDLE;
            if (result < 0) {
                refused(result);
            }
        }
        try {
            deliver();
        } finally {
            if (last) {
                ended();
            }
        }
    }

    private void refused(int result) {
        Errno errno = Errno.ofResult(result);
        if (errno == Errno.ENOBUFS) {
            socket.loop().tally().increment(Counter.NO_BUFFER);
            starve();
        } else if (errno != Errno.ECANCELED && errno != Errno.EINTR && errno != Errno.EAGAIN) {
            DatagramHandler to = handler;
            if (to != null) {
                to.failed(result);
            }
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
        if (phase == Phase.IDLE) {
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
