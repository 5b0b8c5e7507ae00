package io.fluxring.spring.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.testing.Descriptors;
import io.fluxring.core.testing.Eventually;
import io.fluxring.spring.loops.ApplicationLoops;
import io.fluxring.spring.support.Resources;
import io.fluxring.spring.support.RunningApplication;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.netty.http.HttpResources;

/** A context that is stopped and started again, as checkpoints and development tools do it. */
class RestartTest {
    private static final List<String> LOOPS = List.of("reactor-http-ring-1", "reactor-http-ring-2");

    private static List<String> loops(RunningApplication application) {
        return application.bean(ApplicationLoops.class).rings().stream()
                .map(ApplicationLoops.NamedLoop::name)
                .toList();
    }

    private static List<String> loopThreads() {
        return Resources.threads(".*-ring-.*");
    }

    /** Those of other tests end when they like. */
    private static void endDefaultLoops() {
        HttpResources.disposeLoopsAndConnectionsLater(Duration.ZERO, Eventually.LIMIT)
                .block(Eventually.LIMIT);
        Eventually.until(
                "the default loops to end",
                () -> Resources.threads("reactor-http-.*").isEmpty());
    }

    @Test
    void s6NothingOfTheLoopsIsLeftBetweenStopAndStart() {
        endDefaultLoops();
        int port;
        try (RunningApplication first = RunningApplication.of(HelloApplication.class, "fluxring.loops=2")) {
            port = first.port();
            assertThat(first.get("/thread")).isIn(LOOPS); // the JDK's first sockets stay
        }
        Map<String, Integer> before = Descriptors.count();
        long mappings = Resources.ringMappings();
        Eventually.until("the first loops to end", () -> loopThreads().isEmpty());
        try (RunningApplication application =
                RunningApplication.of(HelloApplication.class, "fluxring.loops=2", "server.port=" + port)) {
            for (int i = 0; i < 5; i++) {
                assertThat(application.get("/thread")).isIn(LOOPS);
                assertThat(loops(application)).isEqualTo(LOOPS);
                assertThat(Resources.ringMappings()).isGreaterThan(mappings);
                assertThat(loopThreads()).isEqualTo(LOOPS);

                application.context().stop();
                assertThat(loops(application)).isEmpty();
                // a thread has ended a little after its future
                Eventually.until(
                        () -> "threads to end: " + loopThreads(),
                        Eventually.LIMIT,
                        () -> loopThreads().isEmpty());
                assertThat(Resources.ringMappings()).isEqualTo(mappings);
                Eventually.until(
                        () -> before + " " + Descriptors.count(),
                        Eventually.LIMIT,
                        () -> Descriptors.count().equals(before)); // the test's client has its own
                application.context().start();
                assertThat(application.port()).isEqualTo(port);
            }
            assertThat(application.get("/thread")).isIn(LOOPS);
        }
    }
}
