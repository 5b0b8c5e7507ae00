package io.fluxring.core.loop;

import io.fluxring.core.sys.Errno;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/**
 * Events for the flight recorder, all named {@code io.fluxring.*}. Each kind has one object that is asked whether anybody
 * records it, so that nothing is made without a recording. Only to be loaded where the JVM has the module {@code jdk.jfr}.
 */
@SuppressWarnings("UnusedVariable") // the fields are read by the recorder
final class FlightRecorderEvents implements LoopEvents {
    private static final RingOpened OPENED = new RingOpened();
    private static final RingClosed CLOSED = new RingClosed();
    private static final RingKept KEPT = new RingKept();
    private static final CompletionOverflow OVERFLOW = new CompletionOverflow();
    private static final OperationCancelled CANCELLED = new OperationCancelled();
    private static final NoBuffer NO_BUFFER = new NoBuffer();
    private static final HandlerFailed FAILED = new HandlerFailed();

    private final SlowHandlers slow = new SlowHandlers();

    @Override
    public void opened(RingLoop loop, RingLoopConfig config, Figures figures) {
        RingStatistics.add(loop, figures);
        if (OPENED.isEnabled()) {
            RingOpened event = new RingOpened();
            event.configuration = config.toString();
            event.capabilities = loop.capabilities().toString();
            event.commit();
        }
    }

    @Override
    public void closed(RingLoop loop) {
        RingStatistics.remove(loop);
        if (CLOSED.isEnabled()) {
            RingClosed event = new RingClosed();
            event.counters = loop.counters().toString();
            event.leases = loop.liveLeases();
            event.commit();
        }
    }

    @Override
    public void keptForEver(RingLoop loop, int operations, String dump) {
        RingStatistics.remove(loop);
        if (KEPT.isEnabled()) {
            RingKept event = new RingKept();
            event.operations = operations;
            event.dump = dump;
            event.commit();
        }
    }

    @Override
    public void overflowed(RingLoop loop) {
        if (OVERFLOW.isEnabled()) {
            CompletionOverflow event = new CompletionOverflow();
            event.overflows = loop.counters().get(RingCounters.Counter.OVERFLOWS);
            event.operations = loop.liveOperations();
            event.commit();
        }
    }

    @Override
    public void operationFailed(Operation operation, int result) {
        if (result == Errno.ECANCELED.result()) {
            if (CANCELLED.isEnabled()) {
                OperationCancelled event = new OperationCancelled();
                event.operation = operation.toString();
                event.commit();
            }
        } else if (result == Errno.ENOBUFS.result() && NO_BUFFER.isEnabled()) {
            NoBuffer event = new NoBuffer();
            event.operation = operation.toString();
            event.commit();
        }
    }

    @Override
    public void handlerFailed(@Nullable Object handler, Throwable failure) {
        if (FAILED.isEnabled()) {
            HandlerFailed event = new HandlerFailed();
            event.handler = String.valueOf(handler);
            event.failure = failure.toString();
            event.commit();
        }
    }

    @Override
    public boolean timesHandlers() {
        return slow.isEnabled();
    }

    @Override
    public void handlersBegin() {
        slow.begin();
    }

    @Override
    public void handlersEnd(String kind, int count) {
        slow.end();
        if (slow.shouldCommit()) {
            slow.kind = kind;
            slow.count = count;
            slow.commit();
        }
    }

    @Name("io.fluxring.RingOpened")
    @Label("Ring Opened")
    @Category("Fluxring")
    @StackTrace(false)
    private static final class RingOpened extends Event {
        @Label("Configuration")
        @Nullable
        String configuration;

        @Label("Capabilities")
        @Nullable
        String capabilities;
    }

    @Name("io.fluxring.RingClosed")
    @Label("Ring Closed")
    @Category("Fluxring")
    @StackTrace(false)
    private static final class RingClosed extends Event {
        @Label("Counters")
        @Nullable
        String counters;

        @Label("Leases")
        @Description("Leases that are out at the end: the memory is freed when the last of them is released")
        int leases;
    }

    @Name("io.fluxring.RingKept")
    @Label("Ring Kept For Ever")
    @Description("The kernel did not give all operations back in time, so ring and memory are never freed")
    @Category("Fluxring")
    @StackTrace(false)
    private static final class RingKept extends Event {
        @Label("Operations")
        int operations;

        @Label("Dump")
        @Nullable
        String dump;
    }

    @Name("io.fluxring.CompletionOverflow")
    @Label("Completion Overflow")
    @Description("The completion queue was full; nothing is lost, but multishot operations end")
    @Category("Fluxring")
    @StackTrace(false)
    private static final class CompletionOverflow extends Event {
        @Label("Overflows So Far")
        long overflows;

        @Label("Operations")
        int operations;
    }

    @Name("io.fluxring.OperationCancelled")
    @Label("Operation Cancelled")
    @Enabled(false) // connections that close make many of them
    @Category("Fluxring")
    @StackTrace(false)
    private static final class OperationCancelled extends Event {
        @Label("Operation")
        @Nullable
        String operation;
    }

    @Name("io.fluxring.NoBuffer")
    @Label("No Buffer")
    @Description("An operation has ended because its group of buffers was empty")
    @Category("Fluxring")
    @StackTrace(false)
    private static final class NoBuffer extends Event {
        @Label("Operation")
        @Nullable
        String operation;
    }

    @Name("io.fluxring.HandlerFailed")
    @Label("Handler Failed")
    @Category("Fluxring")
    private static final class HandlerFailed extends Event {
        @Label("Handler")
        @Nullable
        String handler;

        @Label("Failure")
        @Nullable
        String failure;
    }

    @Name("io.fluxring.SlowTick")
    @Label("Slow Tick")
    @Description("Handlers have kept the loop's thread from the ring for long")
    @Category("Fluxring")
    @Threshold("20 ms")
    @StackTrace(false)
    private static final class SlowHandlers extends Event {
        @Label("Kind")
        @Description("tasks (of other threads, deadlines, those who waited for buffers) or completions")
        @Nullable
        String kind;

        @Label("Count")
        int count;
    }
}
