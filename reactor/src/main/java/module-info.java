/**
 * Reactor on io_uring: publishers over a ring, see {@link io.fluxring.reactor.ReactiveRing}.
 */
module io.fluxring.reactor {
    requires transitive io.fluxring.core;
    requires transitive reactor.core;
    requires transitive org.reactivestreams;
    requires static transitive org.jspecify;
    requires static micrometer.core; // meters, where there is a registry; transitive, each user's build would need it
    requires static reactor.blockhound; // tests that look for blocking calls

    exports io.fluxring.reactor;
    exports io.fluxring.reactor.error;
    exports io.fluxring.reactor.file;
    exports io.fluxring.reactor.metrics;
    exports io.fluxring.reactor.net;

    provides reactor.blockhound.integration.BlockHoundIntegration with
            io.fluxring.reactor.blockhound.RingIntegration;
}
