package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.ring.Ring;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.setup.SqPolling;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.SetupFlag;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Rings whose submissions a kernel thread takes. */
class PollingThreadTest {
    private static final RingConfig SMALL = RingConfig.defaults().withEntries(4, 1024);
    private static final long LIMIT_NANOS = 10_000_000_000L;

    private static void until(String what, BooleanSupplier condition) {
        long limit = System.nanoTime() + LIMIT_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - limit).as(what).isNegative();
            Thread.onSpinWait();
        }
    }

    private static void nopComesBack(KernelRing ring) {
        assertThat(ring.run(sqe -> sqe.prepNop(5)).result()).isEqualTo(5);
    }

    @Test
    @Shows(value = Opcode.NOP, behaviour = "sqwait")
    void aFullQueueIsWaitedFor() {
        try (KernelRing ring = KernelRing.open(SMALL.withSqPoll(50))) {
            List<Long> sent = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                if (ring.ring().submissions().spaceLeft() == 0) {
                    assertThat(ring.ring().awaitSubmissionSpace()).isNotNegative();
                    assertThat(ring.ring().submissions().spaceLeft()).isPositive();
                }
                sent.add(ring.add(sqe -> sqe.prepNop()));
            }
            assertThat(ring.await(1000)).extracting(Cqe::userData).isEqualTo(sent);
        }
    }

    @Test
    void aRingWithoutAPollingThreadHasNothingToWaitFor() {
        try (KernelRing ring = KernelRing.open(SMALL)) {
            assertThatThrownBy(() -> ring.ring().awaitSubmissionSpace()).isInstanceOf(IllegalStateException.class);
            assertThat(ring.ring().pollingThreadSleeps()).isFalse();
        }
    }

    @Test
    @Shows(value = Opcode.NOP, behaviour = "sqpoll-sleep")
    void aPollingThreadThatSleepsIsWoken() {
        try (KernelRing ring = KernelRing.open(SMALL.withSqPoll(5))) {
            for (int round = 0; round < 5; round++) {
                nopComesBack(ring);
                until("the polling thread sleeps", () -> ring.ring().pollingThreadSleeps());
                long before = ring.ring().enters();
                ring.add(sqe -> sqe.prepNop());
                ring.submit();
                assertThat(ring.ring().enters() - before).isEqualTo(1);
                until(
                        "the entry is taken without another enter",
                        () -> ring.ring().completions().ready() == 1);
                assertThat(ring.await().result()).isZero();
            }
        }
    }

    @Test
    @Shows(value = Opcode.NOP, behaviour = "sq-poll-share")
    void ringsShareOnePollingThread() throws IOException {
        try (KernelRing first = KernelRing.open(SMALL.withSqPoll(50))) {
            nopComesBack(first);
            List<Path> threads = pollingThreads();
            RingConfig attached = SMALL.withSqPoll(50).withAttachedTo(first.ring());
            try (KernelRing second = KernelRing.open(attached);
                    KernelRing third = KernelRing.open(attached)) {
                assertThat(second.ring().capabilities().has(SetupFlag.ATTACH_WQ))
                        .isTrue();
                nopComesBack(second);
                nopComesBack(third);
                nopComesBack(first);
                // Threads of rings that other tests have closed may still go away.
                assertThat(threads).containsAll(pollingThreads());
            }
            nopComesBack(first);
        }
    }

    @Test
    @Shows(value = Opcode.NOP, behaviour = "sq-poll-dup")
    void aSharedPollingThreadOutlivesItsFirstRing() {
        KernelRing first = KernelRing.open(SMALL.withSqPoll(50));
        try (KernelRing second = KernelRing.open(SMALL.withSqPoll(50).withAttachedTo(first.ring()))) {
            nopComesBack(first);
            nopComesBack(second);
            first.close();
            for (int i = 0; i < 100; i++) {
                nopComesBack(second);
            }
        }
    }

    @Test
    void aPollingThreadStaysOnItsProcessor() throws IOException {
        try (KernelRing ring = KernelRing.open(SMALL.withSqPolling(new SqPolling(50, 0)))) {
            assertThat(ring.ring().capabilities().has(SetupFlag.SQ_AFF)).isTrue();
            nopComesBack(ring);
            List<String> places = new ArrayList<>();
            for (Path thread : pollingThreads()) {
                places.addAll(lines(thread.resolve("status"), "Cpus_allowed_list:"));
            }
            assertThat(places).anyMatch(line -> line.endsWith("\t0"));
        }
    }

    @Test
    @Shows(Opcode.NOP)
    void aSteadyStreamNeedsNoEnter() {
        try (KernelRing ring = KernelRing.open(SMALL.withSqPoll(5000))) {
            nopComesBack(ring);
            Ring polled = ring.ring();
            until("the polling thread is awake", () -> {
                nopComesBack(ring);
                return !polled.pollingThreadSleeps();
            });
            long before = polled.enters();
            int[] done = {0};
            for (int i = 0; i < 20_000; i++) {
                until("there is space", () -> polled.submissions().spaceLeft() > 0);
                ring.add(sqe -> sqe.prepNop());
                ring.submit();
                done[0] += polled.completions().drain((userData, result, flags) -> {});
            }
            until("all are done", () -> (done[0] += polled.completions().drain((u, r, f) -> {})) == 20_000);
            assertThat(polled.enters() - before).isZero();
        }
    }

    private static List<Path> pollingThreads() throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path thread : threads) {
                if (!lines(thread.resolve("comm"), "iou-sqp-").isEmpty()) {
                    found.add(thread);
                }
            }
        }
        return found;
    }

    private static List<String> lines(Path file, String start) throws IOException {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(start))
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of(); // the thread has ended meanwhile
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("No such process")) {
                return List.of();
            }
            throw e;
        }
    }
}
