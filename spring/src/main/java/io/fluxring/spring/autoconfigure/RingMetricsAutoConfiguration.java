package io.fluxring.spring.autoconfigure;

import io.fluxring.spring.actuate.RingMeters;
import io.fluxring.spring.loops.ApplicationLoops;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The meters of the event loops, in every registry that Boot binds meters to. */
@AutoConfiguration(
        after = RingAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ApplicationLoops.class, MeterRegistry.class})
public final class RingMetricsAutoConfiguration {
    RingMetricsAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    RingMeters fluxringMeters(ApplicationLoops loops) {
        return new RingMeters(loops);
    }
}
