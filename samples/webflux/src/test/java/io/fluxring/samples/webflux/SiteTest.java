package io.fluxring.samples.webflux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page, what protects it, and what operators look at. */
class SiteTest extends OnBothTransports {
    SiteTest(String mode) {
        super(mode);
    }

    private static Answer get(String path) {
        return Answer.to(drop.test().get().uri(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/app.js", "/style.css", "/icon.svg"})
    void thePage(String path) {
        Answer page = get(path);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Security-Policy"))
                .contains("default-src 'none'")
                .doesNotContain("unsafe");
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(new String(page.body(), StandardCharsets.UTF_8))
                .isNotEmpty()
                .doesNotContainPattern("\\son[a-z]+=\"") // handlers within the page, which the policy forbids
                .doesNotContain("style=\"", "https://");
    }

    @Test
    void otherSitesCantPost() {
        for (String site : new String[] {"cross-site", "same-site"}) {
            assertThat(Answer.to(drop.test().post().uri("/files").header("Sec-Fetch-Site", site))
                            .status())
                    .isEqualTo(403);
            assertThat(Answer.to(drop.test().get().uri("/").header("Sec-Fetch-Site", site))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void status() {
        boolean isOnRing = mode.equals("required");
        Status status = drop.test()
                .get()
                .uri("/status")
                .exchange()
                .expectBody(Status.class)
                .returnResult()
                .getResponseBody();
        assertThat(status.isOnRing()).isEqualTo(isOnRing);
        assertThat(status.transport()).isEqualTo(isOnRing ? "io_uring" : "epoll");
        assertThat(status.detail()).isNotEmpty();
        assertThat(status.loops()).hasSize(isOnRing ? 2 : 0);
        assertThat(status.enters() != null && status.enters() > 0).isEqualTo(isOnRing);
        assertThat(status.sqes() != null && status.sqes() > 0).isEqualTo(isOnRing);
    }

    @ParameterizedTest
    @ValueSource(strings = {"health", "info", "metrics", "prometheus"})
    void actuator(String endpoint) {
        assertThat(get("/actuator/" + endpoint).status()).isEqualTo(200);
    }
}
