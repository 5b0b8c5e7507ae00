package io.fluxring.tests.integration;

import io.fluxring.reactor.Op;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.net.Listener;
import io.fluxring.tests.support.Echo;
import io.fluxring.tests.support.Peer;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A program under BlockHound: the ring works, its own log included, and user code that blocks on its thread is found. */
final class BlockHoundProgram {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private BlockHoundProgram() {}

    public static void main(String[] arguments) throws IOException {
        BlockHound.install();
        ReactiveRing ring = ReactiveRing.create();
        Listener listener = ring.listen(Echo.anyPort());
        listener.handle(connection -> connection.send(connection.receive())).subscribe();
        for (int i = 0; i < 20; i++) {
            try (Peer peer = Peer.connect(listener.localAddress())) {
                peer.echo(100).endOutput().expectEnd();
            }
        }
        System.out.println("served");
        ring.loop().execute(() -> {
            throw new IllegalStateException("for the log");
        });
        System.out.println("reads: " + blocked(ring, BlockHoundProgram::read));
        System.out.println("sleeps: " + blocked(ring, BlockHoundProgram::pause));
        listener.closeGracefully(LIMIT).block(LIMIT);
        ring.disposeLater().block(LIMIT);
        System.out.println("ended");
    }

    private static void read() {
        try (FileInputStream file = new FileInputStream("/etc/hostname")) {
            file.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void pause() {
        try {
            Thread.currentThread().join(1);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean blocked(ReactiveRing ring, Runnable blocking) {
        List<Throwable> errors = ring.submit(Mono.just(new Op.Nop()))
                .doOnNext(completion -> blocking.run())
                .ignoreElements()
                .cast(Throwable.class)
                .onErrorResume(Mono::just)
                .flux()
                .concatWith(Flux.empty())
                .collectList()
                .block(LIMIT);
        return errors != null && errors.stream().anyMatch(BlockingOperationError.class::isInstance);
    }
}
