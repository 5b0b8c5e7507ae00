package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.ring.CompletionSink;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.setup.CompletionFormat;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.setup.TaskRun;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.layout.ParamsLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Queues that change their sizes while they are in use. */
class ResizeTest {
    private static final RingConfig SMALL = RingConfig.defaults().withEntries(8, 16);

    static Stream<RingConfig> configurations() {
        return Stream.of(
                SMALL,
                SMALL.withOwnMemory(),
                SMALL.withOwnMemory().withRegisteredIndexOnly(),
                SMALL.withWideSubmissions(),
                SMALL.withCompletionFormat(CompletionFormat.WIDE),
                SMALL.withCompletionFormat(CompletionFormat.MIXED));
    }

    private static List<Long> add(KernelRing ring, int count) {
        List<Long> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sent.add(ring.add(sqe -> sqe.prepNop()));
        }
        return sent;
    }

    private static List<Long> taken(KernelRing ring, int count) {
        return ring.await(count).stream().map(Cqe::userData).toList();
    }

    private static void haveSizes(Ring ring, int submission, int completion) {
        assertThat(ring.submissions().capacity()).isEqualTo(submission);
        assertThat(ring.completions().capacity()).isEqualTo(completion);
    }

    @ParameterizedTest
    @MethodSource("configurations")
    @Shows(value = Opcode.NOP, registers = RegisterOperation.RESIZE_RINGS, behaviour = "resize-rings")
    void whatIsInTheQueuesStaysInThem(RingConfig config) {
        try (KernelRing ring = KernelRing.open(config)) {
            List<Long> sent = new ArrayList<>(add(ring, 6));
            ring.submit();
            sent.addAll(add(ring, 4));
            ring.submit();
            sent.addAll(add(ring, 5)); // these are still in the queue
            assertThat(ring.ring().resize(32, 64)).isZero();
            haveSizes(ring.ring(), 32, 64);
            assertThat(ring.ring().submissions().pending()).isEqualTo(5);
            assertThat(ring.ring().completions().ready()).isEqualTo(10);
            sent.addAll(add(ring, 20));
            assertThat(ring.submit()).isEqualTo(25);
            assertThat(taken(ring, 35)).isEqualTo(sent);
            assertThat(ring.ring().resize(2, 4)).isZero();
            haveSizes(ring.ring(), 2, 4);
            assertThat(ring.ring().submissions().spaceLeft()).isEqualTo(2);
            List<Long> more = add(ring, 2);
            assertThat(taken(ring, 2)).isEqualTo(more);
        }
    }

    @ParameterizedTest
    @MethodSource("configurations")
    @Shows(value = Opcode.NOP, registers = RegisterOperation.RESIZE_RINGS, behaviour = "resize-rings")
    void whatDoesNotFitIsRefusedAndLeavesEverythingAsItWas(RingConfig config) {
        try (KernelRing ring = KernelRing.open(config)) {
            List<Long> sent = new ArrayList<>(add(ring, 6));
            ring.submit();
            sent.addAll(add(ring, 5));
            assertThat(ring.ring().resize(4, 16)).as("5 entries").isEqualTo(Errno.EOVERFLOW.result());
            assertThat(ring.submit()).isEqualTo(5);
            assertThat(ring.ring().resize(8, 8)).as("11 completions").isEqualTo(Errno.EOVERFLOW.result());
            haveSizes(ring.ring(), 8, 16);
            sent.addAll(add(ring, 5));
            assertThat(taken(ring, 16)).isEqualTo(sent);
        }
    }

    @ParameterizedTest
    @MethodSource("configurations")
    @Shows(value = Opcode.NOP, registers = RegisterOperation.RESIZE_RINGS)
    void sizesMayChangeAllTheTime(RingConfig config) {
        Random random = new Random(7);
        try (KernelRing ring = KernelRing.open(config)) {
            List<Long> expected = new ArrayList<>();
            List<Long> done = new ArrayList<>();
            for (int round = 0; round < 300; round++) {
                int completions = 1 << 3 + random.nextInt(5);
                int submissions = Math.max(2, completions >> random.nextInt(3));
                int result = ring.ring().resize(submissions, completions);
                assertThat(result).isIn(0, Errno.EOVERFLOW.result());
                int room = ring.ring().submissions().spaceLeft();
                expected.addAll(add(ring, random.nextInt(room + 1)));
                if (random.nextBoolean()) {
                    ring.submit();
                }
                if (random.nextInt(3) == 0) {
                    ring.ring().completions().drain((userData, res, flags) -> done.add(userData));
                }
            }
            for (int round = 0; round < 1000 && done.size() < expected.size(); round++) {
                ring.submit();
                ring.ring().completions().drain((userData, res, flags) -> done.add(userData));
            }
            assertThat(done).isEqualTo(expected);
        }
    }

    /** A wide completion may lie at both ends of a queue that was made smaller. */
    @Test
    @Shows(value = Opcode.NOP, registers = RegisterOperation.RESIZE_RINGS)
    void aWideCompletionSurvivesWhereverItComesToLie() {
        try (KernelRing ring = KernelRing.open(SMALL.withCompletionFormat(CompletionFormat.MIXED))) {
            for (int i = 0; i < 3; i++) {
                add(ring, 1);
                ring.await();
            }
            long wide = ring.add(sqe -> sqe.prepNopCqe32(11, 22)); // entries 3 and 4
            ring.submit();
            assertThat(ring.ring().resize(4, 4)).isZero();
            List<Long> words = new ArrayList<>();
            ring.ring().completions().drain(new CompletionSink() {
                @Override
                public void completed(long userData, int result, int flags) {
                    throw new AssertionError("narrow");
                }

                @Override
                public void completedWide(long userData, int result, int flags, long extra1, long extra2) {
                    words.addAll(List.of(userData, extra1, extra2));
                }
            });
            assertThat(words).containsExactly(wide, 11L, 22L);
        }
    }

    @Test
    @Shows(value = Opcode.NOP, registers = RegisterOperation.RESIZE_RINGS, behaviour = "large-resize")
    void queuesGrowToTheirLimits() {
        try (KernelRing ring = KernelRing.open(RingConfig.defaults().withEntries(1, 2))) {
            assertThat(ring.ring().resize(RingConfig.MAX_SUBMISSION_ENTRIES, RingConfig.MAX_COMPLETION_ENTRIES))
                    .isZero();
            haveSizes(ring.ring(), 32768, 65536);
            List<Long> sent = add(ring, 32768);
            assertThat(ring.ring().submissions().claim()).isNull();
            assertThat(ring.submit()).isEqualTo(32768);
            assertThat(taken(ring, 32768)).isEqualTo(sent);
            assertThat(ring.ring().resize(1, 2)).isZero();
            haveSizes(ring.ring(), 1, 2);
            List<Long> one = add(ring, 1);
            assertThat(taken(ring, 1)).isEqualTo(one);
        }
    }

    /** The kernel is given bad memory for the new queues; the old ones go on. */
    @Test
    @Shows(value = Opcode.NOP, registers = RegisterOperation.RESIZE_RINGS, behaviour = "resize-mmap-fail")
    void memoryThatCannotBeUsedLeavesTheOldQueues() {
        try (KernelRing ring = KernelRing.open(SMALL.withOwnMemory())) {
            List<Long> sent = new ArrayList<>(add(ring, 6));
            ring.submit();
            MemorySegment params = ring.allocate(ParamsLayout.BYTES);
            Access.putInt(params, ParamsLayout.SQ_ENTRIES, 32);
            Access.putInt(params, ParamsLayout.CQ_ENTRIES, 64);
            Access.putInt(params, ParamsLayout.FLAGS, Abi.SETUP_CQSIZE);
            assertThat(ring.ring().register(RegisterOperation.RESIZE_RINGS, params.address(), 1))
                    .isEqualTo(Errno.EFAULT.result());
            sent.addAll(add(ring, 8));
            assertThat(taken(ring, 14)).isEqualTo(sent);
        }
    }

    @Test
    void onlyARingThatDefersItsWorkCanBeResized() {
        for (RingConfig config : List.of(SMALL.withTaskRun(TaskRun.COOPERATIVE), SMALL.withSqPoll(10))) {
            try (KernelRing ring = KernelRing.open(config)) {
                assertThatThrownBy(() -> ring.ring().resize(16, 32))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("DEFERRED");
            }
        }
        try (KernelRing ring = KernelRing.open(SMALL.withIndexArray())) {
            assertThatThrownBy(() -> ring.ring().resize(16, 32))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("index array");
        }
        try (KernelRing ring = KernelRing.open(SMALL)) {
            assertThatThrownBy(() -> ring.ring().resize(0, 32)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> ring.ring().resize(64, 32)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
