package io.fluxring.tests.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.Completion;
import io.fluxring.reactor.Op;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.ReactiveRingConfig;
import io.fluxring.tests.support.RingGuard;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/**
 * What the source of a submission is asked for never exceeds the least of what is left in the submission queue, the free slots,
 * and the demand that is not met; and all that was asked for and delivered completes.
 */
class SubmitCreditProperties {
    private static final Op QUICK = new Op.Nop();
    private static final Op SLOW = new Op.Timeout(Duration.ofMillis(1));

    record Scenario(
            int submissionEntries,
            int completionEntries,
            List<Integer> demands,
            int elements,
            int slowEvery,
            boolean otherThread,
            int subscribers,
            boolean cancelled) {}

    @Provide
    Arbitrary<Scenario> scenarios() {
        Arbitrary<Integer> submission = Arbitraries.integers().between(1, 64);
        Arbitrary<Integer> completion = Arbitraries.integers().between(2, 256);
        Arbitrary<List<Integer>> demands = Arbitraries.frequencyOf(
                        Tuple.of(8, Arbitraries.integers().between(1, 40)),
                        Tuple.of(1, Arbitraries.just(1000)),
                        Tuple.of(1, Arbitraries.just(Integer.MAX_VALUE)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(20);
        return Combinators.combine(
                        submission,
                        completion,
                        demands,
                        Arbitraries.integers().between(0, 400),
                        Arbitraries.integers().between(1, 20),
                        Arbitraries.of(true, false),
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.of(true, false))
                .as((sq, cq, demand, elements, slow, thread, subscribers, cancelled) ->
                        new Scenario(Math.min(sq, cq), cq, demand, elements, slow, thread, subscribers, cancelled));
    }

    @Property(tries = 150)
    void upstreamIsNeverAskedForMoreThanThereIs(@ForAll("scenarios") Scenario scenario) {
        RingGuard guard = new RingGuard();
        guard.begin();
        try (ExecutorService elsewhere = Executors.newSingleThreadExecutor()) {
            RingConfig ring = RingConfig.defaults().withEntries(scenario.submissionEntries, scenario.completionEntries);
            ReactiveRing reactive = guard.ring(ReactiveRingConfig.defaults()
                    .withLoop(RingLoopConfig.defaults().withRing(ring)));
            List<Run> runs = IntStream.range(0, scenario.subscribers)
                    .mapToObj(i -> new Run(reactive.loop(), scenario, elsewhere))
                    .toList();
            runs.forEach(run -> reactive.submit(run).subscribe(run.downstream));
            runs.forEach(run -> run.driveDemand(scenario));
            runs.forEach(run -> run.check(scenario));
            RingGuard.awaitOperations(reactive, 0);
            Eventually.until(
                    () -> "all reserved slots to be given back: " + reactive.loop(),
                    Eventually.LIMIT,
                    () -> RingGuard.ask(reactive, RingLoop::toString).contains(", 0 reserved"));
        } finally {
            guard.end();
        }
    }

    /** A source that keeps account of what it is asked for, and the subscriber behind the ring. */
    private static final class Run implements Publisher<Op>, Subscription {
        private final RingLoop loop;
        private final ExecutorService elsewhere;
        private final boolean otherThread;
        private final int elements;
        private final int slowEvery;
        private final AtomicReference<@Nullable String> violation = new AtomicReference<>();
        private final Downstream downstream = new Downstream();

        private @Nullable Subscriber<? super Op> subscriber;
        private volatile long asked;
        private long emitted; // by one thread: the loop's, or the other one
        private volatile boolean cancelled;
        private boolean emitting;
        private boolean over;

        Run(RingLoop loop, Scenario scenario, ExecutorService elsewhere) {
            this.loop = loop;
            this.elsewhere = elsewhere;
            this.otherThread = scenario.otherThread;
            this.elements = scenario.elements;
            this.slowEvery = scenario.slowEvery;
        }

        @Override
        public void subscribe(Subscriber<? super Op> to) {
            subscriber = to;
            to.onSubscribe(this);
        }

        /** Always on the loop's thread, so that what the ring has left can be looked at. */
        @Override
        public void request(long n) {
            long before = asked;
            asked = before + n;
            require(loop.inLoop(), "asked on another thread");
            require(n > 0, "asked for " + n);
            // These slots are set aside for the request already, so it is what is left that must not be negative.
            require(n <= loop.submissionSpace(), "asked for " + n + " with room for " + loop.submissionSpace());
            require(
                    asked - downstream.received <= downstream.requested - downstream.received,
                    "asked for " + asked + " in all, but only " + downstream.requested + " are wanted");
            require(asked - downstream.received <= slots(), "asked for more than there are slots");
            if (otherThread) {
                elsewhere.execute(this::emit);
            } else {
                emit();
            }
        }

        private int slots() {
            return Integer.parseInt(loop.toString().replaceAll(".* of (\\d+) slots live.*", "$1"));
        }

        private void emit() {
            if (emitting) {
                return;
            }
            emitting = true;
            while (emitted < asked && emitted < elements && !cancelled) {
                subscriber.onNext(emitted++ % slowEvery == 0 ? SLOW : QUICK);
            }
            if (emitted == elements && !over && !cancelled) {
                over = true;
                subscriber.onComplete();
            }
            emitting = false;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        private void require(boolean holds, String otherwise) {
            if (!holds) {
                violation.compareAndSet(null, otherwise + "; " + loop);
            }
        }

        void driveDemand(Scenario scenario) {
            for (int demand : scenario.demands) {
                downstream.want(demand == Integer.MAX_VALUE ? Long.MAX_VALUE : demand);
            }
            if (scenario.cancelled) {
                Eventually.comesTrue(Duration.ofMillis(3), () -> downstream.received > elements / 3);
                downstream.cancel();
            }
        }

        void check(Scenario scenario) {
            if (!scenario.cancelled) {
                long expected = Math.min(downstream.requested, elements);
                Eventually.until(
                        () -> expected + " completions, not " + downstream.received + ", " + violation,
                        Eventually.LIMIT,
                        () -> downstream.received == expected);
                assertThat(downstream.failures).isEmpty();
            }
            assertThat(violation.get()).isNull();
        }

        private final class Downstream extends BaseSubscriber<Completion> {
            private final List<Throwable> failures = new CopyOnWriteArrayList<>();
            private volatile long requested;
            private volatile long received;

            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                // driveDemand requests
            }

            void want(long n) {
                long sum = requested + n;
                requested = sum < 0 ? Long.MAX_VALUE : sum; // before the request: it may be met at once
                request(n);
            }

            @Override
            protected void hookOnNext(Completion completion) {
                received++;
                require(received <= requested, "received more than requested");
            }

            @Override
            protected void hookOnError(Throwable failure) {
                failures.add(failure);
            }
        }
    }
}
