package io.fluxring.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Nothing of the kernel's interface is forgotten: it is simulated, or there is a reason. */
class SimulationCoverageTest {
    private static final int ENTRIES = 4;

    private final SimulatedKernel kernel = new SimulatedKernel(1).expectBadDescriptors();

    private Set<Opcode> simulated() {
        SimulatedRing ring = new SimulatedRing(kernel, ENTRIES, ENTRIES, 0);
        return RequestRunner.behaviours(kernel, ring).opcodes();
    }

    @Test
    void everyOperationIsSimulatedOrThereIsAReason() {
        Set<Opcode> covered = EnumSet.copyOf(simulated());
        assertThat(covered).doesNotContainAnyElementsOf(NotSimulated.OPERATIONS.keySet());
        covered.addAll(NotSimulated.OPERATIONS.keySet());
        assertThat(covered).containsExactlyInAnyOrder(Opcode.values());
    }

    @Test
    void everyRegisterOperationIsSimulatedOrThereIsAReason() {
        Set<RegisterOperation> covered = EnumSet.copyOf(kernel.registrations().operations());
        assertThat(covered).doesNotContainAnyElementsOf(NotSimulated.REGISTERS.keySet());
        covered.addAll(NotSimulated.REGISTERS.keySet());
        assertThat(covered).containsExactlyInAnyOrder(RegisterOperation.values());
    }

    @Test
    void everySimulatedOperationIsComparedWithLinux() {
        for (Consumer<Bench> scenario : ParityScenarios.all().values()) {
            try (Bench bench = new Bench(() -> kernel, ENTRIES, ENTRIES)) {
                scenario.accept(bench);
            }
        }
        assertThat(kernel.submitted()).containsAll(simulated());
    }
}
