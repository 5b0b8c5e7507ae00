package io.fluxring.spring.multipart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.spring.support.RunningApplication;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.boot.http.codec.CodecCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.http.codec.HttpMessageReader;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.http.codec.multipart.DefaultPartHttpMessageReader;
import org.springframework.http.codec.multipart.MultipartHttpMessageReader;
import org.springframework.http.codec.multipart.PartEventHttpMessageReader;

/** Who reads multipart requests. */
class RingMultipartAutoConfigurationTest {
    private static final MultipartHttpMessageReader OWN =
            new MultipartHttpMessageReader(new DefaultPartHttpMessageReader());

    @Configuration(proxyBeanMethods = false)
    @Import(UploadApplication.class)
    static class WithReader {
        @Bean
        CodecCustomizer own() {
            return codecs -> codecs.defaultCodecs().multipartReader(OWN);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(UploadApplication.class)
    static class WithEarlyReader {
        @Bean
        @Order(-1)
        CodecCustomizer own() {
            return codecs -> codecs.defaultCodecs().multipartReader(OWN);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(UploadApplication.class)
    static class WithLimit {
        @Bean
        CodecCustomizer limit() {
            return codecs -> codecs.defaultCodecs().configureDefaultCodec(codec -> {
                if (codec instanceof DefaultPartHttpMessageReader reader) {
                    reader.setMaxInMemorySize(77);
                }
            });
        }
    }

    private static Optional<MultipartHttpMessageReader> reader(Class<?> configuration, String... properties) {
        try (RunningApplication application = RunningApplication.of(configuration, properties)) {
            List<HttpMessageReader<?>> readers =
                    application.bean(ServerCodecConfigurer.class).getReaders();
            assertThat(readers).anyMatch(PartEventHttpMessageReader.class::isInstance);
            return readers.stream()
                    .filter(MultipartHttpMessageReader.class::isInstance)
                    .map(MultipartHttpMessageReader.class::cast)
                    .findFirst();
        }
    }

    @Test
    void theRingReads() {
        assertThat(reader(UploadApplication.class)).containsInstanceOf(RingMultipartReader.class);
    }

    @Test
    void theFrameworkReadsWhereThereIsNoRingOrItIsNotWanted() {
        for (String property : List.of("fluxring.files.enabled=false", "fluxring.mode=off")) {
            assertThat(reader(UploadApplication.class, property))
                    .get()
                    .isExactlyInstanceOf(MultipartHttpMessageReader.class);
        }
    }

    @Test
    void theReaderOfAnApplicationWins() {
        assertThat(reader(WithReader.class)).containsSame(OWN);
        assertThat(reader(WithEarlyReader.class)).containsSame(OWN);
    }

    @Test
    void whatConfiguresTheFrameworksReaderConfiguresThisOne() {
        assertThat(reader(WithLimit.class).orElseThrow().getPartReader())
                .isInstanceOfSatisfying(
                        DefaultPartHttpMessageReader.class,
                        parts -> assertThat(parts.getMaxInMemorySize()).isEqualTo(77));
        assertThat(reader(UploadApplication.class, "spring.webflux.multipart.max-in-memory-size=3KB")
                        .orElseThrow()
                        .getPartReader())
                .isInstanceOfSatisfying(
                        DefaultPartHttpMessageReader.class,
                        parts -> assertThat(parts.getMaxInMemorySize()).isEqualTo(3 * 1024));
    }
}
