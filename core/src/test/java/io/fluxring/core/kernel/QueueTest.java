package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two queues at their limits. */
class QueueTest {
    private static final int NO_SUCH_FLAG = 0x80;

    private KernelRing ring = open(8, 16);

    private static KernelRing open(int submissions, int completions) {
        return KernelRing.open(RingConfig.defaults().withEntries(submissions, completions));
    }

    @AfterEach
    void close() {
        ring.close();
    }

    private void reopen(int submissions, int completions) {
        ring.close();
        ring = open(submissions, completions);
    }

    private void addNops(long first, int count) {
        for (long i = first; i < first + count; i++) {
            ring.add(i, sqe -> sqe.prepNop());
        }
    }

    private void assertNopsInOrder(List<Cqe> cqes, long first) {
        assertThat(cqes)
                .isEqualTo(LongStream.range(first, first + cqes.size())
                        .mapToObj(i -> new Cqe(i, 0, 0))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 8, 16, 33, 64, 128, 1000, 1024, 4096, 16384, 32768})
    @Shows(value = Opcode.NOP, behaviour = "nop-all-sizes")
    void bothQueuesAreFilledToTheirLastEntry(int size) {
        reopen(size, 2 * size);
        int submissions = ring.ring().submissions().capacity();
        assertThat(submissions).isEqualTo(size == 1 ? 1 : Integer.highestOneBit(size - 1) * 2);
        assertThat(ring.ring().completions().capacity()).isEqualTo(2 * submissions);
        for (int round = 0; round < 2; round++) {
            addNops((long) round * submissions, submissions);
            assertThat(ring.ring().submissions().claim()).isNull();
            assertThat(ring.submit()).isEqualTo(submissions);
        }
        assertThat(ring.ring().completions().ready()).isEqualTo(2 * submissions);
        assertThat(ring.ring().overflowed()).isFalse();
        assertNopsInOrder(ring.await(2 * submissions), 0);
    }

    @Test
    @Shows(value = Opcode.NOP, behaviour = "sq-full")
    void aFullQueueHandsOutNothing() {
        addNops(0, 8);
        assertThat(ring.ring().submissions().claim()).isNull();
        assertThat(ring.ring().submissions().claim()).as("asking costs nothing").isNull();
        assertThat(ring.submit()).isEqualTo(8);
        addNops(8, 8);
        assertThat(ring.submit()).isEqualTo(8);
        assertNopsInOrder(ring.await(16), 0);
    }

    @Test
    @Shows(value = Opcode.NOP, behaviour = "sq-space_left")
    void theSpaceLeftIsExact() {
        for (int i = 0; i < 8; i++) {
            assertThat(ring.ring().submissions().spaceLeft()).isEqualTo(8 - i);
            assertThat(ring.ring().submissions().pending()).isEqualTo(i);
            addNops(i, 1);
        }
        assertThat(ring.ring().submissions().spaceLeft()).isZero();
        ring.submit();
        assertThat(ring.ring().submissions().spaceLeft()).isEqualTo(8);
        assertNopsInOrder(ring.await(8), 0);
    }

    @Test
    @Shows(value = Opcode.NOP, behaviour = "drop-submit")
    void aBatchIsSubmittedToItsEndWhateverIsBadInIt() {
        for (int bad = 0; bad < 8; bad++) {
            for (int i = 0; i < 8; i++) {
                int flags = i == bad ? NO_SUCH_FLAG : 0;
                ring.add(i, sqe -> sqe.prepNop().flags(flags));
            }
            assertThat(ring.submit()).as("consumed").isEqualTo(8);
            assertThat(ring.ring().submissions().pending()).isZero();
            int failing = bad;
            assertThat(ring.await(8))
                    .allSatisfy(cqe ->
                            assertThat(cqe.result()).isEqualTo(cqe.userData() == failing ? Errno.EINVAL.result() : 0));
        }
    }

    @Test
    @Shows(value = Opcode.NOP, behaviour = "cq-ready")
    void whatWaitsToBeTakenIsCounted() {
        assertThat(ring.ring().completions().ready()).isZero();
        addNops(0, 4);
        assertThat(ring.ring().completions().ready()).isZero();
        ring.submit();
        assertThat(ring.ring().completions().ready()).isEqualTo(4);
        addNops(4, 4);
        ring.submit();
        assertThat(ring.ring().completions().ready()).isEqualTo(8);
        assertNopsInOrder(ring.takeReady(), 0);
        assertThat(ring.ring().completions().ready()).isZero();
    }

    @Test
    @Shows(value = Opcode.NOP, behaviour = "cq-peek-batch")
    void aDrainTakesWhatIsThereAndNoMore() {
        assertThat(ring.ring().completions().drain((userData, result, flags) -> {}))
                .isZero();
        addNops(0, 4);
        ring.submit();
        // What the sink itself causes is left for the next drain.
        int taken = ring.ring().completions().drain((userData, result, flags) -> {
            ring.add(100 + userData, sqe -> sqe.prepNop());
            ring.submit();
        });
        assertThat(taken).isEqualTo(4);
        assertThat(ring.ring().completions().ready()).isEqualTo(4);
        assertNopsInOrder(ring.takeReady(), 100);
    }

    @Test
    @Shows(value = Opcode.NOP, behaviour = "cq-overflow")
    void nothingThatOverflowsIsLost() {
        reopen(8, 8);
        int rounds = 25;
        for (int round = 0; round < rounds; round++) {
            addNops(8L * round, 8);
            assertThat(ring.submit()).as("submission goes on").isEqualTo(8);
        }
        assertThat(ring.ring().completions().ready()).isEqualTo(8);
        assertThat(ring.ring().overflowed()).isTrue();
        assertNopsInOrder(ring.await(8 * rounds), 0);
        assertThat(ring.takeReady()).isEmpty();
        assertThat(ring.ring().overflowed()).isFalse();
        assertThat(ring.ring().dropped()).isZero();
    }

    @Test
    @Shows(value = Opcode.NOP, behaviour = "cq-full")
    void theFlagStandsFromTheFirstOverflowToTheLastFlush() {
        reopen(4, 4);
        addNops(0, 4);
        ring.submit();
        assertThat(ring.ring().overflowed()).as("full is not too full").isFalse();
        addNops(4, 1);
        ring.submit();
        assertThat(ring.ring().overflowed()).isTrue();
        assertThat(ring.ring().completions().ready()).isEqualTo(4);
        addNops(5, 4);
        ring.submit();
        assertNopsInOrder(takeWithoutEnter(), 0);
        assertThat(ring.ring().overflowed()).as("nobody has flushed").isTrue();
        assertThat(ring.ring().needsFlush()).isTrue();
        ring.submit();
        assertThat(ring.ring().overflowed()).as("one did not fit").isTrue();
        assertNopsInOrder(takeWithoutEnter(), 4);
        ring.submit();
        assertThat(ring.ring().overflowed()).isFalse();
        assertNopsInOrder(takeWithoutEnter(), 8);
    }

    private List<Cqe> takeWithoutEnter() {
        List<Cqe> cqes = new ArrayList<>();
        ring.ring().completions().drain((userData, result, flags) -> cqes.add(new Cqe(userData, result, flags)));
        return cqes;
    }
}
