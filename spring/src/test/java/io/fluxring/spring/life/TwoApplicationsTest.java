package io.fluxring.spring.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.testing.Eventually;
import io.fluxring.spring.loops.ApplicationLoops;
import io.fluxring.spring.support.RunningApplication;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.netty.http.client.HttpClient;

/** Two applications in one JVM, and clients that are made without Spring. */
class TwoApplicationsTest {
    /** The thread of a client that knows nothing of Spring. */
    private static String plainClient(RunningApplication server) {
        return HttpClient.create()
                .get()
                .uri(server.url("/thread"))
                .responseSingle((response, body) ->
                        body.asString().map(text -> Thread.currentThread().getName()))
                .block(Eventually.LIMIT);
    }

    private static Thread thread(RunningApplication application) {
        return application
                .client()
                .get()
                .uri("/thread")
                .retrieve()
                .bodyToMono(String.class)
                .map(text -> Thread.currentThread())
                .block(Eventually.LIMIT);
    }

    private static List<ApplicationLoops.NamedLoop> rings(RunningApplication application) {
        return application.bean(ApplicationLoops.class).rings();
    }

    @Test
    void eachHasItsOwnLoops() {
        try (RunningApplication one = RunningApplication.of(HelloApplication.class, "fluxring.loops=1")) {
            Thread loop;
            try (RunningApplication other = RunningApplication.of(HelloApplication.class, "fluxring.loops=1")) {
                assertThat(rings(one)).hasSize(1).doesNotContainAnyElementsOf(rings(other));
                loop = thread(one);
                assertThat(loop).isNotSameAs(thread(other));
            }
            assertThat(thread(one)).isSameAs(loop);
            assertThat(one.get("/thread")).isEqualTo(loop.getName());
        }
    }

    @Test
    void plainClientsAreOnTheRingWhileTheApplicationRuns() {
        try (RunningApplication server = RunningApplication.of(HelloApplication.class, "fluxring.loops=1")) {
            assertThat(plainClient(server)).doesNotContain("-ring-");
            try (RunningApplication lender = RunningApplication.of(
                    HelloApplication.class, "fluxring.loops=1", "fluxring.global-resources=true")) {
                assertThat(plainClient(server)).isEqualTo("reactor-http-ring-1");
                assertThat(lender.get("/thread")).isEqualTo("reactor-http-ring-1");
                lender.context().stop();
                assertThat(plainClient(server)).startsWith("reactor-http-").doesNotContain("-ring-");
                lender.context().start();
                assertThat(plainClient(server)).isEqualTo("reactor-http-ring-1");
            }
            assertThat(plainClient(server)).startsWith("reactor-http-").doesNotContain("-ring-");
        }
    }

    /** Whichever of them ends: plain clients go on, on the loops of one that runs. */
    @Test
    void ofTwoLendersTheOneThatRunsLends() {
        String[] lender = {"fluxring.loops=1", "fluxring.global-resources=true"};
        try (RunningApplication one = RunningApplication.of(HelloApplication.class, lender)) {
            try (RunningApplication other = RunningApplication.of(HelloApplication.class, lender)) {
                assertThat(plainClient(one)).isEqualTo("reactor-http-ring-1");
                assertThat(plainClient(other)).isEqualTo("reactor-http-ring-1");
            }
            assertThat(plainClient(one)).isEqualTo("reactor-http-ring-1");
            RunningApplication third = RunningApplication.of(HelloApplication.class, lender);
            one.context().close();
            try (third) {
                assertThat(plainClient(third)).isEqualTo("reactor-http-ring-1");
                assertThat(thread(third).getName()).isEqualTo("reactor-http-ring-1");
            }
        }
        try (RunningApplication off = RunningApplication.of(HelloApplication.class, "fluxring.mode=off")) {
            assertThat(plainClient(off)).doesNotContain("-ring-");
        }
    }
}
