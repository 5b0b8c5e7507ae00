package io.fluxring.tests.manners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.Completion;
import io.fluxring.reactor.Op;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.net.Connection;
import io.fluxring.reactor.net.Listener;
import io.fluxring.tests.support.Echo;
import io.fluxring.tests.support.Pattern;
import io.fluxring.tests.support.RingGuard;
import io.fluxring.tests.support.Server;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.Scannable.Attr;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.PublisherProbe;
import reactor.test.publisher.TestPublisher;

class ReactorMannersTest {
    private static final Duration LIMIT = Eventually.LIMIT;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    /** Subscribes without a request, and shows its subscription. */
    private static Scannable subscription(Flux<?> publisher) {
        AtomicReference<Subscription> seen = new AtomicReference<>();
        publisher.subscribe(new BaseSubscriber<Object>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                seen.set(subscription);
            }
        });
        return Scannable.from(seen.get());
    }

    // ---- scanUnsafe

    @Test
    void publishersCanBeScanned() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            Connection connection = pair.connection();
            Flux<Op> operations = Flux.never();
            Flux<ByteBuffer> buffers = Flux.never();
            for (Object publisher : List.of(
                    ring.submit(operations),
                    connection.receive(),
                    connection.sendBytes(buffers),
                    ring.listen(Echo.anyPort()).accept())) {
                Scannable scannable = Scannable.from(publisher);
                assertThat(scannable.isScanAvailable()).isTrue();
                assertThat(scannable.scan(Attr.RUN_STYLE)).isEqualTo(Attr.RunStyle.ASYNC);
            }
            assertThat(Scannable.from(ring.submit(operations)).scan(Attr.PARENT))
                    .isSameAs(operations);
            assertThat(Scannable.from(connection.sendBytes(buffers)).scan(Attr.PARENT))
                    .isSameAs(buffers);
        }
    }

    @Test
    void subscriptionsCanBeScanned() throws IOException {
        ReactiveRing ring = guard.ring();
        Listener listener = ring.listen(Echo.anyPort());
        try (Server.Pair pair = new Server(ring).pair()) {
            for (Flux<?> publisher :
                    List.of(ring.submit(Flux.never()), pair.connection().receive(), listener.accept())) {
                Scannable scannable = subscription(publisher);
                assertThat(scannable.scan(Attr.ACTUAL)).isNotNull();
                assertThat(scannable.scan(Attr.REQUESTED_FROM_DOWNSTREAM)).isZero();
                assertThat(scannable.scan(Attr.RUN_STYLE)).isEqualTo(Attr.RunStyle.ASYNC);
                assertThat(scannable.scan(Attr.TERMINATED)).isFalse();
                assertThat(scannable.scan(Attr.CANCELLED)).isFalse();
                ((Subscription) scannable).request(5);
                assertThat(scannable.scan(Attr.REQUESTED_FROM_DOWNSTREAM)).isEqualTo(5);
                ((Subscription) scannable).request(Long.MAX_VALUE);
                assertThat(scannable.scan(Attr.REQUESTED_FROM_DOWNSTREAM)).isEqualTo(Long.MAX_VALUE);
                ((Subscription) scannable).cancel();
                ((Subscription) scannable).cancel();
                assertThat(scannable.scan(Attr.CANCELLED)).isTrue();
            }
        }
    }

    @Test
    void aSendCanBeScanned() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            TestPublisher<ByteBuffer> source = TestPublisher.create();
            Scannable scannable =
                    subscription(pair.connection().sendBytes(source).flux());
            Scannable send = Scannable.from(scannable); // MonoToFlux passes the subscription on
            Eventually.until("a subscription", source::wasSubscribed);
            assertThat(send.scan(Attr.PREFETCH)).isEqualTo(16);
            assertThat(send.scan(Attr.TERMINATED)).isFalse();
            source.complete();
            Eventually.until("the end", () -> send.scanOrDefault(Attr.TERMINATED, false));
        }
    }

    // ---- context

    @Test
    void theContextReachesTheSources() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            List<String> seen = new ArrayList<>();
            ring.submit(Flux.deferContextual(context -> {
                        seen.add("submit " + context.get("key"));
                        return Flux.just(new Op.Nop());
                    }))
                    .contextWrite(context -> context.put("key", "value"))
                    .blockLast(LIMIT);
            pair.connection()
                    .sendBytes(Flux.deferContextual(context -> {
                        seen.add("send " + context.get("key"));
                        return Flux.<ByteBuffer>empty();
                    }))
                    .contextWrite(context -> context.put("key", "value"))
                    .block(LIMIT);
            assertThat(seen).containsExactly("submit value", "send value");
        }
    }

    @Test
    void hooksOnEachOperatorSeeThePublishers() throws IOException {
        ReactiveRing ring = guard.ring();
        List<String> assembled = new ArrayList<>();
        try (Server.Pair pair = new Server(ring).pair()) {
            Hooks.onEachOperator("names", publisher -> {
                assembled.add(publisher.getClass().getSimpleName());
                return publisher;
            });
            ring.submit(Flux.never());
            pair.connection().receive();
            pair.connection().send(Flux.never());
            ring.listen(Echo.anyPort()).accept();
        } finally {
            Hooks.resetOnEachOperator("names");
        }
        assertThat(assembled).contains("FluxSubmit", "FluxReceive", "MonoSend", "FluxAccept");
    }

    // ---- laziness, threads, errors

    @Test
    void nothingHappensBeforeTheSubscription() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            PublisherProbe<Op> operations = PublisherProbe.empty();
            PublisherProbe<ByteBuffer> buffers = PublisherProbe.empty();
            Flux<Completion> submission = ring.submit(operations.flux());
            Mono<Void> send = pair.connection().sendBytes(buffers.flux());
            Mono<Void> close = pair.connection().close();
            operations.assertWasNotSubscribed();
            buffers.assertWasNotSubscribed();
            pair.peer().send(5); // not closed
            pair.connection().receive(BufferLease::lengthBytes).next().block(LIMIT);
            for (int i = 1; i <= 3; i++) { // and each subscription is one more
                submission.blockLast(LIMIT);
                send.block(LIMIT);
                assertThat(operations.subscribeCount()).isEqualTo(i);
                assertThat(buffers.subscribeCount()).isEqualTo(i);
            }
            close.block(LIMIT);
        }
    }

    @Test
    void noMoreThanRequestedIsAskedOfTheSource() {
        ReactiveRing ring = guard.ring();
        TestPublisher<Op> source = TestPublisher.create();
        StepVerifier.create(ring.submit(source), 0)
                .then(() -> Eventually.until("a subscription", source::wasSubscribed))
                .then(() -> RingGuard.ask(ring, loop -> true))
                .then(source::assertWasNotRequested)
                .thenRequest(3)
                .then(() -> Eventually.until("a request", source::wasRequested))
                .then(() -> source.assertMinRequested(3).assertMaxRequested(3))
                .then(() -> source.next(new Op.Nop(), new Op.Nop()))
                .expectNextCount(2)
                .then(source::complete)
                .verifyComplete();
    }

    @Test
    void blockingIsRefusedOnTheRingsThread() {
        ReactiveRing ring = guard.ring();
        StepVerifier.create(ring.submit(Mono.just(new Op.Nop()))
                        .doOnNext(completion -> Mono.never().block(Duration.ofSeconds(1))))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("block()/blockFirst()/blockLast() are blocking"))
                .verify(LIMIT);
    }

    @Test
    void signalsComeOnTheRingsThread() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            List<String> threads = new ArrayList<>();
            pair.peer().send(5).endOutput();
            pair.connection()
                    .receive(BufferLease::lengthBytes)
                    .doOnNext(bytes -> threads.add(Thread.currentThread().getName()))
                    .doOnComplete(() -> threads.add(Thread.currentThread().getName()))
                    .then(pair.connection()
                            .sendBytes(Flux.just(ByteBuffer.allocate(1)).publishOn(Schedulers.parallel()))
                            .doOnSuccess(nothing ->
                                    threads.add(Thread.currentThread().getName())))
                    .block(LIMIT);
            assertThat(threads).hasSize(3).allMatch(name -> name.matches("fluxring-\\d+"));
        }
    }

    /** A failed operation is an element; the stream goes on. */
    @Test
    void operationsFailAsElements() {
        ReactiveRing ring = guard.ring();
        Op bad = new Op.Poll(new RawFd(1_000_000), 1);
        StepVerifier.create(ring.submit(Flux.just(bad, new Op.Nop())).collectMap(Completion::opcode))
                .assertNext(byOpcode -> {
                    Completion failed = byOpcode.get(bad.opcode());
                    assertThat(failed.isError()).isTrue();
                    assertThat(failed.errno()).isEqualTo(Errno.EBADF);
                    assertThatThrownBy(failed::orThrow)
                            .isInstanceOf(RingException.class)
                            .hasMessageContaining("EBADF");
                    assertThat(byOpcode).hasSize(2);
                })
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void theSourcesErrorComesAfterWhatItHadGiven() {
        ReactiveRing ring = guard.ring();
        IllegalStateException failure = new IllegalStateException("source");
        StepVerifier.create(ring.submit(
                        Flux.range(0, 1000).<Op>map(i -> new Op.Nop()).concatWith(Flux.error(failure))))
                .expectNextCount(1000)
                .expectErrorSatisfies(e -> assertThat(e).isSameAs(failure))
                .verify(LIMIT);
    }

    @Test
    void operationsThatAreNotSubmittedAreDiscarded() {
        ReactiveRing ring = guard.ring();
        List<Object> discarded = new ArrayList<>();
        TestPublisher<Op> rude = TestPublisher.createNoncompliant(TestPublisher.Violation.REQUEST_OVERFLOW);
        StepVerifier.create(ring.submit(rude).doOnDiscard(Op.class, discarded::add), 1)
                .then(() -> Eventually.until("a subscription", rude::wasSubscribed))
                .then(() -> Eventually.until("a request", rude::wasRequested))
                .thenCancel()
                .verify(LIMIT);
        assertThat(discarded).isEmpty();
    }

    /** A cancel that races with a source on another thread: its late elements are discarded, and its slots given back. */
    @Test
    void cancelAgainstASourceOnAnotherThread() {
        ReactiveRing ring = guard.ring();
        for (int i = 0; i < 300; i++) {
            BaseSubscriber<Completion> some = new BaseSubscriber<>() {};
            Flux<Op> endless = Flux.<Op>generate(sink -> sink.next(new Op.Nop()));
            ring.submit(endless.publishOn(Schedulers.parallel(), 3)).subscribe(some);
            int spins = i * 50;
            for (int spin = 0; spin < spins; spin++) {
                Thread.onSpinWait();
            }
            some.cancel();
        }
        RingGuard.awaitOperations(ring, 0);
    }

    /** A source that does not know Reactor's types. */
    @Test
    void foreignPublishersAreSources() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            pair.connection()
                    .sendBytes(subscriber -> {
                        assertThat(subscriber).isInstanceOf(CoreSubscriber.class);
                        subscriber.onSubscribe(Operators.scalarSubscription(
                                (CoreSubscriber<? super ByteBuffer>) subscriber,
                                ByteBuffer.wrap(new Pattern(0).bytes(0, 5))));
                    })
                    .block(LIMIT);
            pair.peer().expect(5);
        }
    }
}
