package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.layout.ParamsLayout;
import java.lang.foreign.MemorySegment;

/** What setup makes of the sizes and modes that it is asked for. */
final class RingSizes {
    private static final int MOST_SUBMISSIONS = 32768;
    private static final int MOST_COMPLETIONS = 65536;

    private RingSizes() {}

    private static int powerOfTwo(int entries) {
        return Integer.highestOneBit(Math.max(1, entries * 2 - 1));
    }

    private static int completions(int entries, MemorySegment params) {
        boolean given = (Access.getInt(params, ParamsLayout.FLAGS) & Abi.SETUP_CQSIZE) != 0;
        return powerOfTwo(given ? Access.getInt(params, ParamsLayout.CQ_ENTRIES) : 2 * powerOfTwo(entries));
    }

    /** 0, or why there is no such ring. */
    static int check(int entries, MemorySegment params, int refusedFlags) {
        int flags = Access.getInt(params, ParamsLayout.FLAGS);
        int completions = completions(entries, params);
        boolean sizes = entries >= 1
                && entries <= MOST_SUBMISSIONS
                && completions >= powerOfTwo(entries)
                && completions <= MOST_COMPLETIONS;
        boolean modes = (flags & refusedFlags) == 0 && Registrations.setupFlagsAllowed(flags);
        return sizes && modes ? 0 : Errno.EINVAL.result();
    }

    static SimulatedRing ring(SimulatedKernel kernel, int entries, MemorySegment params) {
        int flags = Access.getInt(params, ParamsLayout.FLAGS);
        return new SimulatedRing(kernel, powerOfTwo(entries), completions(entries, params), flags);
    }
}
