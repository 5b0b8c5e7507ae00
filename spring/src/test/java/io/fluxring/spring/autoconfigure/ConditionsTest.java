package io.fluxring.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.spring.RingRequiredException;
import io.fluxring.spring.actuate.RingHealthIndicator;
import io.fluxring.spring.actuate.RingInfoContributor;
import io.fluxring.spring.actuate.RingMeters;
import io.fluxring.spring.loops.ApplicationLoops;
import io.fluxring.spring.loops.GlobalLoops;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.http.server.HttpServer;

/** What is there on which condition, in contexts that serve nothing. */
class ConditionsTest {
    @Configuration(proxyBeanMethods = false)
    static class OwnFactory {
        @Bean
        ReactorResourceFactory ownFactory() {
            return new ReactorResourceFactory();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Registry {
        @Bean
        MeterRegistry registry() {
            return new SimpleMeterRegistry();
        }
    }

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    RingAutoConfiguration.class,
                    RingHealthAutoConfiguration.class,
                    RingInfoAutoConfiguration.class,
                    RingMetricsAutoConfiguration.class,
                    NettyReactiveWebServerAutoConfiguration.class,
                    HealthContributorAutoConfiguration.class,
                    ReactiveHttpClientAutoConfiguration.class,
                    WebClientAutoConfiguration.class))
            .withPropertyValues("fluxring.loops=1", "spring.reactor.netty.shutdown-quiet-period=0s");

    @Test
    void allOfItByDefault() {
        runner.withUserConfiguration(Registry.class).run(context -> {
            assertThat(context)
                    .hasSingleBean(ReactorResourceFactory.class)
                    .hasSingleBean(RingHealthIndicator.class)
                    .hasSingleBean(RingInfoContributor.class)
                    .hasSingleBean(RingMeters.class)
                    .doesNotHaveBean(GlobalLoops.class)
                    .doesNotHaveBean("fluxringZeroCopy");
            assertThat(context.getBean(TransportReport.class).get().loops()).containsExactly("reactor-http-ring-1");
        });
    }

    @Test
    void withoutARegistry() {
        runner.run(context -> assertThat(context)
                .hasNotFailed()
                .hasSingleBean(RingHealthIndicator.class)
                .doesNotHaveBean(RingMeters.class));
    }

    @Test
    void healthAndInformationAreSwitchedOffAsBootsOwn() {
        runner.withPropertyValues("management.health.fluxring.enabled=false", "management.info.fluxring.enabled=false")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(RingHealthIndicator.class)
                        .doesNotHaveBean(RingInfoContributor.class));
        runner.withPropertyValues("management.health.defaults.enabled=false", "management.info.defaults.enabled=false")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(RingHealthIndicator.class)
                        .doesNotHaveBean(RingInfoContributor.class));
    }

    @Test
    void modeOff() {
        runner.withPropertyValues("fluxring.mode=off", "fluxring.global-resources=true")
                .run(context -> {
                    assertThat(context)
                            .hasSingleBean(ReactorResourceFactory.class)
                            .doesNotHaveBean(GlobalLoops.class);
                    isNotOnRing(context.getBean(TransportReport.class), "off by fluxring.mode");
                    assertThat(context.getBean(ReactorResourceFactory.class).isUseGlobalResources())
                            .isTrue(); // Boot's own
                });
    }

    @Test
    void aFactoryOfTheApplicationStays() {
        runner.withUserConfiguration(OwnFactory.class).run(context -> {
            assertThat(context).hasSingleBean(ReactorResourceFactory.class).hasBean("ownFactory");
            isNotOnRing(context.getBean(TransportReport.class), "ReactorResourceFactory", "ownFactory");
        });
    }

    @Test
    void aFactoryOfTheApplicationAndARequiredRingExcludeEachOther() {
        runner.withUserConfiguration(OwnFactory.class)
                .withPropertyValues("fluxring.mode=required")
                .run(context -> assertThat(context)
                        .hasFailed()
                        .getFailure()
                        .isInstanceOf(RingRequiredException.class)
                        .hasMessageContaining("ownFactory"));
    }

    @Test
    void withoutReactorNetty() {
        runner.withClassLoader(new FilteredClassLoader(HttpServer.class))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(ApplicationLoops.class)
                        .doesNotHaveBean(TransportReport.class)
                        .doesNotHaveBean(RingHealthIndicator.class)
                        .doesNotHaveBean(RingInfoContributor.class));
    }

    private static void isNotOnRing(TransportReport report, String... reasons) {
        assertThat(report.get().isOnRing()).isFalse();
        assertThat(report.get().detail()).contains(reasons);
        assertThat(report.get().loops()).isEmpty();
    }
}
