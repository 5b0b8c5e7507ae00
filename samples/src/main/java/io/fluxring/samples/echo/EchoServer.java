package io.fluxring.samples.echo;

import io.fluxring.reactor.net.Connection;
import io.fluxring.reactor.net.Listener;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sends back what arrives, until the client has closed its direction. */
final class EchoServer {
    private EchoServer() {}

    static Flux<Void> serve(Listener listener) {
        return listener.accept().flatMap(EchoServer::echo, Integer.MAX_VALUE);
    }

    private static Mono<Void> echo(Connection connection) {
        return Mono.usingWhen(Mono.just(connection), it -> it.send(it.receive()), Connection::close)
                .onErrorComplete(); // a client that went away is nobody else's concern
    }
}
