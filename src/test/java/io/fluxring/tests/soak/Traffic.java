package io.fluxring.tests.soak;

/** One kind of work. */
interface Traffic {
    /** Starts something, if it has anything idle. */
    void begin();

    /** Before the loop is closed: gives back what no operation holds. */
    default void end() {}
}
