package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.setup.RingUnavailableException;
import io.fluxring.core.setup.RingUnavailableException.Reason;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.call.ForwardingKernel;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.core.sys.call.NativeMemory;
import io.fluxring.core.sys.layout.BufRingLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a loop needs besides its ring, and can't have: the cause and the remedy are named. */
class RefusedNeedsTest {
    private final List<Integer> closed = new ArrayList<>();
    private int refusedEventFd;
    private int refusedRegister = -1;
    private int refusal;
    private int largestGroup = Integer.MAX_VALUE;
    private boolean refusesReservations;

    /** The real kernel, but for what is refused. */
    private final Kernel kernel = new ForwardingKernel() {
        @Override
        public int eventFd(int flags) {
            return refusedEventFd < 0 ? refusedEventFd : super.eventFd(flags);
        }

        @Override
        public int register(int ring, int operation, long argument, int count) {
            if (operation == RegisterOperation.PBUF_RING.code() && argument != 0) {
                int entries = Access.getInt(
                        NativeMemory.at(argument, BufRingLayout.REG_BYTES), BufRingLayout.REG_RING_ENTRIES);
                if (entries > largestGroup) {
                    return Errno.ENOMEM.result();
                }
            }
            return operation == refusedRegister ? refusal : super.register(ring, operation, argument, count);
        }

        @Override
        public long reserveMemory(long lengthBytes) {
            return refusesReservations ? Errno.ENOMEM.result() : super.reserveMemory(lengthBytes);
        }

        @Override
        public int closeRing(int ring) {
            closed.add(ring);
            return super.closeRing(ring);
        }
    };

    @Test
    void noDescriptorForTheWakeUp() {
        refusedEventFd = Errno.EMFILE.result();
        assertThatThrownBy(() -> RingLoop.open(kernel, RingLoopConfig.defaults()))
                .isInstanceOfSatisfying(RingUnavailableException.class, e -> {
                    assertThat(e.reason()).isEqualTo(Reason.DESCRIPTOR_LIMIT);
                    assertThat(e.found()).contains("no descriptor is left for the loop's wake-up (EMFILE)");
                    assertThat(e.remedy()).contains("ulimit -n");
                });
        assertThat(closed).as("the ring's").hasSize(1);
    }

    @Test
    void noLockedMemoryForBuffers() {
        RingLoop loop = RingLoop.open(kernel, RingLoopConfig.defaults());
        loop.attach();
        refusedRegister = RegisterOperation.PBUF_RING.code();
        refusal = Errno.ENOMEM.result();
        assertThatThrownBy(() -> loop.provideBuffers(BufferRingConfig.of(1000, 64)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("group 0", "memory", "1024 entries of group 0, 16 KiB", "use fewer buffers")
                .cause()
                .isInstanceOf(RingUnavailableException.class);
        refusal = Errno.EINVAL.result();
        assertThatThrownBy(() -> loop.provideBuffers(BufferRingConfig.of(4, 64)))
                .hasMessageContainingAll("EINVAL", "Linux 5.19 or newer");
        loop.close();
        assertThat(loop.closed()).isCompleted();
    }

    /** The limit of locked memory, as kernels from 6.14 on count it: a group grows less, and there is one. */
    @Test
    void littleLockedMemoryForBuffers() {
        RingLoop loop = RingLoop.open(kernel, RingLoopConfig.defaults());
        loop.attach();
        largestGroup = 4096;
        BufferRing buffers = loop.provideBuffers(BufferRingConfig.defaults());
        assertThat(buffers.mostBuffers()).isEqualTo(4096);
        assertThat(buffers.capacity()).isEqualTo(1024);
        largestGroup = 512;
        assertThatThrownBy(() -> loop.provideBuffers(BufferRingConfig.defaults()))
                .hasMessageContainingAll("1024 entries of group 1, 16 KiB", "use fewer buffers");
        loop.close();
    }

    /** Such as an engine in user space, or a low limit of address space. */
    @Test
    void noAddressesToReserve() {
        RingLoop loop = RingLoop.open(kernel, RingLoopConfig.defaults());
        loop.attach();
        refusesReservations = true;
        BufferRing buffers = loop.provideBuffers(BufferRingConfig.defaults());
        assertThat(buffers.mostBuffers()).isEqualTo(1024);
        assertThat(loop.sendBlocks().mostBlocks()).isEqualTo(128);
        loop.close();
    }

    @Test
    void theSendBlocksGrow() {
        RingLoop loop = RingLoop.open(kernel, RingLoopConfig.defaults().withSendBlocks(3, 500));
        loop.attach();
        assertThat(loop.sendBlocks().capacity()).isEqualTo(3);
        assertThat(loop.sendBlocks().mostBlocks()).isEqualTo(500);
        loop.close();
    }

    @Test
    void aRingThatIsNotEnabled() {
        RingLoop loop = RingLoop.open(kernel, RingLoopConfig.defaults());
        refusedRegister = RegisterOperation.ENABLE_RINGS.code();
        refusal = Errno.EBADFD.result();
        assertThatThrownBy(loop::attach)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("EBADFD", "enabled already", "by the thread that is to own it");
        loop.close();
        loop.close();
        assertThat(loop.closed()).isCompleted();
    }
}
