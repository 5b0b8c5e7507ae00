package io.fluxring.core.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bare queues on the real kernel. */
class RingTest {
    private Ring ring;
    private final List<Long> userData = new ArrayList<>();
    private final List<Integer> results = new ArrayList<>();

    @BeforeEach
    void open() {
        ring = Ring.open(RingConfig.defaults().withEntries(8, 16));
        ring.enable();
    }

    @AfterEach
    void close() {
        ring.close();
    }

    private void reap() {
        ring.completions().drain((data, result, flags) -> {
            userData.add(data);
            results.add(result);
        });
    }

    private Sqe claim() {
        Sqe sqe = ring.submissions().claim();
        assertThat(sqe).isNotNull();
        return sqe;
    }

    @Test
    void nopsComeBackWithTheirUserData() {
        for (long i = 1; i <= 5; i++) {
            claim().prepNop().userData(i << 40 | i);
        }
        assertThat(ring.submitAndWait(5, Ring.FOREVER, 0)).isEqualTo(5);
        reap();
        assertThat(userData).containsExactly(1L << 40 | 1, 2L << 40 | 2, 3L << 40 | 3, 4L << 40 | 4, 5L << 40 | 5);
        assertThat(results).containsOnly(0);
    }

    @Test
    void resultsCanBeInjected() {
        claim().prepNop(-42).userData(1);
        ring.submitAndWait(1, Ring.FOREVER, 0);
        reap();
        assertThat(results).containsExactly(-42);
    }

    @Test
    void aFullQueueHandsOutNothingUntilTheNextEnter() {
        for (int i = 0; i < 8; i++) {
            assertThat(ring.submissions().spaceLeft()).isEqualTo(8 - i);
            claim().prepNop().userData(i);
        }
        assertThat(ring.submissions().claim()).isNull();
        ring.submit();
        assertThat(ring.submissions().spaceLeft()).isEqualTo(8);
        assertThat(ring.submissions().claim()).isNotNull();
    }

    @Test
    void indicesWrapWithoutLoss() {
        for (long i = 0; i < 1000; i++) {
            claim().prepNop().userData(i);
            claim().prepNop().userData(i);
            claim().prepNop().userData(i);
            ring.submitAndWait(3, Ring.FOREVER, 0);
            reap();
        }
        assertThat(userData).hasSize(3000);
    }

    @Test
    void aBadEntryDoesNotHoldUpTheOnesBehindIt() {
        claim().prepNop().userData(1);
        claim().prepClose(-1).flags(0x80).userData(2); // a flag that does not exist
        claim().prepNop().userData(3);
        assertThat(ring.submit()).isEqualTo(3);
        reap();
        assertThat(userData).containsExactlyInAnyOrder(1L, 2L, 3L);
        assertThat(results).contains(Errno.EINVAL.result());
    }

    @Test
    void recycledEntriesKeepNothingOfTheirPredecessors() {
        for (int i = 0; i < 8; i++) {
            claim().prepSend(77, 0x1234_5678L, 4096, Libc.MSG_WAITALL)
                    .flags(Abi.SQE_FIXED_FILE)
                    .userData(9);
        }
        ring.submit();
        reap();
        results.clear();
        for (int i = 0; i < 8; i++) {
            claim().prepNop().userData(i);
        }
        ring.submitAndWait(8, Ring.FOREVER, 0);
        reap();
        assertThat(results).hasSize(8).containsOnly(0);
    }

    @Test
    void overflowedCompletionsAreKeptInOrder() {
        for (long i = 0; i < 40; i++) {
            claim().prepNop().userData(i);
            ring.submit();
        }
        assertThat(ring.overflowed()).isTrue();
        while (ring.overflowed() || ring.completions().ready() > 0) {
            reap();
            ring.submit();
        }
        assertThat(userData).hasSize(40).isSorted();
        assertThat(ring.dropped()).isZero();
    }

    @Test
    void aWaitEndsWithItsTime() {
        long start = System.nanoTime();
        assertThat(ring.submitAndWait(1, 20_000_000L, 0)).isEqualTo(Errno.ETIME.result());
        assertThat(System.nanoTime() - start).isGreaterThan(19_000_000L);
    }

    @Test
    void aMinimalWaitIsContentWithLess() {
        assumeTrue(ring.capabilities().minimalWait(), "needs Linux 6.12");
        claim().prepNop().userData(1);
        long start = System.nanoTime();
        assertThat(ring.submitAndWait(8, Ring.FOREVER, 5_000)).isEqualTo(1);
        assertThat(System.nanoTime() - start).isGreaterThan(4_000_000L);
        assertThat(ring.completions().ready()).isEqualTo(1);
    }

    @Test
    void aMinimalWaitThatBringsNothingGoesOnWaiting() {
        assumeTrue(ring.capabilities().minimalWait(), "needs Linux 6.12");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment thirtyMillis = arena.allocate(16, 8);
            thirtyMillis.set(ValueLayout.JAVA_LONG, 8, 30_000_000L);
            claim().prepTimeout(thirtyMillis.address(), 0, 0).userData(1);
            ring.submit();
            long start = System.nanoTime();
            assertThat(ring.submitAndWait(8, Ring.FOREVER, 1_000)).isZero();
            assertThat(System.nanoTime() - start).isGreaterThan(25_000_000L);
            assertThat(ring.completions().ready()).isEqualTo(1);
        }
    }

    @Test
    void aSinkThatThrowsCostsNoCompletion() {
        for (long i = 0; i < 6; i++) {
            claim().prepNop().userData(i);
        }
        ring.submitAndWait(6, Ring.FOREVER, 0);
        assertThatThrownBy(() -> ring.completions().drain((data, result, flags) -> {
                    userData.add(data);
                    if (data % 2 == 1) {
                        throw new IllegalStateException("no " + data);
                    }
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(userData).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void completionsCannotBeDrainedFromWithin() {
        claim().prepNop().userData(1);
        ring.submitAndWait(1, Ring.FOREVER, 0);
        AtomicInteger refused = new AtomicInteger();
        ring.completions().drain((data, result, flags) -> {
            assertThatThrownBy(() -> ring.completions().drain((d, r, f) -> {})).hasMessageContaining("already");
            refused.incrementAndGet();
        });
        assertThat(refused).hasValue(1);
    }

    @Test
    void anotherThreadIsRefusedByTheKernel() throws InterruptedException {
        AtomicInteger result = new AtomicInteger();
        Thread other = new Thread(() -> result.set(ring.kernel().enter(fdOf(ring), 0, 0, Abi.ENTER_GETEVENTS, 0, 0)));
        other.start();
        other.join();
        assertThat(Errno.ofResult(result.get())).isEqualTo(Errno.EEXIST);
    }

    private static int fdOf(Ring ring) {
        return Integer.parseInt(ring.toString().replaceFirst(".*?fd=(\\d+).*", "$1"));
    }

    @Test
    void tellsWhatTheKernelGave() {
        assertThat(ring.capabilities().supports(Opcode.NOP)).isTrue();
        assertThat(ring.capabilities().toString())
                .startsWith("Linux ")
                .contains("operations; SUBMIT_ALL, SINGLE_ISSUER, DEFER_TASKRUN");
        assertThat(ring.toString()).contains("SQ[", "CQ[");
    }

    /** The memory is unmapped: without a check the first of these would take the JVM down. */
    @Test
    void aClosedRingThrows() {
        Sqe sqe = ring.submissions().claim();
        assertThat(sqe).isNotNull();
        ring.close();
        List<ThrowingCallable> uses = List.of(
                () -> sqe.prepNop(),
                () -> ring.submissions().claim().prepNop(),
                () -> ring.submissions().spaceLeft(),
                () -> ring.submissions().pending(),
                () -> ring.completions().ready(),
                () -> ring.completions().drain((data, result, flags) -> {}),
                () -> ring.completions().eventFdEnabled(false),
                ring::submit,
                () -> ring.submitAndWait(1, Ring.FOREVER, 0),
                () -> ring.submitAndWaitUntil(1, 0, 0),
                ring::awaitSubmissionSpace,
                () -> ring.submissions().unclaim(1),
                () -> ring.register(RegisterOperation.PROBE, 0, 0),
                () -> ring.resize(8, 16),
                ring::needsFlush,
                ring::overflowed,
                ring::dropped,
                ring::enable,
                ring::fd);
        assertThat(uses).allSatisfy(use -> assertThatThrownBy(use).isInstanceOf(IllegalStateException.class));
        assertThat(ring).hasToString("Ring[closed]");
    }

    @Test
    void closeIsIdempotent() {
        ring.close();
        ring.close();
        assertThat(ring).hasToString("Ring[closed]");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 32769})
    void sizesOutsideTheKernelsAreRefusedAtOnce(int entries) {
        assertThatThrownBy(() -> RingConfig.defaults().withEntries(entries, 65536))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("submissionEntries must be between 1 and 32768: " + entries);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 64, 4096, 32768})
    void everySizeWorks(int entries) {
        try (Ring other = Ring.open(RingConfig.defaults().withEntries(entries, Math.min(65536, entries * 2)))) {
            other.enable();
            assertThat(other.submissions().capacity()).isEqualTo(entries);
            while (true) {
                Sqe sqe = other.submissions().claim();
                if (sqe == null) {
                    break;
                }
                sqe.prepNop().userData(1);
            }
            assertThat(other.submitAndWait(entries, Ring.FOREVER, 0)).isEqualTo(entries);
            assertThat(other.completions().drain((data, result, flags) -> {})).isEqualTo(entries);
        }
    }

    @Test
    void aPollingThreadTakesSubmissionsWithoutAnEnter() {
        try (Ring polled = Ring.open(RingConfig.defaults().withEntries(8, 1024).withSqPoll(2000))) {
            polled.enable();
            stream(polled, 1); // until the thread runs for the first time each submission has to wake it
            long before = polled.enters();
            stream(polled, 500);
            assertThat(polled.enters() - before).isZero();
        }
    }

    private static void stream(Ring polled, int count) {
        int submitted = 0;
        int done = 0;
        long limit = System.nanoTime() + 10_000_000_000L;
        while (done < count && System.nanoTime() < limit) {
            Sqe sqe = submitted < count ? polled.submissions().claim() : null;
            if (sqe != null) {
                sqe.prepNop().userData(submitted++);
                polled.submit();
            }
            done += polled.completions().drain((data, result, flags) -> {});
        }
        assertThat(done).isEqualTo(count);
    }
}
