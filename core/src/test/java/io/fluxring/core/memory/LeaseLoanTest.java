package io.fluxring.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Leases that are lent to a callback: who owes the release, after each way in which the callback may end. */
class LeaseLoanTest {
    private final Arena arena = Arena.ofShared();
    private final AtomicInteger returned = new AtomicInteger();
    private final Slab slab = new Slab(arena, 3, 32, () -> {});

    @AfterEach
    void nothingIsLeft() {
        assertThat(slab.liveLeases()).isZero();
        assertThat(slab.audit().live()).isEmpty();
        assertThat(slab.audit().releasedTwice()).isEmpty();
        arena.close();
    }

    private BufferLease allocate() {
        BufferLease lease = slab.allocate(returned::incrementAndGet);
        assertThat(lease).isNotNull();
        return lease;
    }

    /** As a receiver does it. */
    private BufferLease emit(Consumer<BufferLease> onNext) {
        BufferLease lease = allocate();
        lease.lend();
        try {
            onNext.accept(lease);
        } finally {
            lease.endLoan();
        }
        return lease;
    }

    @Test
    void whatTheCallbackIgnoresComesBack() {
        BufferLease lease = emit(lent -> assertThat(lent.isLent()).isTrue());
        assertThat(lease.isLive()).isFalse();
        assertThat(returned).hasValue(1);
    }

    @Test
    void whatTheCallbackThrowsOnComesBack() {
        assertThatThrownBy(() -> emit(lent -> {
                    throw new IllegalArgumentException("a bad message");
                }))
                .hasMessage("a bad message");
        assertThat(returned).hasValue(1);
    }

    @Test
    void whatIsRetainedIsTheCallbacksOwn() {
        BufferLease lease = emit(BufferLease::retain);
        assertThat(lease.isLive()).isTrue();
        assertThat(lease.isLent()).isFalse();
        assertThat(returned).hasValue(0);
        lease.release();
        assertThat(returned).hasValue(1);
    }

    @Test
    void eachFurtherRetainOwesARelease() {
        BufferLease lease = emit(lent -> lent.retain().retain().retain());
        assertThat(lease).hasToString("BufferLease[32 bytes, buffer 0, 3 references]");
        lease.release();
        lease.release();
        assertThat(lease.isLive()).isTrue();
        lease.release();
        assertThat(returned).hasValue(1);
    }

    @Test
    void aConsumerTakesOverWhatIsLent() {
        BufferLease lease = emit(BufferLease::adopt);
        assertThat(lease.isLive()).isTrue();
        lease.release();
        assertThat(returned).hasValue(1);
    }

    @Test
    void aConsumerTakesOverWhatIsRetained() {
        BufferLease lease = emit(lent -> lent.retain().adopt());
        assertThat(lease).hasToString("BufferLease[32 bytes, buffer 0]");
        lease.release();
        assertThat(returned).hasValue(1);
    }

    @Test
    void aReleaseWithinTheCallbackEndsTheLoan() {
        BufferLease lease = emit(BufferLease::release);
        assertThat(lease.isLive()).isFalse();
        assertThat(returned).hasValue(1);
    }

    @Test
    void whatIsReleasedIsNotRetainedAdoptedOrLent() {
        BufferLease lease = emit(lent -> {});
        assertThatThrownBy(lease::retain)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("released lease");
        assertThatThrownBy(lease::adopt)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("released lease");
        assertThatThrownBy(lease::lend)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("released lease");
        lease.endLoan();
        assertThat(returned).hasValue(1);
    }

    @Test
    void onlyTheSoleReferenceIsLent() {
        BufferLease lease = allocate().retain();
        assertThatThrownBy(lease::lend).hasMessageContaining("cannot be lent").hasMessageContaining("2 references");
        lease.release();
        lease.lend();
        assertThatThrownBy(lease::lend).hasMessageContaining("cannot be lent");
        lease.endLoan();
        assertThat(returned).hasValue(1);
    }

    @Test
    void thePlaceThatRetainedIsNamed() {
        BufferLease lease = emit(lent -> lent.retain().retain());
        assertThat(slab.audit().live().get(lease))
                .hasMessageStartingWith("retained here by")
                .hasRootCauseMessage("taken here by " + Thread.currentThread().getName());
        lease.release();
        lease.release();
    }

    @Test
    void bytesAreCopiedOut() {
        BufferLease lease = allocate();
        lease.byteBuffer().put(0, (byte) 1).put(1, (byte) 2);
        lease.truncate(2);
        byte[] array = new byte[4];
        lease.copyTo(array, 1);
        assertThat(array).containsExactly(0, 1, 2, 0);
        assertThatThrownBy(() -> lease.copyTo(array, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        var target = arena.allocate(4);
        lease.copyTo(target, 2);
        lease.copyTo(target.address());
        assertThat(target.toArray(ValueLayout.JAVA_BYTE)).containsExactly(1, 2, 1, 2);
        assertThatThrownBy(() -> lease.copyTo(target, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(lease.memory().address() + lease.offsetBytes()).isEqualTo(lease.address());
        lease.release();
    }

    @Test
    void aQueueKeepsTheOrder() {
        LeaseQueue queue = new LeaseQueue();
        assertThat(queue.poll()).isNull();
        BufferLease first = allocate();
        BufferLease second = allocate();
        queue.add(first);
        queue.add(second);
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.peek()).isSameAs(first);
        assertThat(queue.poll()).isSameAs(first);
        queue.add(first);
        assertThat(queue.poll()).isSameAs(second);
        assertThat(queue.poll()).isSameAs(first);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.peek()).isNull();
        first.release();
        second.release();
    }

    @Test
    void aQueueHoldsLiveLeasesOnlyAndKeepsThem() {
        LeaseQueue queue = new LeaseQueue();
        BufferLease lease = allocate();
        queue.add(lease);
        assertThatThrownBy(() -> queue.add(lease)).hasMessageContaining("in a queue already");
        assertThatThrownBy(lease::release).hasMessageContaining("released while in a queue");
        lease.retain().release(); // not the last reference
        assertThat(queue.poll()).isSameAs(lease);
        lease.release();
        assertThatThrownBy(() -> queue.add(lease)).hasMessageContaining("released, or in a queue already");
    }

    @Test
    void aSecondReleaseAfterALoanIsReported() {
        Logger log = Logger.getLogger(LeaseAudit.class.getName());
        log.setLevel(Level.OFF);
        Slab other = new Slab(arena, 1, 8, () -> {});
        try {
            BufferLease lease = other.allocate(null);
            assertThat(lease).isNotNull();
            lease.lend();
            lease.endLoan();
            lease.release();
        } finally {
            log.setLevel(null);
        }
        assertThat(other.audit().releasedTwice()).hasSize(1);
        assertThat(other.free()).isEqualTo(1);
    }
}
