package io.fluxring.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Leases and their pool, in checked mode. */
class LeaseTest {
    private final Arena arena = Arena.ofShared();
    private final AtomicInteger signals = new AtomicInteger();
    private final Slab slab = new Slab(arena, 3, 32, signals::incrementAndGet);

    @AfterEach
    void close() {
        arena.close();
    }

    private BufferLease allocate() {
        BufferLease lease = slab.allocate(null);
        assertThat(lease).isNotNull();
        return lease;
    }

    @Test
    void blocksAreTakenAndComeBack() {
        assertThat(LeaseAudit.CHECKED).as("tests run in checked mode").isTrue();
        List<BufferLease> leases = List.of(allocate(), allocate(), allocate());
        assertThat(slab.allocate(null)).isNull();
        assertThat(leases.stream().map(BufferLease::address).distinct()).hasSize(3);
        assertThat(slab.audit().live()).hasSize(3);
        leases.forEach(BufferLease::release);
        assertThat(slab.free()).isEqualTo(3);
        assertThat(slab.liveLeases()).isZero();
        assertThat(slab.audit().live()).isEmpty();
    }

    @Test
    void aSecondReleaseDoesNothingAndIsReportedWithBothPlaces() {
        Logger log = Logger.getLogger(LeaseAudit.class.getName());
        log.setLevel(Level.OFF);
        try {
            BufferLease lease = allocate();
            lease.release();
            assertThat(slab.audit().releasedTwice()).isEmpty();
            lease.release();
        } finally {
            log.setLevel(null);
        }
        assertThat(slab.free()).isEqualTo(3);
        assertThat(slab.liveLeases()).isZero();
        assertThat(slab.audit().releasedTwice()).hasSize(1).first().satisfies(report -> {
            assertThat(report).hasMessageContaining("buffer 0").hasMessageContaining("second time");
            assertThat(report.getCause()).hasMessageStartingWith("released here by");
        });
    }

    @Test
    void handlesAreFreshSoThatAStaleOneNeverMeansTheNextLease() {
        BufferLease stale = allocate();
        long address = stale.address();
        stale.release();
        BufferLease next = allocate();
        assertThat(next).isNotSameAs(stale);
        assertThat(next.address()).isEqualTo(address);
        assertThat(stale.isLive()).isFalse();
        assertThatThrownBy(stale::segment)
                .hasMessageContaining("Slab[")
                .hasRootCauseMessage(
                        "released here by " + Thread.currentThread().getName());
        next.release();
    }

    @Test
    void whatWasCutOffIsPoisonedAsWell() {
        BufferLease lease = allocate();
        var view = lease.segment();
        view.fill((byte) 7);
        lease.truncate(5).release();
        assertThat(view.toArray(ValueLayout.JAVA_BYTE)).containsOnly(LeaseAudit.POISON);
    }

    @Test
    void nobodyOvertakesThoseWhoWait() {
        List<BufferLease> leases = new ArrayList<>(List.of(allocate(), allocate(), allocate()));
        List<BufferLease> waited = new ArrayList<>();
        slab.whenFree(() -> waited.add(allocate()));
        leases.removeFirst().release();
        assertThat(slab.free()).isEqualTo(1);
        assertThat(slab.allocate(null))
                .as("the free one belongs to those who wait")
                .isNull();
        assertThat(slab.canResume()).isTrue();
        slab.runWaiters(Runnable::run);
        assertThat(waited).hasSize(1);
        leases.removeFirst().release();
        BufferLease next = allocate(); // nobody waits any more
        next.release();
        leases.forEach(BufferLease::release);
        waited.forEach(BufferLease::release);
        assertThat(slab.free()).isEqualTo(3);
    }

    @Test
    void aUseAfterTheReleaseIsFound() {
        BufferLease lease = allocate();
        lease.byteBuffer().put(0, (byte) 7);
        lease.release();
        assertThatThrownBy(() -> lease.get(0)).hasMessageContaining("use of a released lease");
        assertThatThrownBy(lease::address).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(lease::segment).isInstanceOf(IllegalStateException.class);
        assertThat(lease.isLive()).isFalse();
    }

    @Test
    void releasedMemoryIsPoisoned() {
        BufferLease lease = allocate();
        var view = lease.byteBuffer();
        view.put(0, (byte) 7);
        lease.release();
        assertThat(view.get(0)).isEqualTo(LeaseAudit.POISON);
    }

    @Test
    void otherThreadsReleasesAreTakenTogetherAndAnnouncedOnce() throws InterruptedException {
        List<BufferLease> leases = List.of(allocate(), allocate(), allocate());
        Thread other = new Thread(() -> leases.forEach(BufferLease::release));
        other.start();
        other.join();
        assertThat(signals).hasValue(1);
        assertThat(slab.free()).isZero();
        slab.takeBackRemote();
        assertThat(slab.free()).isEqualTo(3);
    }

    @Test
    void waitersGetTheirTurnInOrderAsBlocksComeBack() {
        List<BufferLease> leases = new ArrayList<>(List.of(allocate(), allocate(), allocate()));
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int waiter = i;
            slab.whenFree(() -> order.add(waiter));
        }
        slab.runWaiters(Runnable::run);
        assertThat(slab.canResume()).isFalse();
        assertThat(order).isEmpty();
        leases.removeFirst().release();
        slab.runWaiters(Runnable::run);
        assertThat(slab.canResume())
                .as("the first one took nothing, so another can run")
                .isTrue();
        assertThat(order).containsExactly(0);
        slab.runWaiters(Runnable::run);
        slab.runWaiters(Runnable::run);
        assertThat(order).containsExactly(0, 1, 2);
        assertThat(slab.hasWaiters()).isFalse();
        leases.forEach(BufferLease::release);
    }

    @Test
    void holdersAreToldOfReleases() {
        AtomicInteger released = new AtomicInteger();
        BufferLease lease = slab.allocate(released::incrementAndGet);
        assertThat(lease).isNotNull();
        lease.close();
        assertThat(released).hasValue(1);
    }

    @Test
    void truncationAndBoundsAreChecked() {
        BufferLease lease = allocate();
        assertThatThrownBy(() -> lease.truncate(33)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> lease.truncate(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(lease.truncate(5).lengthBytes()).isEqualTo(5);
        assertThat(lease.widen().lengthBytes()).isEqualTo(32);
        lease.truncate(5);
        assertThatThrownBy(() -> lease.get(5)).isInstanceOf(IndexOutOfBoundsException.class);
        lease.release();
    }

    @Test
    void configurationsAreChecked() {
        assertThatThrownBy(() -> BufferRingConfig.of(0, 64)).hasMessageContaining("between 1 and 32768: 0");
        assertThatThrownBy(() -> BufferRingConfig.of(32769, 64)).hasMessageContaining("32769");
        assertThatThrownBy(() -> BufferRingConfig.of(1, 0)).hasMessageContaining("bufferBytes");
        assertThatThrownBy(() -> BufferRingConfig.of(8, 64).withMostBuffers(7)).hasMessageContaining("between 8");
        assertThatThrownBy(() -> BufferRingConfig.of(8, 64).withMostBuffers(32769))
                .hasMessageContaining("32769");
    }
}
