package io.fluxring.core.loop;

import io.fluxring.core.fd.RegisteredFiles;
import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.memory.LeasePool;
import io.fluxring.core.memory.ScratchBlocks;
import io.fluxring.core.memory.Slab;
import io.fluxring.core.ring.Capabilities;
import io.fluxring.core.ring.CompletionSink;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.ring.UserData;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Kernel;
import java.lang.foreign.SegmentAllocator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One thread, one ring, and all that is in flight on it.
 *
 * <p>{@link #open} makes the ring, on any thread, and fails there if none can be had. Then either {@link #start} gives the loop
 * a thread of its own, or a foreign loop calls {@link #attach} and {@link #tick} from its thread, and {@link #close} at the end.
 * A tick does what other threads asked for, fills the submission queue, enters the kernel once, and dispatches the completions.
 *
 * <p><b>Threads.</b> {@link #execute}, {@link #signal}, {@link #close}, {@link #inLoop}, {@link #counters} and
 * {@link #closed} may be called by any thread; everything else by the loop's own. It must be a platform thread that lives as
 * long as the loop: the kernel cancels what a thread has submitted when the thread ends.
 */
public final class RingLoop implements Executor, AutoCloseable {
    /** No limit to a tick's wait. */
    public static final long FOREVER = Long.MAX_VALUE;

    private static final System.Logger LOG = System.getLogger(RingLoop.class.getName());

    /** A tick runs no more tasks than this before it looks at the ring again. */
    private static final int TASKS_A_TICK = 4096;

    private final Ring ring;
    private final RingLoopConfig config;
    private final Wakeup wakeup;
    private final OperationTable table;
    private final TaskQueue tasks = new TaskQueue();
    private final DeadlineQueue deadlines = new DeadlineQueue();
    private final OperationQueue operations;
    private final LoopMemory memory;
    private final Set<Runnable> closeHooks = new LinkedHashSet<>();
    private final RingCounters counters = new RingCounters();
    private final CompletionSink sink = this::dispatch;
    private final Consumer<Runnable> guard = this::runSafely;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final ReentrantLock ending = new ReentrantLock();
    private final int batchCompletions;

    private volatile boolean closeRequested;
    private volatile boolean terminated;
    private volatile @Nullable Thread thread;
    private boolean ownThread;
    private boolean tearingDown;
    private @Nullable OperationObserver observer;
    private @Nullable RegisteredFiles files;

    private RingLoop(Ring ring, RingLoopConfig config) {
        this.ring = ring;
        this.config = config;
        this.wakeup = new Wakeup(ring.kernel(), counters);
        this.table = new OperationTable(ring.completions().capacity());
        this.operations = new OperationQueue(ring.submissions(), table, new EndedEarly());
        this.memory = new LoopMemory(ring, config, this::signal);
        // Without a minimal wait a loop that waits for several would wait for ones that may never come.
        this.batchCompletions = ring.capabilities().minimalWait() ? config.batchCompletions() : 1;
    }

    /**
     * A loop on this machine's kernel, not running yet.
     *
     * @throws io.fluxring.core.ring.RingUnavailableException when no ring can be had, with the cause and the remedy
     */
    public static RingLoop open(RingLoopConfig config) {
        return over(Ring.open(config.ring()), config);
    }

    /** A loop on a given kernel, such as a simulated one. */
    public static RingLoop open(Kernel kernel, RingLoopConfig config) {
        return over(Ring.open(kernel, config.ring()), config);
    }

    private static RingLoop over(Ring ring, RingLoopConfig config) {
        try {
            return new RingLoop(ring, config);
        } catch (RuntimeException | Error e) {
            ring.close();
            throw e;
        }
    }

    // ---- life

    /**
     * Gives the loop a thread of its own. The loop is attached to it when this returns.
     *
     * @throws IllegalStateException as {@link #attach} does
     */
    public RingLoop start(ThreadFactory threads) {
        CompletableFuture<Void> attached = new CompletableFuture<>();
        threads.newThread(() -> run(attached)).start();
        try {
            attached.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof IllegalStateException cause ? cause : e;
        }
        return this;
    }

    private void run(CompletableFuture<Void> attached) {
        ownThread = true;
        try {
            attach();
        } catch (RuntimeException | Error e) {
            giveBack();
            attached.completeExceptionally(e);
            return;
        }
        attached.complete(null);
        try {
            while (!closeRequested) {
                tick(FOREVER);
            }
        } catch (RuntimeException | Error e) {
            closeRequested = true;
            report("the loop has failed and will close: " + this, e);
        }
        shutDown();
    }

    /**
     * Makes the calling thread the loop's.
     *
     * @throws IllegalStateException when the loop has a thread already, or the kernel refuses what was configured
     */
    public void attach() {
        Thread current = Thread.currentThread();
        if (current.isVirtual()) {
            throw new IllegalStateException("a loop needs a platform thread; this one is virtual");
        }
        if (thread != null) {
            throw new IllegalStateException("the loop has a thread already: " + thread);
        }
        ring.enable();
        thread = current;
        if (config.directDescriptors() > 0) {
            files = RegisteredFiles.register(ring, config.directDescriptors());
        }
        submit(wakeup);
    }

    /**
     * Asks the loop to end: close hooks run, what is in flight is cancelled and awaited, then memory and descriptors are given
     * back. Idempotent. A loop with a thread of its own ends on that, see {@link #closed}; a foreign loop calls this from its
     * thread, outside of any handler, and all is done when it returns.
     */
    @Override
    public void close() {
        boolean first = !closeRequested;
        closeRequested = true;
        if (thread == null) {
            if (first) {
                giveBack();
            }
        } else if (ownThread) {
            wakeup.signal();
        } else if (!terminated) {
            requireLoop();
            shutDown();
        }
    }

    private void shutDown() {
        tearingDown = true;
        new Teardown(this, config.closeTimeoutNanos()).run();
    }

    /** Completes when the loop has ended. */
    public CompletableFuture<Void> closed() {
        return closed.copy();
    }

    /** Whether the loop was asked to end. */
    public boolean isClosing() {
        return closeRequested;
    }

    /**
     * Runs something on the loop's thread when the loop is asked to end, before anything is cancelled; at once when it is ending
     * already.
     */
    public void addCloseHook(Runnable hook) {
        requireLoop();
        if (tearingDown) {
            runSafely(hook);
        } else {
            closeHooks.add(hook);
        }
    }

    /** Takes back what {@link #addCloseHook} added, by identity or equality. */
    public void removeCloseHook(Runnable hook) {
        requireLoop();
        if (!tearingDown) {
            closeHooks.remove(hook);
        }
    }

    // ---- work from other threads

    /**
     * Runs something on the loop's thread: at once when called on it, in its next tick otherwise.
     *
     * @throws RejectedExecutionException when the loop has ended, or is hopelessly behind
     */
    @Override
    public void execute(Runnable task) {
        if (inLoop()) {
            runSafely(task);
            return;
        }
        if (terminated) {
            throw new RejectedExecutionException("the loop is closed");
        }
        if (!tasks.offer(task)) {
            throw new RejectedExecutionException("the loop has " + tasks.size() + " tasks waiting already: " + this);
        }
        offered();
    }

    /** Wakes the loop for a task, or runs it here when the loop has ended between the look at it and the offer. */
    private void offered() {
        if (terminated) {
            runLeftovers();
        } else {
            wakeup.signal();
        }
    }

    /**
     * Nobody else will: the loop's thread looks at its tasks for the last time after it has set the flag. On another thread
     * they find everything closed, and tell their subscribers.
     */
    private void runLeftovers() {
        ending.lock();
        try {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                runSafely(task);
            }
        } finally {
            ending.unlock();
        }
    }

    /**
     * Like {@link #execute}, for what must not get lost while the loop lives, such as a cancel or a release: waits for room
     * where there is none, and does nothing when the loop has ended. Each caller has at most one such task waiting.
     */
    public void signal(Runnable task) {
        if (inLoop()) {
            runSafely(task);
            return;
        }
        while (!terminated && !tasks.offer(task)) {
            Thread.onSpinWait();
        }
        offered();
    }

    /** Whether the calling thread is the loop's. */
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    private void requireLoop() {
        if (!inLoop()) {
            throw new IllegalStateException("must be called on the loop's thread " + thread + ", not on "
                    + Thread.currentThread().getName());
        }
    }

    // ---- operations

    /**
     * Submits an operation with the next enter. It waits in a queue while the submission queue or the slots are full.
     *
     * @throws IllegalStateException when the operation is live already
     */
    public void submit(Operation operation) {
        requireLoop();
        operations.submit(operation);
    }

    /**
     * Asks an operation to end early. One that the kernel has not seen ends with {@code -ECANCELED} in this tick or the next.
     * One that the kernel has ends with its own last completion, which may be a success. Does nothing to an operation that is
     * not live or is asked already.
     */
    public void cancel(Operation operation) {
        requireLoop();
        operations.cancel(operation);
    }

    // ---- the tick

    /**
     * One round: does what other threads asked for and what is due, submits, waits for a completion, dispatches completions.
     *
     * @param maxWaitNanos for how long to wait at most when there is nothing to do; 0 not to wait, {@link #FOREVER}
     * @return how many tasks, deadlines and completions were handled
     * @throws IllegalStateException on another thread than the loop's, within a handler, or when the ring is broken
     */
    public int tick(long maxWaitNanos) {
        requireLoop();
        int handled = runTasks() + runDeadlines();
        memory.resumeWaiters(guard);
        operations.flush();
        enter(maxWaitNanos);
        int completions = ring.completions().drain(sink);
        counters.add(Counter.CQES, completions);
        return handled + completions;
    }

    private int runTasks() {
        int count = 0;
        for (Runnable task = tasks.poll(); task != null; task = count < TASKS_A_TICK ? tasks.poll() : null) {
            runSafely(task);
            count++;
        }
        return count;
    }

    private int runDeadlines() {
        if (deadlines.isEmpty()) {
            return 0;
        }
        int count = 0;
        // Strictly before now: what a task schedules for at once is left to the next tick, even where the clock stands
        // still.
        long now = kernel().nanoTime() - 1;
        while (deadlines.nanosToFirst(now) == 0) {
            runSafely(deadlines.poll().task);
            count++;
        }
        return count;
    }

    private void enter(long maxWaitNanos) {
        if (ring.overflowed()) {
            counters.increment(Counter.OVERFLOWS);
        }
        int ready = ring.completions().ready();
        long wait = ready > 0 || !mayWait() ? 0 : maxWaitNanos;
        if (wait > 0 && !deadlines.isEmpty()) {
            wait = Math.min(wait, deadlines.nanosToFirst(kernel().nanoTime()));
        }
        int result;
        if (wait > 0 && fallAsleep()) {
            result = ring.submitAndWait(batchCompletions, wait, config.batchMicros());
            wakeup.wake();
        } else if (ready > 0 && ring.submissions().pending() == 0 && !ring.needsFlush()) {
            return; // nothing to tell the kernel, and enough to do without it
        } else {
            result = ring.submit();
        }
        counters.set(Counter.ENTERS, ring.enters());
        counters.set(Counter.SQES, ring.submissions().published());
        if (result < 0) {
            refused(result);
        }
    }

    /** Whether nothing is left that could be done without a completion. */
    private boolean mayWait() {
        return !memory.canResume() && !operations.waitsForEntries();
    }

    private boolean fallAsleep() {
        wakeup.fallAsleep();
        if (tasks.isEmpty() && (!closeRequested || tearingDown)) {
            return true;
        }
        wakeup.wake();
        return false;
    }

    private void refused(int result) {
        switch (Errno.ofResult(result)) {
            case ETIME, EINTR -> {
                // the time is up, or a signal came: the caller looks at what there is and comes again
            }
            case EAGAIN, EBUSY -> {
                // completions have to be taken first, which follows
            }
            case EBADR ->
                LOG.log(
                        System.Logger.Level.ERROR,
                        "the kernel had no memory for {0} completions: they are lost",
                        ring.dropped());
            default ->
                throw new IllegalStateException("io_uring_enter failed: " + Errno.describe(result) + "; " + this);
        }
    }

    private void dispatch(long userData, int result, int flags) {
        if (UserData.slot(userData) == UserData.IGNORED) {
            return;
        }
        Operation operation = table.find(userData);
        if (operation == null) {
            counters.increment(Counter.STALE);
            return;
        }
        if ((flags & Abi.CQE_F_MORE) == 0) {
            table.remove(operation);
            if (operation == wakeup) {
                rearmWakeup();
            }
        }
        complete(operation, result, flags);
    }

    /** The poll of the eventfd ends when the completion queue was full, and at the teardown. */
    private void rearmWakeup() {
        if (!tearingDown) {
            operations.submitFirst(wakeup); // before others take its slot: a loop that can't be woken must not sleep
        }
    }

    private void complete(Operation operation, int result, int flags) {
        try {
            operation.completed(result, flags);
        } catch (RuntimeException | Error e) {
            failed(operation, e);
        }
        if (observer != null) {
            observe(observer, operation, result, flags);
        }
    }

    private void observe(OperationObserver watching, Operation operation, int result, int flags) {
        try {
            watching.completed(operation, result, flags);
        } catch (RuntimeException | Error e) {
            failed(watching, e);
        }
    }

    private void runSafely(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            failed(task, e);
        }
    }

    /** A handler that throws harms nobody else: neither the ring nor the completions behind its own. */
    private void failed(Object handler, Throwable e) {
        counters.increment(Counter.HANDLER_FAILURES);
        report("a handler has failed on the loop: " + handler, e);
    }

    /** A log that fails, as it may when there are no descriptors left, must not take the loop with it. */
    private void report(String message, Throwable failure) {
        try {
            LOG.log(System.Logger.Level.ERROR, message, failure);
        } catch (RuntimeException | Error e) {
            failure.addSuppressed(e);
        }
    }

    // ---- what the loop has

    /**
     * Runs something at a time. Loop's thread only.
     *
     * @param delayNanos from now on; 0 or less for the next tick
     */
    public Deadline schedule(Runnable task, long delayNanos) {
        requireLoop();
        Deadline deadline = new Deadline(kernel().nanoTime() + Math.max(0, delayNanos), task);
        deadlines.add(deadline);
        return deadline;
    }

    /** Takes a deadline back. Does nothing when it has passed. */
    public void unschedule(Deadline deadline) {
        requireLoop();
        deadlines.remove(deadline);
    }

    /**
     * Registers a group of provided buffers.
     *
     * @throws IllegalStateException when the kernel refuses
     */
    public BufferRing registerBuffers(BufferRingConfig buffers) {
        requireLoop();
        return memory.registerBuffers(buffers);
    }

    /** Blocks for bytes on their way out; made at the first call. */
    public Slab sendBlocks() {
        requireLoop();
        return memory.sendBlocks();
    }

    /** Small blocks for what operations point to besides their data. */
    public ScratchBlocks scratch() {
        return memory.scratch();
    }

    /** The table of direct descriptors, null when none were configured. */
    public @Nullable RegisteredFiles files() {
        return files;
    }

    /** Memory that lives as long as the loop. Not for anything per operation. */
    public SegmentAllocator memory() {
        return memory.allocator();
    }

    /** Entries left in the submission queue before the next enter. */
    public int submissionSpace() {
        return operations.waiting() == 0 ? ring.submissions().spaceLeft() : 0;
    }

    /** Slots that are neither used nor reserved. */
    public int freeSlots() {
        return Math.max(0, table.free() - operations.waiting());
    }

    /** Sets slots aside for somebody who will need them later; false when there are not that many. */
    public boolean reserveSlots(int slots) {
        requireLoop();
        return table.reserve(slots);
    }

    /** Gives back what {@link #reserveSlots} set aside. */
    public void unreserveSlots(int slots) {
        requireLoop();
        table.unreserve(slots);
    }

    /** Shows each completion of an operation to somebody, after its own handler. One at a time; null for nobody. */
    public void observe(@Nullable OperationObserver newObserver) {
        requireLoop();
        observer = newObserver;
    }

    /** What the kernel gave. */
    public Capabilities capabilities() {
        return ring.capabilities();
    }

    /** The kernel that this loop talks to. */
    public Kernel kernel() {
        return ring.kernel();
    }

    /** What the loop has done. Any thread. */
    public RingCounters counters() {
        return counters;
    }

    /** Operations that are in flight, apart from the loop's own. Loop's thread only, exact; elsewhere a hint. */
    public int liveOperations() {
        return table.live() + operations.waiting() - (wakeup.isLive() ? 1 : 0);
    }

    /** Leases that are out. Loop's thread only, exact; elsewhere a hint. */
    public int liveLeases() {
        return memory.liveLeases();
    }

    /** The pools that leases come from. */
    public List<LeasePool> pools() {
        return memory.pools();
    }

    /** What is in flight, an operation a line. Loop's thread only. */
    public String dump() {
        return this + System.lineSeparator() + table.dump(100);
    }

    @Override
    public String toString() {
        return "RingLoop[" + ring + ", " + table + ", " + operations + ", " + memory + "]";
    }

    /** What ends in the waiting line is told like what ends in the kernel. */
    private final class EndedEarly implements OperationQueue.EndListener {
        @Override
        public void ended(Operation operation, int result) {
            complete(operation, result, 0);
        }

        @Override
        public void unprepared(Operation operation, Throwable e) {
            failed(operation, e);
            complete(operation, Errno.EINVAL.result(), 0);
        }
    }

    // ---- for the teardown

    void cancelAll() {
        operations.cancelAll();
    }

    void runCloseHooks() {
        closeHooks.forEach(this::runSafely);
    }

    Wakeup wakeup() {
        return wakeup;
    }

    /** No more tasks are taken; those that were are run. */
    void refuseTasks() {
        terminated = true;
        runLeftovers();
        memory.takeBackRemote();
    }

    /** Gives descriptors and maps back, and the memory unless somebody still holds a part of it. */
    void giveBack() {
        terminated = true;
        wakeup.close();
        ring.close();
        memory.close();
        closed.complete(null);
    }

    /** The kernel did not give everything back: nothing may be freed that it might still write to. */
    void keepForEver() {
        terminated = true;
        LOG.log(
                System.Logger.Level.ERROR,
                "the kernel still has operations after the close's time limit; ring and memory are kept for ever."
                        + System.lineSeparator() + dump());
        closed.complete(null);
    }
}
