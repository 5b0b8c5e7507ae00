package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.ring.Ring;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Feature;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.call.Kernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Entering the kernel, and waiting there. */
class EnterTest {
    private static final RingConfig SMALL = RingConfig.defaults().withEntries(8, 32);
    private static final long MILLI = 1_000_000L;

    @Test
    @Shows(behaviour = "io_uring_enter")
    void whatIsNoRingCannotBeEntered() {
        Kernel kernel = Kernel.linux();
        int eventFd = kernel.eventFd(0);
        try (KernelRing ring = KernelRing.openDisabled(SMALL)) {
            int fd = ring.ring().fd();
            assertThat(kernel.enter(-1, 0, 0, 0, 0, 0)).isEqualTo(Errno.EBADF.result());
            assertThat(kernel.enter(eventFd, 0, 0, 0, 0, 0)).isEqualTo(Errno.EOPNOTSUPP.result());
            assertThat(kernel.enter(fd, 0, 0, 1 << 30, 0, 0)).isEqualTo(Errno.EINVAL.result());
            assertThat(kernel.enter(fd, 0, 0, 0, 0, 0)).as("disabled").isEqualTo(Errno.EBADFD.result());
            ring.ring().enable();
            assertThat(kernel.enter(fd, 0, 0, 0, 0, 0)).isZero();
            assertThat(kernel.enter(fd, 1, 0, 0, 0, 0)).as("nothing to submit").isZero();
            assertThat(kernel.enter(99, 0, 0, Abi.ENTER_REGISTERED_RING, 0, 0)).isEqualTo(Errno.EINVAL.result());
            int extended = Abi.ENTER_GETEVENTS | Abi.ENTER_EXT_ARG;
            assertThat(kernel.enter(fd, 0, 1, extended, 0, 23)).isEqualTo(Errno.EINVAL.result());
        } finally {
            kernel.close(eventFd);
        }
    }

    private static RingConfig waiting(boolean registered) {
        return registered ? SMALL.withRegisteredWait() : SMALL;
    }

    private static KernelRing openWaiting(boolean registered) {
        try (KernelRing plain = KernelRing.openDisabled(SMALL)) {
            assumeTrue(
                    !registered || plain.ring().capabilities().supportsEnterFlags(Abi.ENTER_EXT_ARG_REG),
                    "needs Linux 6.13");
        }
        return KernelRing.open(waiting(registered));
    }

    @Test
    @Shows(value = Opcode.NOP, registers = RegisterOperation.MEM_REGION, behaviour = "reg-wait")
    void aWaitIsDescribedByARegisteredRegion() {
        try (KernelRing ring = openWaiting(true)) {
            long start = System.nanoTime();
            assertThat(ring.ring().submitAndWait(1, 20 * MILLI, 0)).isEqualTo(Errno.ETIME.result());
            assertThat(System.nanoTime() - start).isBetween(19 * MILLI, 5000 * MILLI);
            ring.add(sqe -> sqe.prepNop());
            assertThat(ring.ring().submitAndWait(1, 1000 * MILLI, 0)).isEqualTo(1);
            assertThat(ring.await().result()).isZero();
            int flags = Abi.ENTER_GETEVENTS | Abi.ENTER_EXT_ARG | Abi.ENTER_EXT_ARG_REG;
            Ring opened = ring.ring();
            int fd = opened.fd();
            for (long offset : new long[] {4096, 4096 - 32, 1L << 40, -64}) {
                assertThat(opened.kernel().enter(fd, 0, 1, flags, offset, 64))
                        .as("offset %d", offset)
                        .isEqualTo(Errno.EFAULT.result());
            }
            assertThat(opened.kernel().enter(fd, 0, 1, flags, 0, 24)).isEqualTo(Errno.EINVAL.result());
        }
    }

    @Test
    void aRingWithoutARegionHasNoRegisteredWaits() {
        try (KernelRing ring = openWaiting(false)) {
            int flags = Abi.ENTER_GETEVENTS | Abi.ENTER_EXT_ARG | Abi.ENTER_EXT_ARG_REG;
            assumeTrue(ring.ring().capabilities().supportsEnterFlags(flags), "needs Linux 6.13");
            int fd = ring.ring().fd();
            assertThat(ring.ring().kernel().enter(fd, 0, 1, flags, 0, 64)).isNegative();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Shows(Opcode.NOP)
    void aMinimalWaitIsContentWithOneCompletion(boolean registered) {
        try (KernelRing ring = openWaiting(registered)) {
            assumeTrue(ring.ring().capabilities().minimalWait(), "needs Linux 6.12");
            ring.add(sqe -> sqe.prepNop());
            ring.submit();
            long start = System.nanoTime();
            assertThat(ring.ring().submitAndWait(8, Ring.FOREVER, 10_000)).isZero();
            assertThat(System.nanoTime() - start).isBetween(9 * MILLI, 5000 * MILLI);
            assertThat(ring.await().result()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWaitEndsAtAPointInTime(boolean registered) {
        try (KernelRing ring = openWaiting(registered)) {
            Kernel kernel = ring.ring().kernel();
            long deadline = kernel.nanoTime() + 20 * MILLI;
            assertThat(ring.ring().submitAndWaitUntil(1, deadline, 0)).isEqualTo(Errno.ETIME.result());
            assertThat(kernel.nanoTime() - deadline).isBetween(0L, 5000 * MILLI);
            assertThat(ring.ring().submitAndWaitUntil(1, deadline, 0))
                    .as("past")
                    .isEqualTo(Errno.ETIME.result());
            assertThat(ring.ring().submitAndWaitUntil(1, -1, 0)).as("long past").isEqualTo(Errno.ETIME.result());
            ring.add(sqe -> sqe.prepNop());
            assertThat(ring.ring().submitAndWaitUntil(1, Ring.FOREVER, 0)).isEqualTo(1);
            assertThat(ring.await().result()).isZero();
        }
    }

    /** What the kernel accounts can't be seen from here; that the flag is taken, and changes nothing else, can. */
    @Test
    @Shows(behaviour = "iowait")
    void aWaitNeedNotCountAsWaitingForADisk() {
        try (KernelRing ring = KernelRing.open(SMALL)) {
            assumeTrue(ring.ring().capabilities().has(Feature.NO_IOWAIT), "needs Linux 6.15");
            int fd = ring.ring().fd();
            Kernel kernel = ring.ring().kernel();
            for (int flags : new int[] {Abi.ENTER_GETEVENTS, Abi.ENTER_GETEVENTS | Abi.ENTER_NO_IOWAIT}) {
                ring.add(sqe -> sqe.prepNop());
                assertThat(ring.ring().submitAndWait(1, 1000 * MILLI, 0)).isEqualTo(1);
                assertThat(kernel.enter(fd, 0, 1, flags, 0, 0)).isZero();
                assertThat(ring.await().result()).isZero();
            }
        }
    }
}
