package io.fluxring.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.log.CollectedLog;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.memory.LeaseHolder;
import io.fluxring.core.sys.Opcode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A group whose buffers are all out: said once per outage, when it lasts, with the names of those who hold them. */
class BufferOutageSimulationTest {
    private static final long SECOND = 1_000_000_000L;

    private final SimulatedKernel kernel = new SimulatedKernel(1);
    private final RingLoop loop = RingLoop.open(kernel, RingLoopConfig.defaults());
    private final List<BufferLease> held = new ArrayList<>();
    private final CollectedLog log = new CollectedLog(BufferRing.class);
    private final BufferRing group;
    private final int listener;
    private final SimulatedPeer peer;
    private final int fd;

    BufferOutageSimulationTest() {
        loop.attach();
        group = loop.provideBuffers(BufferRingConfig.of(4, 64).withMostBuffers(8));
        listener = SimulatedListener.open(kernel);
        peer = kernel.connect(SimulatedListener.ADDRESS);
        fd = SimulatedListener.accept(loop, listener);
    }

    @AfterEach
    void close() {
        log.close();
        held.forEach(BufferLease::release);
        loop.close();
        kernel.close(fd);
        kernel.close(listener);
        kernel.verifyNothingLeft();
    }

    private static LeaseHolder holder(String name) {
        return new LeaseHolder() {
            @Override
            public void leaseReleased() {}

            @Override
            public String describe() {
                if (name.isEmpty()) {
                    throw new IllegalStateException("closed");
                }
                return name;
            }
        };
    }

    private void take(int count, @Nullable LeaseHolder holder) {
        for (int i = 0; i < count; i++) {
            peer.send(new byte[1], 0, 1);
            new TrackedOperation(
                            Opcode.RECV,
                            sqe -> sqe.prepReceiveSelect(fd, group.group()),
                            (result, flags) -> held.add(group.take(result, flags, holder)))
                    .submit(loop);
            loop.tick(0);
        }
    }

    private void pass(long nanos) {
        kernel.advance(nanos);
        loop.tick(0);
    }

    @Test
    void anOutageThatLastsIsSaidOnce() {
        take(5, holder("fd=12"));
        take(2, holder("fd=13 (closed)"));
        pass(2 * SECOND);
        assertThat(log.lines()).as("one is left").isEmpty();
        take(1, holder(""));
        pass(SECOND / 2);
        assertThat(log.lines()).isEmpty();
        pass(SECOND);
        assertThat(log.lines())
                .hasSize(1)
                .first()
                .satisfies(line -> assertThat(line)
                        .startsWith("WARNING group 0, 0 of 8 free: it is dry; 8 leases are out: 5 held by fd=12,"
                                + " 2 held by fd=13 (closed), 1 held by ")
                        .contains("whose description fails with java.lang.IllegalStateException")
                        .endsWith("; leases are retained and not released, or peers do not read"));
        held.removeLast().release();
        take(1, holder("fd=14"));
        pass(2 * SECOND);
        pass(2 * SECOND);
        assertThat(log.lines()).as("the same outage").hasSize(1);

        held.subList(4, 8).forEach(BufferLease::release);
        held.subList(4, 8).clear();
        take(4, holder("fd=15"));
        pass(2 * SECOND);
        assertThat(log.lines()).hasSize(2);
        assertThat(log.lines().getLast()).contains("4 held by fd=12", "4 held by fd=15");
    }

    @Test
    void outagesThatPassAreNotSaid() {
        for (int i = 0; i < 50; i++) {
            take(8, holder("fd=12"));
            pass(SECOND / 10);
            held.forEach(BufferLease::release);
            held.clear();
        }
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void aDumpNamesTheHolders() {
        take(2, holder("fd=12"));
        take(1, holder("fd=13"));
        take(1, null);
        assertThat(group.holders(1))
                .isEqualTo("4 leases are out: 2 held by fd=12, 1 held by 1 other, 1 without a holder");
        assertThat(loop.dump()).contains("pool: group 0, 1 of 5 free (most 8), 4 leases are out: 2 held by fd=12");
        held.forEach(BufferLease::release);
        held.clear();
        assertThat(group.holders(1)).isEqualTo("no lease is out");
    }
}
