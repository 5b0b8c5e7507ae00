package io.fluxring.spring.loops;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.LeasePool;
import java.util.function.ToIntFunction;

/**
 * What a loop says of itself when it is asked, or that it does not.
 *
 * @param name its thread's
 * @param answer whether it is alive; the figures are 0 where it is not
 * @param inFlight operations that the kernel has
 * @param freeSlots for further operations
 * @param freeBuffers buffers that no lease has
 * @param buffers all that the sockets may receive into
 */
public record LoopState(String name, Answer answer, int inFlight, int freeSlots, int freeBuffers, int buffers) {
    /** Whether a loop has answered. */
    public enum Answer {
        /** It is alive. */
        ANSWERED,

        /** Not within the limit: a handler blocks its thread, or works for as long. */
        SILENT,

        /** Its thread has ended. */
        ENDED
    }

    /** The figures of a loop. Its thread only. */
    static LoopState of(String name, RingLoop loop) {
        return new LoopState(
                name,
                Answer.ANSWERED,
                loop.liveOperations(),
                loop.freeSlots(),
                sum(loop, LeasePool::free),
                sum(loop, LeasePool::capacity));
    }

    static LoopState without(String name, Answer answer) {
        return new LoopState(name, answer, 0, 0, 0, 0);
    }

    private static int sum(RingLoop loop, ToIntFunction<LeasePool> figure) {
        return loop.pools().stream().mapToInt(figure).sum();
    }
}
