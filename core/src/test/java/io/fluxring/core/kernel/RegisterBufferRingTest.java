package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.memory.owner.OwnedGroup;
import io.fluxring.core.register.BufferRingRegistration;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups of provided buffers. */
class RegisterBufferRingTest {
    private static final int GROUP = 3;

    private final RegisterBench bench = new RegisterBench();
    private final KernelRing ring = bench.ring;
    private final BufferRingRegistration groups =
            new BufferRingRegistration(ring.ring().handle());
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        bench.close();
        arena.close();
    }

    private OwnedGroup<BufferRing> register(BufferRingConfig config) {
        return BufferRing.register(ring.ring(), arena, config, GROUP, () -> {});
    }

    private BufferRing provide(BufferRingConfig config) {
        return register(config).pool();
    }

    @Test
    @Shows(
            registers = {RegisterOperation.PBUF_RING, RegisterOperation.UNREGISTER_PBUF_RING},
            behaviour = "buf-ring")
    void groupsComeAndGo() {
        long memory = ring.allocate(4096).address();

        assertThat(groups.register(memory, 8, 1, 0)).isZero();
        assertThat(groups.register(memory, 8, 1, 0)).as("the number is in use").isEqualTo(Errno.EEXIST.result());
        assertThat(groups.register(ring.allocate(4096).address(), 1, BufferRingRegistration.MAX_GROUP, 0))
                .isZero();
        assertThat(groups.unregister(1)).isZero();
        assertThat(groups.unregister(1)).isEqualTo(Errno.ENOENT.result());
        assertThat(groups.register(memory, 256, 1, Abi.PBUF_RING_INC)).isZero();
        assertThat(groups.register(1L << 46, 8, 2, 0)).as("no memory there").isEqualTo(Errno.EFAULT.result());
    }

    @Test
    void whatMakesNoGroupIsRefusedAtTheCall() {
        long memory = ring.allocate(4096).address();
        for (int entries : new int[] {0, -1, 3, 65536, Integer.MIN_VALUE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> groups.register(memory, entries, 1, 0))
                    .withMessageContaining("power of two")
                    .withMessageContaining(String.valueOf(entries));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> groups.register(memory, 8, -1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> groups.register(memory, 8, 65536, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> groups.register(memory + 16, 8, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> groups.register(0, 8, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> groups.register(memory, 8, 1, Abi.PBUF_RING_MMAP));
        assertThatIllegalArgumentException().isThrownBy(() -> groups.registerMapped(8, 2048, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> groups.unregister(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> groups.head(65536));
    }

    @Test
    @Shows(value = Opcode.READ, registers = RegisterOperation.UNREGISTER_PBUF_RING, behaviour = "buf-ring-put")
    void aGroupThatIsGoneHasNoBuffersForThoseWhoWait() {
        OwnedGroup<BufferRing> group = register(BufferRingConfig.of(2, 64));
        int pending = ring.eventFd();
        long read = ring.add(sqe -> sqe.prepReadSelect(pending, GROUP, 8, -1));
        ring.submit();

        group.unregister();
        ring.signal(pending);

        assertThat(ring.awaitOf(read)).isEqualTo(new Cqe(read, Errno.ENOBUFS.result(), 0));
        assertThat(ring.run(sqe -> sqe.prepReadSelect(pending, GROUP, 8, -1)).result())
                .as("a group that nobody knows")
                .isEqualTo(Errno.ENOBUFS.result());
    }

    @Test
    @Shows(value = Opcode.READ, registers = RegisterOperation.PBUF_STATUS, behaviour = "ringbuf-status")
    void theHeadTellsWhatTheKernelHasTaken() {
        BufferRing buffers = provide(BufferRingConfig.of(4, 64));
        int file = bench.file("0123456789abcdef");
        assertThat(groups.head(GROUP)).isZero();
        assertThat(buffers.freeByKernel()).isEqualTo(4);

        Cqe first = ring.run(sqe -> sqe.prepReadSelect(file, GROUP, 8, 0));
        assertThat(groups.head(GROUP)).isEqualTo(1);
        assertThat(buffers.freeByKernel()).isEqualTo(3);
        assertThat(buffers.free()).as("before the completion is looked at").isEqualTo(4);

        BufferLease lease = buffers.take(first.result(), first.flags(), null);
        assertThat(buffers.free()).isEqualTo(3);
        lease.release();
        assertThat(groups.head(GROUP)).isEqualTo(1);
        assertThat(buffers.freeByKernel()).isEqualTo(4);
        assertThat(groups.head(GROUP + 1)).isEqualTo(Errno.ENOENT.result());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Shows(value = Opcode.READ, registers = RegisterOperation.PBUF_STATUS, behaviour = "ringbuf-loop")
    void theRingGoesRoundPastTheEndOfItsCounters(boolean kernelMemory) {
        BufferRingConfig config = BufferRingConfig.of(4, 64);
        BufferRing buffers = provide(kernelMemory ? config.withKernelMemory() : config);
        int file = bench.file("0123456789abcdef");
        Queue<BufferLease> held = new ArrayDeque<>();

        for (int i = 0; i < 70_000; i++) {
            int position = i % 16;
            Cqe cqe = ring.run(sqe -> sqe.prepReadSelect(file, GROUP, 1, position));
            BufferLease lease = buffers.take(cqe.result(), cqe.flags(), null);
            held.add(lease);
            if (lease.get(0) != "0123456789abcdef".charAt(position)) {
                throw new AssertionError("read " + i + " brought " + lease.get(0) + " into buffer " + cqe.buffer());
            }
            if (held.size() == 3) {
                held.remove().release();
            }
        }

        assertThat(groups.head(GROUP)).isEqualTo(70_000 & 0xffff);
        held.forEach(BufferLease::release);
        assertThat(buffers.freeByKernel()).isEqualTo(4);
        assertThat(buffers.free()).isEqualTo(4);
    }

    @Test
    @Shows(
            value = Opcode.READ,
            registers = {RegisterOperation.PBUF_RING, RegisterOperation.UNREGISTER_PBUF_RING},
            behaviour = "buf-ring")
    void entriesMayBeInTheKernelsMemory() {
        OwnedGroup<BufferRing> group = register(BufferRingConfig.of(2, 64).withKernelMemory());
        BufferRing buffers = group.pool();
        int file = bench.file("0123456789");

        List<BufferLease> leases = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Cqe cqe = ring.run(sqe -> sqe.prepReadSelect(file, GROUP, 5, 5));
            leases.add(buffers.take(cqe.result(), cqe.flags(), null));
        }
        assertThat(leases)
                .allMatch(lease -> lease.text(StandardCharsets.US_ASCII).equals("56789"));
        assertThat(ring.run(sqe -> sqe.prepReadSelect(file, GROUP, 5, 5)).result())
                .isEqualTo(Errno.ENOBUFS.result());

        group.unregister();
        leases.forEach(BufferLease::release);
        assertThat(groups.head(GROUP)).isEqualTo(Errno.ENOENT.result());
        assertThat(groups.registerMapped(8, BufferRingRegistration.MAX_MAPPED_GROUP, 0))
                .isPositive();
    }

    @Test
    @Shows(value = Opcode.READ, registers = RegisterOperation.PBUF_RING)
    void aLeaseOutlivesARingWhoseEntriesWereTheKernels() {
        OwnedGroup<BufferRing> group = register(BufferRingConfig.of(2, 64).withKernelMemory());
        BufferRing buffers = group.pool();
        int file = bench.file("abc");
        Cqe cqe = ring.run(sqe -> sqe.prepReadSelect(file, GROUP, 3, 0));
        BufferLease lease = buffers.take(cqe.result(), cqe.flags(), null);

        ring.ring().close();

        assertThat(lease.text(StandardCharsets.US_ASCII)).isEqualTo("abc");
        lease.release();
        assertThat(buffers.liveLeases()).isZero();
        group.unregister();
        assertThatIllegalStateException()
                .isThrownBy(() -> groups.unregister(GROUP))
                .withMessageContaining("closed");
    }

    @Test
    void aGroupsNumberThatIsTakenIsNamed() {
        provide(BufferRingConfig.of(2, 64));
        assertThatIllegalStateException()
                .isThrownBy(() -> provide(BufferRingConfig.of(2, 64).withKernelMemory()))
                .withMessageContaining("group 3")
                .withMessageContaining("EEXIST");
    }

    @Test
    void aGroupWithoutMemoryForItsBuffersLeavesItsNumberFree() {
        assertThatThrownBy(() -> provide(BufferRingConfig.of(32768, 1 << 26))).isInstanceOf(OutOfMemoryError.class);
        assertThat(groups.unregister(GROUP)).isEqualTo(Errno.ENOENT.result());
        register(BufferRingConfig.of(2, 64)).unregister();
    }
}
