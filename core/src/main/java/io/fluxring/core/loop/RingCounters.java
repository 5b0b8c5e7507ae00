package io.fluxring.core.loop;

import io.fluxring.core.loop.count.Tally;
import java.util.Locale;
import java.util.StringJoiner;

/** What a loop has done so far. Written by its thread, read by any: each figure is current, their set is not a snapshot. */
public final class RingCounters {

    /** The figures. */
    public enum Counter {
        /** Calls of {@code io_uring_enter}. */
        ENTERS("calls of io_uring_enter"),
        /** Entries that the kernel has consumed. */
        SQES("entries that the kernel has consumed"),
        /** Completions taken. */
        CQES("completions taken"),
        /** Ticks that found the completion queue overflowed. Nothing is lost by it. */
        OVERFLOWS("rounds that found the completion queue overflowed"),
        /** Receives that ended because their group had no buffer left. */
        NO_BUFFER("receives that ended for want of a buffer"),
        /** Wake-ups of the loop by other threads. */
        WAKEUPS("wake-ups by other threads"),
        /** Completions for operations that had ended already. */
        STALE("completions for operations that had ended already"),
        /** Handlers that threw. */
        HANDLER_FAILURES("handlers that threw"),
        /** Zero-copy sends whose bytes were copied after all, as far as they asked for a report ({@code SEND_ZC_REPORT_USAGE}). */
        COPIED_SENDS("zero-copy sends whose bytes were copied after all"),
        /** Connections accepted. */
        ACCEPTED("connections accepted"),
        /** Accepts refused for want of descriptors or memory. */
        ACCEPT_REFUSED("accepts refused for want of descriptors or memory"),
        /** Times that accepting paused because the loop had no slots or direct descriptors left for a connection. */
        ACCEPT_FULL("pauses of accepting for want of slots or direct descriptors"),
        /** Connections that were accepted and closed because their handler had gone. */
        ACCEPT_DISCARDED("connections accepted and closed because their handler had gone"),
        /** Bytes received. */
        BYTES_RECEIVED("bytes received"),
        /** Bytes sent. */
        BYTES_SENT("bytes sent");

        private final String description;

        Counter(String description) {
            this.description = description;
        }

        /** {@return what is counted, in a few words} */
        public String description() {
            return description;
        }
    }

    private final Tally<Counter> tally = new Tally<>(Counter.class);

    RingCounters() {}

    /**
     * {@return a figure} Any thread.
     *
     * @param counter which
     */
    public long get(Counter counter) {
        return tally.get(counter);
    }

    /** Where the figures are written. */
    Tally<Counter> tally() {
        return tally;
    }

    /** Adds to a figure. The loop's thread only. */
    void add(Counter counter, long amount) {
        tally.add(counter, amount);
    }

    /** Sets a figure that is counted elsewhere. The loop's thread only. */
    void set(Counter counter, long value) {
        tally.set(counter, value);
    }

    /** Adds one to a figure. The loop's thread only. */
    void increment(Counter counter) {
        add(counter, 1);
    }

    @Override
    public String toString() {
        StringJoiner joiner = new StringJoiner(", ");
        for (Counter counter : Counter.values()) {
            joiner.add(counter.name().toLowerCase(Locale.ROOT).replace('_', '-') + " " + get(counter));
        }
        return joiner.toString();
    }
}
