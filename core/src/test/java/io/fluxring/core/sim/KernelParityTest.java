package io.fluxring.core.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.fluxring.core.setup.RingUnavailableException;
import io.fluxring.core.sys.call.Kernel;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The simulated kernel answers as the real one does, wherever the answer is determined. */
class KernelParityTest {
    @TestFactory
    Stream<DynamicTest> bothKernelsSayTheSame() {
        return KernelParity.scenarios().stream()
                .map(scenario -> DynamicTest.dynamicTest(scenario, () -> compare(scenario)));
    }

    private static void compare(String scenario) {
        SimulatedKernel kernel = new SimulatedKernel(1).expectBadDescriptors();
        List<String> simulated = KernelParity.log(scenario, () -> kernel);
        List<String> real;
        try {
            real = KernelParity.log(scenario, Kernel::linux);
        } catch (RingUnavailableException e) {
            abort("no real kernel to compare with: " + e.getMessage());
            return;
        }
        assertThat(simulated).isEqualTo(real);
    }
}
