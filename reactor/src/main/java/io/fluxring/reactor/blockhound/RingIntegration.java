package io.fluxring.reactor.blockhound;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;
import reactor.core.scheduler.NonBlocking;

/**
 * Tells BlockHound that a ring's thread must not block, and what it may do all the same: write the rare line of its own log, and
 * the few locks and spins of its beginning and end, which no user's code can hold. User code that it calls is allowed nothing.
 */
public final class RingIntegration implements BlockHoundIntegration {
    private static final String LOOP = "io.fluxring.core.loop.";

    /** Made by the service loader. */
    public RingIntegration() {}

    @Override
    public void applyTo(BlockHound.Builder builder) {
        builder.nonBlockingThreadPredicate(current -> current.or(NonBlocking.class::isInstance))
                // lines of the log
                .allowBlockingCallsInside(LOOP + "HandlerGuard", "report")
                .allowBlockingCallsInside(LOOP + "KernelEntry", "refused")
                .allowBlockingCallsInside(LOOP + "LoopMemory", "free")
                .allowBlockingCallsInside(LOOP + "LoopMemory", "logOut")
                .allowBlockingCallsInside(LOOP + "Teardown", "log")
                .allowBlockingCallsInside("io.fluxring.core.net.AcceptOutage", "begun")
                .allowBlockingCallsInside("io.fluxring.core.net.AcceptOutage", "recovered")
                .allowBlockingCallsInside("io.fluxring.core.memory.BufferOutage", "look")
                .allowBlockingCallsInside("io.fluxring.core.memory.LeaseAudit", "releasedAgain")
                // locks and spins
                .allowBlockingCallsInside(LOOP + "RingStatistics", "add")
                .allowBlockingCallsInside(LOOP + "RingStatistics", "remove")
                .allowBlockingCallsInside(LOOP + "TaskQueue", "runLeftovers")
                .allowBlockingCallsInside(LOOP + "Wakeup", "close");
    }
}
