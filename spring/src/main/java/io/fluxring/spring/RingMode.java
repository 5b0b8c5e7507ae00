package io.fluxring.spring;

/** Whether an application runs on the ring. */
public enum RingMode {
    /** On the ring where the host allows one; otherwise as without the starter, and one line of the log says why. */
    AUTO,

    /** On the ring, or the application does not start, and says why. */
    REQUIRED,

    /** As without the starter. */
    OFF
}
