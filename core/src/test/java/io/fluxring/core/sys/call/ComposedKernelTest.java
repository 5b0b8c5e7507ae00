package io.fluxring.core.sys.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.ring.Ring;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sim.SimulatedKernel;
import io.fluxring.core.sys.Libc;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A ring of one kernel works beside the sockets and descriptors of another. */
class ComposedKernelTest {
    private final SimulatedKernel engine = new SimulatedKernel(1);
    private final Kernel kernel = Kernel.of(engine, Kernel.linux());

    @Test
    void theRingIsTheEnginesFromItsBeginningToItsEnd() {
        List<Integer> results = new ArrayList<>();
        try (Ring ring = Ring.open(kernel, RingConfig.defaults().withEntries(4, 8))) {
            ring.enable();
            ring.submissions().claim().prepNop(42);
            ring.submitAndWait(1, Ring.FOREVER, 0);
            ring.completions().drain((userData, result, flags) -> results.add(result));
        }
        assertThat(results).containsExactly(42);
        engine.verifyNothingLeft();
    }

    @Test
    void theClockIsTheEngines() {
        long before = engine.nanoTime();
        engine.advance(1_000_000);
        assertThat(kernel.nanoTime() - before).isEqualTo(1_000_000);
    }

    @Test
    void socketsMemoryAndDescriptorsAreTheMachines() {
        int socket = kernel.socket(Libc.AF_INET, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0);
        int eventFd = kernel.eventFd(Libc.EFD_CLOEXEC);
        long memory = kernel.mapMemory(4096);
        try {
            assertThat(engine.openDescriptors()).isZero();
            assertThat(kernel.setSocketOption(socket, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, 1))
                    .isZero();
            assertThat(kernel.getSocketOption(socket, Libc.SOL_SOCKET, Libc.SO_REUSEADDR))
                    .isOne();
            assertThat(kernel.signalEventFd(eventFd)).isZero();
            assertThat(NativeMemory.at(memory, 4096).get(ValueLayout.JAVA_LONG, 0))
                    .isZero();
        } finally {
            assertThat(kernel.unmap(memory, 4096)).isZero();
            assertThat(kernel.close(eventFd)).isZero();
            assertThat(kernel.close(socket)).isZero();
        }
    }
}
