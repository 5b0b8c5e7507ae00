package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.sys.Errno;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups of provided buffers that grow while all they have is out. */
class BufferGrowthTest {
    private static final int GROUP = 3;

    private final RegisterBench bench = new RegisterBench();
    private final KernelRing ring = bench.ring;
    private final Arena arena = Arena.ofShared();
    private final List<BufferLease> held = new ArrayList<>();
    private final int file = bench.file("0123456789abcdef");

    @AfterEach
    void close() {
        bench.close();
        arena.close();
    }

    private BufferRing provide(BufferRingConfig config) {
        return BufferRing.register(ring.ring(), arena, config, GROUP, () -> {}).pool();
    }

    /** Reads a byte and keeps the lease; the result. */
    private int readAndHold(BufferRing buffers) {
        Cqe cqe = ring.run(sqe -> sqe.prepReadSelect(file, GROUP, 1, held.size() % 16));
        BufferLease lease = buffers.take(cqe.result(), cqe.flags(), null);
        if (lease != null) {
            held.add(lease);
        }
        return cqe.result();
    }

    private String heldText() {
        StringBuilder text = new StringBuilder();
        held.forEach(lease -> text.append(lease.text(StandardCharsets.US_ASCII)));
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void asManyBuffersAsAreHeldUpToTheMost(boolean kernelMemory) {
        BufferRingConfig config = BufferRingConfig.of(4, 64).withMostBuffers(23);
        BufferRing buffers = provide(kernelMemory ? config.withKernelMemory() : config);
        assertThat(buffers.capacity()).isEqualTo(4);
        assertThat(buffers.isGrown()).isFalse();
        assertThat(buffers).hasToString("group 3, 4 of 4 free (most 23)");

        for (int i = 0; i < 23; i++) {
            assertThat(readAndHold(buffers)).isEqualTo(1);
        }

        assertThat(buffers.isGrown()).isTrue();
        assertThat(buffers.capacity()).isEqualTo(23);
        assertThat(buffers.free()).isZero();
        assertThat(readAndHold(buffers)).isEqualTo(Errno.ENOBUFS.result());
        assertThat(heldText()).isEqualTo("0123456789abcdef0123456");
        held.forEach(BufferLease::release);
        held.clear();
        assertThat(buffers).hasToString("group 3, 23 of 23 free");
        assertThat(buffers.freeByKernel()).as("the others are in reserve").isBetween(4, 6);
        assertThat(readAndHold(buffers)).isEqualTo(1);
        held.forEach(BufferLease::release);
    }

    @Test
    void aFloodDoesNotLeaveALargeWorkingSet() {
        BufferRing buffers = provide(BufferRingConfig.of(8, 64).withMostBuffers(1000));
        for (int i = 0; i < 600; i++) {
            assertThat(readAndHold(buffers)).isEqualTo(1);
        }
        assertThat(buffers.capacity()).isBetween(600, 610);
        held.forEach(BufferLease::release);
        held.clear();

        int largest = 0;
        for (int i = 0; i < 100; i++) {
            readAndHold(buffers);
            largest = i < 50 ? 0 : Math.max(largest, held.getFirst().buffer());
            held.removeFirst().release();
        }
        assertThat(largest).isEqualTo(7);
        assertThat(buffers.free()).isEqualTo(buffers.capacity());
    }

    @Test
    void anIncrementalGroupGrowsAsWell() {
        BufferRing buffers =
                provide(BufferRingConfig.of(2, 4).withMostBuffers(8).withIncremental());
        for (int i = 0; i < 32; i++) {
            assertThat(readAndHold(buffers)).isEqualTo(1);
        }
        assertThat(buffers.capacity()).isEqualTo(8);
        assertThat(readAndHold(buffers)).isEqualTo(Errno.ENOBUFS.result());
        assertThat(heldText()).isEqualTo("0123456789abcdef0123456789abcdef");
        held.forEach(BufferLease::release);
        assertThat(buffers.free()).isEqualTo(8);
    }
}
