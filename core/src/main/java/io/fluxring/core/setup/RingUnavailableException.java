package io.fluxring.core.setup;

import org.jspecify.annotations.Nullable;

/**
 * No ring can be made here. The message names the cause and the remedy; it fits one line.
 * {@link io.fluxring.core.preflight.Preflight} finds out the same without a throw.
 */
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
        /** A security module, such as SELinux, forbids it. */
        FORBIDDEN_BY_SECURITY_MODULE,
        /** The limit of locked memory is too low. */
        LOCKED_MEMORY_LIMIT,
        /** The limit of open descriptors is reached, this process's or the machine's. */
        DESCRIPTOR_LIMIT,
        /** The limit of processes and threads is reached: the kernel can't start the ring's polling thread. */
        THREAD_LIMIT,
        /** The JVM was not told to let this module call native functions. */
        NATIVE_ACCESS_DENIED,
        /** Another refusal; the message has the error. */
        OTHER
    }

    /** See {@link #reason()}. */
    private final Reason reason;
    /** See {@link #found()}. */
    private final String found;
    /** See {@link #remedy()}. */
    private final String remedy;

    /**
     * A refusal without a known remedy.
     *
     * @param reason the kind of refusal
     * @param found what is in the way
     */
    public RingUnavailableException(Reason reason, String found) {
        this(reason, found, "");
    }

    /**
     * A refusal: what was found, and what can be done about it, which may be empty.
     *
     * @param reason the kind of refusal
     * @param found what is in the way
     * @param remedy what to do about it; empty where there is nothing
     */
    public RingUnavailableException(Reason reason, String found, String remedy) {
        this(reason, found, remedy, null);
    }

    /**
     * A refusal that came as another exception.
     *
     * @param reason the kind of refusal
     * @param found what is in the way
     * @param remedy what to do about it; empty where there is nothing
     * @param cause the other exception
     */
    public RingUnavailableException(Reason reason, String found, String remedy, @Nullable Throwable cause) {
        super(remedy.isEmpty() ? found : found + ": " + remedy, cause);
        this.reason = reason;
        this.found = found;
        this.remedy = remedy;
    }

    /** {@return the kind of refusal} */
    public Reason reason() {
        return reason;
    }

    /** {@return the first half of the message: what is in the way} */
    public String found() {
        return found;
    }

    /** {@return the second half of the message: what to do about it; empty where no remedy is known} */
    public String remedy() {
        return remedy;
    }
}
