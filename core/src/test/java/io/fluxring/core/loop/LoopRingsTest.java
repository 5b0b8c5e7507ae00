package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fluxring.core.setup.CompletionFormat;
import io.fluxring.core.setup.IoPolling;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.setup.TaskRun;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which kinds of ring a loop can have. */
class LoopRingsTest {
    private static final RingConfig SMALL = RingConfig.defaults().withEntries(16, 64);

    static Stream<RingConfig> kinds() {
        return Stream.of(
                SMALL.withTaskRun(TaskRun.COOPERATIVE),
                SMALL.withTaskRun(TaskRun.IMMEDIATE),
                SMALL.withTaskRunFlag(),
                SMALL.withManyIssuers(),
                SMALL.withSqPoll(20),
                SMALL.withOwnMemory(),
                SMALL.withIndexArray(),
                SMALL.withWideSubmissions(),
                SMALL.withRegisteredWait(),
                SMALL.withStopAtFailure(),
                SMALL.withCompletionFormat(CompletionFormat.WIDE),
                SMALL.withCompletionFormat(CompletionFormat.MIXED));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aLoopWorksOnARing(RingConfig config) throws Exception {
        RingLoop loop = RingLoop.open(RingLoopConfig.defaults().withRing(config));
        loop.start(Thread.ofPlatform().name("kinds").factory());
        try {
            for (int i = 0; i < 100; i++) {
                CompletableFuture<Integer> answer = new CompletableFuture<>();
                int expected = i;
                loop.execute(() -> loop.schedule(() -> answer.complete(expected), 1000));
                assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(expected);
            }
        } finally {
            loop.close();
            loop.closed().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void someRingsAreOfNoUseToALoop() {
        refused(SMALL.withIoPolling(IoPolling.BUSY), "polls for I/O");
        refused(SMALL.withImmediateStart(), "must start disabled");
        refused(SMALL.withOwnMemory().withRegisteredIndexOnly(), "have a descriptor");
        refused(RingConfig.defaults().withEntries(1, 1), "at least 2 completion entries");
    }

    private static void refused(RingConfig ring, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RingLoopConfig.defaults().withRing(ring))
                .withMessageContaining(reason);
    }
}
