package io.fluxring.core.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.sys.call.Kernel;
import io.fluxring.core.testing.Descriptors;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MultishotTrialTest {
    /** Whatever the answer is on this kernel, it is found, and nothing is left of it. */
    @Test
    void theKernelIsAsked() {
        boolean first = MultishotTrial.losesEnds(Kernel.linux());
        Map<String, Integer> descriptors = Descriptors.count();
        assertThat(MultishotTrial.losesEnds(Kernel.linux())).isEqualTo(first);
        assertThat(MultishotTrial.ask()).hasValue(first);
        assertThat(Descriptors.count()).isEqualTo(descriptors);
    }
}
