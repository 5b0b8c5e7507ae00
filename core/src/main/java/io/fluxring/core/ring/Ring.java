package io.fluxring.core.ring;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Kernel;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.WaitLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * One io_uring instance: descriptor, shared memory, two queues.
 *
 * <p>{@link #open} may be called by any thread and leaves the ring disabled. The thread that calls {@link #enable} owns the ring
 * from then on; the kernel itself refuses others ({@code IORING_SETUP_SINGLE_ISSUER}).
 *
 * <p>{@link #close} gives back the maps and the descriptor, no more. It is for a ring with nothing in flight: the kernel may
 * write into an operation's memory after its ring was closed. The loop that owns the operations makes sure of that.
 */
public final class Ring implements AutoCloseable {
    /** No limit to a wait. */
    public static final long FOREVER = Long.MAX_VALUE;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /**
     * Stands for {@link #FOREVER} behind a minimal wait: without a time limit the kernel takes the end of the minimal wait for
     * the end of the wait, even when nothing has come.
     */
    private static final long LONG_WAIT_NANOS = 3_600 * NANOS_PER_SECOND;

    private final Kernel kernel;
    private final int fd;
    private final MemorySegment rings;
    private final MemorySegment sqes;
    private final SubmissionQueue submissions;
    private final CompletionQueue completions;
    private final Arena scratch = Arena.ofShared();
    private final MemorySegment wait;
    private final boolean sqPoll;
    private final int waitFlags;
    private final Mailbox mailbox;
    private final BufferRingRegistration bufferRings = new BufferRingRegistration(this);

    private Capabilities capabilities;
    private int enterFd;
    private int enterFlags;
    private long enters;
    private boolean closed;

    Ring(
            Kernel kernel,
            int fd,
            MemorySegment rings,
            MemorySegment sqes,
            SubmissionQueue submissions,
            CompletionQueue completions,
            Capabilities capabilities) {
        this.kernel = kernel;
        this.fd = fd;
        this.rings = rings;
        this.sqes = sqes;
        this.submissions = submissions;
        this.completions = completions;
        this.capabilities = capabilities;
        this.enterFd = fd;
        this.sqPoll = (capabilities.setupFlags() & Abi.SETUP_SQPOLL) != 0;
        // Without it a server that waits for work is accounted as waiting for a disk.
        this.waitFlags =
                Abi.ENTER_GETEVENTS | ((capabilities.features() & Abi.FEAT_NO_IOWAIT) != 0 ? Abi.ENTER_NO_IOWAIT : 0);
        this.mailbox = new Mailbox(kernel, fd);
        this.wait = scratch.allocate(WaitLayout.BYTES, Long.BYTES);
        Access.putLong(wait, WaitLayout.TIMESPEC_ADDRESS, wait.address() + WaitLayout.SECONDS);
    }

    /**
     * Makes a ring on this machine's kernel.
     *
     * @throws RingUnavailableException when none can be had, with the cause and the remedy
     */
    public static Ring open(RingConfig config) {
        return RingSetup.open(Refusal.requirePlatform(Kernel::linux), config);
    }

    /** Makes a ring on a given kernel, such as a simulated one. */
    public static Ring open(Kernel kernel, RingConfig config) {
        return RingSetup.open(kernel, config);
    }

    /**
     * Makes the calling thread the ring's owner, and registers the ring's descriptor with it where the kernel can.
     *
     * @throws IllegalStateException when the ring is enabled already
     */
    public void enable() {
        int result = register(RegisterOperation.ENABLE_RINGS, 0L, 0);
        if (result < 0) {
            throw new IllegalStateException("cannot enable the ring: " + Errno.describe(result));
        }
        registerDescriptor();
    }

    /** {@code IORING_REGISTER_RING_FDS}, 5.18: saves the reference to the file at each enter. A thread has 16 places for it. */
    private void registerDescriptor() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment update = arena.allocate(16, Long.BYTES);
            Access.putInt(update, 0, -1);
            Access.putLong(update, 8, (long) fd);
            if (register(RegisterOperation.RING_FDS, update.address(), 1) == 1) {
                enterFd = Access.getInt(update, 0);
                enterFlags = Abi.ENTER_REGISTERED_RING;
                capabilities = new Capabilities(
                        capabilities.kernelRelease(),
                        capabilities.setupFlags(),
                        capabilities.features(),
                        capabilities.operations(),
                        true);
            }
        }
    }

    /** The registration holds the ring for as long as its thread lives, which may be longer than the ring is wanted. */
    private void unregisterDescriptor() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment update = arena.allocate(16, Long.BYTES);
            Access.putInt(update, 0, enterFd);
            register(RegisterOperation.UNREGISTER_RING_FDS, update.address(), 1);
        }
    }

    /** The queue of requests. */
    public SubmissionQueue submissions() {
        return submissions;
    }

    /** The queue of completions. */
    public CompletionQueue completions() {
        return completions;
    }

    /** What the kernel gave. */
    public Capabilities capabilities() {
        return capabilities;
    }

    /** The kernel that this ring talks to. */
    public Kernel kernel() {
        return kernel;
    }

    /** How many times the kernel was entered. */
    public long enters() {
        return enters;
    }

    /** How many completions the kernel had to drop for want of memory. */
    public int dropped() {
        return completions.overflow();
    }

    /** Whether an enter is needed to see completions that are there already: deferred work, or a flush after an overflow. */
    public boolean needsFlush() {
        return (submissions.flags() & (Abi.SQ_CQ_OVERFLOW | Abi.SQ_TASKRUN)) != 0;
    }

    /** Whether completions overflowed the queue and wait in the kernel for an enter. */
    public boolean overflowed() {
        return (submissions.flags() & Abi.SQ_CQ_OVERFLOW) != 0;
    }

    /** Submits all that was claimed, and lets the kernel post what has completed. Does not wait. */
    public int submit() {
        return submitAndWait(0, FOREVER, 0);
    }

    /**
     * Submits all that was claimed and waits for completions, in one enter.
     *
     * @param minComplete for how many completions to wait; 0 not to wait
     * @param timeoutNanos for how long to wait at most, {@link #FOREVER} without a limit
     * @param minWaitMicros after how long a single completion is enough, 0 for no such time; ignored before Linux 6.12
     * @return the number of SQEs consumed, or a negated errno: {@code -ETIME} and {@code -EINTR} when nothing was submitted
     *     and nothing came, {@code -EBUSY} or {@code -EAGAIN} when completions must be taken first
     */
    public int submitAndWait(int minComplete, long timeoutNanos, int minWaitMicros) {
        int toSubmit = submissions.pending();
        submissions.publish();
        int flags = enterFlags | waitFlags;
        if (sqPoll) {
            if (toSubmit > 0 && submissions.needsWakeup()) {
                flags |= Abi.ENTER_SQ_WAKEUP;
            } else if (minComplete == 0 && !needsFlush()) {
                return toSubmit; // the polling thread is awake and sees the tail by itself
            }
        }
        long argument = 0;
        long argumentBytes = 0;
        if (minComplete > 0 && (timeoutNanos != FOREVER || minWaitMicros > 0)) {
            argument = waitArgument(timeoutNanos, minWaitMicros);
            argumentBytes = WaitLayout.ARGUMENT_BYTES;
            flags |= Abi.ENTER_EXT_ARG;
        }
        enters++;
        return kernel.enter(enterFd, toSubmit, minComplete, flags, argument, argumentBytes);
    }

    private long waitArgument(long timeoutNanos, int minWaitMicros) {
        long limit = Math.clamp(timeoutNanos, 0, LONG_WAIT_NANOS);
        Access.putInt(wait, WaitLayout.MIN_WAIT_MICROS, capabilities.minimalWait() ? minWaitMicros : 0);
        Access.putLong(wait, WaitLayout.SECONDS, limit / NANOS_PER_SECOND);
        Access.putLong(wait, WaitLayout.NANOS, limit % NANOS_PER_SECOND);
        return wait.address();
    }

    /** A register call on this ring; see {@code io_uring_register(2)}. Owner thread only, once the ring is enabled. */
    public int register(RegisterOperation operation, long argument, int count) {
        return kernel.register(fd, operation.code(), argument, count);
    }

    /** The ring's descriptor, for calls and operations that name a ring. Whoever closes it is this ring alone. */
    public int fd() {
        return fd;
    }

    /** The groups of provided buffers. */
    public BufferRingRegistration bufferRings() {
        return bufferRings;
    }

    /** The table of registered files. */
    public FileRegistration files() {
        return new FileRegistration(this);
    }

    /** The table of registered buffers. */
    public BufferRegistration buffers() {
        return new BufferRegistration(this);
    }

    /** The eventfd that completions tick. */
    public EventNotifications notifications() {
        return new EventNotifications(this);
    }

    /** Credentials for operations. */
    public Personalities personalities() {
        return new Personalities(this);
    }

    /** The kernel's worker threads. */
    public Workers workers() {
        return new Workers(this);
    }

    /** The clock and the devices of waits. */
    public Waiting waiting() {
        return new Waiting(this);
    }

    /** Cancels that return when they are done. */
    public SynchronousCancel cancellation() {
        return new SynchronousCancel(this);
    }

    /** Messages to this ring, from any thread. */
    public Mailbox mailbox() {
        return mailbox;
    }

    /** Receives straight into memory, where a network device can do that. */
    public ZeroCopyReceive zeroCopyReceive() {
        return new ZeroCopyReceive(this);
    }

    /** Maps a part of the ring, see {@link Kernel#map}. */
    long map(long lengthBytes, long offset) {
        return kernel.map(fd, lengthBytes, offset);
    }

    /** Unmaps and closes. Idempotent. See the class for what must have happened before. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        mailbox.close();
        if (enterFlags != 0) {
            unregisterDescriptor();
        }
        // Maps first: they hold the file, and with it everything in flight, even after the descriptor is closed.
        bufferRings.unmapAll();
        kernel.unmap(sqes.address(), sqes.byteSize());
        kernel.unmap(rings.address(), rings.byteSize());
        kernel.close(fd);
        scratch.close();
    }

    @Override
    public String toString() {
        return closed
                ? "Ring[closed]"
                : "Ring[fd=" + fd + ", " + submissions + ", " + completions + ", " + capabilities + "]";
    }
}
