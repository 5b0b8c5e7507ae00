package io.fluxring.core.preflight;

import io.fluxring.core.refusal.Host;
import io.fluxring.core.ring.Capabilities;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.setup.RingUnavailableException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether rings can be had here, and if not, why: everything that a start depends on, looked at one by one, and a ring that was
 * made, used and closed for a trial. What the trial says counts; the rest explains it, and warns of what may fail later.
 *
 * <p>{@link #check()} never throws, also where native access is denied, on other systems than Linux, and when descriptors have
 * run out.
 */
public final class Preflight {
    /** How a finding bears on rings. */
    public enum State {
        /** Not in the way. */
        OK,
        /** Not in the way of this ring, but of more or larger ones, or of a later release of Java. */
        WARNING,
        /** In the way: no ring can be had. */
        REFUSED
    }

    /**
     * One thing that was looked at.
     *
     * @param name what, such as {@code seccomp}; the same on every machine
     * @param state how it bears on rings
     * @param found what there is, in one line
     * @param remedy what to do about it, in one line; empty with {@link State#OK}, and where no remedy is known
     */
    public record Finding(String name, State state, String found, String remedy) {}

    private final List<Finding> findings;
    private final @Nullable RingUnavailableException refusal;
    private final @Nullable Capabilities capabilities;

    private Preflight(List<Finding> findings, TrialRing trial) {
        this.findings = findings;
        this.refusal = trial.refusal();
        this.capabilities = trial.capabilities();
    }

    /**
     * Looks at this machine and this JVM, for a ring of {@link RingConfig#defaults()}.
     *
     * @return what was found
     */
    public static Preflight check() {
        return check(RingConfig.defaults());
    }

    /**
     * Looks at this machine and this JVM, for a given ring.
     *
     * @param config what is asked of the ring
     * @return what was found
     */
    public static Preflight check(RingConfig config) {
        // Asked first: where the JVM only warns, the first native call turns the answer into yes.
        boolean nativeAccess = Preflight.class.getModule().isNativeAccessEnabled();
        TrialRing trial = TrialRing.of(config);
        return new Preflight(Inspection.of(Host.here(), config, nativeAccess, trial.refusal()), trial);
    }

    /** {@return whether rings can be had} */
    public boolean ready() {
        return refusal == null;
    }

    /**
     * {@return all that was looked at, in a fixed order} The trial comes last; on another system than Linux little else
     * is there.
     */
    public List<Finding> findings() {
        return findings;
    }

    /** {@return what {@link io.fluxring.core.ring.Ring#open} throws here; empty when it throws nothing} */
    public Optional<RingUnavailableException> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** {@return what the kernel gave the trial ring; empty when there was none} */
    public Optional<Capabilities> capabilities() {
        return Optional.ofNullable(capabilities);
    }

    /** One line for each finding, and one with the capabilities or the refusal. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Finding each : findings) {
            text.append(each.state())
                    .append(' ')
                    .append(each.name())
                    .append(": ")
                    .append(each.found());
            if (!each.remedy().isEmpty()) {
                text.append(": ").append(each.remedy());
            }
            text.append('\n');
        }
        return text.append(refusal == null ? capabilities : refusal.getMessage())
                .toString();
    }
}
