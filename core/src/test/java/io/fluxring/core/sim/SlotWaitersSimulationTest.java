package io.fluxring.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Many users of a loop that has fewer slots than they want, none of whom polls. A wait without a limit for which nothing is left
 * is an error of the simulated kernel's: it shows a waiter that was forgotten.
 */
class SlotWaitersSimulationTest {
    private static final int SEEDS = 500;

    @Test
    void everyUserGetsItsTurnAndNoneStandsInLine() {
        Seeds.run(SEEDS, seed -> new Program(seed).run());
    }

    private static final class Program {
        private final SplittableRandom random;
        private final SimulatedKernel kernel;
        private final RingLoop loop;
        private final Arena arena = Arena.ofConfined();
        private final List<User> users = new ArrayList<>();

        Program(long seed) {
            random = new SplittableRandom(seed * 31 + 13);
            kernel = new SimulatedKernel(seed, Faults.swarm(seed));
            int entries = 1 << random.nextInt(4);
            RingConfig ring = RingConfig.defaults().withEntries(entries, Math.max(2, entries << random.nextInt(2)));
            loop = RingLoop.open(kernel, RingLoopConfig.defaults().withRing(ring));
            loop.attach();
            int slots = loop.freeSlots();
            IntStream.range(0, 1 + random.nextInt(20)).forEach(i -> users.add(new User(1 + random.nextInt(slots))));
        }

        void run() {
            users.forEach(User::ask);
            int ticks = 0;
            while (users.stream().anyMatch(user -> user.left > 0)) {
                if (random.nextInt(10) == 0) {
                    users.get(random.nextInt(users.size())).askAnew();
                }
                loop.tick(RingLoop.FOREVER);
                assertThat(++ticks).as("ticks: nobody polls; %s", loop.dump()).isLessThan(20_000);
            }
            loop.close();
            users.forEach(user -> user.operations.forEach(TrackedOperation::requireEnded));
            kernel.verifyNothingLeft();
            arena.close();
        }

        /** Has a number of operations to run, as many at once as it asks for. */
        private final class User implements Runnable {
            private final int slots;
            private final List<TrackedOperation> operations = new ArrayList<>();
            private int left = 1 + random.nextInt(10);

            User(int slots) {
                this.slots = slots;
            }

            void ask() {
                loop.whenSlotsFree(slots, this);
            }

            /** At the end of the line. */
            void askAnew() {
                if (left > 0) {
                    loop.forgetSlotWaiter(this);
                    ask();
                }
            }

            @Override
            public void run() {
                assertThat(loop.freeSlots()).isGreaterThanOrEqualTo(slots);
                assertThat(loop.submissionSpace()).isPositive();
                int most = Math.min(Math.min(slots, left), loop.submissionSpace());
                for (int i = 0; i < most; i++) {
                    operations.add(random.nextBoolean() ? nop() : timeout());
                }
                left -= most;
                if (left > 0) {
                    ask();
                }
            }

            private TrackedOperation nop() {
                return new TrackedOperation(Opcode.NOP, sqe -> sqe.prepNop(), (result, flags) -> {}).submit(loop);
            }

            private TrackedOperation timeout() {
                MemorySegment timespec = arena.allocate(16, 8);
                timespec.set(ValueLayout.JAVA_LONG, 8, 1L + random.nextInt(3_000_000));
                return new TrackedOperation(
                                Opcode.TIMEOUT, sqe -> sqe.prepTimeout(timespec.address(), 0, 0), (result, flags) -> {})
                        .submit(loop);
            }
        }
    }
}
