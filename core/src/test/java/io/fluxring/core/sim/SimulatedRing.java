package io.fluxring.core.sim;

import io.fluxring.core.entry.UserData;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.layout.SqeLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One ring as the kernel sees it: consumes entries, keeps what is in flight, posts completions, waits. */
final class SimulatedRing extends KernelFile {
    private static final int SLOW_NANOS = 100_000_000;

    final SimulatedKernel kernel;
    final MemorySegment rings;
    final MemorySegment sqes;
    final int sqEntries;
    final int cqEntries;
    final int setupFlags;
    final CompletionPoster completions;
    final Map<Integer, BufferGroup> groups = new HashMap<>();
    final LinkedRequests links = new LinkedRequests(this);
    final DrainBarrier drain = new DrainBarrier(this);
    final Cancellation cancels;
    final RingSettings settings = new RingSettings();
    final NapiState napi = new NapiState();
    final WaitRegion waitRegion = new WaitRegion();
    BufferTable buffers = new BufferTable(0);
    FileSlots slots = new FileSlots(this, 0);

    private final Chance chance;
    private final RequestRunner runner;
    private final EntryConsumer entries;
    private final RingWait waits;
    private final ArrayDeque<Runnable> mail = new ArrayDeque<>();
    private final List<Request> inFlight = new ArrayList<>();
    private @Nullable PollingThread poller;
    private @Nullable Thread owner;
    private boolean enabled;
    private boolean gone;
    private long moves;
    private long toldOf;

    SimulatedRing(SimulatedKernel kernel, int sqEntries, int cqEntries, int setupFlags) {
        this.kernel = kernel;
        this.chance = kernel.chance();
        this.sqEntries = sqEntries;
        this.cqEntries = cqEntries;
        this.setupFlags = setupFlags;
        this.rings = kernel.allocate(RingOffsets.array(cqEntries) + 4L * sqEntries);
        this.sqes = kernel.allocate(SqeLayout.BYTES * sqEntries);
        // Indices run freely: starting them anywhere, mostly shortly before they wrap, is what years of uptime would
        // do.
        int sq = chance.coin() ? 0 : -1 - chance.below(64);
        int cq = chance.coin() ? 0 : -1 - chance.below(64);
        Access.putInt(rings, RingOffsets.SQ_HEAD, sq);
        Access.putInt(rings, RingOffsets.SQ_TAIL, sq);
        Access.putInt(rings, RingOffsets.CQ_HEAD, cq);
        Access.putInt(rings, RingOffsets.CQ_TAIL, cq);
        Access.putInt(rings, RingOffsets.SQ_MASK, sqEntries - 1);
        Access.putInt(rings, RingOffsets.CQ_MASK, cqEntries - 1);
        Access.putInt(rings, RingOffsets.SQ_ENTRIES, sqEntries);
        Access.putInt(rings, RingOffsets.CQ_ENTRIES, cqEntries);
        this.completions = new CompletionPoster(kernel, rings, cqEntries);
        this.cancels = new Cancellation(kernel, this);
        this.runner = new RequestRunner(kernel, this);
        this.entries = new EntryConsumer(this, runner);
        this.waits = new RingWait(this);
        enabled = (setupFlags & Abi.SETUP_R_DISABLED) == 0;
        owner = enabled ? Thread.currentThread() : null;
    }

    List<Request> inFlight() {
        return inFlight;
    }

    // ---- life

    int enable() {
        if (enabled) {
            return Errno.EBADFD.result();
        }
        enabled = true;
        owner = Thread.currentThread();
        return 0;
    }

    boolean isDisabled() {
        return !enabled;
    }

    /** A message from another ring, or from none. It is posted when this one is looked at. 0, or why not. */
    int deliver(long userData, int result, int flags) {
        if (!enabled) {
            return Errno.EBADFD.result();
        }
        if (!gone) {
            mail.add(() -> {
                moves++;
                completions.postLast(userData, result, flags);
            });
        }
        return 0;
    }

    boolean isForeign() {
        return enabled
                && poller == null
                && (setupFlags & Abi.SETUP_SINGLE_ISSUER) != 0
                && owner != Thread.currentThread();
    }

    /** A map or the descriptor is being given back: the caller will free memory next. */
    void giveUp(String how) {
        if (!inFlight.isEmpty()) {
            throw kernel.violation(how + " of a ring with operations in flight: " + inFlight);
        }
        gone = true;
    }

    @Override
    void released() {
        settings.dropEventFile();
        slots.clear();
        buffers.clear();
    }

    @Override
    int events() {
        return completions.ready() > 0 ? Libc.POLLIN : 0;
    }

    // ---- enter

    int enter(int toSubmit, int minComplete, int flags, long argument, long argumentBytes) {
        if (gone) {
            throw kernel.violation("enter on a ring that was given back");
        }
        if (!enabled) {
            return Errno.EBADFD.result();
        }
        if (isForeign()) {
            return Errno.EEXIST.result();
        }
        if (poller != null) {
            return enterPolled(toSubmit, minComplete, flags, argument, argumentBytes);
        }
        entries.check();
        groups.values().forEach(BufferGroup::sync);
        if (toSubmit > 0 && chance.strikes(Fault.BUSY)) {
            return (chance.coin() ? Errno.EBUSY : Errno.EAGAIN).result();
        }
        if (kernel.trace().on()) {
            kernel.trace().add("enter " + toSubmit + ", waits for " + minComplete + ", at " + kernel.now());
        }
        int submitted = entries.submit(toSubmit);
        tellOfPosted();
        if (submitted < toSubmit) {
            return submitted > 0 || toSubmit == 0 ? submitted : Errno.EAGAIN.result();
        }
        if ((flags & Abi.ENTER_GETEVENTS) == 0) {
            return submitted;
        }
        int waited = waits.await(Math.min(minComplete, cqEntries), flags, argument, argumentBytes);
        return submitted > 0 ? submitted : waited;
    }

    /** Another thread submits: an enter only wakes it, and waits. */
    private int enterPolled(int toSubmit, int minComplete, int flags, long argument, long argumentBytes) {
        if ((flags & Abi.ENTER_SQ_WAKEUP) != 0) {
            poller.wake();
        }
        if ((flags & Abi.ENTER_GETEVENTS) != 0) {
            int waited = waits.await(Math.min(minComplete, cqEntries), flags, argument, argumentBytes);
            return toSubmit > 0 ? toSubmit : waited;
        }
        return toSubmit;
    }

    /** Makes a polling thread, if the ring is to have one, that sleeps after a time without entries. */
    void pollIdle(int millis) {
        poller = (setupFlags & Abi.SETUP_SQPOLL) != 0 ? new PollingThread(this, entries, millis) : null;
    }

    boolean isPolled() {
        return poller != null && enabled && !gone;
    }

    /** The polling thread looks at the queue, and at what is in flight. */
    void poll() {
        work(true);
    }

    // ---- what is in flight

    /** Takes a request note of: from now on it is in flight, also while it waits for others. */
    void admit(Request request) {
        if (request.userData != UserData.IGNORED) {
            for (Request other : inFlight) {
                if (other.userData == request.userData) {
                    throw kernel.violation(request + " has the user data of an operation in flight: " + other);
                }
            }
        }
        inFlight.add(request);
    }

    /** A chain, or a request alone, is complete. */
    void queue(Request chain) {
        if (chain.refusal < 0) {
            chain.failed = true;
            end(chain, chain.refusal, 0);
        } else if (chain.deferred && drain.isActive()) {
            drain.defer(chain);
        } else {
            chain.started = true;
            chain.punted |= chain.deferred;
            begin(chain);
            if (!chain.ended && !chain.punted) {
                runner.attempt(chain);
            }
        }
    }

    /** A request's turn has come; it is looked at with the others. */
    void startLater(Request request) {
        moves++;
        request.started = true;
        request.punted |= request.deferred;
    }

    private void begin(Request request) {
        request.begun = true;
        int refused = runner.begin(request);
        if (refused < 0) {
            end(request, refused, 0);
            return;
        }
        boolean mayBePunted = runner.mayBePunted(request) && request.timeLimit == null;
        request.punted |= request.has(Abi.SQE_ASYNC) || mayBePunted && chance.strikes(Fault.PUNT);
        if (request.punted && chance.strikes(Fault.SLOW_WORKER)) {
            request.slow = true;
            request.startNanos = kernel.now() + 1 + chance.below(SLOW_NANOS);
        }
        links.started(request);
    }

    /** Looks at everything that is in flight. */
    void work(boolean mayDelay) {
        groups.values().forEach(BufferGroup::sync);
        if (isPolled()) {
            poller.move();
        }
        kernel.network().carry();
        while (!mail.isEmpty()) {
            mail.remove().run();
        }
        if (kernel.isStuck()) {
            return;
        }
        List<Request> requests = new ArrayList<>(inFlight);
        if (chance.strikes(Fault.REORDER)) {
            chance.shuffle(requests);
        }
        for (Request request : requests) {
            if (request.started && !request.ended && !(mayDelay && chance.strikes(Fault.DELAY))) {
                attempt(request);
            }
        }
        tellOfPosted();
    }

    private void tellOfPosted() {
        if (completions.posted() > toldOf) {
            toldOf = completions.posted();
            settings.posted(rings);
        }
    }

    /** Looks at one request. */
    void attempt(Request request) {
        if (!request.begun) {
            begin(request);
        }
        if (!request.ended) {
            runner.attempt(request);
        }
    }

    /** How much has happened so far: a wait that sees it grow has not got stuck. */
    long moves() {
        return moves;
    }

    // ---- completions

    boolean postMore(Request request, int result, int flags) {
        boolean posted = completions.postMore(request.userData, result, flags);
        if (posted) {
            moves++;
            trace(request, result, flags | Abi.CQE_F_MORE, false);
        }
        return posted;
    }

    /** The request's last completion; always true. */
    boolean end(Request request, int result, int flags) {
        request.failed |= result < 0 && EntryRules.breaksChain(request.opcode);
        if (request.notifies && !request.sent) {
            postFirst(request, result, Abi.CQE_F_MORE, false);
            letGo(request);
            links.ended(request);
            return false;
        }
        boolean silent = request.has(Abi.SQE_CQE_SKIP_SUCCESS) && !request.failed;
        finish(request, result, flags, silent);
        links.ended(request);
        drain.release();
        return true;
    }

    /** As {@link #end}, for a result below 0 that breaks no chain. */
    boolean endWell(Request request, int result, int flags) {
        finish(request, result, flags, request.has(Abi.SQE_CQE_SKIP_SUCCESS));
        links.ended(request);
        drain.release();
        return true;
    }

    /** The first of two completions: the memory stays the kernel's until the second. */
    private void postFirst(Request request, int result, int flags, boolean silent) {
        request.sent = true;
        request.slow = false; // its worker is through with it
        request.started = true;
        request.begun = true;
        moves++;
        trace(request, result, flags, silent);
        if (!silent) {
            completions.postLast(request.userData, result, flags);
        }
    }

    /** Ends a member of a chain that has never started. */
    void endUnstarted(Request request, int result, boolean silently) {
        if (request.notifies) {
            request.failed = true;
            postFirst(request, result, 0, silently); // nothing announces the notification that follows
        } else {
            finish(request, result, 0, silently);
        }
    }

    private void finish(Request request, int result, int flags, boolean silent) {
        if (request.ended) {
            throw new IllegalStateException("ended twice: " + request);
        }
        request.ended = true;
        moves++;
        inFlight.remove(request);
        trace(request, result, flags, silent);
        if (!silent) {
            completions.postLast(request.userData, result, flags);
        }
        letGo(request);
    }

    private static void letGo(Request request) {
        if (request.slot != null) {
            request.slot.leave();
            request.slot = null;
        }
        if (request.buffer != null) {
            request.buffer.leave();
            request.buffer = null;
        }
        KernelFile file = request.file;
        if (file != null) {
            request.file = null;
            file.operationEnds();
        }
    }

    /** The last user of a registered buffer or file has gone. */
    void postTag(long tag) {
        if (tag != 0 && !gone) {
            moves++;
            completions.postLast(tag, 0, 0);
        }
    }

    private void trace(Request request, int result, int flags, boolean silent) {
        if (kernel.trace().on()) {
            kernel.trace().add("complete " + request + ": " + describe(result, flags) + (silent ? ", silently" : ""));
        }
    }

    private static String describe(int result, int flags) {
        return (result < 0 ? Errno.describe(result) : Integer.toString(result)) + " flags="
                + Integer.toHexString(flags);
    }

    @Override
    public String toString() {
        return "ring with " + inFlight;
    }
}
