package io.fluxring.core.refusal;

import io.fluxring.core.setup.CompletionFormat;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.setup.RingUnavailableException;
import io.fluxring.core.setup.RingUnavailableException.Reason;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.call.Kernel;
import java.util.function.Supplier;

/**
 * Finds out why a ring was refused, and says what to do about it. {@link io.fluxring.core.preflight.Preflight} takes its words
 * from here.
 */
public final class Refusal {
    private static final String OTHER_TRANSPORT = "use another transport here";
    private static final int PAGE_BYTES = 4096;

    private Refusal() {}

    // ---- before the first call

    /** Checks what must hold before the first native call can be made at all. */
    public static Kernel requirePlatform(Supplier<Kernel> kernel) {
        Host host = Host.here();
        if (!host.linux()) {
            throw notLinux(host);
        }
        if (!Host.littleEndian()) {
            throw new RingUnavailableException(
                    Reason.PLATFORM,
                    "only little-endian processors are supported, which this one (" + host.architecture() + ") is not",
                    OTHER_TRANSPORT);
        }
        try {
            return kernel.get();
        } catch (IllegalCallerException | LinkageError | UnsupportedOperationException e) {
            throw noNativeCalls(host, e);
        }
    }

    private static RingUnavailableException notLinux(Host host) {
        return new RingUnavailableException(
                Reason.PLATFORM, "io_uring is a part of Linux, and this is " + host.system(), OTHER_TRANSPORT);
    }

    /** A class that failed to initialize fails again without its first cause: the module still knows. */
    private static RingUnavailableException noNativeCalls(Host host, Throwable cause) {
        if (!Refusal.class.getModule().isNativeAccessEnabled()) {
            return new RingUnavailableException(
                    Reason.NATIVE_ACCESS_DENIED,
                    "the JVM denies native access",
                    "start it with " + nativeAccessOption(),
                    cause);
        }
        return new RingUnavailableException(
                Reason.PLATFORM,
                "native functions can't be called on this JVM (" + host.architecture() + ", " + oneLine(cause) + ")",
                "use a JDK with a linker for this processor, on a system with glibc or musl",
                cause);
    }

    /** The option that lets this module call native functions. */
    public static String nativeAccessOption() {
        Module module = Refusal.class.getModule();
        return "--enable-native-access=" + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
    }

    public static String oneLine(Throwable e) {
        return e.toString().replace('\n', ' ');
    }

    // ---- what the kernel says

    /** The exception for a refused set-up. */
    public static RingUnavailableException of(int result, RingConfig config) {
        return ofSetup(Host.here(), result, config);
    }

    /** The exception for a set-up that a host refuses, at once. */
    public static RingUnavailableException ofSetup(Host host, int result, RingConfig config) {
        return ofSetup(host, result, config, new LockedMemory(host));
    }

    /** The exception for a set-up that a host refuses, after it was requested again. */
    public static RingUnavailableException ofSetup(Host host, int result, RingConfig config, LockedMemory requests) {
        return switch (Errno.ofResult(result)) {
            case ENOSYS -> absent(host);
            case EPERM, EACCES -> forbidden(host, result);
            case ENOMEM ->
                noMemory(
                        host,
                        "a ring of " + entries(config) + ", " + kibibytes(lockedBytes(config)),
                        "make the ring smaller",
                        requests);
            case EMFILE -> noDescriptor(host, "the ring");
            case ENFILE -> noFile("the ring");
            case EAGAIN -> noThread(host);
            case EINVAL ->
                new RingUnavailableException(
                        Reason.KERNEL_TOO_OLD,
                        "this kernel (" + host.release() + ") refuses the ring's configuration (EINVAL)",
                        "Linux 6.1 or newer is needed");
            default ->
                new RingUnavailableException(Reason.OTHER, "io_uring_setup failed with " + Errno.describe(result));
        };
    }

    /** Some filters answer as a kernel without io_uring would, for programs to fall back in peace. */
    private static RingUnavailableException absent(Host host) {
        if (host.seccompFilter() && host.releaseAtLeast(5, 1)) {
            return filtered("a seccomp filter hides io_uring (ENOSYS), as container runtimes do by default");
        }
        return new RingUnavailableException(
                Reason.KERNEL_TOO_OLD,
                "this kernel (" + host.release() + ") has no io_uring (ENOSYS)",
                "Linux 6.1 or newer is needed, built with CONFIG_IO_URING");
    }

    private static RingUnavailableException forbidden(Host host, int result) {
        if (host.sysctlForbids()) {
            return disabled(host);
        }
        if (host.seccompFilter()) {
            return filtered("a seccomp filter forbids io_uring (" + Errno.ofResult(result)
                    + "), as container runtimes do by default");
        }
        String label = host.securityLabel();
        return new RingUnavailableException(
                Reason.FORBIDDEN_BY_SECURITY_MODULE,
                "a security module forbids io_uring" + (label.isEmpty() ? "" : " to " + label) + " ("
                        + Errno.ofResult(result) + ")",
                "look for the denial in the system's audit log, and allow io_uring in the policy of SELinux, AppArmor"
                        + " or whichever it is");
    }

    private static RingUnavailableException filtered(String found) {
        return new RingUnavailableException(
                Reason.FORBIDDEN_BY_SECCOMP,
                found,
                "run with a profile that allows io_uring_setup, io_uring_enter and io_uring_register");
    }

    /** The exception for what {@link Host#sysctlForbids} says. */
    public static RingUnavailableException disabled(Host host) {
        String value = host.ioUringDisabled();
        String remedy = "an administrator can allow it with sysctl kernel.io_uring_disabled=0";
        if (value.equals("1")) {
            return new RingUnavailableException(
                    Reason.DISABLED_BY_SYSCTL,
                    "io_uring is reserved for privileged processes on this machine (kernel.io_uring_disabled=1)",
                    remedy + ", or with sysctl kernel.io_uring_group=GID for a group of this user");
        }
        return new RingUnavailableException(
                Reason.DISABLED_BY_SYSCTL,
                "io_uring is switched off on this machine (kernel.io_uring_disabled=" + value + ")",
                remedy);
    }

    // ---- limits

    /**
     * The exception for something that a ring needs besides itself.
     *
     * @param result the negated errno: for {@code ENOMEM}, {@code EMFILE} and {@code ENFILE} the limit and its remedy are named
     * @param need for what there was no room, such as {@code the loop's wake-up}
     * @param less what else can be done than to raise the limit, such as {@code make the ring smaller}
     */
    public static RingUnavailableException ofNeed(int result, String need, String less) {
        return ofNeed(result, need, less, new LockedMemory(Host.here()));
    }

    /** As {@link #ofNeed(int, String, String)}, for something that was requested again. */
    public static RingUnavailableException ofNeed(int result, String need, String less, LockedMemory requests) {
        Host host = Host.here();
        return switch (Errno.ofResult(result)) {
            case ENOMEM -> noMemory(host, need, less, requests);
            case EMFILE -> noDescriptor(host, need);
            case ENFILE -> noFile(need);
            default -> new RingUnavailableException(Reason.OTHER, need + ": " + Errno.describe(result), less);
        };
    }

    private static RingUnavailableException noMemory(Host host, String need, String less, LockedMemory requests) {
        long limitBytes = host.lockedMemoryLimitBytes();
        if (host.mayLockAnything() || limitBytes == Host.UNLIMITED) {
            return new RingUnavailableException(
                    Reason.OTHER,
                    "the kernel has no memory for " + need + " (ENOMEM)",
                    "give the machine, or this process's control group, more memory, or " + less);
        }
        String limit = limitBytes == Host.UNKNOWN ? "" : " of " + kibibytes(limitBytes);
        return new RingUnavailableException(
                Reason.LOCKED_MEMORY_LIMIT,
                "the limit of locked memory" + limit + " (ulimit -l), which all processes of a user share, leaves no"
                        + " room for " + need + " (ENOMEM)" + requests.waited(),
                "raise it (LimitMEMLOCK= in systemd, memlock in limits.conf, --ulimit memlock of a container) or "
                        + less);
    }

    private static RingUnavailableException noDescriptor(Host host, String need) {
        long limit = host.openFilesLimit(); // to read it takes a descriptor
        return new RingUnavailableException(
                Reason.DESCRIPTOR_LIMIT,
                "no descriptor is left for " + need + " (EMFILE): this process has as many open files as it may"
                        + (limit == Host.UNKNOWN ? "" : ", " + limit),
                "raise the limit (ulimit -n, LimitNOFILE= in systemd), or look for files that are never closed");
    }

    private static RingUnavailableException noFile(String need) {
        return new RingUnavailableException(
                Reason.DESCRIPTOR_LIMIT,
                "no file is left for " + need + " (ENFILE): the machine has as many open files as it may",
                "an administrator can raise the limit with sysctl fs.file-max");
    }

    private static RingUnavailableException noThread(Host host) {
        long limit = host.tasksLimit();
        return new RingUnavailableException(
                Reason.THREAD_LIMIT,
                "the kernel can't start the ring's polling thread (EAGAIN): the limit of processes and threads is"
                        + " reached"
                        + (limit == Host.UNKNOWN || limit == Host.UNLIMITED ? "" : ", " + limit + " for this user"),
                "raise it (ulimit -u, LimitNPROC= and TasksMax= in systemd, pids.max of the control group) or do"
                        + " without SQPOLL");
    }

    /** What a ring's two maps take of the limit of locked memory, in bytes, at least. */
    public static long lockedBytes(RingConfig config) {
        long completionBytes = config.completionFormat() == CompletionFormat.WIDE ? 32 : 16;
        long submissionBytes = config.wideSubmissions() ? 128 : 64;
        return pages(64 + completionBytes * config.roundedCompletionEntries())
                + pages(submissionBytes * config.roundedSubmissionEntries());
    }

    private static long pages(long bytes) {
        return Math.ceilDiv(bytes, (long) PAGE_BYTES) * PAGE_BYTES;
    }

    public static String entries(RingConfig config) {
        return config.submissionEntries() + " and " + config.completionEntries() + " entries";
    }

    public static String kibibytes(long bytes) {
        return Math.ceilDiv(bytes, 1024L) + " KiB";
    }
}
