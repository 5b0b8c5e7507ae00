package io.fluxring.core.preflight;

import io.fluxring.core.preflight.Preflight.Finding;
import io.fluxring.core.preflight.Preflight.State;
import io.fluxring.core.refusal.Host;
import io.fluxring.core.refusal.Refusal;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.setup.RingUnavailableException;
import io.fluxring.core.setup.RingUnavailableException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Looks at what a start depends on, one by one, and puts the refusal of a trial ring where it belongs. */
final class Inspection {
    /** Fewer tasks or descriptors than this left are worth a warning. */
    private static final long FEW_LEFT = 64;

    private static final String TRIAL = "trial ring";

    private final Host host;
    private final RingConfig config;
    private final @Nullable RingUnavailableException refusal;
    private final List<Finding> findings = new ArrayList<>();

    private Inspection(Host host, RingConfig config, @Nullable RingUnavailableException refusal) {
        this.host = host;
        this.config = config;
        this.refusal = refusal;
    }

    /**
     * The findings, in their order.
     *
     * @param nativeAccess whether native access was enabled before the trial
     * @param refusal why the trial failed, null when it did not
     */
    static List<Finding> of(
            Host host, RingConfig config, boolean nativeAccess, @Nullable RingUnavailableException refusal) {
        Inspection inspection = new Inspection(host, config, refusal);
        if (host.linux()) {
            inspection.look(nativeAccess);
        } else {
            inspection.add("operating system", Reason.PLATFORM, State.OK, host.system(), ""); // the rest means nothing
        }
        inspection.addTrial();
        return List.copyOf(inspection.findings);
    }

    private void look(boolean nativeAccess) {
        String endian = Host.littleEndian() ? "little-endian" : "big-endian";
        add(
                "operating system",
                Reason.PLATFORM,
                State.OK,
                host.system() + ", " + host.architecture() + ", " + endian,
                "");
        add("kernel", Reason.KERNEL_TOO_OLD, State.OK, host.release(), "");
        lookAtNativeAccess(nativeAccess);
        lookAtSysctl();
        add(
                "seccomp",
                Reason.FORBIDDEN_BY_SECCOMP,
                State.OK,
                host.seccompFilter() ? "a filter" + (refusal == null ? " that lets io_uring pass" : "") : "no filter",
                "");
        String label = host.securityLabel();
        add(
                "security module",
                Reason.FORBIDDEN_BY_SECURITY_MODULE,
                State.OK,
                label.isEmpty() ? "none that speaks of this process" : "runs as " + label,
                "");
        lookAtLockedMemory();
        lookAtOpenFiles();
        lookAtTasks();
    }

    private void lookAtNativeAccess(boolean enabled) {
        boolean warned = !enabled && refusal == null;
        add(
                "native access",
                Reason.NATIVE_ACCESS_DENIED,
                warned ? State.WARNING : State.OK,
                warned ? "not enabled: the JVM warns, and a later one will deny it" : "enabled",
                warned ? "start the JVM with " + Refusal.nativeAccessOption() : "");
    }

    private void lookAtSysctl() {
        String name = "kernel.io_uring_disabled";
        if (host.sysctlForbids() && refusal != null) {
            add(name, Refusal.disabled(host));
            return;
        }
        String found = switch (host.ioUringDisabled()) {
            case "" -> "not there, as before Linux 6.6";
            case "1" -> "1, and this process is one of those that may";
            default -> host.ioUringDisabled();
        };
        add(name, Reason.DISABLED_BY_SYSCTL, State.OK, found, "");
    }

    private void lookAtLockedMemory() {
        long limitBytes = host.lockedMemoryLimitBytes();
        long ringBytes = Refusal.lockedBytes(config);
        String ring = "; a ring of " + Refusal.entries(config) + " takes " + Refusal.kibibytes(ringBytes);
        boolean tight = false;
        String limit;
        if (host.mayLockAnything()) {
            limit = "no limit, by CAP_IPC_LOCK";
        } else if (limitBytes == Host.UNKNOWN || limitBytes == Host.UNLIMITED) {
            limit = amount(limitBytes);
        } else {
            limit = Refusal.kibibytes(limitBytes) + " for all processes of the user";
            tight = limitBytes < 2 * ringBytes;
        }
        add(
                "locked memory",
                Reason.LOCKED_MEMORY_LIMIT,
                tight ? State.WARNING : State.OK,
                limit + ring,
                tight ? "raise it (ulimit -l) before more than one ring is made" : "");
    }

    private void lookAtOpenFiles() {
        long limit = host.openFilesLimit();
        long open = host.openFiles();
        boolean few = fewLeft(limit, () -> open);
        add(
                "open files",
                Reason.DESCRIPTOR_LIMIT,
                few ? State.WARNING : State.OK,
                amount(limit) + " at most, " + amount(open) + " now",
                few ? "raise the limit (ulimit -n)" : "");
    }

    /** The kernel's workers and polling threads count as threads of the process. */
    private void lookAtTasks() {
        long limit = host.tasksLimit();
        long groupLimit = host.groupTasksLimit();
        boolean few = (limit < FEW_LEFT && limit != Host.UNKNOWN) || fewLeft(groupLimit, host::groupTasks);
        String group = groupLimit == Host.UNKNOWN ? "" : ", " + amount(groupLimit) + " for the control group";
        add(
                "tasks",
                Reason.THREAD_LIMIT,
                few ? State.WARNING : State.OK,
                amount(limit) + " for the user" + group,
                few ? "raise the limit (ulimit -u, pids.max): the kernel's workers count" : "");
    }

    private void addTrial() {
        if (refusal == null) {
            add(TRIAL, Reason.OTHER, State.OK, "set up, enabled, ran a NOP, closed", "");
        } else if (refusal.reason() == Reason.OTHER) {
            add(TRIAL, refusal);
        } else {
            boolean tried = refusal.reason() != Reason.PLATFORM && refusal.reason() != Reason.NATIVE_ACCESS_DENIED;
            findings.add(new Finding(TRIAL, State.REFUSED, tried ? "refused, see above" : "not tried", ""));
        }
    }

    /** The refusal, when this is the reason for it; else what was found. */
    private void add(String name, Reason reason, State state, String found, String remedy) {
        if (refusal != null && refusal.reason() == reason && !name.equals(TRIAL)) {
            add(name, refusal);
        } else {
            findings.add(new Finding(name, state, found, remedy));
        }
    }

    private void add(String name, RingUnavailableException obstacle) {
        findings.add(new Finding(name, State.REFUSED, obstacle.found(), obstacle.remedy()));
    }

    private static boolean fewLeft(long limit, LongSupplier used) {
        return limit != Host.UNKNOWN && limit != Host.UNLIMITED && limit - used.getAsLong() < FEW_LEFT;
    }

    private static String amount(long number) {
        return number == Host.UNKNOWN ? "unknown" : number == Host.UNLIMITED ? "unlimited" : String.valueOf(number);
    }
}
