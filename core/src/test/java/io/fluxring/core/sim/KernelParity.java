package io.fluxring.core.sim;

import io.fluxring.core.sys.call.Kernel;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What every kernel behind {@link Kernel} has to answer as Linux does: scenarios that run on any of them, and whose logs must be
 * equal. It is the acceptance suite of an engine in user space as it is of the simulated kernel.
 */
public final class KernelParity {
    private static final int SUBMISSIONS = 4;
    private static final int COMPLETIONS = 4;

    private KernelParity() {}

    /** The names of the scenarios. */
    public static Set<String> scenarios() {
        return ParityScenarios.all().keySet();
    }

    /**
     * Runs a scenario.
     *
     * @param kernels gives a kernel for each ring that the scenario opens, all of them of the same machine
     * @return what the scenario has seen
     */
    public static List<String> log(String scenario, Supplier<? extends Kernel> kernels) {
        try (Bench bench = new Bench(kernels, SUBMISSIONS, COMPLETIONS)) {
            ParityScenarios.all().get(scenario).accept(bench);
            return bench.log();
        }
    }
}
