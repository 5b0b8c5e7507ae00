package io.fluxring.spring.autoconfigure;

import io.fluxring.spring.loops.ApplicationLoops;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.http.server.HttpServer;

/**
 * Puts the server of the management port on the application's loops. Boot makes that server's factory by its class alone, without the
 * resource factory, because its own server has the global loops anyway.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@ConditionalOnClass(HttpServer.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnBean({ApplicationLoops.class, ReactorResourceFactory.class})
class RingManagementContextConfiguration {
    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> fluxringManagementLoops(
            ApplicationLoops loops, ReactorResourceFactory resources) {
        return factory -> {
            if (loops.areRings()) {
                factory.setResourceFactory(resources);
            }
        };
    }
}
