package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.fluxring.core.register.FileRegistration;
import io.fluxring.core.register.Personalities;
import io.fluxring.core.register.Restrictions;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a ring may be used for. */
class RestrictionsTest {
    private final KernelRing ring =
            KernelRing.openDisabled(RingConfig.defaults().withEntries(64, 256));

    @AfterEach
    void close() {
        ring.close();
    }

    @Test
    @Shows(
            value = {Opcode.NOP, Opcode.CLOSE},
            registers = {RegisterOperation.RESTRICTIONS, RegisterOperation.FILES2},
            behaviour = "register-restrictions")
    void whatIsNotAllowedIsRefused() {
        Restrictions restrictions =
                new Restrictions().allow(Opcode.NOP).allow(RegisterOperation.FILES2, RegisterOperation.RING_FDS);
        assertThat(restrictions.applyTo(ring.ring().handle())).isZero();
        assertThat(restrictions.applyTo(ring.ring().handle()))
                .as("a second time")
                .isEqualTo(Errno.EBUSY.result());
        ring.ring().enable();

        assertThat(ring.run(sqe -> sqe.prepNop()).result()).isZero();
        assertThat(ring.run(sqe -> sqe.prepClose(1 << 20)).result()).isEqualTo(Errno.EACCES.result());
        assertThat(ring.run(sqe -> sqe.prepNop().async()).result()).as("a flag").isEqualTo(Errno.EACCES.result());
        assertThat(ring.ring().capabilities().registeredRing()).isTrue();
        assertThat(new FileRegistration(ring.ring().handle()).registerSparse(4)).isZero();
        assertThat(new Personalities(ring.ring().handle()).register()).isEqualTo(Errno.EACCES.result());
        assertThat(restrictions.applyTo(ring.ring().handle()))
                .as("of an enabled ring")
                .isNegative();
    }

    @Test
    @Shows(value = Opcode.NOP, registers = RegisterOperation.RESTRICTIONS, behaviour = "register-restrictions")
    void flagsAreAllowedAndDemanded() {
        Restrictions restrictions =
                new Restrictions().allow(Opcode.NOP).allowFlags(Abi.SQE_IO_LINK).demandFlags(Abi.SQE_ASYNC);
        assertThat(restrictions.applyTo(ring.ring().handle())).isZero();
        ring.ring().enable();

        assertThat(ring.run(sqe -> sqe.prepNop()).result())
                .as("without what is demanded")
                .isEqualTo(Errno.EACCES.result());
        assertThat(ring.run(sqe -> sqe.prepNop().async()).result()).isZero();
        assertThat(ring.run(sqe -> sqe.prepNop().async().link()).result()).isZero();
        assertThat(ring.run(sqe -> sqe.prepNop().async().drain()).result()).isEqualTo(Errno.EACCES.result());
        assertThat(ring.ring().capabilities().registeredRing())
                .as("not allowed, and done without")
                .isFalse();
    }

    @Test
    @Shows(
            value = Opcode.NOP,
            registers = {RegisterOperation.RESTRICTIONS, RegisterOperation.PERSONALITY},
            behaviour = "register-restrictions")
    void restrictionsBeginWhenTheRingIsEnabled() {
        assertThat(new Restrictions().allow(Opcode.NOP).applyTo(ring.ring().handle()))
                .isZero();
        assertThat(new Personalities(ring.ring().handle()).register())
                .as("before")
                .isPositive();
        ring.ring().enable();
        assertThat(new Personalities(ring.ring().handle()).register()).isEqualTo(Errno.EACCES.result());
        assertThat(ring.run(sqe -> sqe.prepNop()).result()).isZero();
    }

    @Test
    @Shows(registers = RegisterOperation.RESTRICTIONS, behaviour = "register-restrictions")
    void anEnabledRingIsRestrictedNoMore() {
        ring.ring().enable();
        assertThat(new Restrictions().allow(Opcode.NOP).applyTo(ring.ring().handle()))
                .isEqualTo(Errno.EBADFD.result());
    }

    @Test
    void whatMakesNoRestrictionIsRefusedAtTheCall() {
        assertThatIllegalStateException()
                .isThrownBy(() -> new Restrictions().applyTo(ring.ring().handle()));
        assertThatIllegalArgumentException().isThrownBy(() -> new Restrictions().allowFlags(0x80));
        assertThatIllegalArgumentException().isThrownBy(() -> new Restrictions().demandFlags(0));
        assertThat(new Restrictions().allow(RegisterOperation.RING_FDS))
                .hasToString(
                        "Restrictions[[], [RING_FDS, UNREGISTER_RING_FDS], allowed flags=0x0, demanded flags=0x0]");
    }
}
