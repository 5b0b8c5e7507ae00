package io.fluxring.core.loop;

import io.fluxring.core.loop.RingCounters.Counter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/**
 * The figures of all live loops for the flight recorder, an event a loop and period. The recorder asks for them on a thread of its
 * own, while it records, and only as long as there are loops: nothing is read or made otherwise, and no loop is woken. Only to be
 * loaded where the JVM has the module {@code jdk.jfr}.
 */
final class RingStatistics {
    private static final int COUNTERS = Counter.values().length;
    private static final Sample PROBE = new Sample();
    private static final Runnable HOOK = RingStatistics::commitAll;
    private static final ReentrantLock LOCK = new ReentrantLock();
    private static final Map<RingLoop, RingStatistics> LIVE = new LinkedHashMap<>();

    private final String name;
    private final LoopEvents.Figures figures;
    private final long[] told = new long[COUNTERS];

    private RingStatistics(String name, LoopEvents.Figures figures) {
        this.name = name;
        this.figures = figures;
    }

    /** A loop begins, on its thread. */
    static void add(RingLoop loop, LoopEvents.Figures figures) {
        RingStatistics statistics = new RingStatistics(Thread.currentThread().getName(), figures);
        LOCK.lock();
        try {
            LIVE.put(loop, statistics);
            if (LIVE.size() == 1) {
                FlightRecorder.addPeriodicEvent(Sample.class, HOOK);
            }
        } finally {
            LOCK.unlock();
        }
    }

    /** A loop has ended. What it did since the last event makes one more, so that no increment is missing in the sum. */
    static void remove(RingLoop loop) {
        LOCK.lock();
        try {
            RingStatistics statistics = LIVE.remove(loop);
            if (statistics != null) {
                statistics.commit();
                if (LIVE.isEmpty()) {
                    FlightRecorder.removePeriodicEvent(HOOK);
                }
            }
        } finally {
            LOCK.unlock();
        }
    }

    /** Whether the recorder is given the figures of a loop. */
    static boolean has(RingLoop loop) {
        LOCK.lock();
        try {
            return LIVE.containsKey(loop);
        } finally {
            LOCK.unlock();
        }
    }

    private static void commitAll() {
        LOCK.lock();
        try {
            LIVE.values().forEach(RingStatistics::commit);
        } finally {
            LOCK.unlock();
        }
    }

    private void commit() {
        if (!PROBE.isEnabled()) {
            return;
        }
        Sample sample = new Sample();
        sample.loop = name;
        sample.fill(figures);
        for (Counter counter : Counter.values()) {
            sample.count(counter, increment(counter));
        }
        sample.commit();
    }

    @SuppressWarnings("EnumOrdinal") // an index into the figures of this very object, never stored
    private long increment(Counter counter) {
        long before = told[counter.ordinal()];
        long now = figures.count(counter);
        told[counter.ordinal()] = now;
        return now - before;
    }

    /** The event. Counters are increments since the loop's last one; the rest is as it was at the moment. */
    @Name("io.fluxring.RingStatistics")
    @Label("Ring Statistics")
    @Description("What a ring did since its last event, and what it has in use")
    @Category("Fluxring")
    @Period("1 s")
    @StackTrace(false)
    @SuppressWarnings("UnusedVariable") // the fields are read by the recorder
    private static final class Sample extends Event {
        @Label("Loop")
        @Description("Name of the loop's thread")
        @Nullable
        String loop;

        @Label("Enters")
        long enters;

        @Label("Submissions")
        long sqes;

        @Label("Completions")
        long cqes;

        @Label("Overflows")
        long overflows;

        @Label("No Buffer")
        long noBuffer;

        @Label("Wake-Ups")
        long wakeups;

        @Label("Stale Completions")
        long stale;

        @Label("Handler Failures")
        long handlerFailures;

        @Label("Copied Zero-Copy Sends")
        long copiedSends;

        @Label("Accepted")
        long accepted;

        @Label("Accepts Refused")
        long acceptRefused;

        @Label("Accepts Full")
        @Description("Times that accepting paused for want of slots or direct descriptors")
        long acceptFull;

        @Label("Accepts Discarded")
        long acceptDiscarded;

        @Label("Bytes Received")
        @DataAmount
        long bytesReceived;

        @Label("Bytes Sent")
        @DataAmount
        long bytesSent;

        @Label("Live Slots")
        @Description("Operations in the kernel")
        int liveSlots;

        @Label("Reserved Slots")
        int reservedSlots;

        @Label("Slots")
        int slots;

        @Label("Queued Operations")
        @Description("Operations that wait for a slot or a submission entry")
        int queuedOperations;

        @Label("Waiting Tasks")
        @Description("Tasks of other threads that the loop has not run yet")
        int waitingTasks;

        @Label("Free Buffers")
        @Description("Provided buffers that the kernel or their group has, in all groups")
        int freeBuffers;

        @Label("Buffers")
        int buffers;

        @Label("Leases")
        int leases;

        void fill(LoopEvents.Figures figures) {
            liveSlots = figures.liveSlots();
            reservedSlots = figures.reservedSlots();
            slots = figures.slots();
            queuedOperations = figures.queuedOperations();
            waitingTasks = figures.waitingTasks();
            freeBuffers = figures.freeBuffers();
            buffers = figures.buffers();
            leases = figures.leases();
        }

        void count(Counter counter, long increment) {
            switch (counter) {
                case ENTERS -> enters = increment;
                case SQES -> sqes = increment;
                case CQES -> cqes = increment;
                case OVERFLOWS -> overflows = increment;
                case NO_BUFFER -> noBuffer = increment;
                case WAKEUPS -> wakeups = increment;
                case STALE -> stale = increment;
                case HANDLER_FAILURES -> handlerFailures = increment;
                case COPIED_SENDS -> copiedSends = increment;
                case ACCEPTED -> accepted = increment;
                case ACCEPT_REFUSED -> acceptRefused = increment;
                case ACCEPT_FULL -> acceptFull = increment;
                case ACCEPT_DISCARDED -> acceptDiscarded = increment;
                case BYTES_RECEIVED -> bytesReceived = increment;
                case BYTES_SENT -> bytesSent = increment;
            }
        }
    }
}
