package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.call.NativeMemory;
import io.fluxring.core.sys.layout.WaitLayout;
import java.lang.foreign.MemorySegment;

/** A wait for completions: for as long as it lasts the kernel works, the rest of the world moves, and time passes. */
final class RingWait {
    private static final int MOST_ROUNDS = 100_000;
    private static final long FOREVER = Long.MAX_VALUE;

    private final SimulatedKernel kernel;
    private final SimulatedRing ring;
    private final CompletionPoster completions;

    RingWait(SimulatedRing ring) {
        this.kernel = ring.kernel;
        this.ring = ring;
        this.completions = ring.completions;
    }

    /** Waits for so many completions; 0, or why it ended without any. */
    int await(int minComplete, int flags, long argument, long argumentBytes) {
        boolean extended = (flags & Abi.ENTER_EXT_ARG) != 0;
        boolean registered = (flags & Abi.ENTER_EXT_ARG_REG) != 0;
        if (registered && !extended
                || extended
                        && argumentBytes != (registered ? WaitLayout.REGISTERED_BYTES : WaitLayout.ARGUMENT_BYTES)) {
            return Errno.EINVAL.result();
        }
        if (registered) {
            MemorySegment wait = ring.waitRegion.argument(argument);
            if (wait == null) {
                return Errno.EFAULT.result();
            }
            int waitFlags = Access.getInt(wait, WaitLayout.REGISTERED_FLAGS);
            if ((waitFlags & ~Abi.REG_WAIT_TS) != 0) {
                return Errno.EINVAL.result();
            }
            long limit = waitFlags == 0 ? FOREVER : timespecNanos(wait.address() + WaitLayout.REGISTERED_SECONDS);
            return await(minComplete, Access.getInt(wait, WaitLayout.REGISTERED_MIN_WAIT_MICROS), limit);
        }
        if (extended) {
            MemorySegment wait = NativeMemory.at(argument, argumentBytes);
            long limit = timespecNanos(Access.getLong(wait, WaitLayout.TIMESPEC_ADDRESS));
            return await(minComplete, Access.getInt(wait, WaitLayout.MIN_WAIT_MICROS), limit);
        }
        return await(minComplete, 0, FOREVER);
    }

    private int await(int minComplete, int minWaitMicros, long limit) {
        long start = kernel.now();
        long minWaitEnd = minWaitMicros == 0 ? FOREVER : minWaitMicros * 1000L;
        ring.work(true);
        completions.flush();
        int wanted = minComplete;
        int result = 0;
        for (int round = 0; completions.ready() < wanted; round++) {
            if (round == MOST_ROUNDS && !kernel.isThreaded()) {
                throw kernel.violation("a wait does not come to an end: " + ring);
            }
            if (kernel.chance().strikes(Fault.INTERRUPT)) {
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
        long before = ring.moves();
        int ready = completions.ready();
        ring.work(true);
        completions.flush();
        if (ring.moves() > before || completions.ready() > ready || kernel.worldMoves()) {
            return;
        }
        ring.work(false);
        completions.flush();
        if (ring.moves() == before && completions.ready() == ready) {
            long left = limit == FOREVER ? FOREVER : limit - elapsed;
            kernel.sleep(Math.min(left, untilFirstTimer()), ring);
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
        for (Request request : ring.inFlight()) {
            if (request.slow) {
                first = Math.min(first, Math.max(1, request.startNanos - kernel.now()));
            } else if (request.begun && request.intervalNanos > 0) {
                first = Math.min(first, Math.max(1, request.dueNanos - kernel.now()));
            }
        }
        return first;
    }
}
