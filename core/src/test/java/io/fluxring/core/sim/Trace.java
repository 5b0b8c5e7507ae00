package io.fluxring.core.sim;

import java.util.ArrayDeque;

/** The last things that a simulated kernel has done. Kept only where somebody will look at it: making the text is dear. */
final class Trace {
    private static final int KEPT = 400;

    private final boolean on = Boolean.getBoolean("fluxring.sim.trace") || Long.getLong("fluxring.sim.seed") != null;
    private final ArrayDeque<String> lines = new ArrayDeque<>();

    boolean on() {
        return on;
    }

    void add(String line) {
        if (lines.size() == KEPT) {
            lines.removeFirst();
        }
        lines.addLast(line);
    }

    String text() {
        return on ? System.lineSeparator() + String.join(System.lineSeparator(), lines) : "";
    }
}
