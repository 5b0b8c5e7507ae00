package io.fluxring.tests.preflight;

import io.fluxring.netty.RingIoHandlerConfig;
import io.fluxring.netty.reactor.RingLoopResources;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/** Asks whether there are rings, takes what there is, and serves and calls with it. */
final class LoopResourcesProbe {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int LOOPS = 3;

    private LoopResourcesProbe() {}

    public static void main(String[] arguments) {
        System.out.println("available " + RingLoopResources.isAvailable());
        RingLoopResources.unavailabilityCause().ifPresent(cause -> System.out.println("cause " + cause.getMessage()));
        LoopResources loops =
                RingLoopResources.createOrDefault("probe", -1, LOOPS, true, RingIoHandlerConfig.defaults());
        System.out.println("loops " + loops.getClass().getSimpleName());
        DisposableServer server = HttpServer.create()
                .runOn(loops)
                .host("127.0.0.1")
                .port(0)
                .handle((request, response) ->
                        response.sendString(Mono.just(Thread.currentThread().getName())))
                .bindNow(LIMIT);
        String answer = HttpClient.create()
                .runOn(loops)
                .host("127.0.0.1")
                .port(server.port())
                .get()
                .responseContent()
                .aggregate()
                .asString()
                .block(LIMIT);
        System.out.println("answered by " + answer);
        server.disposeNow(LIMIT);
        loops.disposeLater(Duration.ZERO, LIMIT).block(LIMIT);
    }
}
