package io.fluxring.core.net;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.fd.FileRef;
import io.fluxring.core.fd.OwnedFd;
import io.fluxring.core.fd.RawFd;
import io.fluxring.core.fd.RegisteredFiles;
import io.fluxring.core.loop.CloseOperation;
import io.fluxring.core.loop.Credits;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections under demand. Lives as long as its listening socket, which it closes, while handlers come and go. Small
 * credit is served by single accepts, large credit by a multishot one, which may run ahead of the demand up to a high mark. A
 * connection that no handler takes any more is closed. Belongs to the loop's thread.
 */
public final class Acceptor extends Operation {
    /** From this credit on a multishot accept pays off, and below it, it would overrun what was asked for. */
    private static final int MULTISHOT_FROM = 32;

    /** Connections that a multishot accept may take ahead of the demand before it is stopped: twice what starts one. */
    private static final int HIGH_MARK = 2 * MULTISHOT_FROM;

    private enum Phase {
        /** No accept is in the ring. */
        IDLE,
        /** No accept is in the ring: the loop has no place for a connection. */
        FULL,
        /** No accept is in the ring: the kernel lacks descriptors or memory. */
        BACKING_OFF,
        /** An accept is in the ring. */
        ACCEPTING,
        /** An accept is in the ring and asked to end. */
        STOPPING,
        /** Nothing will come any more; see {@link #endResult}. */
        ENDED
    }

    private final RingLoop loop;
    private final OwnedFd file;
    private final AcceptOptions options;
    private final Runnable onClosed;
    private final AcceptOutage outage;
    private final ArrayDeque<FileRef> waiting = new ArrayDeque<>();

    private @Nullable AcceptHandler handler;
    private Phase phase = Phase.IDLE;
    private int endResult;
    private boolean multishot;
    private boolean awaitsSlots;
    private boolean delivering;
    private boolean deliverAgain;

    /**
     * The acceptor of a listening socket, which belongs to it from here on.
     *
     * @param loop the loop
     * @param listening the socket
     * @param name the address, for the log
     * @param options how to accept
     * @param onClosed run once, when the listening socket's descriptor is closed
     */
    public Acceptor(RingLoop loop, RawFd listening, String name, AcceptOptions options, Runnable onClosed) {
        super(Opcode.ACCEPT);
        this.loop = loop;
        this.file = new OwnedFd(listening);
        this.options = options;
        this.onClosed = onClosed;
        this.outage = new AcceptOutage(loop, name, this::placeFreed);
    }

    // ---- the handler's side

    /**
     * Makes a handler the one that is given connections.
     *
     * @param next the handler
     * @return false when another one is attached
     */
    public boolean attach(AcceptHandler next) {
        if (handler != null) {
            return false;
        }
        handler = next;
        deliver();
        return true;
    }

    /**
     * Takes a handler off: what it was not given is closed, and what comes late will be. Does nothing when it is not attached.
     *
     * @param former the handler
     */
    public void detach(AcceptHandler former) {
        if (handler == former) {
            handler = null;
            discardWaiting();
            stop();
        }
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
            regulate(); // also when a handler throws: the next one must find the listener alive
        }
    }

    private void handOut() {
        AcceptHandler to = handler;
        while (to != null && !waiting.isEmpty() && to.demand() > 0) {
            to.accepted(waiting.remove());
            to = handler;
        }
        if (to != null && waiting.isEmpty() && phase == Phase.ENDED) {
            handler = null;
            to.ended(endResult);
        }
    }

    // ---- the ring's side

    /** Starts or stops accepting: the only place that decides. */
    private void regulate() {
        switch (phase) {
            case IDLE, FULL -> {
                long demand = demand();
                long credit = creditFor(demand);
                if (credit > 0) {
                    start(credit);
                } else if (demand > waiting.size()) {
                    full();
                } else {
                    phase = Phase.IDLE;
                }
            }
            case ACCEPTING -> {
                if (multishot && (waiting.size() >= HIGH_MARK || !mayRunAhead())) {
                    stop();
                }
            }
            case STOPPING, BACKING_OFF, ENDED -> {
                // an event will come that moves on
            }
        }
    }

    private long demand() {
        AcceptHandler to = handler;
        return to == null ? 0 : to.demand();
    }

    private long creditFor(long demand) {
        return Credits.forAccept(demand, waiting.size(), loop.freeSlots(), StreamSocket.SLOTS, freeDescriptors());
    }

    private int freeDescriptors() {
        return options.direct() ? directFiles().free() : Integer.MAX_VALUE;
    }

    private RegisteredFiles directFiles() {
        return Objects.requireNonNull(loop.files(), "the loop has no direct descriptors");
    }

    /**
     * Whether there is a place for every connection that a multishot accept may bring before it can be stopped: the kernel goes
     * through the whole backlog at once, and a connection without a place would be lost to its client.
     */
    private boolean mayRunAhead() {
        return creditFor(Long.MAX_VALUE) >= Math.max(MULTISHOT_FROM, options.backlog());
    }

    private void start(long credit) {
        multishot = options.multishot() && credit >= MULTISHOT_FROM && mayRunAhead();
        phase = Phase.ACCEPTING;
        outage.tried();
        file.begin();
        try {
            loop.submit(this);
        } catch (RuntimeException | Error e) {
            phase = Phase.IDLE;
            operationEnded();
            throw e;
        }
    }

    private void stop() {
        if (phase == Phase.ACCEPTING) {
            phase = Phase.STOPPING;
            loop.cancel(this);
        }
    }

    /** Other users of the loop may hold the slots, and give them back without a call to here. */
    private void full() {
        if (phase != Phase.FULL) {
            phase = Phase.FULL;
            outage.full(
                    freeDescriptors() == 0
                            ? "every direct descriptor is taken; configure the loop with more"
                            : "the loop's slots are taken; configure the ring with more completion entries, two for"
                                    + " each connection");
        }
        if (!awaitsSlots && loop.freeSlots() < StreamSocket.SLOTS) {
            awaitsSlots = true;
            loop.whenSlotsFree(StreamSocket.SLOTS, this::slotsFreed);
        }
    }

    private void slotsFreed() {
        awaitsSlots = false;
        placeFreed();
    }

    /** Something that was wanting may be there again: a slot, a descriptor, memory. */
    public void placeFreed() {
        if (phase == Phase.BACKING_OFF) {
            phase = Phase.IDLE;
        }
        if (phase == Phase.IDLE || phase == Phase.FULL) {
            regulate();
        }
    }

    @Override
    protected void prepare(Sqe sqe) {
        int fd = file.file().number();
        if (options.direct()) {
            prepareDirect(sqe, fd);
        } else if (multishot) {
            sqe.prepAcceptMultishot(fd, Libc.SOCK_CLOEXEC);
        } else {
            sqe.prepAccept(fd, Libc.SOCK_CLOEXEC);
        }
        sqe.flags(options.async() ? Abi.SQE_ASYNC : 0);
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
        boolean last = (flags & Abi.CQE_F_MORE) == 0;
        boolean asked = phase == Phase.STOPPING;
        if (last && phase != Phase.ENDED) {
            phase = Phase.IDLE;
        }
        if (result == Errno.ECANCELED.result() && !asked && phase != Phase.ENDED) {
            end(result); // the loop ends: to accept again would hold it up
        } else if (result >= 0) {
            opened(options.direct() ? directFiles().installed(result) : new RawFd(result));
        } else {
            refused(result);
        }
        try {
            deliver();
        } finally {
            if (last) {
                operationEnded();
            }
        }
    }

    private void opened(FileRef accepted) {
        if (handler == null || phase == Phase.ENDED) {
            discard(accepted); // the race with a cancel is lost: nothing will ever take it
        } else {
            loop.tally().increment(Counter.ACCEPTED);
            waiting.add(accepted);
        }
    }

    private void refused(int result) {
        if (phase == Phase.ENDED) {
            return;
        }
        // No switch: the class behind one could not be loaded any more for want of descriptors.
        Errno.Kind kind = Errno.ofResult(result).kind();
        if (kind == Errno.Kind.FLOW) {
            phase = Phase.BACKING_OFF;
            outage.refused(result);
        } else if (kind != Errno.Kind.RETRY && kind != Errno.Kind.CANCELLED && kind != Errno.Kind.PEER) {
            end(result);
        }
        // Else stopped by ourselves, or a connection that broke before it was taken: demand decides.
    }

    private void end(int result) {
        phase = Phase.ENDED;
        endResult = result;
        outage.over();
        if (file.close()) {
            closeDescriptor();
        }
    }

    /** Stops accepting and closes the listening socket; connections that no handler has taken are closed. */
    public void close() {
        if (phase == Phase.ENDED) {
            return;
        }
        stop();
        end(0);
        discardWaiting();
        deliver();
    }

    private void operationEnded() {
        if (file.end()) {
            closeDescriptor();
        }
    }

    private void closeDescriptor() {
        CloseOperation.submit(loop, file.file(), result -> onClosed.run());
    }

    private void discardWaiting() {
        for (FileRef unwanted = waiting.poll(); unwanted != null; unwanted = waiting.poll()) {
            discard(unwanted);
        }
    }

    private void discard(FileRef unwanted) {
        loop.tally().increment(Counter.ACCEPT_DISCARDED);
        CloseOperation.submit(loop, unwanted, result -> {});
    }

    @Override
    protected String describe() {
        return file.file().toString();
    }

    @Override
    public String toString() {
        return file + ", " + phase + ", " + waiting.size() + " waiting";
    }
}
