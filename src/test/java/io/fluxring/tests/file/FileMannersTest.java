package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.file.ReadOptions;
import io.fluxring.reactor.file.RingFile;
import io.fluxring.reactor.file.WriteOptions;
import io.fluxring.tests.support.RingGuard;
import io.micrometer.context.ContextRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.Scannable.Attr;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** Subscribers and sources of files that break rules, and what Reactor expects of an operator. */
class FileMannersTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final ReadOptions SMALL =
            ReadOptions.defaults().withChunkBytes(4096).withReadAhead(8);

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @TempDir
    Path directory;

    private ReactiveRing ring;
    private Path path;

    @BeforeEach
    void open() throws IOException {
        ring = guard.ring();
        path = Files.write(directory.resolve("content"), new byte[400_000]);
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void requireNothingLeft() {
        RingGuard.awaitNoLeases(ring);
        Eventually.until("no file open", () -> OpenNames.below(directory).isEmpty());
    }

    // ---- subscribers

    /** What a subscriber does from within {@code onNext}. */
    enum Within {
        CANCELS,
        REQUESTS,
        THROWS,
        REQUESTS_NOTHING
    }

    @ParameterizedTest
    @EnumSource(Within.class)
    void aSubscriberThatActsFromWithin(Within what) {
        AtomicInteger pieces = new AtomicInteger();
        AtomicReference<Throwable> end = new AtomicReference<>();
        AtomicReference<Boolean> complete = new AtomicReference<>(false);
        ring.files().read(path, SMALL).subscribe(new CoreSubscriber<>() {
            private Subscription upstream;

            @Override
            public void onSubscribe(Subscription subscription) {
                upstream = subscription;
                upstream.request(1);
            }

            @Override
            public void onNext(BufferLease lease) {
                pieces.incrementAndGet();
                switch (what) {
                    case CANCELS -> upstream.cancel();
                    case REQUESTS -> upstream.request(1);
                    case THROWS -> throw new IllegalStateException("on purpose");
                    case REQUESTS_NOTHING -> upstream.request(0);
                }
            }

            @Override
            public void onError(Throwable failure) {
                end.set(failure);
            }

            @Override
            public void onComplete() {
                complete.set(true);
            }
        });
        switch (what) {
            case CANCELS -> Eventually.until("a piece", () -> pieces.get() == 1);
            case REQUESTS -> {
                Eventually.until("the end", complete::get);
                assertThat(pieces).hasValue(98);
            }
            case THROWS -> {
                Eventually.until("the error", () -> end.get() != null);
                assertThat(end.get()).hasMessage("on purpose");
            }
            case REQUESTS_NOTHING -> {
                Eventually.until("the error", () -> end.get() != null);
                assertThat(end.get())
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("3.9");
            }
        }
        requireNothingLeft();
        assertThat(pieces.get()).isEqualTo(what == Within.REQUESTS ? 98 : 1);
    }

    @Test
    void aWriteWhoseSubscriberThrows() {
        guard.handlersMayFail();
        AtomicReference<Throwable> end = new AtomicReference<>();
        ring.files()
                .write(directory.resolve("written"), Flux.just(text("some")))
                .subscribe(
                        count -> {
                            throw new IllegalStateException("on purpose");
                        },
                        end::set);
        Eventually.until("the error", () -> end.get() != null);
        requireNothingLeft();
    }

    // ---- sources

    private Throwable failureOf(Publisher<ByteBuffer> source) {
        Throwable failure = ring.files()
                .write(directory.resolve("new"), source, StandardOpenOption.CREATE_NEW)
                .map(count -> new AssertionError("written: " + count))
                .cast(Throwable.class)
                .onErrorResume(Mono::just)
                .block(LIMIT);
        requireNothingLeft();
        assertThat(directory.resolve("new")).doesNotExist();
        return failure;
    }

    @Test
    void aSourceThatThrowsOnSubscribe() {
        assertThat(failureOf(subscriber -> {
                    throw new IllegalStateException("on purpose");
                }))
                .hasMessage("on purpose");
    }

    @Test
    void aSourceThatSendsNull() {
        assertThat(failureOf(subscriber -> Flux.<ByteBuffer>never().subscribe(new NullSender(subscriber))))
                .isInstanceOf(NullPointerException.class);
    }

    /** Sends null as soon as it is asked. */
    private record NullSender(Subscriber<? super ByteBuffer> to) implements Subscriber<ByteBuffer> {
        @Override
        public void onSubscribe(Subscription subscription) {
            to.onSubscribe(subscription);
            try {
                to.onNext(null);
            } catch (NullPointerException expected) {
                // the rule says so
            }
        }

        @Override
        public void onNext(ByteBuffer buffer) {
            to.onNext(buffer);
        }

        @Override
        public void onError(Throwable failure) {
            to.onError(failure);
        }

        @Override
        public void onComplete() {
            to.onComplete();
        }
    }

    @Test
    void aSourceThatSendsMoreThanRequested() {
        Publisher<ByteBuffer> source = subscriber -> {
            subscriber.onSubscribe(new Subscription() {
                @Override
                public void request(long n) {
                    // everything comes anyway
                }

                @Override
                public void cancel() {
                    // nor is it heard
                }
            });
            for (int i = 0; i < 5000; i++) {
                subscriber.onNext(text("more"));
            }
            subscriber.onComplete();
        };
        Object[] seen = new Object[1];
        ring.files()
                .write(directory.resolve("much"), source)
                .subscribe(count -> seen[0] = count, failure -> seen[0] = failure);
        Eventually.until("an end", () -> seen[0] != null);
        if (seen[0] instanceof Long count) {
            assertThat(count).isEqualTo(20_000);
        } else {
            assertThat((Throwable) seen[0]).hasMessageContaining("more than was requested");
        }
        requireNothingLeft();
        guard.takeDropped();
    }

    @Test
    void whatIsNotWrittenIsDiscarded() {
        List<Object> discarded = new CopyOnWriteArrayList<>();
        TestPublisher<ByteBuffer> source = TestPublisher.create();
        RingFile file = ring.files()
                .open(directory.resolve("new"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                .block(LIMIT);
        StepVerifier.create(file.write(source, WriteOptions.defaults()).doOnDiscard(ByteBuffer.class, discarded::add))
                .then(() -> Eventually.until("a request", () -> source.subscribeCount() == 1))
                .then(() -> RingGuard.ask(ring, loop -> {
                    // On the loop's thread no write can end meanwhile: four are on their way, and the rest waits.
                    for (int i = 0; i < 20; i++) {
                        source.next(ByteBuffer.allocateDirect(10));
                    }
                    source.error(new IllegalStateException("on purpose"));
                    return true;
                }))
                .expectErrorMessage("on purpose")
                .verify(LIMIT);
        assertThat(discarded.size()).isLessThanOrEqualTo(16);
        file.close().block(LIMIT);
        requireNothingLeft();
    }

    /** What was read ahead is discarded by a cancel, and its memory comes back. */
    @Test
    void whatWasReadAheadIsDiscarded() {
        List<BufferLease> discarded = new CopyOnWriteArrayList<>();
        StepVerifier.create(ring.files().read(path, SMALL).doOnDiscard(BufferLease.class, discarded::add), 1)
                .expectNextCount(1)
                .then(() -> Eventually.until("reads ahead", () -> RingGuard.ask(ring, loop -> loop.liveLeases() > 0)))
                .then(() -> Eventually.until(
                        "no read on its way", () -> RingGuard.ask(ring, loop -> loop.liveOperations() == 0)))
                .thenCancel()
                .verify(LIMIT);
        Eventually.until("discarded pieces", () -> !discarded.isEmpty());
        requireNothingLeft();
    }

    // ---- Reactor

    @Test
    void publishersCanBeScanned() {
        Flux<ByteBuffer> source = Flux.never();
        RingFile file = ring.files().open(path).block(LIMIT);
        for (Object publisher : List.of(
                ring.files().read(path),
                file.read(),
                ring.files().read(path).lines(StandardCharsets.US_ASCII, 100),
                ring.files().write(path, source),
                ring.files().open(path),
                file.read(ByteBuffer.allocate(1), 0))) {
            assertThat(Scannable.from(publisher).isScanAvailable()).isTrue();
        }
        assertThat(Scannable.from(ring.files().write(path, source)).scan(Attr.RUN_STYLE))
                .isEqualTo(Attr.RunStyle.ASYNC);
        file.close().block(LIMIT);
    }

    @Test
    void subscriptionsCanBeScanned() {
        AtomicReference<Subscription> seen = new AtomicReference<>();
        ring.files().read(path, SMALL).subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                seen.set(subscription);
            }
        });
        Scannable scannable = Scannable.from(seen.get());
        assertThat(scannable.scan(Attr.ACTUAL)).isNotNull();
        assertThat(scannable.scan(Attr.TERMINATED)).isFalse();
        seen.get().request(5);
        assertThat(scannable.scanOrDefault(Attr.REQUESTED_FROM_DOWNSTREAM, -1L)).isBetween(0L, 5L);
        seen.get().cancel();
        assertThat(scannable.scan(Attr.CANCELLED)).isTrue();
        requireNothingLeft();
    }

    @Test
    void nothingHappensBeforeTheSubscription() {
        Path made = directory.resolve("made");
        Mono<Long> write = ring.files().write(made, Flux.just(text("some")));
        Flux<BufferLease> read = ring.files().read(made);
        assertThat(made).doesNotExist();
        assertThat(write.block(LIMIT)).isEqualTo(4);
        assertThat(write.block(LIMIT)).isEqualTo(4);
        assertThat(FileReadTest.bytes(read)).hasSize(4);
        assertThat(FileReadTest.bytes(read)).hasSize(4);
    }

    @Test
    void theContextReachesTheSource() {
        List<String> seen = new ArrayList<>();
        ring.files()
                .write(directory.resolve("made"), Flux.deferContextual(context -> {
                    seen.add(context.get("key"));
                    return Flux.<ByteBuffer>empty();
                }))
                .contextWrite(context -> context.put("key", "value"))
                .block(LIMIT);
        assertThat(seen).containsExactly("value");
    }

    @Test
    void contextPropagation() {
        ThreadLocal<String> user = new ThreadLocal<>();
        Map<String, String> seen = new ConcurrentHashMap<>();
        ContextRegistry.getInstance().registerThreadLocalAccessor("file-user", user);
        Hooks.enableAutomaticContextPropagation();
        try {
            Flux<ByteBuffer> source = Flux.<ByteBuffer>generate(sink -> {
                        seen.put("source", String.valueOf(user.get()));
                        sink.next(text("some"));
                    })
                    .take(100);
            ring.files()
                    .write(directory.resolve("made"), source)
                    .doOnNext(count -> seen.put("written", String.valueOf(user.get())))
                    .contextWrite(context -> context.put("file-user", "alice"))
                    .block(LIMIT);
            ring.files()
                    .read(path)
                    .doOnNext(lease -> seen.put("read", String.valueOf(user.get())))
                    .contextWrite(context -> context.put("file-user", "alice"))
                    .blockLast(LIMIT);
        } finally {
            Hooks.disableAutomaticContextPropagation();
            ContextRegistry.getInstance().removeThreadLocalAccessor("file-user");
        }
        assertThat(seen)
                .containsOnlyKeys("source", "written", "read")
                .containsValue("alice")
                .hasSize(3);
        assertThat(seen.values()).containsOnly("alice");
    }

    // ---- the ring's end

    @Test
    void theRingsEndEndsAWriteAndRemovesItsFile() {
        TestPublisher<ByteBuffer> source = TestPublisher.create();
        Path made = directory.resolve("made");
        StepVerifier.create(ring.files().write(made, source, StandardOpenOption.CREATE_NEW))
                .then(() -> Eventually.until("a subscription", source::wasSubscribed))
                .then(() -> source.next(text("some")))
                .then(() -> ring.disposeLater().block(LIMIT))
                .expectError()
                .verify(LIMIT);
        source.assertCancelled();
        assertThat(made).doesNotExist();
    }

    @Test
    void aRingThatHasEndedRefuses() {
        ring.disposeLater().block(LIMIT);
        assertThatThrownBy(() -> ring.files().read(path).blockLast(LIMIT)).isInstanceOf(RuntimeException.class);
        assertThatThrownBy(
                        () -> ring.files().write(path, Flux.just(text("some"))).block(LIMIT))
                .isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> ring.files().open(path).block(LIMIT)).isInstanceOf(RuntimeException.class);
    }
}
