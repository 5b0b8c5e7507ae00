package io.fluxring.spring.autoconfigure;

import io.fluxring.netty.RingChannelOption;
import io.fluxring.spring.RingProperties;
import io.fluxring.spring.loops.ApplicationLoops;
import io.fluxring.spring.loops.GlobalLoops;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.reactor.netty.autoconfigure.ReactorNettyProperties;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.http.server.HttpServer;

/**
 * Puts Reactor Netty's servers and clients of an application on the ring: by the resource factory, which all of Boot's configurations ask
 * for their event loops. An application that defines that factory itself keeps it.
 */
@AutoConfiguration(
        before = NettyReactiveWebServerAutoConfiguration.class,
        beforeName = {
            "org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration",
            "org.springframework.boot.rsocket.autoconfigure.RSocketServerAutoConfiguration"
        })
@ConditionalOnClass({ReactorResourceFactory.class, HttpServer.class})
@EnableConfigurationProperties({RingProperties.class, ReactorNettyProperties.class})
public final class RingAutoConfiguration {
    RingAutoConfiguration() {}

    @Bean
    ApplicationLoops fluxringLoops(RingProperties properties) {
        return new ApplicationLoops(properties);
    }

    @Bean
    TransportReport fluxringReport(
            RingProperties properties, ApplicationLoops loops, ConfigurableListableBeanFactory beans) {
        return new TransportReport(properties.mode(), loops, beans);
    }

    /** The factory, where there is a ring and no other factory. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(OnRing.class)
    @ConditionalOnMissingBean(ReactorResourceFactory.class)
    static class Loops {
        @Bean
        ReactorResourceFactory reactorResourceFactory(ApplicationLoops loops, ReactorNettyProperties properties) {
            ReactorResourceFactory factory = new ReactorResourceFactory();
            factory.setUseGlobalResources(false);
            factory.setLoopResourcesSupplier(loops::make); // again after a restart of the context
            PropertyMapper.get().from(properties::getShutdownQuietPeriod).to(factory::setShutdownQuietPeriod);
            return factory;
        }

        @Bean
        @ConditionalOnBooleanProperty("fluxring.global-resources")
        GlobalLoops fluxringGlobalLoops(ReactorResourceFactory factory) {
            return new GlobalLoops(factory);
        }

        @Bean
        @ConditionalOnProperty("fluxring.zero-copy-threshold")
        WebServerFactoryCustomizer<NettyReactiveWebServerFactory> fluxringZeroCopy(RingProperties properties) {
            return factory -> PropertyMapper.get()
                    .from(properties::zeroCopyThreshold)
                    .as(size -> Math.toIntExact(size.toBytes()))
                    .to(bytes -> factory.addServerCustomizers(
                            server -> server.childOption(RingChannelOption.WRITE_ZERO_COPY_THRESHOLD, bytes)));
        }
    }
}
