package io.fluxring.spring.autoconfigure;

import io.fluxring.spring.RingProperties;
import io.fluxring.spring.buffers.DataBufferReads;
import io.fluxring.spring.loops.ApplicationLoops;
import io.fluxring.spring.web.RingResourceWriter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.http.codec.CodecCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.codec.ResourceHttpMessageWriter;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.resource.ResourceWebHandler;

/**
 * Has resources that are files written by the ring: those that handlers return and clients send, by a codec that goes before Spring's own,
 * and the static ones, whose handlers have a writer of their own.
 */
@AutoConfiguration(
        after = RingAutoConfiguration.class,
        beforeName = {
            "org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration",
            "org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration"
        })
@ConditionalOnClass(CodecCustomizer.class)
@ConditionalOnBean(ApplicationLoops.class)
@ConditionalOnBooleanProperty(name = "fluxring.files.enabled", matchIfMissing = true)
public final class RingWebAutoConfiguration {
    RingWebAutoConfiguration() {}

    @Bean
    RingResourceWriter fluxringResourceWriter(ApplicationLoops loops, RingProperties properties) {
        return new RingResourceWriter(loops, new DataBufferReads(loops, properties.files()), true);
    }

    /** Without an order, so that it is behind those of the application: of several writers the first one is taken. */
    @Bean
    CodecCustomizer fluxringResources(RingResourceWriter writer) {
        return configurer -> configurer.customCodecs().register(writer);
    }

    /** Spring makes the handlers of static resources itself, within the bean of their mapping. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ResourceWebHandler.class)
    static class StaticResources {
        @Bean
        static BeanPostProcessor fluxringStaticResources(
                ObjectProvider<ApplicationLoops> loops, ObjectProvider<RingProperties> properties) {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    if (bean instanceof SimpleUrlHandlerMapping mapping) {
                        mapping.getUrlMap().values().forEach(each -> {
                            if (each instanceof ResourceWebHandler handler && hasDefaultWriter(handler)) {
                                handler.setResourceHttpMessageWriter(new RingResourceWriter(
                                        loops.getObject(),
                                        new DataBufferReads(
                                                loops.getObject(),
                                                properties.getObject().files()),
                                        handler.isUseLastModified()));
                            }
                        });
                    }
                    return bean;
                }
            };
        }

        /** One that the application has set stays. */
        private static boolean hasDefaultWriter(ResourceWebHandler handler) {
            ResourceHttpMessageWriter writer = handler.getResourceHttpMessageWriter();
            return writer == null || writer.getClass() == ResourceHttpMessageWriter.class;
        }
    }
}
