package io.fluxring.core.ring;

/** No ring can be made here. The message names the cause and the remedy; it fits one line. */
public final class RingUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why a ring can't be made. */
    public enum Reason {
        /** This is not Linux, or not a processor that the kernel's interface was checked on. */
        PLATFORM,
        /** The kernel has no io_uring, or one that is too old. */
        KERNEL_TOO_OLD,
        /** The sysctl {@code kernel.io_uring_disabled} forbids it. */
        DISABLED_BY_SYSCTL,
        /** A seccomp filter, as containers have one, forbids it. */
        FORBIDDEN_BY_SECCOMP,
        /** The limit of locked memory is too low. */
        LOCKED_MEMORY_LIMIT,
        /** The limit of open descriptors is reached. */
        DESCRIPTOR_LIMIT,
        /** The JVM was not told to let this module call native functions. */
        NATIVE_ACCESS_DENIED,
        /** Another refusal; the message has the error. */
        OTHER
    }

    private final Reason reason;

    public RingUnavailableException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public RingUnavailableException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
