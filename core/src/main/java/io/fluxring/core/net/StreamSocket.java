package io.fluxring.core.net;

import io.fluxring.core.fd.DirectFd;
import io.fluxring.core.fd.FileRef;
import io.fluxring.core.fd.OwnedFd;
import io.fluxring.core.loop.CloseOperation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;

/**
 * A connected stream socket: its descriptor, and a state machine for each direction. Both machines and all that runs on the
 * descriptor keep it open; it is closed when the last operation on it has ended, so that its number never names another file
 * under an operation of this one.
 *
 * <p>Reserves the slots that its operations need, {@link #SLOTS}, for as long as it lives. Belongs to the loop's thread.
 */
public final class StreamSocket {
    /** Slots that a socket needs at the same time at most: one receive, and one send, shutdown or close. */
    public static final int SLOTS = 2;

    private static final AtomicIntegerFieldUpdater<StreamSocket> CALLERS =
            AtomicIntegerFieldUpdater.newUpdater(StreamSocket.class, "callers");

    private static final int CLOSED = Integer.MIN_VALUE;

    private final StreamGroup group;
    private final OwnedFd file;
    private final Runnable onClosed;
    private final Receiver receiver;
    private final Sender sender;
    private final boolean multishot;
    private final boolean async;
    private final boolean hasSlots;

    /** What becomes of the descriptor when nothing runs on it any more; set by the close. */
    private Consumer<FileRef> onReleased = file -> {};

    /** System calls under way, or {@link #CLOSED} more than that. */
    @SuppressWarnings("unused") // by its updater
    private volatile int callers;

    /**
     * A socket that owns a descriptor.
     *
     * @param group what it shares with others
     * @param file connected, and not used elsewhere
     * @param multishot whether one request receives again and again, where the kernel does that without a loss
     * @param async whether operations go to the kernel's worker threads at once ({@code IOSQE_ASYNC})
     * @param onClosed run once, when the descriptor is closed and the slots are free again
     */
    public StreamSocket(StreamGroup group, FileRef file, boolean multishot, boolean async, Runnable onClosed) {
        this.group = group;
        this.file = new OwnedFd(file);
        this.multishot = multishot && !group.losesEnds();
        this.async = async;
        this.onClosed = onClosed;
        this.receiver = new Receiver(this);
        this.sender = new Sender(this);
        this.hasSlots = loop().reserveSlots(SLOTS); // others may have taken the last ones while it was being accepted
        group.receiverAdded();
    }

    /** {@return the group that it belongs to} */
    public StreamGroup group() {
        return group;
    }

    /** {@return the loop that it belongs to} */
    public RingLoop loop() {
        return group.loop();
    }

    /** {@return the direction towards this side} */
    public Receiver receiver() {
        return receiver;
    }

    /** {@return the direction towards the peer} */
    public Sender sender() {
        return sender;
    }

    /** {@return the descriptor} The socket closes it. */
    public FileRef file() {
        return file.file();
    }

    /** {@return whether the socket was not closed by this side} */
    public boolean isOpen() {
        return file.isOpen();
    }

    /**
     * Tells the peer that nothing more will be sent, {@code shutdown(2)}. To be called behind the last send.
     *
     * @param done is given 0, or the negated errno; {@code -ECANCELED} when the socket is closed
     */
    public void shutdownOutput(IntConsumer done) {
        if (!file.isOpen()) {
            done.accept(Errno.ECANCELED.result());
            return;
        }
        new ShutdownOperation(this, done).submit();
    }

    /**
     * Closes the socket: what is in flight is called off, both handlers hear of the end, and the descriptor is closed behind the
     * last completion. Does nothing the second time.
     */
    public void close() {
        close(this::submitCloseOf);
    }

    /**
     * As {@link #close()}, and hands the descriptor on where that closes it. {@code onClosed} is not run then.
     *
     * @param heir is given the descriptor, which belongs to it from then on, when nothing runs on it any more; on the loop's thread
     */
    public void closeAndHandOver(Consumer<FileRef> heir) {
        close(released -> {
            freeSlots();
            heir.accept(released);
        });
    }

    /**
     * Ends everything on the socket without a loss, so that another loop can go on with the descriptor. No more is received; when
     * the kernel has brought the last of it, bytes that no handler has taken are given to the attached one as {@link
     * ReceiveHandler#discarded}, and the descriptor to the heir. To be called while nothing is being sent. Does nothing when the socket
     * is closed.
     *
     * @param heir is given the descriptor, as by {@link #closeAndHandOver}; not called when the socket is closed meanwhile
     */
    public void release(Consumer<FileRef> heir) {
        if (sender.isSending()) {
            throw new IllegalStateException(this + " sends");
        }
        if (file.isOpen()) {
            receiver.retire(() -> closeAndHandOver(heir));
        }
    }

    private void close(Consumer<FileRef> afterwards) {
        if (!file.isOpen()) {
            return;
        }
        onReleased = afterwards;
        IdleWatch watch = receiver.idleWatch;
        if (watch != null) {
            watch.close();
        }
        boolean idle = file.close();
        group.receiverRemoved();
        sender.refuse(); // before the receiver's handler hears of the end and answers with a last send
        try {
            receiver.close();
        } finally {
            sender.close();
            if (idle) {
                closeDescriptor();
            }
        }
    }

    /**
     * Has a task run when nothing has been received for a time, and again after each such time, until the socket is closed. Takes
     * the place of the task before. Bytes count when they arrive, whether a handler takes them or not.
     *
     * @param nanos the time, from now or from the last bytes on; 0 to have no task run any more
     * @param task run on the loop's thread
     */
    public void onReceiveIdle(long nanos, Runnable task) {
        if (file.isOpen()) {
            idleWatch().onReceiveIdle(nanos, task);
        }
    }

    /**
     * As {@link #onReceiveIdle}, for what is sent. Bytes count when the kernel has taken them; a peer that does not read makes the
     * direction idle.
     *
     * @param nanos the time, from now or from the last bytes on; 0 to have no task run any more
     * @param task run on the loop's thread
     */
    public void onSendIdle(long nanos, Runnable task) {
        if (file.isOpen()) {
            idleWatch().onSendIdle(nanos, task);
        }
    }

    private IdleWatch idleWatch() {
        IdleWatch watch = receiver.idleWatch;
        if (watch == null) {
            watch = new IdleWatch(loop());
            receiver.idleWatch = watch;
        }
        return watch;
    }

    /**
     * Makes an ordinary system call on the descriptor, which stays open meanwhile. Any thread.
     *
     * <p>A direct descriptor, which such calls can't name, gets a number of the process for the time of the call (Linux 6.8). That
     * costs two system calls more, and other threads than the loop's wait for the loop.
     *
     * @param systemCall is given the descriptor's number, and returns a result or a negated errno; must not block, and may
     *     be called by the loop's thread
     * @return that result; {@code -ECANCELED} when the socket is closed, or the negated errno of what was in the way
     */
    public int call(IntUnaryOperator systemCall) {
        if (file() instanceof DirectFd slot) {
            return new InstalledCall(this, slot, systemCall).make();
        }
        if (!hold()) {
            return Errno.ECANCELED.result();
        }
        try {
            return systemCall.applyAsInt(file().number());
        } finally {
            letGo();
        }
    }

    private boolean hold() {
        int before;
        do {
            before = callers;
            if (before < 0) {
                return false;
            }
        } while (!CALLERS.compareAndSet(this, before, before + 1));
        return true;
    }

    /** The last one closes what could not be closed meanwhile. */
    private void letGo() {
        if (CALLERS.decrementAndGet(this) == CLOSED && !loop().signal(this::handOver)) {
            loop().kernel().close(file().number()); // the loop has ended
            onClosed.run();
        }
    }

    // ---- for the machines

    boolean isMultishot() {
        return multishot;
    }

    boolean isAsync() {
        return async;
    }

    /** The {@code IOSQE_*} flags of every operation on this socket. */
    int entryFlags() {
        return file.file().sqeFlags() | (async ? Abi.SQE_ASYNC : 0);
    }

    void operationBegins() {
        file.begin();
    }

    void operationEnded() {
        if (file.end()) {
            closeDescriptor();
        }
    }

    /** Nothing runs on the descriptor any more, apart from system calls of other threads. */
    private void closeDescriptor() {
        if (CALLERS.getAndAdd(this, CLOSED) == 0) {
            handOver();
        }
    }

    private void handOver() {
        onReleased.accept(file.file());
    }

    private void submitCloseOf(FileRef released) {
        CloseOperation.submit(loop(), released, result -> {
            freeSlots();
            onClosed.run();
        });
    }

    private void freeSlots() {
        if (hasSlots) {
            loop().unreserveSlots(SLOTS);
        }
    }

    @Override
    public String toString() {
        return file + ", " + receiver.describeState() + ", " + sender.describeState();
    }
}
