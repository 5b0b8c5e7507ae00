package io.fluxring.spring.autoconfigure;

import io.fluxring.spring.file.RingDataBuffers;
import io.fluxring.spring.loops.ApplicationLoops;
import io.fluxring.spring.multipart.RingMultipartReader;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.http.codec.CodecCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.http.codec.CodecConfigurer;
import org.springframework.http.codec.multipart.DefaultPartHttpMessageReader;

/** Has multipart uploads received by the ring, unless the application has a reader of its own for them. */
@AutoConfiguration(after = RingFilesAutoConfiguration.class)
@ConditionalOnClass({DefaultPartHttpMessageReader.class, CodecCustomizer.class})
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnBooleanProperty(name = "fluxring.files.enabled", matchIfMissing = true)
@ConditionalOnBean({RingAutoConfiguration.Loops.class, RingDataBuffers.class})
public final class RingMultipartAutoConfiguration {
    /** Behind Boot's own customizers, whose properties are for this reader as well, and before those of an application. */
    private static final int ORDER = 1;

    RingMultipartAutoConfiguration() {}

    @Bean
    @Order(ORDER)
    CodecCustomizer fluxringMultipartCodecs(ApplicationLoops loops, RingDataBuffers buffers) {
        return codecs -> {
            if (hasDefaultReader(codecs)) {
                codecs.defaultCodecs().multipartReader(new RingMultipartReader(loops, buffers));
            }
        };
    }

    private static boolean hasDefaultReader(CodecConfigurer codecs) {
        return codecs.getReaders().stream().anyMatch(DefaultPartHttpMessageReader.class::isInstance);
    }
}
