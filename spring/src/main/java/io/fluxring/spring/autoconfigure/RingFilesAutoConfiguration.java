package io.fluxring.spring.autoconfigure;

import io.fluxring.spring.RingProperties;
import io.fluxring.spring.file.ReactiveFiles;
import io.fluxring.spring.file.RingDataBuffers;
import io.fluxring.spring.loops.ApplicationLoops;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Gives an application its files as data buffers, and their names, by the ring where it runs, and by threads where it does not. */
@AutoConfiguration(after = RingAutoConfiguration.class)
@ConditionalOnBean(ApplicationLoops.class)
public final class RingFilesAutoConfiguration {
    RingFilesAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    RingDataBuffers ringDataBuffers(ApplicationLoops loops, RingProperties properties) {
        return new RingDataBuffers(loops, properties.files());
    }

    @Bean
    @ConditionalOnMissingBean
    ReactiveFiles reactiveFiles(ApplicationLoops loops) {
        return new ReactiveFiles(loops);
    }
}
