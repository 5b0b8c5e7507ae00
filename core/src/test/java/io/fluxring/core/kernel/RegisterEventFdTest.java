package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fluxring.core.register.EventNotifications;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The eventfd that completions tick. */
class RegisterEventFdTest {
    private final RegisterBench bench = new RegisterBench();
    private final KernelRing ring = bench.ring;
    private final EventNotifications notifications =
            new EventNotifications(ring.ring().handle());

    @AfterEach
    void close() {
        bench.close();
    }

    private void runNops(int count) {
        for (int i = 0; i < count; i++) {
            ring.add(sqe -> sqe.prepNop());
        }
        assertThat(ring.await(count)).hasSize(count);
    }

    @Test
    @Shows(
            value = Opcode.NOP,
            registers = {RegisterOperation.EVENTFD, RegisterOperation.UNREGISTER_EVENTFD},
            behaviour = "eventfd")
    void aBatchTicksOnce() {
        int eventFd = ring.eventFd();
        assertThat(notifications.register(eventFd)).isZero();
        assertThat(notifications.register(eventFd)).as("a second one").isEqualTo(Errno.EBUSY.result());

        runNops(3);
        assertThat(bench.takeCounter(eventFd)).isEqualTo(1);
        runNops(1);
        runNops(2);
        assertThat(bench.takeCounter(eventFd)).isEqualTo(2);

        assertThat(notifications.unregister()).isZero();
        assertThat(notifications.unregister()).isEqualTo(Errno.ENXIO.result());
        runNops(1);
        assertThat(bench.takeCounter(eventFd)).isZero();
    }

    @Test
    @Shows(value = Opcode.NOP, registers = RegisterOperation.EVENTFD, behaviour = "eventfd-disable")
    void ticksCanBeHeldBackWithoutACall() {
        int eventFd = ring.eventFd();
        assertThat(notifications.register(eventFd)).isZero();

        ring.ring().completions().eventFdEnabled(false);
        runNops(2);
        assertThat(bench.takeCounter(eventFd)).isZero();
        ring.ring().completions().eventFdEnabled(true);
        assertThat(bench.takeCounter(eventFd))
                .as("what came meanwhile does not tick")
                .isZero();
        runNops(2);
        assertThat(bench.takeCounter(eventFd)).isEqualTo(1);
    }

    @Test
    @Shows(
            value = {Opcode.NOP, Opcode.READ},
            registers = RegisterOperation.EVENTFD_ASYNC)
    void onlyWhatWorkersCompleteTicksAnAsynchronousOne() {
        int eventFd = ring.eventFd();
        int pending = ring.eventFd();
        MemorySegment counter = ring.allocate(Long.BYTES);
        assertThat(notifications.registerAsync(eventFd)).isZero();

        runNops(3);
        assertThat(bench.takeCounter(eventFd)).as("completed in place").isZero();
        long read = ring.add(sqe -> sqe.prepRead(pending, counter.address(), Long.BYTES, -1));
        ring.submit();
        ring.signal(pending);
        assertThat(ring.awaitOf(read).result()).isEqualTo(Long.BYTES);
        assertThat(bench.takeCounter(eventFd)).as("completed when it was ready").isZero();

        assertThat(ring.run(sqe -> sqe.prepNop().async()).result()).isZero();
        assertThat(bench.takeCounter(eventFd)).as("completed by a worker").isEqualTo(1);
    }

    @Test
    @Shows(registers = RegisterOperation.EVENTFD)
    void whatIsNoEventFdIsRefused() {
        assertThat(notifications.register(bench.file("x"))).isEqualTo(Errno.EINVAL.result());
        assertThat(notifications.register(1 << 20)).isEqualTo(Errno.EBADF.result());
        assertThatIllegalArgumentException().isThrownBy(() -> notifications.register(-1));
    }
}
