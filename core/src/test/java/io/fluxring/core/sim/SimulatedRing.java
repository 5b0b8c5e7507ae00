package io.fluxring.core.sim;

import io.fluxring.core.ring.UserData;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.NativeMemory;
import io.fluxring.core.sys.SqeLayout;
import io.fluxring.core.sys.WaitLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One ring as the kernel sees it: consumes entries, keeps what is in flight, posts completions, waits. */
final class SimulatedRing extends KernelFile {
    private static final byte CONSUMED = (byte) 0xFF;
    private static final int SUPPORTED_SQE_FLAGS = Abi.SQE_FIXED_FILE | Abi.SQE_ASYNC | Abi.SQE_BUFFER_SELECT;
    private static final int MOST_ROUNDS = 100_000;
    private static final int SLOW_NANOS = 100_000_000;
    private static final long FOREVER = Long.MAX_VALUE;

    final SimulatedKernel kernel;
    final MemorySegment rings;
    final MemorySegment sqes;
    final int sqEntries;
    final int cqEntries;
    final int setupFlags;
    final CompletionPoster completions;
    final Map<Integer, ProvidedGroup> groups = new HashMap<>();
    FileSlots slots = new FileSlots(0);

    private final Chance chance;
    private final RequestRunner runner;
    private final List<Request> inFlight = new ArrayList<>();
    private @Nullable Thread owner;
    private boolean enabled;
    private boolean gone;
    private int head;
    private int seenTail;

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
        head = chance.coin() ? 0 : -1 - chance.below(64);
        seenTail = head;
        int cq = chance.coin() ? 0 : -1 - chance.below(64);
        Access.putInt(rings, RingOffsets.SQ_HEAD, head);
        Access.putInt(rings, RingOffsets.SQ_TAIL, head);
        Access.putInt(rings, RingOffsets.CQ_HEAD, cq);
        Access.putInt(rings, RingOffsets.CQ_TAIL, cq);
        Access.putInt(rings, RingOffsets.SQ_MASK, sqEntries - 1);
        Access.putInt(rings, RingOffsets.CQ_MASK, cqEntries - 1);
        Access.putInt(rings, RingOffsets.SQ_ENTRIES, sqEntries);
        Access.putInt(rings, RingOffsets.CQ_ENTRIES, cqEntries);
        this.completions = new CompletionPoster(kernel, rings, cqEntries);
        this.runner = new RequestRunner(kernel, this);
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

    boolean isForeign() {
        return enabled && (setupFlags & Abi.SETUP_SINGLE_ISSUER) != 0 && owner != Thread.currentThread();
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
        slots.clear();
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
        checkSubmissionQueue();
        groups.values().forEach(ProvidedGroup::sync);
        if (toSubmit > 0 && chance.strikes(Fault.BUSY)) {
            return (chance.coin() ? Errno.EBUSY : Errno.EAGAIN).result();
        }
        if (kernel.trace().on()) {
            kernel.trace().add("enter " + toSubmit + ", waits for " + minComplete + ", at " + kernel.now());
        }
        int submitted = submit(toSubmit);
        if (submitted < toSubmit) {
            return submitted > 0 || toSubmit == 0 ? submitted : Errno.EAGAIN.result();
        }
        if ((flags & Abi.ENTER_GETEVENTS) == 0) {
            return submitted;
        }
        int waited = await(Math.min(minComplete, cqEntries), flags, argument, argumentBytes);
        return submitted > 0 ? submitted : waited;
    }

    private void checkSubmissionQueue() {
        int tail = Access.getIntAcquire(rings, RingOffsets.SQ_TAIL);
        int sqHead = Access.getInt(rings, RingOffsets.SQ_HEAD);
        if (sqHead != head || tail - seenTail < 0 || tail - head < 0 || tail - head > sqEntries) {
            throw kernel.violation("the submission queue's tail went from " + seenTail + " to " + tail
                    + " with the head at " + head + " (shared: " + sqHead + ") and " + sqEntries + " entries");
        }
        seenTail = tail;
    }

    private int submit(int toSubmit) {
        int available = Math.min(toSubmit, seenTail - head);
        if (available > 1 && chance.strikes(Fault.PARTIAL_SUBMIT)) {
            available = chance.below(available);
        }
        for (int i = 0; i < available; i++) {
            int index = head & sqEntries - 1;
            if ((setupFlags & Abi.SETUP_NO_SQARRAY) == 0) {
                index = Access.getInt(rings, RingOffsets.array(cqEntries) + 4L * index);
            }
            MemorySegment sqe = sqes.asSlice(index * SqeLayout.BYTES, SqeLayout.BYTES);
            Request request = new Request(sqe);
            sqe.fill(CONSUMED); // an entry that is not written whole the next time will be noticed
            Access.putIntRelease(rings, RingOffsets.SQ_HEAD, ++head);
            if (!submit(request) && (setupFlags & Abi.SETUP_SUBMIT_ALL) == 0) {
                return i + 1;
            }
        }
        return available;
    }

    private boolean submit(Request request) {
        if (kernel.trace().on()) {
            kernel.trace().add("submit " + request);
        }
        if (request.userData != UserData.IGNORED) {
            for (Request other : inFlight) {
                if (other.userData == request.userData) {
                    throw kernel.violation(request + " has the user data of an operation in flight: " + other);
                }
            }
        }
        if ((request.flags & ~SUPPORTED_SQE_FLAGS) != 0) {
            throw kernel.violation(request + " has flags that are not simulated: " + request.flags);
        }
        int refused = runner.prepare(request);
        if (refused < 0) {
            completions.postLast(request.userData, refused, 0);
            return false;
        }
        request.punted |= request.has(Abi.SQE_ASYNC) || runner.mayBePunted(request) && chance.strikes(Fault.PUNT);
        if (request.punted && chance.strikes(Fault.SLOW_WORKER)) {
            request.slow = true;
            request.startNanos = kernel.now() + 1 + chance.below(SLOW_NANOS);
        }
        if (request.file != null) {
            request.file.operationBegins();
        }
        inFlight.add(request);
        if (!request.punted) {
            runner.attempt(request);
        }
        return true;
    }

    // ---- completions

    boolean postMore(Request request, int result, int flags) {
        boolean posted = completions.postMore(request.userData, result, flags);
        if (posted && kernel.trace().on()) {
            kernel.trace().add("complete " + request + ": " + describe(result, flags) + ", more");
        }
        return posted;
    }

    /** The request's last completion; always true. */
    boolean end(Request request, int result, int flags) {
        if (request.ended) {
            throw new IllegalStateException("ended twice: " + request);
        }
        request.ended = true;
        inFlight.remove(request);
        if (kernel.trace().on()) {
            kernel.trace().add("complete " + request + ": " + describe(result, flags));
        }
        completions.postLast(request.userData, result, flags);
        if (request.file != null) {
            request.file.operationEnds();
        }
        return true;
    }

    private static String describe(int result, int flags) {
        return (result < 0 ? Errno.describe(result) : Integer.toString(result)) + " flags="
                + Integer.toHexString(flags);
    }

    // ---- waiting

    private int await(int minComplete, int flags, long argument, long argumentBytes) {
        long start = kernel.now();
        long minWaitEnd = FOREVER;
        long limit = FOREVER;
        if ((flags & Abi.ENTER_EXT_ARG) != 0) {
            if (argumentBytes != WaitLayout.ARGUMENT_BYTES) {
                return Errno.EINVAL.result();
            }
            MemorySegment wait = NativeMemory.at(argument, argumentBytes);
            int minWaitMicros = Access.getInt(wait, WaitLayout.MIN_WAIT_MICROS);
            minWaitEnd = minWaitMicros == 0 ? FOREVER : minWaitMicros * 1000L;
            limit = timespecNanos(Access.getLong(wait, WaitLayout.TIMESPEC_ADDRESS));
        }
        work(true);
        completions.flush();
        int wanted = minComplete;
        int result = 0;
        for (int round = 0; completions.ready() < wanted; round++) {
            if (round == MOST_ROUNDS && !kernel.isThreaded()) {
                throw kernel.violation("a wait does not come to an end: " + this);
            }
            if (chance.strikes(Fault.INTERRUPT)) {
                result = Errno.EINTR.result();
                break;
            }
            long elapsed = kernel.now() - start;
            if (elapsed >= limit) {
                result = Errno.ETIME.result();
                break;
            }
            if (elapsed >= minWaitEnd && wanted > 1) {
                wanted = 1;
                continue;
            }
            progress(Math.min(limit, wanted > 1 ? minWaitEnd : FOREVER), elapsed);
        }
        return completions.ready() > 0 ? 0 : result;
    }

    /** Something has to happen: what was held up, then the rest of the world, then time. */
    private void progress(long limit, long elapsed) {
        int before = completions.ready();
        work(true);
        completions.flush();
        if (completions.ready() > before || kernel.worldMoves()) {
            return;
        }
        work(false);
        completions.flush();
        if (completions.ready() == before) {
            long untilTimer = untilFirstTimer();
            long left = limit == FOREVER ? FOREVER : limit - elapsed;
            kernel.sleep(Math.min(left, untilTimer), this);
        }
    }

    static long timespecNanos(long address) {
        if (address == 0) {
            return FOREVER;
        }
        MemorySegment timespec = NativeMemory.at(address, 16);
        return Access.getLong(timespec, 0) * 1_000_000_000L + Access.getLong(timespec, 8);
    }

    private long untilFirstTimer() {
        long first = FOREVER;
        for (Request request : inFlight) {
            if (request.slow) {
                first = Math.min(first, Math.max(1, request.startNanos - kernel.now()));
            } else if (request.intervalNanos > 0) {
                first = Math.min(first, Math.max(1, request.dueNanos - kernel.now()));
            }
        }
        return first;
    }

    /** Looks at everything that is in flight. */
    private void work(boolean mayDelay) {
        groups.values().forEach(ProvidedGroup::sync);
        if (kernel.isStuck()) {
            return;
        }
        List<Request> requests = new ArrayList<>(inFlight);
        if (chance.strikes(Fault.REORDER)) {
            chance.shuffle(requests);
        }
        for (Request request : requests) {
            if (!request.ended && !(mayDelay && chance.strikes(Fault.DELAY))) {
                runner.attempt(request);
            }
        }
    }

    /** Looks at one request, out of turn. */
    void attempt(Request request) {
        runner.attempt(request);
    }

    @Override
    public String toString() {
        return "ring with " + inFlight;
    }
}
