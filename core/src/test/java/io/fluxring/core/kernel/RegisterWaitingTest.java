package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fluxring.core.register.NapiSettings;
import io.fluxring.core.register.NapiSettings.Tracking;
import io.fluxring.core.register.Waiting;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a ring waits. */
class RegisterWaitingTest {
    private static final int CLOCK_REALTIME = 0;

    private final KernelRing ring = KernelRing.open();
    private final Waiting waiting = new Waiting(ring.ring().handle());
    private final NapiSettings[] former = new NapiSettings[1];

    @AfterEach
    void close() {
        ring.close();
    }

    @Test
    @Shows(registers = RegisterOperation.CLOCK)
    void waitsEndByEitherClock() {
        for (int clock : new int[] {Libc.CLOCK_BOOTTIME, Libc.CLOCK_MONOTONIC}) {
            assertThat(waiting.clock(clock)).isZero();
            long start = System.nanoTime();
            assertThat(ring.ring().submitAndWait(1, TimeUnit.MILLISECONDS.toNanos(5), 0))
                    .isEqualTo(Errno.ETIME.result());
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(5));
        }
        assertThat(waiting.clock(CLOCK_REALTIME)).isEqualTo(Errno.EINVAL.result());
        assertThat(waiting.clock(-1)).isEqualTo(Errno.EINVAL.result());
    }

    @Test
    @Shows(
            value = Opcode.NOP,
            registers = {RegisterOperation.NAPI, RegisterOperation.UNREGISTER_NAPI},
            behaviour = "napi-test")
    void pollingIsSetReadBackAndSwitchedOff() {
        NapiSettings wanted = new NapiSettings(50, true, Tracking.DYNAMIC);
        assertThat(waiting.napi(wanted, former)).isZero();
        assertThat(former).containsExactly(NapiSettings.OFF);
        assertThat(ring.run(sqe -> sqe.prepNop()).result())
                .as("the ring works as before")
                .isZero();

        NapiSettings longer = new NapiSettings(1_000_000, false, Tracking.STATIC);
        assertThat(waiting.napi(longer, former)).isZero();
        assertThat(former).containsExactly(wanted);
        assertThat(waiting.napi(wanted, former)).isZero();
        assertThat(former).as("cut").containsExactly(new NapiSettings(10_000, false, Tracking.STATIC));
        assertThat(waiting.unregisterNapi()).isZero();
        assertThat(waiting.unregisterNapi()).as("without any").isZero();
        assertThat(waiting.napi(wanted, former)).isZero();
        assertThat(former).containsExactly(NapiSettings.OFF);
    }

    @Test
    @Shows(registers = RegisterOperation.NAPI, behaviour = "napi-test")
    void devicesAreNamedOneByOne() {
        int id = 1 << 20;
        assertThat(waiting.addNapi(id)).as("without tracking of that kind").isEqualTo(Errno.EINVAL.result());
        assertThat(waiting.napi(new NapiSettings(10, false, Tracking.STATIC), former))
                .isZero();

        assertThat(waiting.addNapi(id)).isZero();
        assertThat(waiting.addNapi(id)).isEqualTo(Errno.EEXIST.result());
        assertThat(waiting.removeNapi(id)).isZero();
        assertThat(waiting.removeNapi(id)).isEqualTo(Errno.ENOENT.result());
        assertThat(waiting.addNapi(1)).as("no number of a device").isEqualTo(Errno.EINVAL.result());
        assertThat(waiting.unregisterNapi()).isZero();
    }

    @Test
    void whatMakesNoSettingIsRefusedAtTheCall() {
        assertThatIllegalArgumentException().isThrownBy(() -> new NapiSettings(-1, false, Tracking.DYNAMIC));
        assertThatIllegalArgumentException().isThrownBy(() -> waiting.napi(NapiSettings.OFF, former));
        NapiSettings wanted = new NapiSettings(50, true, Tracking.DYNAMIC);
        assertThatIllegalArgumentException().isThrownBy(() -> waiting.napi(wanted, new NapiSettings[0]));
    }
}
