package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.sys.Opcode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Operations that do nothing. */
class NopTest {
    private final KernelRing ring = KernelRing.open();

    @AfterEach
    void close() {
        ring.close();
    }

    @Test
    @Shows(Opcode.NOP)
    void aNopCompletesWithZero() {
        assertThat(ring.run(sqe -> sqe.prepNop()).result()).isZero();
    }

    @Test
    @Shows(Opcode.NOP)
    void aNopCompletesWithAnInjectedResult() {
        assertThat(ring.run(sqe -> sqe.prepNop(-42)).result()).isEqualTo(-42);
    }
}
