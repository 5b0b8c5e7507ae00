package io.fluxring.tests.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Who is in flight, and what has come back. An operation ends once, and only if it was started. */
final class Ledger {
    private final List<TrackedOperation> inFlight = new ArrayList<>();
    private final Map<String, Long> endedByKind = new TreeMap<>();
    private long started;
    private long ended;
    private long cancelsAsked;
    private long cancelled;

    void started(TrackedOperation operation) {
        operation.place = inFlight.size();
        inFlight.add(operation);
        started++;
    }

    void ended(TrackedOperation operation, int result) {
        TrackedOperation last = inFlight.removeLast();
        if (last != operation) {
            inFlight.set(operation.place, last);
            last.place = operation.place;
        }
        operation.place = -1;
        ended++;
        if (result == TrackedOperation.CANCELLED) {
            cancelled++;
        }
        endedByKind.merge(operation.kind(), 1L, Long::sum);
    }

    void cancelAsked() {
        cancelsAsked++;
    }

    /** Any of those in flight. */
    TrackedOperation any(Random random) {
        return inFlight.get(random.nextInt(inFlight.size()));
    }

    int inFlight() {
        return inFlight.size();
    }

    long started() {
        return started;
    }

    long ended() {
        return ended;
    }

    @Override
    public String toString() {
        return "started=" + started + " ended=" + ended + " in-flight=" + inFlight.size() + " cancels=" + cancelsAsked
                + " cancelled=" + cancelled + " " + endedByKind;
    }
}
