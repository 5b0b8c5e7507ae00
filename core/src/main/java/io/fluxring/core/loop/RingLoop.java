package io.fluxring.core.loop;

import io.fluxring.core.fd.RegisteredFiles;
import io.fluxring.core.loop.count.Tally;
import io.fluxring.core.loop.turn.TurnLine;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.memory.LeasePool;
import io.fluxring.core.memory.RegisteredBuffers;
import io.fluxring.core.memory.Slab;
import io.fluxring.core.memory.scratch.ScratchBlocks;
import io.fluxring.core.refusal.Refusal;
import io.fluxring.core.register.BufferRegistration;
import io.fluxring.core.ring.Capabilities;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.sys.call.Kernel;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.OptionalInt;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One thread, one ring, and all that is in flight on it.
 *
 * <p>{@link #open} makes the ring, on any thread, and fails there if none can be had. Then either {@link #start} gives the loop
 * a thread of its own, or a foreign loop calls {@link #attach} and {@link #tick} from its thread, and {@link #close} at the end.
 * A tick does what other threads asked for, fills the submission queue, enters the kernel once, and dispatches the completions.
 *
 * <p><b>Threads.</b> {@link #execute}, {@link #signal}, {@link #wakeup}, {@link #close}, {@link #inLoop}, {@link #counters} and
 * {@link #closed} may be called by any thread; everything else by the loop's own. It must be a platform thread that lives as
 * long as the loop: the kernel cancels what a thread has submitted when the thread ends.
 *
 * <p><b>After its end</b> a loop takes nothing more, from any thread, the one that was its own included: {@link #execute} throws
 * {@link RejectedExecutionException}; {@link #signal}, {@link #wakeup} and {@link #close} do nothing; what needs the loop's thread,
 * its ring or fresh memory throws {@link IllegalStateException}. Figures and names ({@link #counters}, {@link #capabilities}, {@link
 * #dump}, ...) can still be had.
 */
public final class RingLoop implements Executor, AutoCloseable {
    /** No limit to a tick's wait. */
    public static final long FOREVER = Long.MAX_VALUE;

    private static final int DUMP_LIMIT = 100;
    private static final int DUMPED_HOLDERS = 10;

    private final Ring ring;
    private final RingLoopConfig config;
    private final RingCounters counters = new RingCounters();
    private final LoopEvents events = LoopEvents.create();
    private final HandlerGuard guard = new HandlerGuard(counters, events);
    private final Wakeup wakeup;
    private final TaskQueue tasks;
    private final DeadlineQueue deadlines;
    private final OperationTable table;
    private final Cancellations cancellations;
    private final Dispatcher dispatcher;
    private final TurnLine<Operation> turns = new TurnLine<>();
    private final OperationQueue operations;
    private final SlotWaiters slotWaiters = new SlotWaiters(this::freeSlots, this::submissionSpace);
    private final LoopMemory memory;
    private final KernelEntry entry;
    private final Tick tick;
    private final Teardown teardown;

    private final AtomicBoolean claimed = new AtomicBoolean();
    private volatile boolean closeRequested;
    private volatile @Nullable Thread thread;
    private boolean ownThread;
    private @Nullable RegisteredFiles files;

    private RingLoop(Ring ring, int eventFd, RingLoopConfig config) {
        this.ring = ring;
        this.config = config;
        this.deadlines = new DeadlineQueue(ring.kernel()::nanoTime);
        this.memory = new LoopMemory(ring, config, this::signal, deadlines);
        this.wakeup = new Wakeup(ring.kernel(), eventFd, counters);
        this.tasks = new TaskQueue(wakeup, guard);
        this.table = new OperationTable(ring.completions().capacity());
        this.cancellations = new Cancellations(ring.submissions(), table, deadlines);
        this.dispatcher =
                new Dispatcher(table, cancellations, memory, counters, guard, events, wakeup, this::rearmWakeup);
        this.operations = new OperationQueue(
                ring.submissions(), table, cancellations, dispatcher, new AddressAudit(memory), turns);
        this.entry = new KernelEntry(this, ring, config, counters);
        this.teardown = new Teardown(
                this, ring, wakeup, tasks, operations, memory, guard, events, entry, config.closeTimeoutNanos());
        this.tick = new Tick(
                this,
                ring,
                entry,
                wakeup,
                tasks,
                deadlines,
                memory,
                operations,
                turns,
                slotWaiters,
                cancellations,
                dispatcher,
                guard,
                counters,
                events);
    }

    /**
     * A loop on this machine's kernel, not running yet.
     *
     * @param config ring, queues and tables
     * @return the loop, which is not running yet
     * @throws io.fluxring.core.setup.RingUnavailableException when no ring can be had, with the cause and the remedy
     */
    public static RingLoop open(RingLoopConfig config) {
        return over(Ring.open(config.ring()), config);
    }

    /**
     * A loop on a given kernel, such as a simulated one.
     *
     * @param kernel what the ring talks to
     * @param config ring, queues and tables
     * @return the loop, which is not running yet
     */
    @SuppressWarnings("exports") // of use to Fluxring's own modules only
    public static RingLoop open(Kernel kernel, RingLoopConfig config) {
        return over(Ring.open(kernel, config.ring()), config);
    }

    private static RingLoop over(Ring ring, RingLoopConfig config) {
        int eventFd = Wakeup.openEventFd(ring.kernel());
        if (eventFd < 0) {
            ring.close(); // before the refusal, which takes descriptors itself: to read the limit, to load its classes
            throw Refusal.ofNeed(eventFd, "the loop's wake-up", "use fewer loops");
        }
        try {
            return new RingLoop(ring, eventFd, config);
        } catch (RuntimeException | Error e) {
            ring.kernel().close(eventFd);
            ring.close();
            throw e;
        }
    }

    // ---- life

    /**
     * Gives the loop a thread of its own. The loop is attached to it when this returns, and closed when this throws.
     *
     * @param threads makes the one thread
     * @return this loop
     * @throws IllegalStateException as {@link #attach} does
     */
    public RingLoop start(ThreadFactory threads) {
        claim();
        ownThread = true;
        CompletableFuture<Void> attached = new CompletableFuture<>();
        try {
            threads.newThread(() -> run(attached)).start();
        } catch (RuntimeException | Error e) { // no thread can be had
            attachFailed();
            throw e;
        }
        try {
            attached.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof IllegalStateException cause ? cause : e;
        }
        return this;
    }

    private void run(CompletableFuture<Void> attached) {
        try {
            attachClaimed(() -> false);
        } catch (RuntimeException | Error e) {
            attached.completeExceptionally(e);
            return;
        }
        attached.complete(null);
        try {
            while (!closeRequested) {
                tick(FOREVER);
            }
        } catch (Throwable e) {
            closeRequested = true;
            guard.report("the loop has failed and will close: ", this, e);
        }
        teardown.run();
    }

    /**
     * Makes the calling thread the loop's.
     *
     * @throws IllegalStateException when the loop has a thread already, or is closed; or when the kernel refuses what was
     *     configured: then the loop is closed, and nothing of it is left
     */
    public void attach() {
        attach(() -> false);
    }

    /**
     * As {@link #attach()}, for a thread that has other work than the loop's.
     *
     * @param hasWork whether a tick must not wait, because there is something for its caller to do. Asked before each wait, when
     *     a {@link #wakeup} would end that wait already: who first adds to what is looked at and then calls {@code wakeup} is
     *     never overslept. What it throws ends the tick.
     */
    public void attach(BooleanSupplier hasWork) {
        requirePlatformThread();
        claim();
        attachClaimed(hasWork);
    }

    private static void requirePlatformThread() {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("a loop needs a platform thread; this one is virtual");
        }
    }

    /** Of two threads that attach themselves, or close a loop without a thread, at once, the second must not harm the first. */
    private void claim() {
        if (!claimed.compareAndSet(false, true)) {
            throw new IllegalStateException(
                    teardown.hasEnded() ? "the loop is closed" : "the loop has a thread already: " + thread);
        }
    }

    private void attachClaimed(BooleanSupplier hasWork) {
        try {
            requirePlatformThread();
            ring.enable();
            thread = Thread.currentThread();
            tick.foreignWork(hasWork);
            if (config.directDescriptors() > 0 || config.installedFiles() > 0) {
                files = RegisteredFiles.register(ring, config.directDescriptors(), config.installedFiles());
            }
            memory.attach();
            operations.submitOwn(wakeup);
            events.opened(this, config, new LoopEvents.Figures(counters, table, operations, tasks, memory));
        } catch (RuntimeException | Error e) {
            attachFailed();
            throw e;
        }
    }

    /** The kernel has seen no operation yet, so that there is nothing to await. */
    private void attachFailed() {
        closeRequested = true;
        teardown.giveBack();
    }

    /** The poll of the eventfd ends when the completion queue was full, and at the teardown. */
    private void rearmWakeup() {
        if (!teardown.isRunning()) {
            operations.submitOwn(wakeup);
        }
    }

    /**
     * Asks the loop to end: close hooks run, what is in flight is cancelled and awaited, then memory and descriptors are given
     * back. Idempotent. A loop with a thread of its own ends on that, see {@link #closed}; a foreign loop calls this from its
     * thread, outside of any handler, and all is done when it returns. When that thread has died any other may call this; then
     * operations that are left do not hear of their end.
     *
     * @throws IllegalStateException on a foreign loop, when called on another thread while its own lives, or within a handler
     * @throws IncompleteCloseException on a foreign loop, when operations are left: see {@link #closed}
     */
    @Override
    public void close() {
        if (claimed.compareAndSet(false, true)) {
            closeRequested = true;
            teardown.giveBack(); // there was no thread, and none can come any more
        } else if (ownThread) {
            closeRequested = true;
            wakeup.signal();
        } else if (!teardown.hasEnded()) {
            closeForeign();
        }
    }

    private void closeForeign() {
        Thread owner = thread;
        if (owner != null && !owner.isAlive()) {
            closeRequested = true;
            teardown.abandon();
        } else {
            requireLoop();
            if (tick.isRunning() && !teardown.isRunning()) {
                throw new IllegalStateException(
                        "a handler must not close a loop that a foreign thread ticks: close it" + " between two ticks");
            }
            closeRequested = true;
            teardown.run();
        }
        teardown.requireComplete();
    }

    /** From here on no thread is the loop's: calls that need it find the loop closed. */
    void detach() {
        thread = null;
    }

    /**
     * Completes when the loop has ended and everything is given back; with an {@link IncompleteCloseException} when the kernel
     * has kept operations for longer than {@link RingLoopConfig#closeTimeoutNanos}, or the loop's thread has died with some.
     *
     * @return the end of the loop
     */
    public CompletableFuture<Void> closed() {
        return teardown.closed().copy();
    }

    /** {@return whether the loop was asked to end} */
    public boolean isClosing() {
        return closeRequested;
    }

    /** Whether the teardown has begun. */
    boolean isEnding() {
        return teardown.isRunning();
    }

    /**
     * Runs something on the loop's thread when it is asked to end, before anything is cancelled; at once when it ends already. Hooks
     * run in the order in which they were added, and what one of them throws is logged. What hooks submit is awaited, and cancelled
     * if it takes long.
     *
     * @param hook run once
     */
    public void addCloseHook(Runnable hook) {
        requireLoop();
        teardown.addHook(hook);
    }

    /**
     * Takes back what {@link #addCloseHook} added, by identity or equality. A hook that has run already, or runs, is not affected.
     *
     * @param hook what was added
     */
    public void removeCloseHook(Runnable hook) {
        requireLoop();
        teardown.removeHook(hook);
    }

    // ---- work from other threads

    /**
     * Runs something on the loop's thread: at once when called on it, in its next tick otherwise. A task that was taken when the
     * loop ended runs all the same, on another thread if need be, and finds the loop closed.
     *
     * @throws RejectedExecutionException when the loop has ended, or is hopelessly behind
     */
    @Override
    public void execute(Runnable task) {
        if (inLoop()) {
            guard.accept(task);
        } else {
            tasks.execute(task);
        }
    }

    /**
     * Like {@link #execute}, for what must not get lost while the loop lives, such as a cancel or a release: waits for room
     * where there is none. Each caller has at most one such task waiting.
     *
     * @param task run on the loop's thread
     * @return false when the loop has ended; the task is not run then
     */
    public boolean signal(Runnable task) {
        if (inLoop()) {
            guard.accept(task);
            return true;
        }
        return tasks.signal(task);
    }

    /**
     * Ends the wait of the loop's present tick, or of the next one that would wait, without a task. Any thread; does nothing when
     * the loop has ended.
     */
    public void wakeup() {
        wakeup.request();
    }

    /** {@return whether the calling thread is the loop's} */
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    private void requireLoop() {
        if (!inLoop()) {
            throw notInLoop(thread);
        }
    }

    private IllegalStateException notInLoop(@Nullable Thread owner) {
        if (teardown.hasEnded()) {
            return new IllegalStateException("the loop is closed");
        }
        String caller = Thread.currentThread().getName();
        return new IllegalStateException(
                owner == null
                        ? "the loop has no thread yet: attach it, or start it, before this call by " + caller
                        : "must be called on the loop's thread " + owner + ", not on " + caller);
    }

    // ---- operations

    /**
     * Submits an operation with the next enter. It waits in a queue while the submission queue or the slots are full.
     *
     * @param operation not live
     * @throws IllegalStateException when the operation is live already, or its entry has a link (see {@link #submitChain}), a
     *     drain, which would wait for the loop itself, or {@code CQE_SKIP_SUCCESS}, by which its end would stay unknown; it is
     *     not in flight then. One that had to wait in the
     *     queue ends with {@code -EINVAL} instead. In checked mode ({@link io.fluxring.core.memory.LeaseAudit}) also when the
     *     entry points into the loop's memory where nothing is lent.
     */
    public void submit(Operation operation) {
        requireLoop();
        operations.submit(operation);
    }

    /**
     * Submits an operation whose bytes the kernel copies while it takes it, such as a large send or a read of a cached file. A round
     * of the loop takes some of these, for about a quarter of a millisecond, and the others wait for the next rounds in the order of
     * submission, so that what else happens on the loop comes between them. Otherwise as {@link #submit}.
     *
     * @param operation not live
     * @param lengthBytes how many bytes
     */
    public void submitInTurn(Operation operation, int lengthBytes) {
        requireLoop();
        operations.submitInTurn(operation, lengthBytes);
    }

    /**
     * Submits an operation that the kernel carries out while it takes it, with an enter of its own, which takes along what was
     * submitted before. Costs a system call; for what a caller on the loop's thread has to know at once. The completion is
     * dispatched in the next tick, as any other.
     *
     * @param operation not live
     * @return the result; empty when the operation waits for a slot or an entry, or was not done at once
     * @throws IllegalStateException as for {@link #submit}
     */
    public OptionalInt submitNow(Operation operation) {
        requireLoop();
        operations.submit(operation);
        return operation.hasSlot() ? entry.enterFor(operation.userData()) : OptionalInt.empty();
    }

    /**
     * Hands what was submitted to the kernel with an enter of its own, without a wait: for a caller on the loop's thread that may
     * not come to the next tick soon. Costs a system call. Completions are dispatched in the next tick.
     */
    public void submitPending() {
        requireLoop();
        if (entry.isNeeded()) {
            entry.submit();
        }
    }

    /**
     * Submits operations that start one after the other: each when the one before has succeeded in full. Where one fails, those
     * behind it end with {@code -ECANCELED}, except behind a member whose entry asks for {@link
     * io.fluxring.core.entry.Sqe#hardLink}. A linked timeout stands behind the member that it limits. Each member has its own
     * completions. The kernel is shown all of them at once. While there is not room for all, none of them goes, and they wait in
     * line. If one can't be prepared then, it ends with {@code -EINVAL} and the others with {@code -ECANCELED}.
     *
     * <p>A {@link #cancel} of a member in line cuts the chain: it ends with {@code -ECANCELED}, as do those behind it, also
     * behind a hard link, and those before it go on. In the kernel a cancel means the member alone; one whose turn has not come
     * is ended soon after it has.
     *
     * @param members not live, each once; the array may be used again afterwards
     * @throws IllegalArgumentException when they are more than the submission queue has entries, or more than there are slots
     * @throws IllegalStateException as for {@link #submit}, and when the last member has a link; then none is in flight
     */
    public void submitChain(Operation... members) {
        requireLoop();
        operations.submitChain(members);
    }

    /**
     * Asks an operation to end early. One that the kernel has not seen ends with {@code -ECANCELED} in this tick or the next.
     * One that the kernel has ends with its own last completion, which may be a success. Does nothing to an operation that is
     * not live or is asked already. Where the kernel does not find the operation or can't stop it at the moment, it is asked
     * again until the operation has ended.
     *
     * @param operation live or not
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
        return tick.run(maxWaitNanos);
    }

    // ---- what the loop has

    /**
     * Runs something at a time. Loop's thread only.
     *
     * @param task run once
     * @param delayNanos from now on; 0 or less for the next tick
     * @return what takes it back
     */
    public Deadline schedule(Runnable task, long delayNanos) {
        requireLoop();
        return deadlines.schedule(task, delayNanos);
    }

    /**
     * Takes a deadline back. Does nothing when it has passed.
     *
     * @param deadline what {@link #schedule} returned
     */
    public void unschedule(Deadline deadline) {
        requireLoop();
        deadlines.remove(deadline);
    }

    /**
     * Provides the kernel with a group of buffers, from which receives pick theirs.
     *
     * @param buffers sizes and kind
     * @return the group
     * @throws IllegalStateException when the kernel refuses
     */
    public BufferRing provideBuffers(BufferRingConfig buffers) {
        requireLoop();
        return memory.provideBuffers(buffers);
    }

    /**
     * {@return the send-buffer pool, into which heap data is copied; created on first use, grows while peers do not read}
     * Operations of a user's own may send from its blocks: a lease on one belongs to the operation until its last completion.
     */
    public Slab sendBlocks() {
        requireLoop();
        return memory.sendBlocks();
    }

    /**
     * {@return blocks for what is read from files, or copied to be written to them; created on first use of a size, grows up to
     * {@link RingLoopConfig#mostFileBytes}} They begin at pages, as direct I/O wants it.
     *
     * @param blockBytes a power of two, 4 KiB to 4 MiB
     */
    public Slab fileBlocks(int blockBytes) {
        requireLoop();
        return memory.fileBlocks(blockBytes);
    }

    /** {@return small blocks for what operations point to besides their data} */
    @SuppressWarnings("exports") // of use to Fluxring's own modules only
    public ScratchBlocks scratch() {
        return memory.scratch();
    }

    /**
     * {@return the table of registered buffers, for the operations with {@code Fixed} in their names; null when none
     * was configured} Memory in it comes back when the last operation on it has ended, and all of it when the loop has
     * ended in order.
     */
    public @Nullable RegisteredBuffers registeredBuffers() {
        return memory.registeredBuffers();
    }

    /**
     * {@return the bare table of registered buffers, for a loop without {@link #registeredBuffers}: nothing is kept
     * account of}
     */
    public BufferRegistration bufferTable() {
        requireLoop();
        return new BufferRegistration(ring.handle());
    }

    /**
     * {@return the ring's descriptor, for operations of other rings that send it messages}
     *
     * @throws IllegalStateException when the loop has ended
     */
    public int ringFd() {
        return ring.fd();
    }

    /** {@return the table of direct descriptors, null when no slots were configured} */
    public @Nullable RegisteredFiles files() {
        return files;
    }

    /** {@return memory that lives as long as the loop} Not for anything per operation. */
    public SegmentAllocator memory() {
        return memory.allocator();
    }

    /** {@return entries left in the submission queue before the next enter; none when the loop has ended} */
    public int submissionSpace() {
        return !operations.hasLine() && !ring.isClosed() ? ring.submissions().spaceLeft() : 0;
    }

    /** {@return slots that are neither used nor reserved} */
    public int freeSlots() {
        return Math.max(0, table.free() - operations.inLine());
    }

    /**
     * Runs a task once there are free slots and a submission entry: in a tick, never from within this call, in the order of
     * asking, once. What it finds free at its turn is its to use until it returns. A task that asks again stands at the end of the
     * line. A loop that ends first does not run it, see {@link #addCloseHook}.
     *
     * @param slots how many it needs, between 1 and the slots of the loop, which are as many as the completion queue has entries
     * @param task run once
     */
    public void whenSlotsFree(int slots, Runnable task) {
        requireLoop();
        if (slots < 1 || slots > table.capacity()) {
            throw new IllegalArgumentException("slots must be between 1 and " + table.capacity() + ": " + slots);
        }
        slotWaiters.add(slots, task);
    }

    /**
     * As {@link #whenSlotsFree(int, Runnable)}, for one slot.
     *
     * @param task run once
     */
    public void whenSlotsFree(Runnable task) {
        whenSlotsFree(1, task);
    }

    /**
     * Takes back what was asked for with {@link #whenSlotsFree(Runnable)}, as often as it was, by identity or equality.
     *
     * @param task what was given
     */
    public void forgetSlotWaiter(Runnable task) {
        requireLoop();
        slotWaiters.remove(task);
    }

    /**
     * Sets slots aside for operations that will come later; false when there are not that many.
     *
     * @param slots how many
     * @return whether they were set aside
     */
    public boolean reserveSlots(int slots) {
        requireLoop();
        return table.reserve(slots);
    }

    /**
     * Gives back what {@link #reserveSlots} set aside.
     *
     * @param slots how many
     */
    public void unreserveSlots(int slots) {
        requireLoop();
        table.unreserve(slots);
    }

    /**
     * Sets the observer called after each completion's own handler, replacing the previous one; null removes it.
     *
     * @param newObserver called on the loop's thread, or null
     */
    public void observe(Operation.@Nullable Observer newObserver) {
        requireLoop();
        dispatcher.observe(newObserver);
    }

    /** {@return what the kernel gave} */
    public Capabilities capabilities() {
        return ring.capabilities();
    }

    /** {@return the kernel that this loop talks to} */
    @SuppressWarnings("exports") // of use to Fluxring's own modules only
    public Kernel kernel() {
        return ring.kernel();
    }

    /** {@return what the loop has done} Any thread. */
    public RingCounters counters() {
        return counters;
    }

    /** {@return where the figures of {@link #counters} are written, for what runs on the loop} Loop's thread only. */
    @SuppressWarnings("exports") // of no use outside of this module
    public Tally<RingCounters.Counter> tally() {
        return counters.tally();
    }

    /**
     * {@return operations that are in flight, apart from the loop's own} Loop's thread only, exact; elsewhere a hint.
     */
    public int liveOperations() {
        return table.live() + operations.inLine();
    }

    /** {@return leases that are out} Loop's thread only, exact; elsewhere a hint. */
    public int liveLeases() {
        return memory.liveLeases();
    }

    /** {@return the pools that leases come from} */
    public List<LeasePool> pools() {
        return memory.pools();
    }

    /**
     * {@return all that can be said of the loop: itself, its counters, its pools a line each, and what is in flight and
     * in line, an operation a line, the first hundred of each} Loop's thread only.
     */
    public String dump() {
        StringJoiner lines = new StringJoiner(System.lineSeparator());
        lines.add(toString()).add("counters: " + counters);
        lines.add("tasks: " + tasks.size() + ", deadlines: " + deadlines.size() + ", waiting for slots: "
                + slotWaiters.size() + (isClosing() ? ", closing" : ""));
        memory.pools().forEach(pool -> lines.add("pool: " + pool + ", " + pool.holders(DUMPED_HOLDERS)));
        lines.add("in the kernel:" + System.lineSeparator() + table.dump(DUMP_LIMIT));
        if (operations.inLine() > 0) {
            lines.add("in line:" + System.lineSeparator() + operations.dump(DUMP_LIMIT));
        }
        return lines.toString();
    }

    @Override
    public String toString() {
        return "RingLoop[" + ring + ", " + table + ", " + operations + ", " + memory + "]";
    }
}
