/**
 * The ring as a transport of Netty ({@code io.fluxring.netty}), and as the loop resources of Reactor Netty
 * ({@code io.fluxring.netty.reactor}), for programs that have it.
 */
module io.fluxring.netty {
    requires static transitive org.jspecify;
    requires transitive io.fluxring.core;
    requires transitive io.netty.buffer;
    requires transitive io.netty.common;
    requires transitive io.netty.transport;
    requires transitive io.netty.transport.unix.common;
    requires static transitive io.netty.handler;
    requires static transitive reactor.core;
    requires static transitive reactor.netty.core;

    exports io.fluxring.netty;
    exports io.fluxring.netty.memory to
            io.fluxring.spring; // its own: pieces of files as Netty's buffers
    exports io.fluxring.netty.reactor;
}
