package io.fluxring.core.ring;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Opcode;
import java.util.BitSet;
import java.util.StringJoiner;

/**
 * What this kernel gave a ring, found by trying.
 *
 * @param kernelRelease the kernel's own word, such as {@code 6.18.44}
 * @param setupFlags the {@code IORING_SETUP_*} that were granted
 * @param features the {@code IORING_FEAT_*} that the kernel has
 * @param operations the numbers of the operations that the kernel supports
 * @param registeredRing whether the ring's descriptor is registered, which saves a look-up at each enter
 */
public record Capabilities(
        String kernelRelease, int setupFlags, int features, BitSet operations, boolean registeredRing) {

    public Capabilities {
        operations = (BitSet) operations.clone();
    }

    @Override
    public BitSet operations() {
        return (BitSet) operations.clone();
    }

    /** Whether the kernel has an operation. */
    public boolean supports(Opcode opcode) {
        return operations.get(opcode.code());
    }

    /** Whether a wait may end early with fewer completions than asked for, {@code IORING_FEAT_MIN_TIMEOUT}. Linux 6.12. */
    public boolean minimalWait() {
        return (features & Abi.FEAT_MIN_TIMEOUT) != 0;
    }

    /** Whether completions are posted only when the ring's own thread asks, {@code IORING_SETUP_DEFER_TASKRUN}. */
    public boolean deferredTaskRun() {
        return (setupFlags & Abi.SETUP_DEFER_TASKRUN) != 0;
    }

    /** One line: {@code Linux 6.18.44: 63 operations; SUBMIT_ALL, SINGLE_ISSUER, DEFER_TASKRUN, ...}. */
    @Override
    public String toString() {
        StringJoiner granted = new StringJoiner(", ");
        add(granted, setupFlags, Abi.SETUP_SQPOLL, "SQPOLL");
        add(granted, setupFlags, Abi.SETUP_SUBMIT_ALL, "SUBMIT_ALL");
        add(granted, setupFlags, Abi.SETUP_COOP_TASKRUN, "COOP_TASKRUN");
        add(granted, setupFlags, Abi.SETUP_SINGLE_ISSUER, "SINGLE_ISSUER");
        add(granted, setupFlags, Abi.SETUP_DEFER_TASKRUN, "DEFER_TASKRUN");
        add(granted, setupFlags, Abi.SETUP_NO_SQARRAY, "NO_SQARRAY");
        add(granted, features, Abi.FEAT_MIN_TIMEOUT, "MIN_TIMEOUT");
        add(granted, features, Abi.FEAT_NO_IOWAIT, "NO_IOWAIT");
        if (registeredRing) {
            granted.add("registered ring");
        }
        return "Linux " + kernelRelease + ": " + operations.cardinality() + " operations; " + granted;
    }

    private static void add(StringJoiner joiner, int flags, int flag, String name) {
        if ((flags & flag) != 0) {
            joiner.add(name);
        }
    }
}
