package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.layout.TimespecLayout;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Timeouts: by time and by count, once and often, changed and called off. */
class TimeoutTest {
    private static final long MILLISECOND = 1_000_000L;
    private static final long HOUR = 3_600_000 * MILLISECOND;

    private final KernelRing ring = KernelRing.open();

    @AfterEach
    void close() {
        ring.close();
    }

    private long timeout(long nanos, long completions, int flags) {
        return ring.add(sqe -> sqe.prepTimeout(ring.timespec(nanos), completions, flags));
    }

    private void assertExpired(Cqe cqe, boolean more) {
        assertThat(cqe.failedWith(Errno.ETIME)).as("%s", cqe).isTrue();
        assertThat(cqe.more()).isEqualTo(more);
    }

    private void assertCalledOff(long userData) {
        Cqe cqe = ring.awaitOf(userData);
        assertThat(cqe.failedWith(Errno.ECANCELED)).as("%s", cqe).isTrue();
        assertThat(cqe.more()).isFalse();
    }

    @Test
    @Shows(value = Opcode.TIMEOUT, behaviour = "timeout")
    void aTimeoutExpiresNotBeforeItsTime() {
        long start = System.nanoTime();
        timeout(5 * MILLISECOND, 0, 0);
        assertExpired(ring.await(), false);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(5 * MILLISECOND);
    }

    @Test
    @Shows(value = Opcode.TIMEOUT, behaviour = "timeout")
    void timeoutsExpireInTheOrderOfTheirTimes() {
        long third = timeout(9 * MILLISECOND, 0, 0);
        long first = timeout(MILLISECOND, 0, 0);
        long second = timeout(5 * MILLISECOND, 0, 0);
        assertThat(ring.await(3)).extracting(Cqe::userData).containsExactly(first, second, third);
    }

    @Test
    @Shows(value = Opcode.TIMEOUT, behaviour = "timeout")
    void eachClockHasItsPointsInTime() {
        long start = System.nanoTime(); // CLOCK_MONOTONIC, as the kernel's
        timeout(start + 5 * MILLISECOND, 0, Abi.TIMEOUT_ABS);
        assertExpired(ring.await(), false);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(5 * MILLISECOND);

        long now = System.currentTimeMillis() * MILLISECOND;
        timeout(now + 5 * MILLISECOND, 0, Abi.TIMEOUT_ABS | Abi.TIMEOUT_REALTIME);
        assertExpired(ring.await(), false);
        assertThat(System.currentTimeMillis() * MILLISECOND).isGreaterThanOrEqualTo(now + 5 * MILLISECOND);

        for (int clock : new int[] {0, Abi.TIMEOUT_BOOTTIME, Abi.TIMEOUT_REALTIME}) {
            timeout(1, 0, clock | Abi.TIMEOUT_ABS); // long past
            assertExpired(ring.await(), false);
            timeout(MILLISECOND, 0, clock);
            assertExpired(ring.await(), false);
        }
        // By the wall clock's time the machine has not run for as long as that.
        long distant = timeout(now, 0, Abi.TIMEOUT_ABS | Abi.TIMEOUT_BOOTTIME);
        assertThat(ring.takeReady()).isEmpty();
        ring.add(sqe -> sqe.prepTimeoutRemove(distant));
        assertCalledOff(distant);
    }

    @Test
    @Shows(
            value = {Opcode.TIMEOUT, Opcode.NOP},
            behaviour = "timeout")
    void aTimeoutCompletesWithZeroAfterSoManyCompletions() {
        long timeout = timeout(HOUR, 2, 0);
        assertThat(ring.takeReady()).isEmpty();
        long first = ring.add(sqe -> sqe.prepNop());
        assertThat(ring.takeReady()).containsExactly(new Cqe(first, 0, 0));
        long second = ring.add(sqe -> sqe.prepNop());
        assertThat(ring.await(2)).containsExactly(new Cqe(second, 0, 0), new Cqe(timeout, 0, 0));
    }

    @Test
    @Shows(
            value = {Opcode.TIMEOUT, Opcode.NOP},
            behaviour = "timeout")
    void severalCountsAreServedInTheirOrder() {
        long three = timeout(HOUR, 3, 0);
        long one = timeout(HOUR, 1, 0);
        ring.submit();
        long nop = ring.add(sqe -> sqe.prepNop());
        assertThat(ring.await(2)).containsExactly(new Cqe(nop, 0, 0), new Cqe(one, 0, 0));
        assertThat(ring.run(sqe -> sqe.prepNop()).result()).isZero();
        assertThat(ring.takeReady()).as("a timeout is none of the completions").isEmpty();
        assertThat(ring.run(sqe -> sqe.prepNop()).result()).isZero();
        assertThat(ring.await()).isEqualTo(new Cqe(three, 0, 0));
    }

    @Test
    @Shows(value = Opcode.TIMEOUT, behaviour = "timeout")
    void aMultishotTimeoutExpiresAgainAndAgain() {
        long start = System.nanoTime();
        long timeout = ring.add(sqe -> sqe.prepTimeoutMultishot(ring.timespec(2 * MILLISECOND), 3, 0));
        List<Cqe> cqes = ring.await(3);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(6 * MILLISECOND);
        assertThat(cqes).allMatch(cqe -> cqe.userData() == timeout);
        assertExpired(cqes.get(0), true);
        assertExpired(cqes.get(1), true);
        assertExpired(cqes.get(2), false);
        assertThat(ring.run(sqe -> sqe.prepTimeoutRemove(timeout)).failedWith(Errno.ENOENT))
                .isTrue();
    }

    @Test
    @Shows(
            value = {Opcode.TIMEOUT, Opcode.TIMEOUT_REMOVE},
            behaviour = "timeout")
    void aMultishotTimeoutWithoutAnEndIsRemoved() {
        long timeout = ring.add(sqe -> sqe.prepTimeoutMultishot(ring.timespec(MILLISECOND), 0, Abi.TIMEOUT_BOOTTIME));
        assertThat(ring.await(5)).allSatisfy(cqe -> assertExpired(cqe, true));
        int removal;
        do { // it may be about to expire
            removal = ring.run(sqe -> sqe.prepTimeoutRemove(timeout)).result();
        } while (removal != 0);
        Cqe last;
        do {
            last = ring.awaitOf(timeout);
        } while (last.more());
        assertThat(last.failedWith(Errno.ECANCELED)).isTrue();
    }

    @Test
    @Shows(
            value = {Opcode.TIMEOUT, Opcode.TIMEOUT_REMOVE, Opcode.ASYNC_CANCEL},
            behaviour = "timeout")
    void aTimeoutIsCalledOff() {
        long removed = timeout(HOUR, 0, 0);
        assertThat(ring.run(sqe -> sqe.prepTimeoutRemove(removed)).result()).isZero();
        assertCalledOff(removed);
        long cancelled = timeout(HOUR, 10, 0);
        assertThat(ring.run(sqe -> sqe.prepCancel(cancelled)).result()).isZero();
        assertCalledOff(cancelled);
        assertThat(ring.run(sqe -> sqe.prepTimeoutRemove(cancelled)).failedWith(Errno.ENOENT))
                .isTrue();
    }

    @Test
    @Shows(
            value = {Opcode.TIMEOUT, Opcode.TIMEOUT_REMOVE},
            behaviour = "timeout")
    void aTimeoutIsGivenAnotherTime() {
        long sooner = timeout(HOUR, 0, 0);
        assertThat(ring.run(sqe -> sqe.prepTimeoutUpdate(sooner, ring.timespec(MILLISECOND), 0))
                        .result())
                .isZero();
        assertExpired(ring.awaitOf(sooner), false);

        long later = timeout(100 * MILLISECOND, 0, 0);
        assertThat(ring.run(sqe -> sqe.prepTimeoutUpdate(later, ring.timespec(HOUR), 0))
                        .result())
                .isZero();
        timeout(105 * MILLISECOND, 0, 0);
        assertThat(ring.await().userData()).isNotEqualTo(later);

        long past = ring.timespec(1);
        assertThat(ring.run(sqe -> sqe.prepTimeoutUpdate(later, past, Abi.TIMEOUT_ABS))
                        .result())
                .isZero();
        assertExpired(ring.awaitOf(later), false);
        assertThat(ring.run(sqe -> sqe.prepTimeoutUpdate(later, past, 0)).failedWith(Errno.ENOENT))
                .isTrue();
    }

    @Test
    @Shows(
            value = {Opcode.TIMEOUT, Opcode.TIMEOUT_REMOVE, Opcode.NOP},
            behaviour = "timeout")
    void anUpdateDropsTheCount() {
        long timeout = timeout(HOUR, 2, 0);
        assertThat(ring.run(sqe -> sqe.prepTimeoutUpdate(timeout, ring.timespec(HOUR), 0))
                        .result())
                .isZero();
        for (int i = 0; i < 5; i++) {
            assertThat(ring.run(sqe -> sqe.prepNop()).result()).isZero();
        }
        assertThat(ring.takeReady()).isEmpty();
        assertThat(ring.run(sqe -> sqe.prepTimeoutRemove(timeout)).result()).isZero();
        assertCalledOff(timeout);
    }

    @Test
    @Shows(
            value = {Opcode.TIMEOUT, Opcode.NOP},
            behaviour = "timeout")
    void expiryEndsALinkUnlessItIsASuccess() {
        long timeout = ring.add(
                sqe -> sqe.prepTimeout(ring.timespec(MILLISECOND), 0, 0).link());
        long cut = ring.add(sqe -> sqe.prepNop());
        assertThat(ring.await(2))
                .containsExactly(new Cqe(timeout, Errno.ETIME.result(), 0), new Cqe(cut, Errno.ECANCELED.result(), 0));
        long success = ring.add(sqe -> sqe.prepTimeout(ring.timespec(MILLISECOND), 0, Abi.TIMEOUT_ETIME_SUCCESS)
                .link());
        long next = ring.add(sqe -> sqe.prepNop());
        assertThat(ring.await(2)).containsExactly(new Cqe(success, Errno.ETIME.result(), 0), new Cqe(next, 0, 0));
    }

    @Test
    @Shows(value = Opcode.TIMEOUT, behaviour = "timeout")
    void aBadTimeIsRefused() {
        MemorySegment negative = ring.allocate(TimespecLayout.BYTES);
        negative.set(java.lang.foreign.ValueLayout.JAVA_LONG, TimespecLayout.SECONDS, -1);
        assertThat(ring.run(sqe -> sqe.prepTimeout(negative.address(), 0, 0)).failedWith(Errno.EINVAL))
                .isTrue();
        assertThat(ring.run(sqe -> sqe.prepTimeout(8, 0, 0)).failedWith(Errno.EFAULT))
                .isTrue();
    }
}
