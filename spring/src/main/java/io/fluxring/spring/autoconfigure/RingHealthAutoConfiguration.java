package io.fluxring.spring.autoconfigure;

import io.fluxring.spring.actuate.RingHealthIndicator;
import io.fluxring.spring.loops.ApplicationLoops;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.context.annotation.Bean;
import reactor.core.publisher.Mono;

/** The health of the event loops, at the health endpoint, where an application has one. */
@AutoConfiguration(after = RingAutoConfiguration.class, before = HealthContributorAutoConfiguration.class)
@ConditionalOnClass({ReactiveHealthIndicator.class, ConditionalOnEnabledHealthIndicator.class, Mono.class})
@ConditionalOnEnabledHealthIndicator("fluxring")
@ConditionalOnBean(ApplicationLoops.class)
public final class RingHealthAutoConfiguration {
    RingHealthAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(name = {"fluxringHealthIndicator", "fluxringHealthContributor"})
    RingHealthIndicator fluxringHealthIndicator(ApplicationLoops loops, TransportReport report) {
        return new RingHealthIndicator(loops, report);
    }
}
