package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.ring.CompletionSink;
import io.fluxring.core.setup.CompletionFormat;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Completions of 32 bytes, all of them or some. */
class WideCompletionsTest {
    /** A completion with what came behind it; no extra words are two zeros. */
    private record Taken(long userData, int result, boolean wide, long extra1, long extra2) {}

    private static final class Takes implements CompletionSink {
        private final List<Taken> all = new ArrayList<>();

        @Override
        public void completed(long userData, int result, int flags) {
            assertThat(flags).isZero();
            all.add(new Taken(userData, result, false, 0, 0));
        }

        @Override
        public void completedWide(long userData, int result, int flags, long extra1, long extra2) {
            assertThat(flags & ~Abi.CQE_F_32).isZero();
            all.add(new Taken(userData, result, true, extra1, extra2));
        }
    }

    private static KernelRing open(CompletionFormat format, int submission, int completion) {
        return KernelRing.open(
                RingConfig.defaults().withEntries(submission, completion).withCompletionFormat(format));
    }

    private static Taken addWide(KernelRing ring, long extra) {
        long userData = ring.add(sqe -> sqe.prepNopCqe32(extra, ~extra));
        return new Taken(userData, 0, true, extra, ~extra);
    }

    /** In a queue whose entries are all wide the words of an operation that has none are 0. */
    private static Taken addNarrow(KernelRing ring, boolean allWide, int result) {
        return new Taken(ring.add(sqe -> sqe.prepNop(result)), result, allWide, 0, 0);
    }

    @Test
    @Shows(value = Opcode.NOP, behaviour = "nop32")
    void aWideCompletionCarriesTwoWordsMore() {
        try (KernelRing ring = open(CompletionFormat.WIDE, 8, 8)) {
            Takes takes = new Takes();
            List<Taken> expected = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                expected.add(addWide(ring, i * 0x1_0000_0001L));
                expected.add(addNarrow(ring, true, -i));
                expected.add(addWide(ring, -i));
                assertThat(ring.submit()).isEqualTo(3);
                assertThat(ring.ring().completions().drain(takes)).isEqualTo(3);
            }
            assertThat(takes.all).isEqualTo(expected);
        }
    }

    @Test
    @Shows(Opcode.NOP)
    void aStandardRingHasNoWideCompletions() {
        try (KernelRing ring = KernelRing.open()) {
            assertThat(ring.run(sqe -> sqe.prepNopCqe32(1, 2)).result()).isEqualTo(Errno.EINVAL.result());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = CompletionFormat.class,
            names = {"WIDE", "MIXED"})
    @Shows(value = Opcode.NOP, behaviour = "nop32-overflow")
    void wideCompletionsSurviveAnOverflowInOrder(CompletionFormat format) {
        try (KernelRing ring = open(format, 4, 8)) {
            List<Taken> expected = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                boolean wide = i % 3 != 0;
                expected.add(wide ? addWide(ring, 1000 + i) : addNarrow(ring, format == CompletionFormat.WIDE, i));
                ring.submit();
            }
            assertThat(ring.ring().overflowed()).isTrue();
            Takes takes = new Takes();
            for (int round = 0; round < 200 && takes.all.size() < 50; round++) {
                ring.ring().completions().drain(takes);
                ring.submit();
            }
            assertThat(takes.all).isEqualTo(expected);
            assertThat(ring.ring().overflowed()).isFalse();
            assertThat(ring.ring().dropped()).isZero();
        }
    }

    /** Odd numbers of narrow ones make the kernel fill the last entry before a wide one; batches end in the middle of both. */
    @ParameterizedTest
    @ValueSource(ints = {4, 8, 64, 2048})
    @Shows(value = Opcode.NOP, behaviour = "cq-peek-batch-mixed")
    void mixedSizesAreTakenAsTheyWerePosted(int completionEntries) {
        int submissionEntries = Math.max(1, completionEntries / 4);
        Random random = new Random(completionEntries);
        try (KernelRing ring = open(CompletionFormat.MIXED, submissionEntries, completionEntries)) {
            Takes takes = new Takes();
            List<Taken> expected = new ArrayList<>();
            for (int round = 0; round < 200; round++) {
                int count = 1 + random.nextInt(submissionEntries);
                for (int i = 0; i < count; i++) {
                    expected.add(
                            random.nextInt(3) == 0
                                    ? addNarrow(ring, false, random.nextInt())
                                    : addWide(ring, random.nextLong()));
                }
                assertThat(ring.submit()).isEqualTo(count);
                assertThat(ring.ring().overflowed()).isFalse();
                assertThat(ring.ring().completions().drain(takes)).isEqualTo(count);
                assertThat(ring.ring().completions().ready()).isZero();
            }
            assertThat(takes.all).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(CompletionFormat.class)
    @Shows(Opcode.NOP)
    void aSinkThatThrowsCostsNoCompletionOfAnySize(CompletionFormat format) {
        try (KernelRing ring = open(format, 8, 32)) {
            List<Long> taken = new ArrayList<>();
            List<Long> sent = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                boolean wide = i % 2 == 0 && format != CompletionFormat.STANDARD;
                sent.add(ring.add(sqe -> {
                    if (wide) {
                        sqe.prepNopCqe32(1, 2);
                    } else {
                        sqe.prepNop();
                    }
                }));
            }
            ring.submit();
            assertThatThrownBy(() -> ring.ring().completions().drain((userData, result, flags) -> {
                        taken.add(userData);
                        throw new IllegalStateException("no " + userData);
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(taken).isEqualTo(sent);
        }
    }

    @ParameterizedTest
    @EnumSource(CompletionFormat.class)
    @Shows(Opcode.NOP)
    void whoeverHasNoUseForTheWordsTakesAnyFormat(CompletionFormat format) {
        try (KernelRing ring = open(format, 8, 32)) {
            for (int i = 0; i < 100; i++) {
                assertThat(ring.run(sqe -> sqe.prepNop(9)).result()).isEqualTo(9);
            }
        }
    }
}
