package io.fluxring.tests.manners;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.fd.DirectFd;
import io.fluxring.core.fd.RawFd;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.Completion;
import io.fluxring.reactor.Op;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.tests.support.RingGuard;
import io.fluxring.tests.support.Server;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** A request that can't be prepared fails its own stream, and nothing of it is left. */
class UnpreparedTest {
    private static final Duration LIMIT = Eventually.LIMIT;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    static Stream<Op> thatCanNotBePrepared() {
        return Stream.of(
                new Op.Custom(Opcode.NOP, sqe -> {
                    throw new IllegalStateException("on purpose");
                }),
                new Op.Custom(Opcode.NOP, sqe -> {
                    throw new AssertionError("on purpose");
                }),
                new Op.Custom(Opcode.READ, Sqe::prepNop),
                new Op.Custom(Opcode.READ, sqe -> {}),
                new Op.Custom(Opcode.NOP, sqe -> sqe.prepNop().link()),
                new Op.Custom(Opcode.NOP, sqe -> sqe.prepNop().skipSuccess()),
                new Op.Custom(Opcode.NOP, sqe -> sqe.prepNop().drain()),
                new Op.Custom(Opcode.POLL_ADD, sqe -> sqe.prepPollMultishot(0, Libc.POLLIN)),
                new Op.Custom(Opcode.ACCEPT, sqe -> sqe.prepAcceptMultishot(0, 0)),
                new Op.Custom(Opcode.RECV, sqe -> sqe.prepReceiveMultishot(0, 0)),
                new Op.Custom(Opcode.RECV, sqe -> sqe.prepReceiveSelect(0, 0)),
                new Op.Custom(Opcode.READ_MULTISHOT, sqe -> sqe.prepReadMultishot(0, 0)),
                new Op.Custom(Opcode.TIMEOUT, sqe -> sqe.prepTimeoutMultishot(1, 1, 0)));
    }

    private static void isRefused(Throwable e) {
        assertThat(e)
                .satisfiesAnyOf(
                        each -> assertThat(each).isInstanceOf(IllegalStateException.class),
                        each -> assertThat(each).isInstanceOf(IllegalArgumentException.class),
                        each -> assertThat(each)
                                .isInstanceOf(AssertionError.class)
                                .hasMessage("on purpose"));
    }

    private static void endsSoon(ReactiveRing ring) {
        RingGuard.awaitOperations(ring, 0);
        String loop = RingGuard.ask(ring, RingLoop::toString);
        assertThat(loop).contains(", 0 reserved");
        long start = System.nanoTime();
        ring.disposeLater().block(LIMIT);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @MethodSource("thatCanNotBePrepared")
    void atOnce(Op op) {
        ReactiveRing ring = guard.ring();
        StepVerifier.create(ring.submit(Flux.just(new Op.Nop(), op, new Op.Nop())))
                .expectNextCount(1)
                .expectErrorSatisfies(UnpreparedTest::isRefused)
                .verify(LIMIT);
        assertThat(ring.submit(Mono.just(new Op.Nop())).count().block(LIMIT)).isEqualTo(1);
        endsSoon(ring);
    }

    /** The loop's line is full when it arrives: it is prepared in a later tick, where no caller would catch what that throws. */
    @ParameterizedTest
    @MethodSource("thatCanNotBePrepared")
    void inLine(Op op) {
        ReactiveRing ring = guard.ring();
        TestPublisher<Op> source = TestPublisher.create();
        StepVerifier.create(ring.submit(source))
                .then(() -> Eventually.until("a request", source::wasRequested))
                .then(() -> RingGuard.ask(ring, loop -> {
                    while (loop.submissionSpace() > 0) {
                        loop.submit(new Nop());
                    }
                    loop.submit(new Nop()); // in line
                    source.next(op);
                    return true;
                }))
                .expectErrorSatisfies(UnpreparedTest::isRefused)
                .verify(LIMIT);
        endsSoon(ring);
    }

    private static final class Nop extends Operation {
        Nop() {
            super(Opcode.NOP);
        }

        @Override
        protected void prepare(Sqe sqe) {
            sqe.prepNop();
        }

        @Override
        protected void completed(int result, int flags) {
            // makes room
        }
    }

    /** What the kernel refuses is a completion. */
    @Test
    void whatTheKernelRefuses() {
        ReactiveRing ring = guard.ring();
        List<Op> refused = List.of(
                new Op.Listen(new RawFd(999_999), 1),
                new Op.Poll(new RawFd(999_999), Libc.POLLIN),
                new Op.Socket(12345, 1, 1),
                new Op.SetSocketOption(new RawFd(999_999), 1, 2, 3),
                new Op.Bind(new RawFd(999_999), new InetSocketAddress("::1", 0)),
                new Op.Connect(new RawFd(999_999), new InetSocketAddress("::1", 1)),
                new Op.Send(new RawFd(999_999), ByteBuffer.allocateDirect(0)),
                new Op.Read(new RawFd(999_999), ByteBuffer.allocateDirect(1), 0),
                new Op.Shutdown(new RawFd(999_999), Libc.SHUT_WR),
                new Op.Sync(new RawFd(999_999), false),
                new Op.Close(new DirectFd(5)));
        List<Completion> completions =
                ring.submit(Flux.fromIterable(refused)).collectList().block(LIMIT);
        assertThat(completions).hasSize(refused.size()).allMatch(Completion::isError);
        endsSoon(ring);
    }

    /** Checked mode finds bytes that are not lent any more: the stream fails, the connection can be closed. */
    @Test
    void bytesOfALeaseThatWasReleased() throws IOException {
        ReactiveRing ring = guard.ring();
        try (Server.Pair pair = new Server(ring).pair()) {
            pair.peer().send(3);
            ByteBuffer stale = pair.connection()
                    .receive(BufferLease::byteBuffer)
                    .next()
                    .blockOptional(LIMIT)
                    .orElseThrow();
            StepVerifier.create(ring.submit(Mono.just(new Op.Send(new RawFd(999_999), stale))))
                    .expectError(IllegalStateException.class)
                    .verify(LIMIT);
            StepVerifier.create(pair.connection().sendBytes(Mono.just(stale)))
                    .expectError(IllegalStateException.class)
                    .verify(LIMIT);
            pair.connection().sendBytes(Mono.just(ByteBuffer.allocate(1))).block(LIMIT);
            pair.connection().close().block(LIMIT);
        }
    }
}
