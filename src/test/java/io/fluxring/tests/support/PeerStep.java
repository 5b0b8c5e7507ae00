package io.fluxring.tests.support;

import java.io.IOException;

/** What a peer does in the middle of a script or on a thread of its own, where its IOException can't be thrown. */
@FunctionalInterface
public interface PeerStep {
    /** Does it. */
    void run() throws IOException;

    /** A step for later, whose IOException fails the test. */
    static Runnable of(PeerStep step) {
        return () -> now(step);
    }

    /** Does a step at once. An IOException fails the test. */
    static void now(PeerStep step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
