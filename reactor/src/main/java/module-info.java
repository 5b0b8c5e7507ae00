/**
 * Reactor on io_uring: publishers over a ring, see {@link io.fluxring.reactor.ReactiveRing}.
 */
module io.fluxring.reactor {
    requires transitive io.fluxring.core;
    requires transitive reactor.core;
    requires transitive org.reactivestreams;
    requires static transitive org.jspecify;

    exports io.fluxring.reactor;
    exports io.fluxring.reactor.error;
    exports io.fluxring.reactor.net;
}
