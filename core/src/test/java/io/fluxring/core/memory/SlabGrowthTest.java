package io.fluxring.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.log.CollectedLog;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.call.ForwardingKernel;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Slabs that grow while all they have is out, up to their most. */
class SlabGrowthTest {
    private final Arena arena = Arena.ofShared();
    private final List<Long> mapped = new ArrayList<>();
    private final List<BufferLease> held = new ArrayList<>();
    private boolean refusesReservations;

    private final ForwardingKernel kernel = new ForwardingKernel() {
        @Override
        public long reserveMemory(long lengthBytes) {
            if (refusesReservations) {
                return Errno.ENOMEM.result();
            }
            long address = super.reserveMemory(lengthBytes);
            mapped.add(address);
            return address;
        }

        @Override
        public int unmap(long address, long lengthBytes) {
            mapped.remove(address);
            return super.unmap(address, lengthBytes);
        }
    };

    @AfterEach
    void close() {
        held.forEach(BufferLease::release);
        arena.close();
        assertThat(mapped).as("addresses that are still reserved").isEmpty();
    }

    private Slab slab(int blocks, int most) {
        return Slab.growing(kernel, arena, blocks, most, 64, () -> {}).pool();
    }

    private void allocate(Slab slab, int count) {
        for (int i = 0; i < count; i++) {
            BufferLease lease = slab.allocate(null);
            assertThat(lease).as("block %d of %s", i, slab).isNotNull();
            held.add(lease);
        }
    }

    private void releaseAll() {
        held.forEach(BufferLease::release);
        held.clear();
    }

    @Test
    void asManyBlocksAsAreHeldUpToTheMost() {
        Slab slab = slab(4, 23);
        assertThat(slab.capacity()).isEqualTo(4);
        assertThat(slab.mostBlocks()).isEqualTo(23);
        assertThat(slab).hasToString("Slab[4 of 4 blocks free (most 23), 64 bytes each]");

        for (int i = 1; i <= 23; i++) {
            allocate(slab, 1);
            held.getLast().byteBuffer().put(0, (byte) i);
            assertThat(slab.capacity() - slab.free()).as("out").isEqualTo(i);
            assertThat(slab.free() > 0).as("the %dth leaves one", i).isEqualTo(i < 23);
        }

        assertThat(slab.capacity()).isEqualTo(23);
        assertThat(slab.allocate(null)).isNull();
        Set<Long> addresses = new HashSet<>();
        for (int i = 0; i < 23; i++) {
            addresses.add(held.get(i).address());
            assertThat(held.get(i).byteBuffer().get(0)).isEqualTo((byte) (i + 1));
        }
        assertThat(addresses).hasSize(23);
        releaseAll();
        assertThat(slab).hasToString("Slab[23 of 23 blocks free, 64 bytes each]");
        allocate(slab, 23);
    }

    @Test
    void aFloodDoesNotLeaveALargeWorkingSet() {
        Slab slab = slab(8, 1000);
        allocate(slab, 600);
        assertThat(slab.capacity()).isBetween(600, 608);
        releaseAll();

        Set<Integer> used = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            allocate(slab, 2);
            held.forEach(lease -> used.add(lease.buffer()));
            releaseAll();
        }
        assertThat(used).hasSize(2);
        assertThat(slab.free()).isEqualTo(slab.capacity());
    }

    @Test
    void blocksThatWereUsedAreLentBeforeOthersAreTouched() {
        Slab slab = slab(4, 1000);
        allocate(slab, 5);
        Set<Integer> used = new HashSet<>();
        held.forEach(lease -> used.add(lease.buffer()));
        releaseAll();
        allocate(slab, 5);
        held.forEach(lease -> used.add(lease.buffer()));
        assertThat(used).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    }

    @Test
    void aSlabWithoutAddressesStaysAsItIs() {
        refusesReservations = true;
        Slab slab;
        try (CollectedLog log = new CollectedLog(Slab.class)) {
            slab = slab(4, 23);
            assertThat(log.lines())
                    .containsExactly(
                            "INFO the blocks of 64 bytes stay 4 and do not grow to 23: there are not enough addresses,"
                                    + " see ulimit -v");
        }
        assertThat(slab.mostBlocks()).isEqualTo(4);
        allocate(slab, 4);
        assertThat(slab.allocate(null)).isNull();
    }

    /** The most is out: those who want a block wait, and one line names the holders. */
    @Test
    void atItsMostASlabSaysWhoHoldsIt() {
        Slab slab = slab(2, 3);
        List<Runnable> watches = new ArrayList<>();
        slab.watchOutages((watch, nanos) -> watches.add(watch));
        allocate(slab, 2);
        assertThat(watches).isEmpty();
        held.add(slab.allocate(holder("fd=12")));
        boolean[] resumed = {false};
        slab.whenFree(() -> resumed[0] = true);
        slab.runWaiters(Runnable::run);

        try (CollectedLog log = new CollectedLog(Slab.class)) {
            assertThat(watches).hasSize(1);
            watches.getFirst().run();
            watches.getFirst().run();
            assertThat(log.lines())
                    .containsExactly("WARNING Slab[0 of 3 blocks free, 64 bytes each]: it is dry; 3 leases are out:"
                            + " 1 held by fd=12, 2 without a holder; leases are retained and not released, or peers do"
                            + " not read");
        }
        assertThat(resumed[0]).isFalse();
        held.removeLast().release();
        slab.runWaiters(Runnable::run);
        assertThat(resumed[0]).isTrue();
    }

    @Test
    void sizesThatCannotBeAreRefused() {
        assertThatThrownBy(() -> slab(0, 4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> slab(4, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("4", "3");
    }

    private static LeaseHolder holder(String name) {
        return new LeaseHolder() {
            @Override
            public void leaseReleased() {}

            @Override
            public String describe() {
                return name;
            }
        };
    }
}
