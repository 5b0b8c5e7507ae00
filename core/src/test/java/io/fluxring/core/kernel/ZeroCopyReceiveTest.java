package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.fluxring.core.register.ZeroCopyReceive;
import io.fluxring.core.setup.CompletionFormat;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.RegisterOperation;
import java.lang.foreign.MemorySegment;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Zero-copy receive, of which no device here is capable: its refusals. */
class ZeroCopyReceiveTest {
    private final KernelRing ring =
            KernelRing.open(RingConfig.defaults().withEntries(8, 16).withCompletionFormat(CompletionFormat.WIDE));
    private final ZeroCopyReceive receive = new ZeroCopyReceive(ring.ring().handle());
    private final MemorySegment area = ring.allocate(16 * 4096);
    private final MemorySegment refill = ring.allocate(2 * 4096);

    @AfterEach
    void close() {
        ring.close();
    }

    private int register(int interfaceIndex) {
        return receive.register(interfaceIndex, 0, 64, area, refill, new ZeroCopyReceive.Queue());
    }

    @Test
    @Shows(registers = RegisterOperation.ZCRX_IFQ, behaviour = "zcrx")
    void thereIsNoInterfaceZero() {
        assertThat(register(0)).isEqualTo(Errno.ENODEV.result());
    }

    @Test
    @Shows(registers = RegisterOperation.ZCRX_IFQ, behaviour = "zcrx")
    void theLoopbackInterfaceHasNoHardware() throws SocketException {
        int loopback = Objects.requireNonNull(NetworkInterface.getByName("lo")).getIndex();
        assertThat(register(loopback)).isEqualTo(Errno.EOPNOTSUPP.result());
    }

    @Test
    @Shows(registers = RegisterOperation.ZCRX_IFQ)
    void itTakesTheCapabilityToAdministerNetworks() {
        assertThat(register(0)).isEqualTo(Errno.ENODEV.result());
        assertThat(Unprivileged.<Integer>call(() -> register(0))).isEqualTo(Errno.EPERM.result());
    }

    @Test
    void aRingThatWasNotMadeForItSaysSo() {
        try (KernelRing plain = KernelRing.open()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> new ZeroCopyReceive(plain.ring().handle())
                            .register(1, 0, 64, area, refill, new ZeroCopyReceive.Queue()))
                    .withMessageContaining("wide completions");
        }
    }

    @Test
    void whatMakesNoQueueIsRefusedAtTheCall() {
        ZeroCopyReceive.Queue queue = new ZeroCopyReceive.Queue();
        assertThatIllegalArgumentException().isThrownBy(() -> register(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> receive.register(1, 0, 0, area, refill, queue));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> receive.register(1, 0, 64, area.asSlice(1), refill, queue))
                .withMessageContaining("area");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> receive.register(1, 0, 64, area, refill.asSlice(0, 100), queue))
                .withMessageContaining("refill");
    }
}
