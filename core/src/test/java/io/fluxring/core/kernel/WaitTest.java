package io.fluxring.core.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.ring.Ring;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.core.sys.layout.WaitLayout;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Entering the kernel: who may, for how long, and what is there afterwards. */
class WaitTest {
    private static final long MILLISECOND = 1_000_000L;
    private static final long LONG = 10_000 * MILLISECOND;

    private final KernelRing ring = KernelRing.open();
    private final int idle = ring.eventFd();
    private final Kernel kernel = Kernel.linux();

    @AfterEach
    void close() {
        ring.close();
    }

    private int ready() {
        return ring.ring().completions().ready();
    }

    /** One completion after a time. Not that of a timeout: such a one ends any wait, see below. */
    private void completionIn(long millis) {
        ring.add(sqe -> sqe.prepPoll(idle, Libc.POLLIN).link());
        ring.add(sqe ->
                sqe.prepLinkTimeout(ring.timespec(millis * MILLISECOND), 0).skipSuccess());
    }

    private static long nanosOf(Runnable action) {
        long start = System.nanoTime();
        action.run();
        return System.nanoTime() - start;
    }

    private static int onAnotherThread(Supplier<Integer> call) {
        return CompletableFuture.supplyAsync(call, Thread.ofPlatform()::start).join();
    }

    // ---- how many to wait for

    @Test
    @Shows(value = Opcode.NOP, behaviour = "submit-and-wait")
    void oneEnterSubmitsAllAndWaitsForSoMany() {
        for (int count = 1; count <= 32; count *= 2) {
            for (int i = 0; i < count; i++) {
                ring.add(sqe -> sqe.prepNopTaskWork(0));
            }
            long enters = ring.ring().enters();
            assertThat(ring.ring().submitAndWait(count, Ring.FOREVER, 0)).isEqualTo(count);
            assertThat(ring.ring().enters()).isEqualTo(enters + 1);
            assertThat(ready()).isEqualTo(count);
            ring.await(count);
        }
        completionIn(1);
        completionIn(20);
        assertThat(ring.ring().submitAndWait(1, Ring.FOREVER, 0)).isEqualTo(4);
        assertThat(ready()).as("it did not wait for the second").isEqualTo(1);
        assertThat(ring.ring().submitAndWait(2, Ring.FOREVER, 0)).isZero();
        assertThat(ready()).as("those that are there count").isEqualTo(2);
    }

    @Test
    @Shows(value = Opcode.POLL_ADD, behaviour = "wait-timeout")
    void aWaitHasALimit() {
        assertThat(nanosOf(() -> assertThat(ring.ring().submitAndWait(1, 5 * MILLISECOND, 0))
                        .isEqualTo(Errno.ETIME.result())))
                .isGreaterThanOrEqualTo(5 * MILLISECOND);
        int fd = ring.eventFd();
        ring.add(sqe -> sqe.prepPoll(fd, Libc.POLLIN));
        assertThat(nanosOf(() -> assertThat(ring.ring().submitAndWait(1, 5 * MILLISECOND, 0))
                        .as("what was submitted hides that the wait failed")
                        .isEqualTo(1)))
                .isGreaterThanOrEqualTo(5 * MILLISECOND);
        assertThat(ready()).isZero();
        ring.signal(fd);
        assertThat(ring.ring().submitAndWait(1, LONG, 0)).isZero();
        assertThat(ready()).isEqualTo(1);
    }

    @Test
    @Shows(value = Opcode.NOP, behaviour = "wait-timeout")
    void theLimitMayBeAPointInTime() {
        assumeTrue(ring.ring().capabilities().minimalWait(), "IORING_ENTER_ABS_TIMER came with 6.12");
        MemorySegment argument = ring.allocate(WaitLayout.BYTES);
        argument.set(JAVA_LONG, WaitLayout.TIMESPEC_ADDRESS, argument.address() + WaitLayout.SECONDS);
        long end = System.nanoTime() + 5 * MILLISECOND;
        argument.set(JAVA_LONG, WaitLayout.SECONDS, end / 1_000_000_000L);
        argument.set(JAVA_LONG, WaitLayout.NANOS, end % 1_000_000_000L);
        int flags = Abi.ENTER_GETEVENTS | Abi.ENTER_EXT_ARG | Abi.ENTER_ABS_TIMER;
        for (int i = 0; i < 2; i++) { // the second time it is past
            assertThat(kernel.enter(ring.fd(), 0, 1, flags, argument.address(), WaitLayout.ARGUMENT_BYTES))
                    .isEqualTo(Errno.ETIME.result());
            assertThat(System.nanoTime()).isGreaterThanOrEqualTo(end);
        }
        assertThat(ring.run(sqe -> sqe.prepNop()).result()).isZero();
    }

    // ---- the minimal wait

    private void assumeMinimalWait() {
        assumeTrue(ring.ring().capabilities().minimalWait(), "a minimal wait came with 6.12");
    }

    @Test
    @Shows(value = Opcode.NOP, behaviour = "min-timeout")
    void afterTheMinimalWaitAFewAreEnough() {
        assumeMinimalWait();
        ring.add(sqe -> sqe.prepNop());
        ring.add(sqe -> sqe.prepNop());
        long nanos = nanosOf(() -> ring.ring().submitAndWait(8, LONG, 20_000));
        assertThat(ready()).isEqualTo(2);
        assertThat(nanos).isBetween(20 * MILLISECOND, LONG / 2);
    }

    @Test
    @Shows(value = Opcode.NOP, behaviour = "min-timeout")
    void allOfThemEndTheMinimalWait() {
        assumeMinimalWait();
        for (int i = 0; i < 8; i++) {
            ring.add(sqe -> sqe.prepNop());
        }
        assertThat(nanosOf(() -> ring.ring().submitAndWait(8, LONG, 5_000_000))).isLessThan(5_000 * MILLISECOND);
        assertThat(ready()).isEqualTo(8);
    }

    @Test
    @Shows(value = Opcode.LINK_TIMEOUT, behaviour = "min-timeout-wait")
    void afterAnEmptyMinimalWaitTheFirstEndsTheWait() {
        assumeMinimalWait();
        completionIn(40);
        long nanos = nanosOf(() -> ring.ring().submitAndWait(8, LONG, 10_000));
        assertThat(ready()).isEqualTo(1);
        assertThat(nanos).isBetween(40 * MILLISECOND, LONG / 2);
    }

    @Test
    @Shows(value = Opcode.LINK_TIMEOUT, behaviour = "min-timeout-wait")
    void whatComesInTheMinimalWaitIsCollected() {
        assumeMinimalWait();
        for (int i = 1; i <= 4; i++) {
            completionIn(i);
        }
        long nanos = nanosOf(() -> ring.ring().submitAndWait(8, LONG, 60_000));
        assertThat(ready()).isEqualTo(4);
        assertThat(nanos).isBetween(60 * MILLISECOND, LONG / 2);
    }

    @Test
    @Shows(behaviour = "min-timeout-wait")
    void withNothingAtAllTheLimitEndsTheWait() {
        assumeMinimalWait();
        assertThat(nanosOf(() -> assertThat(ring.ring().submitAndWait(8, 20 * MILLISECOND, 5_000))
                        .isEqualTo(Errno.ETIME.result())))
                .isGreaterThanOrEqualTo(20 * MILLISECOND);
    }

    // ---- who may enter

    @Test
    @Shows(value = Opcode.NOP, behaviour = "single-issuer")
    void onlyTheThreadThatEnabledTheRingMayUseIt() {
        int exists = Errno.EEXIST.result();
        Kernel foreign = Kernel.linux();
        int fd = ring.fd();
        assertThat(onAnotherThread(() -> foreign.enter(fd, 1, 0, 0, 0, 0))).isEqualTo(exists);
        assertThat(onAnotherThread(() -> foreign.enter(fd, 0, 0, Abi.ENTER_GETEVENTS, 0, 0)))
                .isEqualTo(exists);
        assertThat(onAnotherThread(() -> foreign.register(fd, RegisterOperation.UNREGISTER_FILES.code(), 0, 0)))
                .isEqualTo(exists);
        assertThat(ring.run(sqe -> sqe.prepNop()).result()).isZero();

        try (KernelRing disabled = KernelRing.openDisabled(RingConfig.defaults().withEntries(2, 4))) {
            assertThat(kernel.enter(disabled.fd(), 0, 0, Abi.ENTER_GETEVENTS, 0, 0))
                    .isEqualTo(Errno.EBADFD.result());
            assertThat(onAnotherThread(
                            () -> foreign.register(disabled.fd(), RegisterOperation.ENABLE_RINGS.code(), 0, 0)))
                    .isZero();
            assertThat(kernel.enter(disabled.fd(), 0, 0, Abi.ENTER_GETEVENTS, 0, 0))
                    .as("it belongs to the other thread now")
                    .isEqualTo(exists);
        }
    }

    // ---- when completions are posted

    @Test
    @Shows(value = Opcode.POLL_ADD, registers = RegisterOperation.EVENTFD, behaviour = "defer-taskrun")
    void completionsArePostedWhenTheOwnerAsksForThem() {
        assumeDeferred();
        int fd = ring.eventFd();
        int notified = ring.eventFd();
        MemorySegment argument = ring.allocate(4);
        argument.set(JAVA_INT, 0, notified);
        assertThat(ring.ring().register(RegisterOperation.EVENTFD, argument.address(), 1))
                .isZero();
        ring.add(sqe -> sqe.prepPoll(fd, Libc.POLLIN));
        ring.submit();
        assertThat(LibcCalls.poll(notified, Libc.POLLIN)).isZero();
        ring.signal(fd);
        awaitReadable(notified); // an eventfd that was woken by another one is told a little later
        assertThat(ready()).as("told before it is there").isZero();
        assertThat(kernel.enter(ring.fd(), 0, 0, 0, 0, 0)).isZero();
        assertThat(ready()).as("an enter that asks for nothing gets nothing").isZero();
        assertThat(kernel.enter(ring.fd(), 0, 0, Abi.ENTER_GETEVENTS, 0, 0)).isZero();
        assertThat(ready()).isEqualTo(1);
    }

    @Test
    @Shows(
            value = {Opcode.NOP, Opcode.POLL_ADD},
            behaviour = "defer-taskrun")
    void whatIsDoneAtOnceIsPostedAtOnce() {
        assumeDeferred();
        int fd = ring.eventFd();
        ring.signal(fd);
        ring.add(sqe -> sqe.prepNop());
        ring.add(sqe -> sqe.prepPoll(fd, Libc.POLLIN));
        ring.add(sqe -> sqe.prepNopTaskWork(3));
        ring.submit();
        assertThat(ring.await(3)).extracting(Cqe::result).containsExactly(0, Libc.POLLIN, 3);
    }

    private static void awaitReadable(int fd) {
        long deadline = System.nanoTime() + LONG;
        while (LibcCalls.poll(fd, Libc.POLLIN) == 0) {
            assertThat(System.nanoTime() - deadline).isNegative();
            Thread.onSpinWait();
        }
    }

    private void assumeDeferred() {
        assumeTrue(ring.ring().capabilities().deferredTaskRun(), "IORING_SETUP_DEFER_TASKRUN came with 6.1");
    }

    @Test
    @Shows(value = Opcode.LINK_TIMEOUT, behaviour = "defer-tw-timeout")
    void aWaitForMoreThanWillComePostsWhatCame() {
        completionIn(1);
        ring.submit();
        long nanos = nanosOf(() -> assertThat(ring.ring().submitAndWait(2, 30 * MILLISECOND, 0))
                .as("not -ETIME: there is something to take")
                .isZero());
        assertThat(nanos).isGreaterThanOrEqualTo(30 * MILLISECOND);
        assertThat(ready()).isEqualTo(1);
        assertThat(ring.await().failedWith(Errno.ECANCELED)).isTrue();
    }

    @Test
    @Shows(value = Opcode.TIMEOUT, behaviour = "timeout")
    void aTimeoutThatExpiresEndsAnyWait() {
        // It must expire within the wait, not between the submission and the wait's begin.
        long timeout = ring.add(sqe -> sqe.prepTimeout(ring.timespec(100 * MILLISECOND), 0, 0));
        assertThat(nanosOf(() -> ring.ring().submitAndWait(2, LONG, 0))).isLessThan(LONG / 2);
        assertThat(ring.takeReady()).containsExactly(new Cqe(timeout, Errno.ETIME.result(), 0));
    }
}
