package io.fluxring.spring.autoconfigure;

import io.fluxring.spring.actuate.RingInfoContributor;
import io.fluxring.spring.loops.ApplicationLoops;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.autoconfigure.info.InfoContributorAutoConfiguration;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** What the application runs on, at the information endpoint, where it has one. */
@AutoConfiguration(after = RingAutoConfiguration.class, before = InfoContributorAutoConfiguration.class)
@ConditionalOnClass({InfoContributor.class, ConditionalOnEnabledInfoContributor.class})
@ConditionalOnEnabledInfoContributor("fluxring")
@ConditionalOnBean(ApplicationLoops.class)
public final class RingInfoAutoConfiguration {
    RingInfoAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    RingInfoContributor fluxringInfoContributor(ApplicationLoops loops, TransportReport report) {
        return new RingInfoContributor(loops, report);
    }
}
