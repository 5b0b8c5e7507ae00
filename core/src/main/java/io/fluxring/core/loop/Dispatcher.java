package io.fluxring.core.loop;

import io.fluxring.core.entry.UserData;
import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.ring.CompletionSink;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import org.jspecify.annotations.Nullable;

/** Brings each completion to its operation, and gives the slot back with the last one. */
final class Dispatcher implements CompletionSink {
    private final OperationTable table;
    private final Cancellations cancellations;
    private final RingCounters counters;
    private final LoopMemory memory;
    private final HandlerGuard guard;
    private final LoopEvents events;
    private final Wakeup wakeup;
    private final Runnable onWakeupEnd;
    private Operation.@Nullable Observer observer;

    Dispatcher(
            OperationTable table,
            Cancellations cancellations,
            LoopMemory memory,
            RingCounters counters,
            HandlerGuard guard,
            LoopEvents events,
            Wakeup wakeup,
            Runnable onWakeupEnd) {
        this.table = table;
        this.cancellations = cancellations;
        this.memory = memory;
        this.counters = counters;
        this.guard = guard;
        this.events = events;
        this.wakeup = wakeup;
        this.onWakeupEnd = onWakeupEnd;
    }

    void observe(Operation.@Nullable Observer newObserver) {
        observer = newObserver;
    }

    @Override
    public void completed(long userData, int result, int flags) {
        Operation operation = table.find(userData);
        if (operation == null) {
            unclaimed(userData, result, flags);
            return;
        }
        if (result < 0) {
            negative(operation, result, flags);
        }
        if ((flags & Abi.CQE_F_MORE) == 0) {
            table.remove(operation);
            if (operation == wakeup) {
                onWakeupEnd.run();
            }
        } else {
            operation.goesOn();
        }
        tell(operation, result, flags);
    }

    private void tellMemory(long userData) {
        try {
            memory.completed(userData);
        } catch (Throwable e) {
            guard.failed(memory, e);
        }
    }

    /** An error, or a notification that carries its report in the sign. */
    private void negative(Operation operation, int result, int flags) {
        if ((flags & Abi.CQE_F_NOTIF) == 0) {
            if (operation != wakeup) {
                events.operationFailed(operation, result);
            }
        } else if ((result & Abi.NOTIF_USAGE_ZC_COPIED) != 0) {
            counters.increment(Counter.COPIED_SENDS);
        }
    }

    /** A zero-copy send behind a broken link ends without announcing its notification, which comes all the same. */
    private void unclaimed(long userData, int result, int flags) {
        if (UserData.slot(userData) == UserData.IGNORED) {
            tellMemory(userData);
        } else if (Cancellations.isAnswer(userData)) {
            cancellations.answered(userData, result);
        } else if ((flags & Abi.CQE_F_NOTIF) == 0) {
            counters.increment(Counter.STALE);
        }
    }

    /** Calls the operation's handler, then the observer. */
    private void tell(Operation operation, int result, int flags) {
        try {
            operation.completed(result, flags);
        } catch (Throwable e) {
            guard.failed(operation, e);
        }
        if (observer != null) {
            observe(observer, operation, result, flags);
        }
    }

    private void observe(Operation.Observer watching, Operation operation, int result, int flags) {
        try {
            watching.completed(operation, result, flags);
        } catch (Throwable e) {
            guard.failed(watching, e);
        }
    }

    // ---- operations that end in line, reported like those that end in the kernel

    /** An operation has ended without having been in the kernel. */
    void cancelledEarly(Operation operation) {
        tell(operation, Errno.ECANCELED.result(), 0);
    }

    /** An operation that waited can't be prepared, and has ended. */
    void unprepared(Operation operation, Throwable e) {
        if (!takes(operation, e)) {
            guard.failed(operation, e);
            tell(operation, Errno.EINVAL.result(), 0);
        }
    }

    private boolean takes(Operation operation, Throwable e) {
        try {
            return operation.unprepared(e);
        } catch (Throwable second) {
            guard.failed(operation, second);
            return true;
        }
    }
}
