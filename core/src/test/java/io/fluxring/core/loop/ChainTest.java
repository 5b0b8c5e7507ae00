package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chains of operations on the real kernel. */
@ExtendWith(QuietLog.class)
class ChainTest {
    private static final int CANCELLED = Errno.ECANCELED.result();
    private static final int INVALID = Errno.EINVAL.result();

    private final ForeignLoop foreign = new ForeignLoop(
            RingLoopConfig.defaults().withRing(RingConfig.defaults().withEntries(8, 16)));
    private final RingLoop loop = foreign.loop;
    private final Kernel kernel = Kernel.linux();
    private final int eventFd = kernel.eventFd(Libc.EFD_CLOEXEC);
    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        foreign.close();
        kernel.close(eventFd);
        arena.close();
    }

    private static TestOperation nop() {
        return nop(0);
    }

    private static TestOperation nop(int result) {
        return new TestOperation(Opcode.NOP, sqe -> sqe.prepNop(result));
    }

    private TestOperation poll() {
        return new TestOperation(Opcode.POLL_ADD, sqe -> sqe.prepPoll(eventFd, Libc.POLLIN));
    }

    private static TestOperation broken() {
        return new TestOperation(Opcode.NOP, sqe -> {
            sqe.prepNop();
            throw new IllegalArgumentException("expected by the test");
        });
    }

    private TestOperation linkTimeout(long millis) {
        MemorySegment time = arena.allocate(16, 8);
        time.set(ValueLayout.JAVA_LONG, 8, millis * 1_000_000);
        return new TestOperation(Opcode.LINK_TIMEOUT, sqe -> sqe.prepLinkTimeout(time.address(), 0));
    }

    /** Something else in the submission queue, so that what follows does not fit. */
    private List<TestOperation> crowd(int count) {
        List<TestOperation> crowd = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            crowd.add(nop(7));
            loop.submit(crowd.getLast());
        }
        return crowd;
    }

    private void await(TestOperation... operations) {
        foreign.until(() -> Arrays.stream(operations).noneMatch(Operation::isLive));
    }

    private static List<Integer> results(TestOperation... operations) {
        return Arrays.stream(operations)
                .map(operation -> {
                    assertThat(operation.results).hasSize(1);
                    return operation.last();
                })
                .toList();
    }

    @Test
    void aMemberStartsWhenTheOneBeforeHasEnded() {
        TestOperation[] chain = {poll(), nop(), nop(5)};
        loop.submitChain(chain);
        loop.tick(0);
        loop.tick(0);
        assertThat(chain).allSatisfy(member -> assertThat(member.results).isEmpty());
        kernel.signalEventFd(eventFd);
        await(chain);
        assertThat(results(chain)).containsExactly(Libc.POLLIN, 0, 5);
    }

    @Test
    void aFailureEndsThoseBehindIt() {
        TestOperation[] chain = {nop(), nop(-5), nop(), nop()};
        TestOperation bystander = nop(3);
        loop.submitChain(chain);
        loop.submit(bystander);
        await(chain);
        assertThat(results(chain)).containsExactly(0, -5, CANCELLED, CANCELLED);
        assertThat(results(bystander)).containsExactly(3);
    }

    @Test
    void aHardLinkOutlivesAFailure() {
        TestOperation hard =
                new TestOperation(Opcode.NOP, sqe -> sqe.prepNop(-5).hardLink());
        TestOperation[] chain = {hard, nop(2), nop(-7), nop()};
        loop.submitChain(chain);
        await(chain);
        assertThat(results(chain)).containsExactly(-5, 2, -7, CANCELLED);
    }

    @Test
    void aLinkedTimeoutEndsTheMemberBeforeIt() {
        TestOperation[] late = {poll(), linkTimeout(10)};
        loop.submitChain(late);
        await(late);
        assertThat(results(late)).containsExactly(CANCELLED, Errno.ETIME.result());
        TestOperation[] quick = {poll(), linkTimeout(60_000), nop(4)};
        kernel.signalEventFd(eventFd);
        loop.submitChain(quick);
        await(quick);
        assertThat(results(quick)).containsExactly(Libc.POLLIN, CANCELLED, 4);
    }

    @Test
    void aChainThatDoesNotFitWaitsAsAWhole() {
        List<TestOperation> crowd = crowd(6);
        TestOperation[] chain = {nop(-5), nop(), nop()};
        TestOperation behind = nop(9);
        loop.submitChain(chain);
        loop.submit(behind);
        assertThat(chain).allSatisfy(member -> assertThat(member.state()).isEqualTo(Operation.State.QUEUED));
        assertThat(behind.state()).as("nobody overtakes").isEqualTo(Operation.State.QUEUED);
        assertThat(loop.liveOperations()).isEqualTo(10);
        assertThat(loop.dump()).contains("in line:", "linked to the next");
        await(chain);
        await(behind);
        assertThat(results(chain)).containsExactly(-5, CANCELLED, CANCELLED);
        assertThat(crowd).allSatisfy(each -> assertThat(each.results).containsExactly(7));
    }

    /** A chain that was cut would let its members start without those before them. */
    @Test
    void noChainIsCutHoweverTheyMeetTheEndOfTheQueue() {
        Random random = new Random(42);
        for (int round = 0; round < 500; round++) {
            List<TestOperation[]> chains = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                TestOperation[] chain = new TestOperation[1 + random.nextInt(8)];
                for (int member = 0; member < chain.length; member++) {
                    chain[member] = nop(member == 0 ? -5 : member);
                }
                chains.add(chain);
                loop.submitChain(chain);
                if (random.nextInt(4) == 0) {
                    loop.tick(0);
                }
            }
            for (TestOperation[] chain : chains) {
                await(chain);
                assertThat(results(chain).getFirst()).isEqualTo(-5);
                assertThat(results(chain).stream().skip(1)).allMatch(result -> result == CANCELLED);
            }
        }
    }

    @Test
    void whatCanNeverFitIsRefused() {
        TestOperation[] nine = new TestOperation[9];
        Arrays.setAll(nine, i -> nop());
        assertThatThrownBy(() -> loop.submitChain(nine))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("between 1 and 8")
                .hasMessageContaining("9");
        assertThatThrownBy(() -> loop.submitChain()).isInstanceOf(IllegalArgumentException.class);
        assertThat(loop.liveOperations()).isZero();
        TestOperation[] eight = Arrays.copyOf(nine, 8);
        loop.submitChain(eight);
        await(eight);
        assertThat(results(eight)).containsOnly(0);
    }

    @Test
    void aMemberThatIsLiveOrStandsTwiceIsRefusedWithAll() {
        TestOperation live = poll();
        loop.submit(live);
        TestOperation first = nop();
        assertThatThrownBy(() -> loop.submitChain(first, live))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("POLL_ADD: cannot go from IN_KERNEL to QUEUED");
        assertThatThrownBy(() -> loop.submitChain(first, first)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> loop.submitChain(first, null)).isInstanceOf(NullPointerException.class);
        assertThat(first.isLive()).isFalse();
        assertThat(live.state()).isEqualTo(Operation.State.IN_KERNEL);
        assertThat(loop.liveOperations()).isEqualTo(1);
        loop.submit(first);
        await(first);
        assertThat(results(first)).containsExactly(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aMemberThatCannotBePreparedLeavesNothingInFlight(int position) {
        List<TestOperation> before = crowd(2);
        TestOperation[] chain = {nop(), nop(), nop()};
        chain[position] = broken();
        int space = loop.submissionSpace();
        assertThatThrownBy(() -> loop.submitChain(chain)).hasMessage("expected by the test");
        assertThat(loop.submissionSpace()).isEqualTo(space);
        assertThat(loop.liveOperations()).isEqualTo(2);
        assertThat(chain).allSatisfy(member -> assertThat(member.isLive()).isFalse());
        chain[position] = nop();
        loop.submitChain(chain);
        await(chain);
        assertThat(results(chain)).containsOnly(0);
        assertThat(before).allSatisfy(each -> assertThat(each.results).containsExactly(7));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aMemberThatCannotBePreparedLaterEndsTheChain(int position) {
        crowd(6);
        TestOperation[] chain = {nop(), nop(), nop()};
        chain[position] = broken();
        TestOperation behind = nop(9);
        loop.submitChain(chain);
        loop.submit(behind);
        await(chain);
        await(behind);
        for (int i = 0; i < 3; i++) {
            assertThat(chain[i].results).containsExactly(i == position ? INVALID : CANCELLED);
        }
        assertThat(results(behind)).containsExactly(9);
    }

    @Test
    void aCancelInLineCutsTheChain() {
        crowd(6);
        TestOperation[] chain = {nop(1), nop(2), nop(3), nop(4)};
        loop.submitChain(chain);
        loop.cancel(chain[2]);
        await(chain);
        assertThat(results(chain)).containsExactly(1, 2, CANCELLED, CANCELLED);
        crowd(6);
        loop.submitChain(chain);
        loop.cancel(chain[0]);
        await(chain);
        assertThat(chain).allSatisfy(member -> assertThat(member.last()).isEqualTo(CANCELLED));
    }

    @Test
    void aMemberWhoseFollowersAreCancelledInLineGoesWithoutItsOwnLink() {
        crowd(6);
        TestOperation hard = new TestOperation(Opcode.NOP, sqe -> sqe.prepNop(2).hardLink());
        TestOperation[] chain = {nop(1), hard, nop(3)};
        loop.submitChain(chain);
        loop.cancel(chain[2]);
        await(chain);
        assertThat(results(chain)).containsExactly(1, 2, CANCELLED);
    }

    @Test
    void whoIsCancelledInLineMayCancelOthersInLine() {
        crowd(8);
        TestOperation second = nop(2);
        List<Integer> firstResults = new ArrayList<>();
        Operation first = new Operation(Opcode.NOP) {
            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepNop(1);
            }

            @Override
            protected void completed(int result, int flags) {
                firstResults.add(result);
                loop.cancel(second);
            }
        };
        loop.submit(first);
        loop.submit(second);
        loop.cancel(first);
        await(second);
        assertThat(firstResults).containsExactly(CANCELLED);
        assertThat(results(second)).containsExactly(CANCELLED);
        assertThat(loop.counters().get(Counter.HANDLER_FAILURES)).isZero();
    }

    /** The kernel does not find it, and it would wait for ever once its turn has come. */
    @Test
    void aCancelOfAMemberWhoseTurnHasNotComeIsNotLost() {
        int other = kernel.eventFd(Libc.EFD_CLOEXEC);
        TestOperation never = new TestOperation(Opcode.POLL_ADD, sqe -> sqe.prepPoll(other, Libc.POLLIN));
        TestOperation[] chain = {poll(), never, nop()};
        loop.submitChain(chain);
        loop.tick(0);
        loop.cancel(never);
        for (int i = 0; i < 20; i++) {
            loop.tick(1_000_000L);
        }
        assertThat(never.state()).isEqualTo(Operation.State.CANCELLING);
        kernel.signalEventFd(eventFd);
        await(chain);
        assertThat(results(chain)).containsExactly(Libc.POLLIN, CANCELLED, CANCELLED);
        kernel.close(other);
    }

    @Test
    void aCancelOfTheMemberThatRunsEndsThoseBehindIt() {
        TestOperation[] chain = {poll(), nop(), nop()};
        loop.submitChain(chain);
        loop.tick(0);
        loop.cancel(chain[0]);
        await(chain);
        assertThat(results(chain)).containsOnly(CANCELLED);
    }

    @Test
    void aCloseEndsAChainThatRunsAndOneThatWaits() {
        TestOperation[] running = {poll(), nop(), nop()};
        TestOperation[] waiting = {poll(), nop(), nop(), nop(), nop(), nop()};
        try (ForeignLoop other = new ForeignLoop(
                RingLoopConfig.defaults().withRing(RingConfig.defaults().withEntries(8, 8)))) {
            other.loop.submitChain(running);
            other.loop.submitChain(waiting);
            other.loop.tick(0);
            assertThat(waiting[0].state()).isEqualTo(Operation.State.QUEUED);
        }
        assertThat(results(running)).containsOnly(CANCELLED);
        assertThat(results(waiting)).containsOnly(CANCELLED);
    }

    // ---- what does not fit with a slot

    private void refused(Consumer<Sqe> preparation, String reason) {
        TestOperation operation = new TestOperation(Opcode.NOP, preparation);
        assertThatThrownBy(() -> loop.submit(operation))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("NOP")
                .hasMessageContaining(reason);
        assertThat(operation.isLive()).isFalse();
        assertThat(loop.liveOperations()).isZero();
    }

    @Test
    void linksOutsideOfAChainAndSilentSuccessAreRefused() {
        refused(sqe -> sqe.prepNop().link(), "submitChain");
        refused(sqe -> sqe.prepNop().hardLink(), "submitChain");
        refused(sqe -> sqe.prepNop().skipSuccess(), "CQE_SKIP_SUCCESS");
        refused(sqe -> sqe.prepNop().drain(), "a drain would wait");
        TestOperation open = new TestOperation(Opcode.NOP, sqe -> sqe.prepNop().link());
        assertThatThrownBy(() -> loop.submitChain(nop(), open)).isInstanceOf(IllegalStateException.class);
        TestOperation silent =
                new TestOperation(Opcode.NOP, sqe -> sqe.prepNop().skipSuccess());
        assertThatThrownBy(() -> loop.submitChain(silent, nop())).hasMessageContaining("CQE_SKIP_SUCCESS");
        assertThat(loop.liveOperations()).isZero();
        assertThat(foreign.run(Opcode.NOP, sqe -> sqe.prepNop(6))).isEqualTo(6);
    }

    @Test
    void whatAPreparationSubmitsFollows() {
        TestOperation inner = nop(2);
        TestOperation outer = new TestOperation(Opcode.NOP, sqe -> {
            loop.submit(inner);
            sqe.prepNop(1);
        });
        loop.submit(outer);
        await(outer, inner);
        assertThat(results(outer, inner)).containsExactly(1, 2);
    }
}
