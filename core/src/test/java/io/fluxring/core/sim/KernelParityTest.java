package io.fluxring.core.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.fluxring.core.setup.RingUnavailableException;
import io.fluxring.core.sys.Kernel;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The simulated kernel answers as the real one does, wherever the answer is determined. */
class KernelParityTest {
    private static final int SUBMISSIONS = 4;
    private static final int COMPLETIONS = 4;

    @TestFactory
    Stream<DynamicTest> bothKernelsSayTheSame() {
        return ParityScenarios.all().entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> compare(entry.getValue())));
    }

    private static void compare(Consumer<Bench> scenario) {
        List<String> simulated = log(new SimulatedKernel(1).expectBadDescriptors(), scenario);
        List<String> real;
        try {
            real = log(Kernel.linux(), scenario);
        } catch (RingUnavailableException e) {
            abort("no real kernel to compare with: " + e.getMessage());
            return;
        }
        assertThat(simulated).isEqualTo(real);
    }

    private static List<String> log(Kernel kernel, Consumer<Bench> scenario) {
        try (Bench bench = new Bench(kernel, SUBMISSIONS, COMPLETIONS)) {
            scenario.accept(bench);
            return bench.log();
        }
    }
}
