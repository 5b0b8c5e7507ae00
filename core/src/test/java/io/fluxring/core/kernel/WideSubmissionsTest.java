package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.setup.CompletionFormat;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.SetupFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Submission entries of 128 bytes. */
class WideSubmissionsTest {
    static Stream<RingConfig> configurations() {
        RingConfig wide = RingConfig.defaults().withEntries(8, 16).withWideSubmissions();
        return Stream.of(
                wide,
                wide.withIndexArray(),
                wide.withOwnMemory(),
                wide.withSqPoll(50),
                wide.withCompletionFormat(CompletionFormat.WIDE));
    }

    @ParameterizedTest
    @MethodSource("configurations")
    @Shows(Opcode.NOP)
    void eachEntryIsReadAtItsPlace(RingConfig config) {
        try (KernelRing ring = KernelRing.open(config)) {
            assertThat(ring.ring().capabilities().has(SetupFlag.SQE128)).isTrue();
            for (int round = 0; round < 20; round++) {
                List<Long> sent = new ArrayList<>();
                for (int i = 0; i < 7; i++) {
                    int result = 1000 * round + i;
                    sent.add(ring.add(sqe -> sqe.prepNop(result)));
                }
                List<Cqe> cqes = ring.await(7);
                assertThat(cqes).extracting(Cqe::userData).isEqualTo(sent);
                for (int i = 0; i < 7; i++) {
                    assertThat(cqes.get(i).result()).isEqualTo(1000 * round + i);
                }
            }
        }
    }
}
