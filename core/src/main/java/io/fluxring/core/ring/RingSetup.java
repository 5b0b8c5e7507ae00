package io.fluxring.core.ring;

import io.fluxring.core.refusal.Host;
import io.fluxring.core.refusal.LockedMemory;
import io.fluxring.core.refusal.Refusal;
import io.fluxring.core.ring.handle.RingHandle;
import io.fluxring.core.setup.AttachTarget;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.setup.RingUnavailableException;
import io.fluxring.core.setup.RingUnavailableException.Reason;
import io.fluxring.core.setup.SqPolling;
import io.fluxring.core.setup.TaskRun;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.SetupFlag;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.core.sys.layout.ParamsLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a ring: tries the newest flags first and drops those that an older kernel refuses, unless the configuration asks for them by
 * name. A failure on the way gives back all that was there before it.
 */
final class RingSetup {
    /** What each attempt gives up, newest first: 6.6, 6.1, 6.0. Nothing before 5.19 is attempted. */
    private static final int[] DROPPED_IN_TURN = {
        0, Abi.SETUP_NO_SQARRAY, Abi.SETUP_DEFER_TASKRUN, Abi.SETUP_SINGLE_ISSUER
    };

    private static final int REQUIRED_FEATURES =
            Abi.FEAT_SINGLE_MMAP | Abi.FEAT_NODROP | Abi.FEAT_SUBMIT_STABLE | Abi.FEAT_EXT_ARG;

    private final Kernel kernel;
    private final RingConfig config;
    private final MemorySegment params;
    private final Host host;
    private final LockedMemory lockedMemory;
    private final String release = System.getProperty("os.version", "?");
    private @Nullable RingMemory ownMemory;

    private RingSetup(Kernel kernel, RingConfig config, MemorySegment params, Host host) {
        this.kernel = kernel;
        this.config = config;
        this.params = params;
        this.host = host;
        this.lockedMemory = new LockedMemory(host);
    }

    /** The ring, disabled unless the configuration says otherwise. */
    static Ring open(Kernel kernel, RingConfig config) {
        return open(kernel, config, Host.here());
    }

    /** The same, with the limits of a given host. */
    static Ring open(Kernel kernel, RingConfig config, Host host) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = arena.allocate(ParamsLayout.BYTES, Long.BYTES);
            return new RingSetup(kernel, config, params, host).open();
        }
    }

    private Ring open() {
        Deque<Runnable> undo = new ArrayDeque<>();
        try {
            if (config.ownMemory()) {
                RingMemory own = allocate();
                undo.push(() -> own.release(kernel));
                ownMemory = own;
            }
            RingHandle handle = setup();
            undo.push(handle::close);
            requireFeatures();
            RingMemory memory = ownMemory;
            if (memory == null) {
                RingMemory mapped = RingMemory.map(kernel, handle, params);
                undo.push(() -> mapped.release(kernel));
                memory = mapped;
            }
            WaitArgument wait = config.registeredWait() ? WaitArgument.registered(handle) : WaitArgument.copied();
            undo.push(wait::close);
            return new Ring(kernel, config, handle, memory, params, wait, capabilities(handle));
        } catch (RuntimeException | Error e) {
            undo.forEach(Runnable::run);
            throw e;
        }
    }

    private RingMemory allocate() {
        Access.putInt(params, ParamsLayout.FLAGS, SetupFlag.bits(config.setupFlags()));
        return RingMemory.allocate(
                kernel, params, config.roundedSubmissionEntries(), config.roundedCompletionEntries());
    }

    private RingHandle setup() {
        int flags = SetupFlag.bits(config.setupFlags());
        int droppable = droppableFlags(config);
        int result = 0;
        for (int dropped : DROPPED_IN_TURN) {
            flags &= ~(dropped & droppable);
            int attempted = flags;
            result = (int) lockedMemory.request(Refusal.lockedBytes(config), () -> attempt(attempted));
            if (result != Errno.EINVAL.result()) {
                break;
            }
        }
        if (result == Errno.EINVAL.result()) {
            throw refused(flags);
        }
        if (result < 0) {
            throw Refusal.ofSetup(host, result, config, lockedMemory);
        }
        return handle(result, flags);
    }

    /** Those of the flags that may be missing on an older kernel: the configuration does not ask for them by name. */
    static int droppableFlags(RingConfig config) {
        // The task-run flag is asked for by name, and needs deferral when nothing else was chosen.
        boolean deferralAsked = config.taskRun() == TaskRun.DEFERRED
                || (config.taskRun() == TaskRun.AUTOMATIC && config.setupFlags().contains(SetupFlag.TASKRUN_FLAG));
        return Abi.SETUP_NO_SQARRAY | (deferralAsked ? 0 : Abi.SETUP_DEFER_TASKRUN | Abi.SETUP_SINGLE_ISSUER);
    }

    private int attempt(int flags) {
        params.fill((byte) 0);
        Access.putInt(params, ParamsLayout.FLAGS, flags);
        Access.putInt(params, ParamsLayout.CQ_ENTRIES, config.completionEntries());
        SqPolling polling = config.sqPolling();
        if (polling != null) {
            Access.putInt(params, ParamsLayout.SQ_THREAD_IDLE, polling.idleMillis());
            Access.putInt(params, ParamsLayout.SQ_THREAD_CPU, Math.max(polling.cpu(), 0));
        }
        AttachTarget shared = config.attachedTo();
        if (shared != null) {
            Access.putInt(params, ParamsLayout.WQ_FD, shared.fd());
        }
        RingMemory own = ownMemory;
        if (own != null && SetupFlag.NO_MMAP.isIn(flags)) {
            own.announce(params);
        }
        return kernel.setup(config.submissionEntries(), params);
    }

    private RingHandle handle(int result, int flags) {
        return SetupFlag.REGISTERED_FD_ONLY.isIn(flags)
                ? RingHandle.ofIndex(kernel, result, flags)
                : RingHandle.ofDescriptor(kernel, result, flags);
    }

    private void requireFeatures() {
        int features = Access.getInt(params, ParamsLayout.FEATURES);
        if ((features & REQUIRED_FEATURES) != REQUIRED_FEATURES) {
            throw Refusal.of(Errno.EINVAL.result(), config);
        }
    }

    private Capabilities capabilities(RingHandle handle) {
        return new Capabilities(
                release,
                Access.getInt(params, ParamsLayout.FLAGS),
                Access.getInt(params, ParamsLayout.FEATURES),
                KernelProbe.operations(handle),
                KernelProbe.of(kernel, release),
                handle.isRegistered());
    }

    // ---- why the kernel said EINVAL

    private RingUnavailableException refused(int flags) {
        List<SetupFlag> candidates = new ArrayList<>(SetupFlag.of(flags & ~droppableFlags(config)));
        // One that others need takes them with it: those with the fewest are tried first.
        candidates.sort(Comparator.comparingInt(flag -> Integer.bitCount(needing(flag) & flags)));
        for (SetupFlag flag : candidates) {
            if (worksWithout(flag, flags)) {
                return refusedFor(List.of(flag));
            }
        }
        KernelRelease kernelRelease = KernelRelease.of(release);
        candidates.sort(Comparator.naturalOrder());
        candidates.removeIf(flag -> kernelRelease.has(flag.since()));
        return candidates.isEmpty() ? Refusal.of(Errno.EINVAL.result(), config) : refusedFor(candidates);
    }

    private boolean worksWithout(SetupFlag flag, int flags) {
        int without = flags & ~flag.bit() & ~needing(flag);
        int result = attempt(without);
        if (result >= 0) {
            handle(result, without).close();
        }
        return result >= 0;
    }

    /** What makes no sense without a flag, and would be refused for that. */
    private static int needing(SetupFlag flag) {
        return switch (flag) {
            case SQPOLL -> Abi.SETUP_SQ_AFF;
            case IOPOLL -> Abi.SETUP_HYBRID_IOPOLL;
            case NO_MMAP -> Abi.SETUP_REGISTERED_FD_ONLY;
            case COOP_TASKRUN, DEFER_TASKRUN -> Abi.SETUP_TASKRUN_FLAG;
            case SINGLE_ISSUER -> Abi.SETUP_DEFER_TASKRUN | Abi.SETUP_TASKRUN_FLAG;
            default -> 0;
        };
    }

    private RingUnavailableException refusedFor(List<SetupFlag> flags) {
        SetupFlag newest = flags.getLast();
        String names = String.join(", ", flags.stream().map(SetupFlag::name).toList());
        if (!KernelRelease.of(release).has(newest.since())) {
            return new RingUnavailableException(
                    Reason.KERNEL_TOO_OLD,
                    "this kernel (" + release + ") has no " + names + ", which the configuration asks for",
                    "Linux " + newest.since() + " or newer is needed");
        }
        SqPolling polling = config.sqPolling();
        if (newest == SetupFlag.SQ_AFF && polling != null) {
            return new RingUnavailableException(
                    Reason.OTHER,
                    "this kernel (" + release + ") refuses SQ_AFF on processor " + polling.cpu(),
                    "choose a processor that is there, and that this process may use");
        }
        return new RingUnavailableException(
                Reason.OTHER,
                "this kernel (" + release + ") refuses " + names + ", which the configuration asks for",
                "Linux has it since " + newest.since() + "; do without it here");
    }
}
