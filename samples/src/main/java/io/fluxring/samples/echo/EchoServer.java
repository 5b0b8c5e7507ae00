package io.fluxring.samples.echo;

import io.fluxring.reactor.net.Listener;
import reactor.core.publisher.Mono;

/** Sends back what arrives, until the client has closed its direction. */
final class EchoServer {
    private EchoServer() {}

    static Mono<Void> serve(Listener listener) {
        return listener.handle(connection -> connection.send(connection.receive()));
    }
}
