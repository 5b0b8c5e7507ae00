package io.fluxring.tests.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.testing.Eventually;
import io.fluxring.netty.RingIoHandler;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.ReactiveRingConfig;
import io.fluxring.reactor.net.Connection;
import io.fluxring.reactor.net.Listener;
import io.fluxring.tests.support.Echo;
import io.fluxring.tests.support.Peer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A reactive ring on an event loop of Netty: one ring, one thread, both APIs. */
class EventLoopRingTest {
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, RingIoHandler.newFactory());

    @AfterEach
    void end() throws InterruptedException {
        assertThat(group.shutdownGracefully(0, 10, TimeUnit.SECONDS).await(20, TimeUnit.SECONDS))
                .isTrue();
    }

    private RingLoop loop() throws Exception {
        group.submit(() -> {}).get(20, TimeUnit.SECONDS); // the loop starts with its first task
        return RingIoHandler.loopOf(group.next());
    }

    @Test
    void servesConnectionsOnTheEventLoopsThread() throws Exception {
        RingLoop loop = loop();
        ReactiveRing ring = ReactiveRing.on(loop, ReactiveRingConfig.defaults());
        Listener listener = ring.listen(Echo.anyPort());
        listener.handle(connection -> connection.send(connection.receive())).subscribe(done -> {}, failure -> {});
        try (Peer peer = Peer.connect(listener.localAddress())) {
            peer.send(10_000);
            assertThat(peer.read(10_000)).hasSize(10_000);
        }
        Thread thread = Mono.fromCallable(Thread::currentThread)
                .subscribeOn(Schedulers.fromExecutor(loop))
                .block(Eventually.LIMIT);
        assertThat(group.next().inEventLoop(thread)).isTrue();
    }

    @Test
    void theEventLoopsEndClosesWhatIsOpen() throws Exception {
        ReactiveRing ring = ReactiveRing.on(loop(), ReactiveRingConfig.defaults());
        Listener listener = ring.listen(Echo.anyPort());
        Mono<Connection> accepted = listener.accept().next().cache();
        accepted.subscribe();
        try (Peer peer = Peer.connect(listener.localAddress())) {
            accepted.block(Eventually.LIMIT);
            ring.dispose();
            assertThat(ring.isDisposed()).isFalse();
            end();
            assertThat(ring.isDisposed()).isTrue();
            peer.expectEnd();
        }
    }
}
