package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.error.CancelledException;
import io.fluxring.reactor.operator.MonoOffLoop;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** Work that the ring has no operation for. */
class OffLoopTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final Queue<String> disposed = new ConcurrentLinkedQueue<>();
    private ReactiveRing ring;

    @BeforeEach
    void open() {
        ring = guard.ring();
    }

    private Mono<String> work() {
        return MonoOffLoop.of(
                ring.loop(),
                () -> {
                    begun.countDown();
                    mayEnd.await();
                    return "made";
                },
                disposed::add);
    }

    @Test
    void resultsComeOnTheRingsThread() {
        mayEnd.countDown();
        assertThat(work().map(made -> made + " " + ring.loop().inLoop()).block(LIMIT))
                .isEqualTo("made true");
        assertThat(MonoOffLoop.of(ring.loop(), () -> null).blockOptional(LIMIT)).isEmpty();
        assertThatThrownBy(() -> MonoOffLoop.of(ring.loop(), () -> {
                            throw new IOException("why");
                        })
                        .block(LIMIT))
                .hasRootCauseMessage("why");
        assertThat(disposed).isEmpty();
    }

    @Test
    void aResultThatIsNotWantedIsDisposedOf() throws InterruptedException {
        Disposable subscription = work().subscribe();
        begun.await();
        subscription.dispose();
        mayEnd.countDown();
        Eventually.until("the result to be disposed of", () -> disposed.contains("made"));
    }

    /** The loop's thread has gone, and can tell nothing. */
    @Test
    void theRingClosesMeanwhile() throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        work().subscribe(made -> {}, failure::set);
        begun.await();
        ring.disposeLater().block(LIMIT);
        mayEnd.countDown();
        Eventually.until("the subscriber to hear of it", () -> failure.get() != null);
        assertThat(failure.get()).isInstanceOf(CancelledException.class);
        assertThat(disposed).containsExactly("made");
    }
}
