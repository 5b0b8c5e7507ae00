package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.fluxring.core.register.CancelTarget;
import io.fluxring.core.register.FileRegistration;
import io.fluxring.core.register.SynchronousCancel;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Cancels by a call. */
class SynchronousCancelTest {
    private static final int MADV_POPULATE_WRITE = 23;

    private final KernelRing ring = KernelRing.open();
    private final SynchronousCancel cancellation =
            new SynchronousCancel(ring.ring().handle());
    private final int pending = ring.eventFd();

    @AfterEach
    void close() {
        ring.close();
    }

    private long read(int fd) {
        long address = ring.allocate(Long.BYTES).address();
        return ring.add(sqe -> sqe.prepRead(fd, address, Long.BYTES, -1));
    }

    private void awaitCancelled(Long... userData) {
        assertThat(ring.await(userData.length))
                .allMatch(cqe -> cqe.failedWith(Errno.ECANCELED))
                .extracting(Cqe::userData)
                .containsExactlyInAnyOrder(userData);
    }

    @Test
    @Shows(value = Opcode.READ, registers = RegisterOperation.SYNC_CANCEL, behaviour = "sync-cancel")
    void byUserDataOneOrNone() {
        long first = read(pending);
        long second = read(pending);
        ring.submit();

        assertThat(cancellation.cancel(CancelTarget.userData(4711), Ring.FOREVER))
                .isEqualTo(Errno.ENOENT.result());
        assertThat(cancellation.cancel(CancelTarget.userData(first), Ring.FOREVER))
                .isZero();
        awaitCancelled(first);
        assertThat(cancellation.cancel(CancelTarget.userData(first), Ring.FOREVER))
                .isEqualTo(Errno.ENOENT.result());
        assertThat(cancellation.cancel(CancelTarget.userData(second).all(), 0)).isEqualTo(1);
        awaitCancelled(second);
        assertThat(cancellation.cancel(CancelTarget.userData(second).all(), 0)).isZero();
    }

    @Test
    @Shows(value = Opcode.READ, registers = RegisterOperation.SYNC_CANCEL, behaviour = "sync-cancel")
    void byFileAllOrOne() {
        int other = ring.eventFd();
        long first = read(pending);
        long second = read(pending);
        long third = read(other);
        ring.submit();

        assertThat(cancellation.cancel(CancelTarget.fd(pending).all(), Ring.FOREVER))
                .isEqualTo(2);
        awaitCancelled(first, second);
        assertThat(cancellation.cancel(CancelTarget.fd(pending), Ring.FOREVER)).isEqualTo(Errno.ENOENT.result());
        assertThat(cancellation.cancel(CancelTarget.fd(1 << 20), Ring.FOREVER)).isEqualTo(Errno.EBADF.result());
        assertThat(cancellation.cancel(CancelTarget.directFd(0), Ring.FOREVER)).isEqualTo(Errno.EBADF.result());
        assertThat(new FileRegistration(ring.ring().handle()).register(other)).isZero();
        assertThat(cancellation.cancel(CancelTarget.directFd(0), Ring.FOREVER))
                .as("the same file")
                .isZero();
        awaitCancelled(third);
    }

    @Test
    @Shows(
            value = {Opcode.READ, Opcode.POLL_ADD},
            registers = RegisterOperation.SYNC_CANCEL)
    void byKindAndByKeysTogether() {
        long read = read(pending);
        long poll = ring.add(sqe -> sqe.prepPoll(pending, Libc.POLLIN));
        long otherPoll = ring.add(sqe -> sqe.prepPoll(pending, Libc.POLLIN));
        ring.submit();

        assertThat(cancellation.cancel(
                        CancelTarget.fd(pending).withUserData(poll).withOperation(Opcode.READ), 0))
                .isEqualTo(Errno.ENOENT.result());
        assertThat(cancellation.cancel(CancelTarget.fd(pending).withUserData(poll), 0))
                .isZero();
        awaitCancelled(poll);
        assertThat(cancellation.cancel(CancelTarget.userData(read).withOperation(Opcode.POLL_ADD), 0))
                .as("user data stays a key beside the kind")
                .isEqualTo(Errno.ENOENT.result());
        assertThat(cancellation.cancel(CancelTarget.operation(Opcode.POLL_ADD).all(), 0))
                .isEqualTo(1);
        awaitCancelled(otherPoll);
        assertThat(cancellation.cancel(CancelTarget.userData(read).withOperation(Opcode.READ), 0))
                .isZero();
        awaitCancelled(read);
    }

    @Test
    @Shows(
            value = {Opcode.READ, Opcode.TIMEOUT},
            registers = RegisterOperation.SYNC_CANCEL)
    void everythingIsCounted() {
        assertThat(cancellation.cancel(CancelTarget.everything(), Ring.FOREVER)).isZero();
        long read = read(pending);
        long timeout = ring.add(sqe -> sqe.prepTimeout(ring.timespec(3_600_000_000_000L), 0, 0));
        ring.submit();

        assertThat(cancellation.cancel(CancelTarget.everything(), Ring.FOREVER)).isEqualTo(2);
        awaitCancelled(read, timeout);
    }

    /** A worker that makes memory present does not notice that it was told to stop; on a busy machine it may be done before. */
    @Test
    @Shows(value = Opcode.MADVISE, registers = RegisterOperation.SYNC_CANCEL, behaviour = "sync-cancel")
    void whatGoesOnEndsTheWaitAtItsTime() {
        int result = 0;
        for (int attempt = 0; attempt < 50 && result != Errno.ETIME.result(); attempt++) {
            result = cancelARunningOne();
        }
        assertThat(result).isEqualTo(Errno.ETIME.result());
    }

    private int cancelARunningOne() {
        long bytes = 64 << 20;
        try (Arena memory = Arena.ofConfined()) {
            long fresh = memory.allocate(bytes + 4096, 4096).address();
            long populate = ring.add(sqe -> sqe.prepAdviseMemory(fresh, bytes, MADV_POPULATE_WRITE));
            ring.submit();
            int result = cancellation.cancel(CancelTarget.userData(populate), 1_000);
            int ended = ring.awaitOf(populate).result();
            assertThat(ended).isIn(0, Errno.ECANCELED.result());
            return result;
        }
    }

    @Test
    void whatMakesNoCancelIsRefusedAtTheCall() {
        assertThatIllegalArgumentException().isThrownBy(() -> cancellation.cancel(CancelTarget.everything(), -1));
        assertThatIllegalArgumentException().isThrownBy(() -> CancelTarget.fd(-1));
        assertThatIllegalStateException()
                .isThrownBy(() -> CancelTarget.everything().withUserData(1));
        assertThat(CancelTarget.fd(3)).hasToString("CancelTarget[flags=0x2, userData=0x0, fd=3, operation=0]");
    }
}
