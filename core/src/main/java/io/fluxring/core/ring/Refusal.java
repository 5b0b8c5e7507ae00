package io.fluxring.core.ring;

import io.fluxring.core.ring.RingUnavailableException.Reason;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Kernel;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;

/** Finds out why a ring was refused, and says what to do about it. */
final class Refusal {
    private static final Path SYSCTL = Path.of("/proc/sys/kernel/io_uring_disabled");
    private static final Path STATUS = Path.of("/proc/self/status");

    private Refusal() {}

    /** Checks what must hold before the first native call can be made at all. */
    static Kernel requirePlatform(Supplier<Kernel> kernel) {
        String system = System.getProperty("os.name", "");
        if (!system.toLowerCase(Locale.ROOT).equals("linux")) {
            throw new RingUnavailableException(
                    Reason.PLATFORM,
                    "io_uring is a part of Linux; this is " + system + ". Use another transport here.");
        }
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new RingUnavailableException(
                    Reason.PLATFORM, "only little-endian processors are supported; use another transport here.");
        }
        try {
            return kernel.get();
        } catch (IllegalCallerException e) {
            throw nativeAccessDenied(e);
        } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
            if (e.getCause() instanceof IllegalCallerException || e instanceof NoClassDefFoundError) {
                throw nativeAccessDenied(e);
            }
            throw e;
        }
    }

    private static RingUnavailableException nativeAccessDenied(Throwable cause) {
        Module module = Refusal.class.getModule();
        String name = module.isNamed() ? module.getName() : "ALL-UNNAMED";
        return new RingUnavailableException(
                Reason.NATIVE_ACCESS_DENIED,
                "the JVM denies native access: start it with --enable-native-access=" + name,
                cause);
    }

    /** The exception for a refused set-up. */
    static RingUnavailableException of(int result, RingConfig config) {
        Errno errno = Errno.ofResult(result);
        return switch (errno) {
            case ENOSYS ->
                new RingUnavailableException(
                        Reason.KERNEL_TOO_OLD,
                        "this kernel (" + System.getProperty("os.version")
                                + ") has no io_uring: Linux 6.1 or newer is needed, with io_uring not filtered out");
            case EPERM -> forbidden();
            case ENOMEM ->
                new RingUnavailableException(
                        Reason.LOCKED_MEMORY_LIMIT,
                        "the limit of locked memory (ulimit -l) leaves no room for a ring of "
                                + config.submissionEntries() + " and " + config.completionEntries()
                                + " entries: raise it (LimitMEMLOCK= in systemd) or make the ring smaller");
            case EMFILE, ENFILE ->
                new RingUnavailableException(
                        Reason.DESCRIPTOR_LIMIT,
                        "no descriptor is left for the ring: " + errno.text() + "; raise the limit (ulimit -n)");
            case EINVAL ->
                new RingUnavailableException(
                        Reason.KERNEL_TOO_OLD,
                        "this kernel (" + System.getProperty("os.version")
                                + ") refuses the ring's configuration: Linux 6.1 or newer is needed");
            default -> new RingUnavailableException(Reason.OTHER, "io_uring_setup failed: " + Errno.describe(result));
        };
    }

    private static RingUnavailableException forbidden() {
        String sysctl = firstLine(SYSCTL);
        if (sysctl.equals("1") || sysctl.equals("2")) {
            return new RingUnavailableException(
                    Reason.DISABLED_BY_SYSCTL,
                    "io_uring is switched off on this machine (kernel.io_uring_disabled=" + sysctl
                            + "): an administrator can allow it with sysctl kernel.io_uring_disabled=0");
        }
        if (seccompMode().equals("2")) {
            return new RingUnavailableException(
                    Reason.FORBIDDEN_BY_SECCOMP,
                    "a seccomp filter forbids io_uring, as container runtimes do by default: run with a profile that"
                            + " allows io_uring_setup, io_uring_enter and io_uring_register");
        }
        return new RingUnavailableException(
                Reason.OTHER,
                "io_uring_setup failed: " + Errno.describe(Errno.EPERM.result()) + "; a security module?");
    }

    private static String firstLine(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return ""; // an older kernel has no such setting
        }
    }

    private static String seccompMode() {
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("Seccomp:"))
                    .map(line -> line.substring("Seccomp:".length()).strip())
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }
}
