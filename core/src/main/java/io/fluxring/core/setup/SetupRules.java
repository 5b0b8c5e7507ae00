package io.fluxring.core.setup;

import static io.fluxring.core.sys.Abi.SETUP_COOP_TASKRUN;
import static io.fluxring.core.sys.Abi.SETUP_CQE32;
import static io.fluxring.core.sys.Abi.SETUP_CQE_MIXED;
import static io.fluxring.core.sys.Abi.SETUP_DEFER_TASKRUN;
import static io.fluxring.core.sys.Abi.SETUP_HYBRID_IOPOLL;
import static io.fluxring.core.sys.Abi.SETUP_IOPOLL;
import static io.fluxring.core.sys.Abi.SETUP_NO_MMAP;
import static io.fluxring.core.sys.Abi.SETUP_REGISTERED_FD_ONLY;
import static io.fluxring.core.sys.Abi.SETUP_SINGLE_ISSUER;
import static io.fluxring.core.sys.Abi.SETUP_SQPOLL;
import static io.fluxring.core.sys.Abi.SETUP_SQ_AFF;
import static io.fluxring.core.sys.Abi.SETUP_TASKRUN_FLAG;

import org.jspecify.annotations.Nullable;

/** Which setup flags contradict each other. The kernel has the same rules, but says {@code EINVAL} to all of them. */
final class SetupRules {
    private SetupRules() {}

    /** Why the kernel refuses these {@code IORING_SETUP_*}, or null when it does not. */
    static @Nullable String contradiction(int flags) {
        boolean sqPoll = has(flags, SETUP_SQPOLL);
        boolean deferred = has(flags, SETUP_DEFER_TASKRUN);
        boolean cooperative = has(flags, SETUP_COOP_TASKRUN);
        if (sqPoll && deferred) {
            return "SQPOLL runs completion work on the polling thread; DEFERRED task running contradicts it";
        }
        if (sqPoll && cooperative) {
            return "SQPOLL runs completion work on the polling thread; COOPERATIVE task running contradicts it";
        }
        if (has(flags, SETUP_TASKRUN_FLAG) && !deferred && !cooperative) {
            return "the task-run flag tells of work that waits; it needs DEFERRED or COOPERATIVE task running"
                    + (sqPoll ? ", which SQPOLL excludes" : "");
        }
        if (deferred && !has(flags, SETUP_SINGLE_ISSUER)) {
            return "DEFERRED task running leaves the work to the ring's only thread; it needs a single issuer";
        }
        if (has(flags, SETUP_SQ_AFF) && !sqPoll) {
            return "only a polling thread can be bound to a processor; SQ_AFF needs SQPOLL";
        }
        if (has(flags, SETUP_HYBRID_IOPOLL) && !has(flags, SETUP_IOPOLL)) {
            return "HYBRID polling is a way of polling for I/O; it needs IOPOLL";
        }
        if (has(flags, SETUP_CQE32) && has(flags, SETUP_CQE_MIXED)) {
            return "completions are either all WIDE or MIXED, not both";
        }
        if (has(flags, SETUP_REGISTERED_FD_ONLY) && !has(flags, SETUP_NO_MMAP)) {
            return "without a descriptor nothing can be mapped; a ring that is only registered needs its own memory";
        }
        return null;
    }

    private static boolean has(int flags, int flag) {
        return (flags & flag) != 0;
    }
}
