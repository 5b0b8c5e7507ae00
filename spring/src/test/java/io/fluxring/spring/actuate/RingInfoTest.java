package io.fluxring.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.testing.Eventually;
import io.fluxring.spring.support.RunningApplication;
import org.junit.jupiter.api.Test;

/** The information endpoint. */
class RingInfoTest {
    private static String info(RunningApplication application) {
        return application
                .client()
                .get()
                .uri("/actuator/info")
                .retrieve()
                .bodyToMono(String.class)
                .block(Eventually.LIMIT);
    }

    @Test
    void tellsWhatRunsOnWhichKernel() {
        try (RunningApplication application =
                RunningApplication.of(ActuatedApplication.class, ActuatedApplication.SHOWN)) {
            assertThat(info(application))
                    .startsWith("{\"fluxring\":{\"version\":\"")
                    .contains(
                            "\"onRing\":true",
                            "\"loops\":[\"reactor-http-ring-1\",\"reactor-http-ring-2\"]",
                            "\"kernel\":\"Linux " + System.getProperty("os.version") + "\"",
                            "\"setupFlags\":[",
                            "\"SINGLE_ISSUER\"");
        }
    }

    @Test
    void tellsWhyNot() {
        try (RunningApplication application = RunningApplication.of(
                ActuatedApplication.class, "management.endpoints.web.exposure.include=info", "fluxring.mode=off")) {
            assertThat(info(application))
                    .contains("\"onRing\":false", "off by fluxring.mode", "\"loops\":[]")
                    .doesNotContain("capabilities");
        }
    }

    @Test
    void isNotThereWhenItIsSwitchedOff() {
        try (RunningApplication application = RunningApplication.of(
                ActuatedApplication.class,
                "management.endpoints.web.exposure.include=info",
                "management.info.fluxring.enabled=false")) {
            assertThat(info(application)).isEqualTo("{}");
        }
    }
}
