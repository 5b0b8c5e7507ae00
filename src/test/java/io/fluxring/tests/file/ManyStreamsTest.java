package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.ReactiveRingConfig;
import io.fluxring.reactor.file.ReadOptions;
import io.fluxring.reactor.file.RingFile;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Many streams on one ring, and little memory for all of them. */
class ManyStreamsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int BLOCK_BYTES = 128 * 1024;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @TempDir
    Path directory;

    private ReactiveRing ring(int blocks) {
        return guard.ring(ReactiveRingConfig.defaults()
                .withLoop(RingLoopConfig.defaults().withMostFileBytes((long) blocks * BLOCK_BYTES)));
    }

    private Path random(int bytes) throws IOException {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return Files.write(directory.resolve("content" + bytes), content);
    }

    /** Gets one piece, and wants no more. */
    private static BaseSubscriber<BufferLease> slow(Flux<BufferLease> stream, List<BufferLease> seen) {
        BaseSubscriber<BufferLease> subscriber = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                request(1);
            }

            @Override
            protected void hookOnNext(BufferLease lease) {
                seen.add(lease);
            }
        };
        stream.subscribe(subscriber);
        return subscriber;
    }

    @Test
    void streamsWithoutDemandDoNotStarveOneWith() throws IOException {
        for (int blocks : new int[] {4, 7, 64}) {
            ReactiveRing ring = ring(blocks);
            RingFile file = ring.files().open(random(2_000_000)).block(LIMIT);
            List<BufferLease> seen = new ArrayList<>();
            List<Disposable> slow = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                slow.add(slow(file.read(), seen));
            }
            for (int i = 0; i < 3; i++) {
                assertThat(FileReadTest.bytes(file.read())).hasSize(2_000_000);
            }
            Eventually.until("each has one piece", () -> RingGuard.ask(ring, loop -> seen.size()) == 1000);
            slow.forEach(Disposable::dispose);
            RingGuard.awaitNoLeases(ring);
            file.close().block(LIMIT);
        }
    }

    @Test
    void streamsWithDemandAllEnd() throws IOException {
        ReactiveRing ring = ring(4);
        Path path = random(1_000_000);
        long bytes = Flux.range(0, 200)
                .flatMap(i -> ring.files().read(path).map(BufferLease::lengthBytes), 200)
                .reduce(0L, Long::sum)
                .block(LIMIT);
        assertThat(bytes).isEqualTo(200 * 1_000_000L);
    }

    /** A write whose source rests must not keep the memory from the others. */
    @Test
    void writesThatWaitForTheirSourceStarveNone() throws IOException {
        ReactiveRing ring = ring(8);
        List<Sinks.Many<ByteBuffer>> sources = new ArrayList<>();
        List<Mono<Long>> writes = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Sinks.Many<ByteBuffer> source = Sinks.many().unicast().onBackpressureBuffer();
            source.tryEmitNext(ByteBuffer.allocate(100));
            sources.add(source);
            Mono<Long> write = ring.files()
                    .write(directory.resolve("slow" + i), source.asFlux())
                    .cache();
            write.subscribe();
            writes.add(write);
        }
        Flux<ByteBuffer> pieces = Flux.range(0, 50).map(i -> ByteBuffer.allocate(100_000));
        assertThat(ring.files().write(directory.resolve("quick"), pieces).block(LIMIT))
                .isEqualTo(5_000_000);
        assertThat(FileReadTest.bytes(ring.files().read(random(1_000_000)))).hasSize(1_000_000);
        sources.forEach(Sinks.Many::tryEmitComplete);
        assertThat(Flux.concat(writes).collectList().block(LIMIT))
                .containsOnly(100L)
                .hasSize(40);
    }

    @Test
    void copiesWithinLittleMemoryEnd() throws IOException {
        ReactiveRing ring = ring(4);
        Path path = random(3_000_000);
        List<Long> written = Flux.range(0, 20)
                .flatMap(
                        i -> ring.files()
                                .write(
                                        directory.resolve("copy" + i),
                                        ring.files().read(path).asByteArray().map(ByteBuffer::wrap)),
                        20)
                .collectList()
                .block(LIMIT);
        assertThat(written).hasSize(20).containsOnly(3_000_000L);
    }

    /** However large the file and however slow its subscriber, a window is all that is held. */
    @Test
    void aSparseFileAndASlowSubscriberTakeOneWindow() throws IOException {
        ReactiveRing ring = ring(4096);
        Path path = directory.resolve("sparse");
        try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
            sparse.setLength(100L << 30);
        }
        ReadOptions ahead = ReadOptions.defaults().withReadAhead(8);
        long end = System.nanoTime() + 100_000_000;
        Integer most = ring.files()
                .read(path, ahead)
                .map(lease -> ring.loop().liveLeases())
                .limitRate(1)
                .takeWhile(leases -> System.nanoTime() - end < 0)
                .reduce(0, Math::max)
                .block(LIMIT);
        assertThat(most).isBetween(1, 9);
        assertThat(RingGuard.<Integer>ask(ring, RingLoop::liveLeases)).isBetween(0, 9);
        RingGuard.awaitNoLeases(ring);
    }
}
