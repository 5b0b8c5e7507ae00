/**
 * Spring Boot on the ring: a starter that puts the servers, the clients and the files of a WebFlux application on it.
 */
module io.fluxring.spring {
    requires static transitive org.jspecify;
    requires transitive io.fluxring.core;
    requires transitive io.fluxring.netty;
    requires transitive io.fluxring.reactor;
    requires transitive reactor.core;
    requires transitive spring.core;
    requires io.netty.common;
    requires io.netty.transport;
    requires reactor.netty.core;
    requires reactor.netty.http;
    requires spring.beans;
    requires transitive spring.boot;
    requires spring.boot.autoconfigure;
    requires spring.boot.reactor.netty;
    requires spring.boot.web.server;
    requires spring.context;
    requires spring.web;
    requires org.apache.commons.logging;
    requires static micrometer.core;
    requires static spring.boot.actuator;
    requires static spring.boot.actuator.autoconfigure;
    requires static spring.boot.health;
    requires static spring.boot.http.codec;
    requires static spring.webflux;

    exports io.fluxring.spring;
    exports io.fluxring.spring.file;

    opens io.fluxring.spring to
            spring.boot,
            spring.core;
    opens io.fluxring.spring.autoconfigure to
            spring.beans,
            spring.boot,
            spring.context,
            spring.core;
}
