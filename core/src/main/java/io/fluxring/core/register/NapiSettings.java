package io.fluxring.core.register;

/**
 * How waits of a ring poll network devices.
 *
 * @param busyPollMicros for how long a wait polls before it sleeps, in microseconds; the kernel cuts it to 10,000
 * @param prefer whether the devices' interrupts are to be held off while a thread polls
 * @param tracking how the ring learns which queues of devices to poll
 */
public record NapiSettings(int busyPollMicros, boolean prefer, Tracking tracking) {
    /** As a ring has it at first: no polling. */
    public static final NapiSettings OFF = new NapiSettings(0, false, Tracking.INACTIVE);

    /** Checks that the time is not negative. */
    public NapiSettings {
        if (busyPollMicros < 0) {
            throw new IllegalArgumentException("busyPollMicros must not be negative: " + busyPollMicros);
        }
    }

    /** How a ring learns which queues of devices, {@code NAPI} instances, to poll. */
    public enum Tracking {
        /** From the sockets that its operations wait on. */
        DYNAMIC(0),
        /** From {@link Waiting#addNapi}. Since Linux 6.13. */
        STATIC(1),
        /** Not at all; can't be asked for, only found. */
        INACTIVE(255);

        private final int code;

        Tracking(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Tracking of(int code) {
            return code == DYNAMIC.code ? DYNAMIC : code == STATIC.code ? STATIC : INACTIVE;
        }
    }
}
