package io.fluxring.core.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Operations that do nothing. */
class NopTest {
    private final KernelRing ring = KernelRing.open();

    @AfterEach
    void close() {
        ring.close();
    }

    @Test
    @Shows(Opcode.NOP)
    void aNopCompletesWithZero() {
        assertThat(ring.run(sqe -> sqe.prepNop()).result()).isZero();
    }

    @Test
    @Shows(Opcode.NOP)
    void aNopCompletesWithAnInjectedResult() {
        assertThat(ring.run(sqe -> sqe.prepNop(-42)).result()).isEqualTo(-42);
    }

    @Test
    @Shows(Opcode.NOP)
    void aNopLooksAFileUp() {
        int fd = ring.eventFd();
        assertThat(ring.run(sqe -> sqe.prepNopFile(fd)).result()).isZero();
        assertThat(ring.run(sqe -> sqe.prepNopFile(999_999)).failedWith(Errno.EBADF))
                .isTrue();
        ring.sparseFiles(2);
        ring.putIntoSlot(fd, 1);
        assertThat(ring.run(sqe -> sqe.prepNopDirect(1)).result()).isZero();
        assertThat(ring.run(sqe -> sqe.prepNopDirect(0)).failedWith(Errno.EBADF))
                .isTrue();
    }

    @Test
    @Shows(value = Opcode.NOP, registers = RegisterOperation.BUFFERS)
    void aNopLooksARegisteredBufferUp() {
        assertThat(ring.run(sqe -> sqe.prepNopBuffer(0)).failedWith(Errno.EFAULT))
                .isTrue();
        MemorySegment vector = ring.allocate(16);
        vector.set(JAVA_LONG, 0, ring.allocate(4096).address());
        vector.set(JAVA_LONG, 8, 4096);
        assertThat(ring.ring().register(RegisterOperation.BUFFERS, vector.address(), 1))
                .isZero();
        assertThat(ring.run(sqe -> sqe.prepNopBuffer(0)).result()).isZero();
        assertThat(ring.run(sqe -> sqe.prepNopBuffer(1)).failedWith(Errno.EFAULT))
                .isTrue();
    }

    @Test
    @Shows(Opcode.NOP)
    void aNopCompletesThroughTaskWork() {
        long deferred = ring.add(sqe -> sqe.prepNopTaskWork(-11));
        long inPlace = ring.add(sqe -> sqe.prepNop());
        assertThat(ring.await(2)).containsExactly(new Cqe(inPlace, 0, 0), new Cqe(deferred, -11, 0));
    }

    @Test
    @Shows(Opcode.NOP)
    void aWideCompletionNeedsARingThatHasThem() {
        assertThat(ring.run(sqe -> sqe.prepNopCqe32(1, 2)).failedWith(Errno.EINVAL))
                .isTrue();
    }
}
