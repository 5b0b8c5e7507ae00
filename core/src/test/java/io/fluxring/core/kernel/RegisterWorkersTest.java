package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.register.Workers;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The kernel's worker threads. They belong to a thread, so each test has a ring on a thread of its own. */
class RegisterWorkersTest {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int MANY = 4;

    private static void onANewThread(Consumer<KernelRing> test) {
        CompletableFuture.runAsync(
                        () -> {
                            try (KernelRing ring = KernelRing.open()) {
                                test.accept(ring);
                            }
                        },
                        task -> Thread.ofPlatform().start(task))
                .join();
    }

    @Test
    @Shows(registers = RegisterOperation.IOWQ_MAX_WORKERS)
    void limitsAreExchanged() {
        onANewThread(ring -> {
            Workers workers = new Workers(ring.ring().handle());
            int[] original = {3, 5};
            assertThat(workers.exchangeLimits(original)).isZero();
            assertThat(original[0]).isPositive().isNotEqualTo(3);
            assertThat(original[1]).isPositive().isNotEqualTo(5);

            int[] limits = {0, 0};
            assertThat(workers.exchangeLimits(limits)).isZero();
            assertThat(limits).as("0 asks and leaves").containsExactly(3, 5);
            limits = new int[] {0, 7};
            assertThat(workers.exchangeLimits(limits)).isZero();
            assertThat(limits).containsExactly(3, 5);
            assertThat(workers.exchangeLimits(original)).isZero();
            assertThat(original).containsExactly(3, 7);
            assertThatIllegalArgumentException().isThrownBy(() -> workers.exchangeLimits(new int[1]));
            assertThatIllegalArgumentException().isThrownBy(() -> workers.exchangeLimits(new int[] {-1, 0}));
        });
    }

    @Test
    @Shows(value = Opcode.SPLICE, registers = RegisterOperation.IOWQ_MAX_WORKERS)
    void noMoreWorkersRunThanTheLimit() {
        onANewThread(ring -> {
            BlockedWork work = new BlockedWork(ring, MANY);
            assertThat(awaitWorkers(MANY)).hasSize(MANY);
            work.finish();
        });
        onANewThread(ring -> {
            assertThat(new Workers(ring.ring().handle()).exchangeLimits(new int[] {1, 1}))
                    .isZero();
            BlockedWork work = new BlockedWork(ring, MANY);
            assertThat(awaitWorkers(1)).hasSize(1);
            work.finish();
            assertThat(workersOfThisThread()).as("all of it was done by one").hasSize(1);
        });
    }

    @Test
    @Shows(
            value = Opcode.SPLICE,
            registers = {RegisterOperation.IOWQ_AFF, RegisterOperation.UNREGISTER_IOWQ_AFF})
    void workersRunWhereTheyAreTold() {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "there is no choice of processors");
        onANewThread(ring -> {
            Workers workers = new Workers(ring.ring().handle());
            BitSet processors = new BitSet();
            assertThatIllegalArgumentException().isThrownBy(() -> workers.affinity(processors));
            processors.set(0);
            assertThat(workers.affinity(processors)).isZero();

            BlockedWork work = new BlockedWork(ring, 1);

            assertThat(awaitWorkers(1)).containsExactly("0");
            work.finish();
            assertThat(workers.anyAffinity()).isZero();
        });
        onANewThread(ring -> {
            BlockedWork work = new BlockedWork(ring, 1);
            assertThat(awaitWorkers(1)).isNotEmpty().doesNotContain("0");
            work.finish();
        });
    }

    /** Splices that wait for a byte each, every one of which takes a worker: unlike reads they can't wait without. */
    private static final class BlockedWork {
        private final KernelRing ring;
        private final int writeTo;
        private final int count;

        BlockedWork(KernelRing ring, int count) {
            this.ring = ring;
            this.count = count;
            int[] from = ring.pipe();
            int[] to = ring.pipe();
            writeTo = from[1];
            for (int i = 0; i < count; i++) {
                ring.add(sqe -> sqe.prepSplice(from[0], -1, to[1], -1, 1, 0));
            }
            ring.submit();
        }

        void finish() {
            MemorySegment bytes = ring.allocate(count);
            ring.add(sqe -> sqe.prepWrite(writeTo, bytes.address(), count, -1));
            assertThat(ring.await(count + 1))
                    .extracting(Cqe::result)
                    .contains(count)
                    .contains(1);
        }
    }

    private static List<String> awaitWorkers(int count) {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        List<String> workers = workersOfThisThread();
        while (workers.size() < count && System.nanoTime() - deadline < 0) {
            Thread.onSpinWait();
            workers = workersOfThisThread();
        }
        return workers;
    }

    /** The workers of this thread: for each, the processors where it may run. */
    private static List<String> workersOfThisThread() {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            String thread =
                    Path.of("/proc/thread-self").toRealPath().getFileName().toString();
            return tasks.map(RegisterWorkersTest::status)
                    .filter(status -> status.contains("Name:\tiou-wrk-" + thread + "\n"))
                    .map(status -> status.replaceAll("(?s).*Cpus_allowed_list:\\s*(\\S+).*", "$1"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String status(Path task) {
        try {
            return Files.readString(task.resolve("status"));
        } catch (IOException e) {
            return ""; // a thread that has ended meanwhile
        }
    }
}
