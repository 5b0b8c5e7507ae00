package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Chains of entries: what goes on, and what is cut. */
class LinkTest {
    private static final int ECANCELED = Errno.ECANCELED.result();
    private static final int NO_SUCH_FLAG = 0x80;

    private final KernelRing ring = KernelRing.open();

    @AfterEach
    void close() {
        ring.close();
    }

    @Test
    @Shows(
            value = {Opcode.POLL_ADD, Opcode.NOP},
            behaviour = "link")
    void whatIsLinkedStartsWhenTheEntryBeforeItHasSucceeded() {
        int fd = ring.eventFd();
        long poll = ring.add(sqe -> sqe.prepPoll(fd, Libc.POLLIN).link());
        long second = ring.add(sqe -> sqe.prepNop().link());
        long third = ring.add(sqe -> sqe.prepNop());
        long unlinked = ring.add(sqe -> sqe.prepNop());
        assertThat(ring.takeReady()).containsExactly(new Cqe(unlinked, 0, 0));
        ring.signal(fd);
        assertThat(ring.await(3))
                .containsExactly(new Cqe(poll, Libc.POLLIN, 0), new Cqe(second, 0, 0), new Cqe(third, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    @Shows(value = Opcode.NOP, behaviour = "link")
    void aFailureCutsAChainBehindIt(int failing) {
        for (int i = 0; i < 4; i++) {
            int result = i == failing ? -7 : 0;
            boolean last = i == 3;
            ring.add(i, sqe -> linkUnless(last, sqe.prepNop(result)));
        }
        ring.add(4, sqe -> sqe.prepNop());
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            expected.add(i < failing ? 0 : i == failing ? -7 : ECANCELED);
        }
        expected.add(0);
        assertThat(resultsInOrderOfSubmission(5)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    @Shows(value = Opcode.NOP, behaviour = "link")
    void aHardLinkGoesOnAfterAFailure(int failing) {
        for (int i = 0; i < 4; i++) {
            int result = i == failing ? -7 : 0;
            boolean last = i == 3;
            ring.add(i, sqe -> {
                sqe.prepNop(result);
                if (!last) {
                    sqe.hardLink();
                }
            });
        }
        List<Integer> expected =
                IntStream.range(0, 4).map(i -> i == failing ? -7 : 0).boxed().toList();
        assertThat(resultsInOrderOfSubmission(4)).isEqualTo(expected);
    }

    @Test
    @Shows(value = Opcode.NOP, behaviour = "link")
    void aChainEndsWithItsBatch() {
        long linked = ring.add(sqe -> sqe.prepNop(-1).link());
        assertThat(ring.await()).isEqualTo(new Cqe(linked, -1, 0));
        long next = ring.add(sqe -> sqe.prepNop());
        assertThat(ring.await()).as("nothing ties it to the batch before").isEqualTo(new Cqe(next, 0, 0));
    }

    @Test
    @Shows(
            value = {Opcode.READ, Opcode.NOP},
            behaviour = "link")
    void aShortReadCutsAChain() {
        int[] pipe = ring.pipe();
        MemorySegment text = ring.bytes("four");
        assertThat(ring.run(sqe -> sqe.prepWrite(pipe[1], text.address(), 4, -1))
                        .result())
                .isEqualTo(4);
        MemorySegment target = ring.allocate(8);
        ring.add(0, sqe -> sqe.prepRead(pipe[0], target.address(), 8, -1).link());
        ring.add(1, sqe -> sqe.prepNop());
        assertThat(resultsInOrderOfSubmission(2)).containsExactly(4, ECANCELED);
    }

    @Test
    @Shows(
            value = {Opcode.NOP, Opcode.ASYNC_CANCEL},
            behaviour = "link")
    void aChainOfWorkersKeepsItsOrder() {
        for (int i = 0; i < 20; i++) {
            boolean last = i == 19;
            ring.add(i, sqe -> linkUnless(last, sqe.prepNop().async()));
        }
        assertThat(ring.await(20))
                .extracting(Cqe::userData)
                .containsExactlyElementsOf(LongStream.range(0, 20).boxed().toList());
        assertThat(ring.run(sqe -> sqe.prepCancelAll()).result()).isZero();
    }

    /** Every length up to 5, every place of the failure, both kinds of link. */
    static Stream<Arguments> chains() {
        return IntStream.rangeClosed(1, 5)
                .boxed()
                .flatMap(length -> IntStream.range(0, length)
                        .boxed()
                        .flatMap(failing -> Stream.of(false, true).map(hard -> Arguments.of(length, failing, hard))));
    }

    @ParameterizedTest
    @MethodSource("chains")
    @Shows(value = Opcode.NOP, behaviour = "submit-link-fail")
    void aFailureInPreparationFailsTheWholeChain(int length, int failing, boolean hard) {
        for (int i = 0; i < length; i++) {
            boolean last = i == length - 1;
            boolean bad = i == failing;
            ring.add(i, sqe -> {
                sqe.prepNop();
                if (bad) {
                    sqe.flags(NO_SUCH_FLAG);
                }
                if (!last && hard) {
                    sqe.hardLink();
                } else {
                    linkUnless(last, sqe);
                }
            });
        }
        ring.add(length, sqe -> sqe.prepNop());
        assertThat(ring.submit()).as("consumed").isEqualTo(length + 1);
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            expected.add(i == failing ? Errno.EINVAL.result() : ECANCELED);
        }
        expected.add(0);
        assertThat(resultsInOrderOfSubmission(length + 1)).isEqualTo(expected);
    }

    private static void linkUnless(boolean last, Sqe sqe) {
        if (!last) {
            sqe.link();
        }
    }

    private List<Integer> resultsInOrderOfSubmission(int count) {
        Integer[] results = new Integer[count];
        for (Cqe cqe : ring.await(count)) {
            assertThat(results[(int) cqe.userData()]).as("one each").isNull();
            results[(int) cqe.userData()] = cqe.result();
        }
        assertThat(ring.takeReady()).isEmpty();
        return List.of(results);
    }
}
