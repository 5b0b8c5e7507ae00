package io.fluxring.reactor;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sim.Faults;
import io.fluxring.core.sim.Seeds;
import io.fluxring.core.sim.SimulatedKernel;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.SocketAddresses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** Submissions from publishers on the simulated kernel: a completion for each, demand kept, descriptors of cancelled ones closed. */
class SubmitSimulationTest {
    private static final int SEEDS = 1000;
    private static final int STUCK_AFTER_TICKS = 500;

    @Test
    void eachSubmissionCompletesOnce() {
        Seeds.run(SEEDS, seed -> new Program(seed).run());
    }

    @Test
    @Tag("soak")
    void eachSubmissionCompletesOnceForAWhile() {
        Seeds.soak(seed -> new Program(seed).run());
    }

    private static final class Program {
        private final SplittableRandom random;
        private final SimulatedKernel kernel;
        private final RingLoop loop;
        private final RawFd listener;
        private final int freeSlots;
        private final List<Submitter> submitters = new ArrayList<>();

        Program(long seed) {
            random = new SplittableRandom(seed * 41 + 13);
            kernel = new SimulatedKernel(seed, Faults.swarm(seed));
            int entries = 1 << random.nextInt(5);
            loop = RingLoop.open(
                    kernel,
                    RingLoopConfig.defaults()
                            .withRing(RingConfig.defaults()
                                    .withEntries(entries, Math.max(4, entries << random.nextInt(3)))));
            kernel.memory().watch(loop);
            loop.attach();
            listener = new RawFd(kernel.socket(Libc.AF_INET, Libc.SOCK_STREAM, 0));
            try (Arena arena = Arena.ofConfined()) {
                InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
                kernel.bind(listener.number(), SocketAddresses.encode(any, arena));
            }
            kernel.listen(listener.number(), 5);
            kernel.connect(address()); // what the polls see
            freeSlots = loop.freeSlots();
        }

        private InetSocketAddress address() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment bound = arena.allocate(SocketAddresses.MAX_BYTES, Integer.BYTES);
                kernel.socketName(listener.number(), bound);
                return SocketAddresses.decode(bound);
            }
        }

        void run() {
            int count = 1 + random.nextInt(4);
            for (int i = 0; i < count; i++) {
                Submitter submitter = new Submitter(random.nextInt(60));
                submitters.add(submitter);
                FluxSubmit.of(loop, Flux.range(0, submitter.count).map(index -> op()))
                        .subscribe(submitter);
            }
            int ticks = random.nextInt(4) == 0 ? random.nextInt(20) : STUCK_AFTER_TICKS;
            for (int i = 0; i < ticks && !submitters.stream().allMatch(Submitter::isOver); i++) {
                submitters.forEach(Submitter::step);
                loop.tick(random.nextBoolean() ? 0 : 1_000_000);
                kernel.verify();
            }
            if (ticks == STUCK_AFTER_TICKS) {
                requireAllBack();
            }
            loop.close();
            kernel.close(listener.number());
            kernel.verifyNothingLeft();
            require(loop.counters().get(Counter.HANDLER_FAILURES) == 0, "handlers have failed");
        }

        private void requireAllBack() {
            for (int i = 0; i < STUCK_AFTER_TICKS && loop.liveOperations() > 0; i++) {
                loop.tick(1_000_000);
            }
            require(loop.liveOperations() == 0, "operations are left");
            require(loop.freeSlots() == freeSlots, "slots are left: " + loop.freeSlots() + " of " + freeSlots);
            for (Submitter submitter : submitters) {
                require(submitter.isOver(), "did not end: " + submitter);
                require(
                        submitter.cancelled || submitter.received == submitter.count,
                        "got " + submitter.received + " of " + submitter.count);
            }
        }

        private Op op() {
            return switch (random.nextInt(4)) {
                case 0 -> new Op.Nop();
                case 1 -> new Op.Timeout(Duration.ofNanos(random.nextInt(3_000_000)));
                case 2 -> new Op.Socket(Libc.AF_INET, Libc.SOCK_STREAM, 0);
                default -> new Op.Poll(listener, Libc.POLLIN);
            };
        }

        private void require(boolean holds, String message) {
            if (!holds) {
                throw new AssertionError(message + System.lineSeparator() + kernel + loop.dump());
            }
        }

        private final class Submitter extends BaseSubscriber<Completion> {
            private final int count;
            private int received;
            private int outstanding;
            private boolean cancelled;
            private boolean over;

            Submitter(int count) {
                this.count = count;
            }

            boolean isOver() {
                return over || cancelled;
            }

            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                // asks in its steps
            }

            void step() {
                if (isOver()) {
                    return;
                }
                if (random.nextInt(50) == 0) {
                    cancelled = true;
                    cancel();
                } else if (random.nextBoolean()) {
                    ask();
                }
            }

            private void ask() {
                int more = 1 + random.nextInt(9);
                outstanding += more;
                request(more);
            }

            @Override
            protected void hookOnNext(Completion completion) {
                received++;
                require(outstanding-- > 0, "more than was requested");
                if (completion.op() instanceof Op.Socket && completion.result() >= 0) {
                    kernel.close(completion.result());
                }
                if (random.nextInt(8) == 0) {
                    ask();
                }
            }

            @Override
            protected void hookOnComplete() {
                over = true;
            }

            @Override
            protected void hookOnError(Throwable e) {
                over = true;
                require(loop.isClosing(), "failed: " + e);
            }

            @Override
            public String toString() {
                return "submitter with " + received + " of " + count + ", asked for " + outstanding + " more";
            }
        }
    }
}
