package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Timeouts of linked entries, each case with the results of all that was in the chain. */
class LinkTimeoutTest {
    private static final long MILLISECOND = 1_000_000L;
    private static final long HOUR = 3_600_000 * MILLISECOND;
    private static final int ETIME = Errno.ETIME.result();
    private static final int ECANCELED = Errno.ECANCELED.result();
    private static final int EINVAL = Errno.EINVAL.result();

    private final KernelRing ring = KernelRing.open();
    private final int fd = ring.eventFd();

    @AfterEach
    void close() {
        ring.close();
    }

    private long poll() {
        return ring.add(sqe -> sqe.prepPoll(fd, Libc.POLLIN).link());
    }

    private long linkTimeout(long nanos) {
        return ring.add(sqe -> sqe.prepLinkTimeout(ring.timespec(nanos), 0));
    }

    private long linkedLinkTimeout(long nanos) {
        return ring.add(sqe -> sqe.prepLinkTimeout(ring.timespec(nanos), 0).link());
    }

    private long nop() {
        return ring.add(sqe -> sqe.prepNop());
    }

    private long linkedNop() {
        return ring.add(sqe -> sqe.prepNop().link());
    }

    /** Awaits so many completions; one for each entry, with its result. */
    private Map<Long, Integer> results(int count) {
        Map<Long, Integer> results = new HashMap<>();
        for (Cqe cqe : ring.await(count)) {
            assertThat(results.put(cqe.userData(), cqe.result())).isNull();
        }
        return results;
    }

    @Test
    @Shows(
            value = {Opcode.LINK_TIMEOUT, Opcode.POLL_ADD},
            behaviour = "link-timeout")
    void whatTakesTooLongIsCancelled() {
        long poll = poll();
        long timeout = linkTimeout(MILLISECOND);
        assertThat(results(2)).isEqualTo(Map.of(poll, ECANCELED, timeout, ETIME));
    }

    @Test
    @Shows(
            value = {Opcode.LINK_TIMEOUT, Opcode.NOP},
            behaviour = "link-timeout")
    void whatIsDoneInTimeCancelsTheTimeout() {
        long nop = linkedNop();
        long timeout = linkTimeout(HOUR);
        assertThat(results(2)).isEqualTo(Map.of(nop, 0, timeout, ECANCELED));
    }

    @Test
    @Shows(
            value = {Opcode.LINK_TIMEOUT, Opcode.POLL_ADD},
            behaviour = "link-timeout")
    void whatIsDoneLaterButInTimeCancelsTheTimeout() {
        long poll = poll();
        long timeout = linkTimeout(HOUR);
        assertThat(ring.takeReady()).isEmpty();
        ring.signal(fd);
        assertThat(results(2)).isEqualTo(Map.of(poll, Libc.POLLIN, timeout, ECANCELED));
    }

    @Test
    @Shows(
            value = {Opcode.LINK_TIMEOUT, Opcode.NOP},
            behaviour = "link-timeout")
    void whatFailsInTimeCancelsTheTimeout() {
        long failing = ring.add(sqe -> sqe.prepNop(-5).link());
        long timeout = linkTimeout(HOUR);
        assertThat(results(2)).isEqualTo(Map.of(failing, -5, timeout, ECANCELED));
    }

    @Test
    @Shows(
            value = {Opcode.LINK_TIMEOUT, Opcode.POLL_ADD, Opcode.NOP},
            behaviour = "link-timeout")
    void theRestOfTheChainIsCancelledWithWhatTookTooLong() {
        long poll = poll();
        long timeout = linkedLinkTimeout(MILLISECOND);
        long second = linkedNop();
        long third = nop();
        assertThat(results(4)).isEqualTo(Map.of(poll, ECANCELED, timeout, ETIME, second, ECANCELED, third, ECANCELED));
    }

    @Test
    @Shows(
            value = {Opcode.LINK_TIMEOUT, Opcode.POLL_ADD, Opcode.NOP},
            behaviour = "link-timeout")
    void theRestOfTheChainGoesOnWhenItWasInTime() {
        long poll = poll();
        long timeout = linkedLinkTimeout(HOUR);
        long second = linkedNop();
        long third = nop();
        assertThat(ring.takeReady()).isEmpty();
        ring.signal(fd);
        assertThat(results(4)).isEqualTo(Map.of(poll, Libc.POLLIN, timeout, ECANCELED, second, 0, third, 0));
    }

    @Test
    @Shows(
            value = {Opcode.LINK_TIMEOUT, Opcode.POLL_ADD, Opcode.NOP},
            behaviour = "link-timeout")
    void aTimeoutInTheMiddleIsForTheEntryBeforeIt() {
        long first = linkedNop();
        long poll = poll();
        long timeout = linkedLinkTimeout(MILLISECOND);
        long last = nop();
        assertThat(results(4)).isEqualTo(Map.of(first, 0, poll, ECANCELED, timeout, ETIME, last, ECANCELED));
    }

    @Test
    @Shows(
            value = {Opcode.LINK_TIMEOUT, Opcode.POLL_ADD},
            behaviour = "link-timeout")
    void eachMemberOfAChainHasATimeoutOfItsOwn() {
        long first = poll();
        long firstTimeout = linkedLinkTimeout(HOUR);
        long second = ring.add(sqe -> sqe.prepPoll(fd, Libc.POLLPRI).link());
        long secondTimeout = linkTimeout(MILLISECOND);
        assertThat(ring.takeReady())
                .as("the second has not started, and so has its timeout")
                .isEmpty();
        ring.signal(fd);
        assertThat(results(4))
                .isEqualTo(
                        Map.of(first, Libc.POLLIN, firstTimeout, ECANCELED, second, ECANCELED, secondTimeout, ETIME));
    }

    @Test
    @Shows(
            value = {Opcode.LINK_TIMEOUT, Opcode.POLL_ADD, Opcode.NOP},
            behaviour = "link-timeout")
    void behindAHardLinkTheChainGoesOnAllTheSame() {
        long poll = ring.add(sqe -> sqe.prepPoll(fd, Libc.POLLIN).hardLink());
        long timeout = ring.add(
                sqe -> sqe.prepLinkTimeout(ring.timespec(MILLISECOND), 0).hardLink());
        long last = nop();
        assertThat(results(3)).isEqualTo(Map.of(poll, ECANCELED, timeout, ETIME, last, 0));
    }

    @Test
    @Shows(value = Opcode.LINK_TIMEOUT, behaviour = "link-timeout")
    void aTimeoutOfNothingIsRefused() {
        long alone = linkTimeout(HOUR);
        assertThat(results(1)).isEqualTo(Map.of(alone, EINVAL));
        long first = linkedLinkTimeout(HOUR);
        long behind = nop();
        assertThat(results(2)).isEqualTo(Map.of(first, EINVAL, behind, ECANCELED));
    }

    @Test
    @Shows(
            value = {Opcode.LINK_TIMEOUT, Opcode.NOP},
            behaviour = "link-timeout")
    void aTimeoutOfATimeoutIsRefusedAndFailsTheChain() {
        long nop = linkedNop();
        long timeout = linkedLinkTimeout(HOUR);
        long second = linkTimeout(HOUR);
        assertThat(results(3)).isEqualTo(Map.of(nop, ECANCELED, timeout, ECANCELED, second, EINVAL));
    }

    @Test
    @Shows(
            value = {Opcode.LINK_TIMEOUT, Opcode.NOP},
            behaviour = "link-timeout")
    void aTimeoutBehindAnUnlinkedEntryIsRefused() {
        long nop = nop();
        long timeout = linkTimeout(HOUR);
        assertThat(results(2)).isEqualTo(Map.of(nop, 0, timeout, EINVAL));
    }

    @Test
    @Shows(
            value = {Opcode.LINK_TIMEOUT, Opcode.POLL_ADD, Opcode.ASYNC_CANCEL},
            behaviour = "link-timeout")
    void cancellingTheEntryCancelsItsTimeout() {
        long poll = poll();
        long timeout = linkTimeout(HOUR);
        ring.submit();
        long cancel = ring.add(sqe -> sqe.prepCancel(poll));
        assertThat(results(3)).isEqualTo(Map.of(poll, ECANCELED, timeout, ECANCELED, cancel, 0));
    }

    @Test
    @Shows(
            value = {Opcode.LINK_TIMEOUT, Opcode.POLL_ADD, Opcode.TIMEOUT_REMOVE, Opcode.ASYNC_CANCEL},
            behaviour = "link-timeout")
    void aLinksTimeoutIsNotCalledOffByItself() {
        long poll = poll();
        long timeout = linkTimeout(HOUR);
        ring.submit();
        assertThat(ring.run(sqe -> sqe.prepTimeoutRemove(timeout)).failedWith(Errno.ENOENT))
                .isTrue();
        assertThat(ring.run(sqe -> sqe.prepCancel(timeout)).failedWith(Errno.ENOENT))
                .isTrue();
        ring.signal(fd);
        assertThat(results(2)).isEqualTo(Map.of(poll, Libc.POLLIN, timeout, ECANCELED));
    }

    @Test
    @Shows(
            value = {Opcode.LINK_TIMEOUT, Opcode.POLL_ADD, Opcode.TIMEOUT_REMOVE},
            behaviour = "link-timeout")
    void aLinksTimeoutIsGivenAnotherTime() {
        long poll = poll();
        long timeout = linkTimeout(HOUR);
        ring.submit();
        assertThat(ring.run(sqe -> sqe.prepTimeoutUpdate(timeout, ring.timespec(1), 0))
                        .failedWith(Errno.ENOENT))
                .as("a plain update does not find it")
                .isTrue();
        assertThat(ring.run(sqe -> sqe.prepLinkTimeoutUpdate(timeout, ring.timespec(MILLISECOND), 0))
                        .result())
                .isZero();
        assertThat(results(2)).isEqualTo(Map.of(poll, ECANCELED, timeout, ETIME));
        assertThat(ring.run(sqe -> sqe.prepLinkTimeoutUpdate(timeout, ring.timespec(1), 0))
                        .failedWith(Errno.ENOENT))
                .isTrue();
    }

    @Test
    @Shows(
            value = {Opcode.LINK_TIMEOUT, Opcode.POLL_ADD},
            behaviour = "link-timeout")
    void aPointInTimeOfAnyClockWillDo() {
        for (int clock : new int[] {0, Abi.TIMEOUT_BOOTTIME, Abi.TIMEOUT_REALTIME}) {
            long poll = poll();
            long timeout = ring.add(sqe -> sqe.prepLinkTimeout(ring.timespec(1), clock | Abi.TIMEOUT_ABS));
            assertThat(results(2)).isEqualTo(Map.of(poll, ECANCELED, timeout, ETIME));
        }
    }

    @Test
    @Shows(
            value = {Opcode.LINK_TIMEOUT, Opcode.POLL_ADD},
            behaviour = "link-timeout")
    void manyExpireWithoutMixingUp() {
        Map<Long, Integer> expected = new HashMap<>();
        for (int i = 0; i < 30; i++) {
            expected.put(poll(), ECANCELED);
            expected.put(linkTimeout((30 - i) * MILLISECOND / 10), ETIME);
        }
        assertThat(results(60)).isEqualTo(expected);
    }
}
