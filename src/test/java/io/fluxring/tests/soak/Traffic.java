package io.fluxring.tests.soak;

import io.fluxring.core.sys.call.Kernel;

/** One kind of work. */
interface Traffic {
    /** Starts something, if it has anything idle. */
    void begin();

    /** The loop is about to be closed, with all that is in flight. */
    default void stop() {}

    /** The loop has ended: closes the descriptors that no operation uses any more. */
    default void closeDescriptors(Kernel kernel) {}
}
