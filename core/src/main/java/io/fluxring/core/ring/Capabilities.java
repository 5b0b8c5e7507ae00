package io.fluxring.core.ring;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Feature;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.SetupFlag;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What this kernel gave a ring, and what it knows besides. A kernel since 6.18 is asked; an older one is tried, and only for
 * those flags of setup and enter that can't be tried without an effect its release number has to do.
 */
public final class Capabilities {
    /** True of every ring or of every kernel that has one, and so nothing to tell. */
    private static final int UNREMARKABLE = Abi.SETUP_CQSIZE | Abi.SETUP_R_DISABLED;

    private final String kernelRelease;
    private final int granted;
    private final int features;
    private final BitSet operations;
    private final KernelProbe probe;
    private final boolean registeredRing;

    Capabilities(
            String kernelRelease,
            int granted,
            int features,
            BitSet operations,
            KernelProbe probe,
            boolean registeredRing) {
        this.kernelRelease = kernelRelease;
        this.granted = granted;
        this.features = features;
        this.operations = operations;
        this.probe = probe;
        this.registeredRing = registeredRing;
    }

    Capabilities withRegisteredRing(boolean registered) {
        return new Capabilities(kernelRelease, granted, features, operations, probe, registered);
    }

    /** {@return the kernel's own word for its release, such as {@code 6.18.44}} */
    public String kernelRelease() {
        return kernelRelease;
    }

    /** {@return whether the kernel answered for itself ({@code IORING_REGISTER_QUERY}); otherwise it was tried} */
    public boolean queried() {
        return probe.queried();
    }

    /** {@return whether the ring's descriptor is registered with its thread, which saves a look-up at each enter} */
    public boolean registeredRing() {
        return registeredRing;
    }

    /**
     * {@return whether the kernel has an operation}
     *
     * @param opcode the operation
     */
    public boolean supports(Opcode opcode) {
        return operations.get(opcode.code());
    }

    /**
     * {@return whether the kernel has a register operation}
     *
     * @param operation the register operation
     */
    public boolean supports(RegisterOperation operation) {
        return probe.registerOperations().get(operation.code());
    }

    /**
     * {@return whether the kernel knows a setup flag, granted to this ring or not}
     *
     * @param flag the flag
     */
    public boolean supports(SetupFlag flag) {
        return flag.isIn(probe.setupFlags());
    }

    /**
     * {@return whether the kernel knows all of these {@code IORING_ENTER_*}}
     *
     * @param flags their bits
     */
    public boolean supportsEnterFlags(int flags) {
        return (probe.enterFlags() & flags) == flags;
    }

    /**
     * {@return whether the kernel knows all of these {@code IOSQE_*}}
     *
     * @param flags their bits
     */
    public boolean supportsSqeFlags(int flags) {
        return (probe.sqeFlags() & flags) == flags;
    }

    /** {@return how many operations the kernel supports} */
    public int operationCount() {
        return operations.cardinality();
    }

    /** {@return the setup flags that this ring was granted} */
    public Set<SetupFlag> setupFlags() {
        return SetupFlag.of(granted);
    }

    int setupFlagBits() {
        return granted;
    }

    /**
     * {@return whether this ring was granted a setup flag}
     *
     * @param flag the flag
     */
    public boolean has(SetupFlag flag) {
        return flag.isIn(granted);
    }

    /** {@return the features that the kernel says it has} */
    public Set<Feature> features() {
        return Feature.of(features);
    }

    /**
     * {@return whether the kernel says that it has a feature}
     *
     * @param feature the feature
     */
    public boolean has(Feature feature) {
        return feature.isIn(features);
    }

    /**
     * {@return whether a wait may end early with fewer completions than asked for, {@link Feature#MIN_TIMEOUT}} Linux
     * 6.12.
     */
    public boolean minimalWait() {
        return has(Feature.MIN_TIMEOUT);
    }

    /**
     * {@return whether completions are posted only when the ring's own thread asks, {@link SetupFlag#DEFER_TASKRUN}}
     */
    public boolean deferredTaskRun() {
        return has(SetupFlag.DEFER_TASKRUN);
    }

    /**
     * One line: {@code Linux 6.18.44: 63 operations, 36 register operations; SUBMIT_ALL, SINGLE_ISSUER, DEFER_TASKRUN, NO_SQARRAY,
     * registered ring; all 18 features}.
     */
    @Override
    public String toString() {
        List<String> ring = new ArrayList<>();
        SetupFlag.of(granted & ~UNREMARKABLE).forEach(flag -> ring.add(flag.name()));
        if (registeredRing) {
            ring.add("registered ring");
        }
        return "Linux " + kernelRelease + ": " + operationCount() + " operations, "
                + probe.registerOperations().cardinality() + " register operations; " + String.join(", ", ring) + "; "
                + featuresInWords();
    }

    private String featuresInWords() {
        Set<Feature> missing = EnumSet.allOf(Feature.class);
        missing.removeAll(features());
        int count = features().size();
        if (missing.isEmpty()) {
            return "all " + count + " features";
        }
        return count + " features, without "
                + String.join(", ", missing.stream().map(Feature::name).toList());
    }
}
