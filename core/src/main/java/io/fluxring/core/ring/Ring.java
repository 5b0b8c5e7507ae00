package io.fluxring.core.ring;

import io.fluxring.core.refusal.Refusal;
import io.fluxring.core.ring.handle.RingHandle;
import io.fluxring.core.setup.AttachTarget;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Feature;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.Registers;
import io.fluxring.core.sys.SetupFlag;
import io.fluxring.core.sys.call.Kernel;
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
public final class Ring implements AttachTarget, AutoCloseable {
    /** No limit to a wait. */
    public static final long FOREVER = Long.MAX_VALUE;

    /**
     * Stands for {@link #FOREVER} behind a minimal wait: without a time limit the kernel takes the end of the minimal wait for
     * the end of the wait, even when nothing has come.
     */
    private static final long LONG_WAIT_NANOS = 3_600_000_000_000L;

    private final Kernel kernel;
    private final RingHandle handle;
    private final SubmissionQueue submissions;
    private final CompletionQueue completions;
    private final WaitArgument wait;
    private final boolean sqPoll;
    private final boolean startDisabled;
    private final boolean ownMemory;
    private final boolean singleIssuer;
    private final int waitFlags;
    private final boolean absoluteTimers;

    private RingMemory memory;
    private Capabilities capabilities;
    private long enters;
    private boolean enabled;

    Ring(
            Kernel kernel,
            RingConfig config,
            RingHandle handle,
            RingMemory memory,
            MemorySegment params,
            WaitArgument wait,
            Capabilities capabilities) {
        this.kernel = kernel;
        this.handle = handle;
        this.memory = memory;
        this.submissions = new SubmissionQueue(memory, params);
        this.completions = new CompletionQueue(memory, params, config.completionFormat());
        this.wait = wait;
        this.capabilities = capabilities;
        this.sqPoll = config.sqPolling() != null;
        this.startDisabled = config.startDisabled();
        this.ownMemory = config.ownMemory();
        this.singleIssuer = config.setupFlags().contains(SetupFlag.SINGLE_ISSUER);
        // Without it a server that waits for work is accounted as waiting for a disk.
        this.waitFlags = Abi.ENTER_GETEVENTS | (capabilities.has(Feature.NO_IOWAIT) ? Abi.ENTER_NO_IOWAIT : 0);
        this.absoluteTimers = capabilities.supportsEnterFlags(Abi.ENTER_ABS_TIMER);
    }

    /**
     * Makes a ring on this machine's kernel.
     *
     * @param config what the ring is to be
     * @return the ring
     * @throws io.fluxring.core.setup.RingUnavailableException when none can be had, with the cause and the remedy
     */
    @Registers({RegisterOperation.QUERY, RegisterOperation.PROBE})
    public static Ring open(RingConfig config) {
        return RingSetup.open(Refusal.requirePlatform(Kernel::linux), config);
    }

    /**
     * Makes a ring on a given kernel, such as a simulated one.
     *
     * @param kernel what the ring talks to
     * @param config what the ring is to be
     * @return the ring
     */
    @Registers({RegisterOperation.QUERY, RegisterOperation.PROBE})
    @SuppressWarnings("exports") // of use to Fluxring's own modules only
    public static Ring open(Kernel kernel, RingConfig config) {
        return RingSetup.open(kernel, config);
    }

    /**
     * Makes the calling thread the ring's owner, and registers the ring's descriptor with it where the kernel can. A ring that
     * was opened with an immediate start belongs to the thread that opened it, and only the registration is left to do. A ring of
     * many issuers is registered with none of them: the index that one of them has is no good to the others.
     *
     * @throws IllegalStateException when the ring is enabled already
     */
    @Registers({RegisterOperation.ENABLE_RINGS, RegisterOperation.RING_FDS})
    public void enable() {
        int result = enabled ? Errno.EBADFD.result() : 0;
        if (startDisabled) {
            result = register(RegisterOperation.ENABLE_RINGS, 0L, 0);
        }
        if (result < 0) {
            String reason = Errno.ofResult(result) == Errno.EBADFD
                    ? "; it is enabled already: a ring is enabled once, by the thread that is to own it"
                    : "; close it, and open another on the thread that is to own it";
            throw new IllegalStateException("cannot enable the ring: " + Errno.describe(result) + reason);
        }
        enabled = true;
        if (singleIssuer) {
            handle.registerDescriptor();
        }
        capabilities = capabilities.withRegisteredRing(handle.isRegistered());
    }

    /** {@return the queue of requests} */
    public SubmissionQueue submissions() {
        return submissions;
    }

    /** {@return the queue of completions} */
    public CompletionQueue completions() {
        return completions;
    }

    /** {@return what the kernel gave} */
    public Capabilities capabilities() {
        return capabilities;
    }

    /**
     * The ring's descriptor, for calls and operations that name a ring. Only this ring closes it.
     *
     * @throws IllegalStateException when it has none, or is closed
     */
    @Override
    public int fd() {
        return handle.fd();
    }

    @Override
    public boolean hasPollingThread() {
        return sqPoll;
    }

    /** {@return what registrations are made from} */
    @SuppressWarnings("exports") // of no use outside of this module but to be passed on
    public RingHandle handle() {
        return handle;
    }

    /** {@return the kernel that this ring talks to} */
    @SuppressWarnings("exports") // of use to Fluxring's own modules only
    public Kernel kernel() {
        return kernel;
    }

    /** {@return how many times the kernel was entered} */
    public long enters() {
        return enters;
    }

    /** {@return how many completions the kernel had to drop for want of memory} */
    public int dropped() {
        return completions.overflow();
    }

    /**
     * {@return whether an enter is needed to see completions that are there already: deferred work, or a flush after an
     * overflow}
     */
    public boolean needsFlush() {
        return (submissions.flags() & (Abi.SQ_CQ_OVERFLOW | Abi.SQ_TASKRUN)) != 0;
    }

    /** {@return whether completions overflowed the queue and wait in the kernel for an enter} */
    public boolean overflowed() {
        return (submissions.flags() & Abi.SQ_CQ_OVERFLOW) != 0;
    }

    /**
     * Submits all that was claimed, and lets the kernel post what has completed. Does not wait.
     *
     * @return how many entries were submitted, or a negated errno
     */
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
        boolean limited = minComplete > 0 && (timeoutNanos != FOREVER || minWaitMicros > 0);
        return limited
                ? enter(minComplete, Math.clamp(timeoutNanos, 0, LONG_WAIT_NANOS), minWaitMicros, wait.flags())
                : enter(minComplete, 0, 0, 0);
    }

    /**
     * As {@link #submitAndWait}, until a point in time instead of for a time.
     *
     * @param minComplete how many completions to wait for
     * @param deadlineNanos when to wait no more, on the clock of {@link Kernel#nanoTime}
     * @param minWaitMicros see {@link #submitAndWait}
     * @return as {@link #submitAndWait}
     */
    public int submitAndWaitUntil(int minComplete, long deadlineNanos, int minWaitMicros) {
        if (minComplete <= 0 || !absoluteTimers) {
            return submitAndWait(minComplete, Math.max(0, deadlineNanos - kernel.nanoTime()), minWaitMicros);
        }
        return enter(minComplete, Math.max(0, deadlineNanos), minWaitMicros, wait.flags() | Abi.ENTER_ABS_TIMER);
    }

    /** One enter. Time and minimal wait count when the flags say that there is an argument. */
    private int enter(int minComplete, long nanos, int minWaitMicros, int argumentFlags) {
        int toSubmit = submissions.pending();
        submissions.publish();
        int flags = waitFlags | argumentFlags | handle.enterFlags();
        if (sqPoll) {
            if (toSubmit > 0 && submissions.needsWakeup()) {
                flags |= Abi.ENTER_SQ_WAKEUP;
            } else if (minComplete == 0 && !needsFlush()) {
                return toSubmit; // the polling thread is awake and sees the tail by itself
            }
        }
        enters++;
        if (argumentFlags == 0) {
            return kernel.enter(handle.enterFd(), toSubmit, minComplete, flags, 0, 0);
        }
        long argument = wait.write(nanos, capabilities.minimalWait() ? minWaitMicros : 0);
        return kernel.enter(handle.enterFd(), toSubmit, minComplete, flags, argument, wait.bytes());
    }

    /**
     * {@return whether the polling thread has gone to sleep for want of work; the next {@link #submit} wakes it, with
     * an enter}
     */
    public boolean pollingThreadSleeps() {
        return sqPoll && submissions.needsWakeup();
    }

    /**
     * Waits until the polling thread has taken an entry out of a full queue ({@code IORING_ENTER_SQ_WAIT}), waking it if it sleeps.
     *
     * @return 0, or a negated errno: {@code -EOWNERDEAD} when the polling thread is gone for good
     * @throws IllegalStateException on a ring without a polling thread, where {@link #submit} makes room
     */
    public int awaitSubmissionSpace() {
        if (!sqPoll) {
            throw new IllegalStateException("there is no polling thread to wait for: submit() makes room");
        }
        submissions.publish();
        int result = 0;
        while (result >= 0 && submissions.spaceLeft() == 0) { // a signal ends the wait without an error
            int wake = submissions.needsWakeup() ? Abi.ENTER_SQ_WAKEUP : 0;
            enters++;
            result = kernel.enter(handle.enterFd(), 0, 0, Abi.ENTER_SQ_WAIT | wake | handle.enterFlags(), 0, 0);
        }
        return result;
    }

    /**
     * Gives the queues other sizes ({@code IORING_REGISTER_RESIZE_RINGS}); what is in them stays in them, claimed entries
     * included, but not between a claim and its {@code prep}. Since Linux 6.13, for the owner of a ring with deferred task running.
     *
     * @param submissionEntries as in {@link RingConfig#withEntries}
     * @param completionEntries as there
     * @return 0, or a negated errno, such as {@code -EOVERFLOW} when what is in a queue does not fit into the new one; then
     *     everything is as before
     * @throws IllegalStateException when the ring does not defer its task running, or has an index array: the kernel does not say
     *     where the new one is
     * @throws io.fluxring.core.setup.RingUnavailableException when the new queues can't be mapped; nothing can be done with the
     *     ring then but close it
     */
    @Registers(RegisterOperation.RESIZE_RINGS)
    public int resize(int submissionEntries, int completionEntries) {
        if (!capabilities.deferredTaskRun()) {
            throw new IllegalStateException("only a ring with DEFERRED task running can be resized");
        }
        if (!capabilities.has(SetupFlag.NO_SQARRAY)) {
            throw new IllegalStateException("a ring with an index array can't be resized");
        }
        submissions.publish();
        try (Arena arena = Arena.ofConfined()) {
            RingConfig sizes = RingConfig.defaults().withEntries(submissionEntries, completionEntries);
            RingResize resize = new RingResize(kernel, handle, memory, arena);
            int result = resize.to(
                    sizes.roundedSubmissionEntries(), sizes.roundedCompletionEntries(), capabilities.setupFlagBits());
            if (result == 0) {
                memory = resize.memory();
                submissions.place(memory, resize.params());
                completions.place(memory, resize.params());
            }
            return result;
        }
    }

    /**
     * A register call on this ring; see {@code io_uring_register(2)}. Owner thread only, once the ring is enabled.
     *
     * @param operation what to do
     * @param argument its argument's address, 0 for none
     * @param count as the operation defines it
     * @return as the kernel says, or a negated errno
     * @throws IllegalStateException when the ring is closed: its number may be another's by now
     */
    public int register(RegisterOperation operation, long argument, int count) {
        return handle.register(operation, argument, count);
    }

    /** {@return whether it is closed: its memory is unmapped} */
    public boolean isClosed() {
        return handle.isClosed();
    }

    /**
     * Unmaps and closes. Idempotent. See the class for what must have happened before. On another thread than the owner's the
     * registration of the descriptor stays behind, and with it the kernel's part of the ring, until the owner's thread ends.
     * Afterwards both queues throw {@link IllegalStateException}, and so does whatever goes through them.
     */
    @Override
    @Registers(RegisterOperation.UNREGISTER_RING_FDS)
    public void close() {
        if (handle.isClosed()) {
            return;
        }
        submissions.leave();
        completions.leave();
        handle.endRegistrations();
        if (ownMemory) {
            handle.close();
            memory.release(kernel);
        } else {
            // Maps first: they hold the file, and with it everything in flight, even after the descriptor is closed.
            memory.release(kernel);
            handle.close();
        }
        wait.close();
    }

    @Override
    public String toString() {
        return handle.isClosed()
                ? "Ring[closed]"
                : "Ring[" + handle + ", " + submissions + ", " + completions + ", " + capabilities + "]";
    }
}
