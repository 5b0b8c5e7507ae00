package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.memory.Slab;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Leases that other threads release while their loop ends, and after it: the memory goes with the last of them. */
@ExtendWith(QuietLog.class)
class LateReleaseTest {
    private static final int ROUNDS = 200;
    private static final int THREADS = 3;
    private static final int LEASES_EACH = 4;

    @Test
    void memoryGoesWithTheLastReleaseWheneverThatIs() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            RingLoop loop = RingLoop.open(RingLoopConfig.defaults()).start(task -> new Thread(task, "fluxring-test"));
            List<List<BufferLease>> shares = new ArrayList<>();
            AtomicReference<MemorySegment> probe = new AtomicReference<>();
            CountDownLatch lent = new CountDownLatch(1);
            loop.execute(() -> {
                BufferRing buffers = loop.provideBuffers(BufferRingConfig.defaults()); // a range that is reserved
                assertThat(buffers.free()).isEqualTo(1024);
                probe.set(loop.memory().allocate(8));
                for (int i = 0; i < THREADS; i++) {
                    shares.add(take(loop.sendBlocks()));
                }
                lent.countDown();
            });
            assertThat(lent.await(10, TimeUnit.SECONDS)).isTrue();
            List<Thread> threads = shares.stream()
                    .map(share -> new Thread(() -> share.forEach(BufferLease::release)))
                    .toList();
            threads.getFirst().start();
            loop.close();
            threads.subList(1, THREADS).forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            loop.closed().get(10, TimeUnit.SECONDS);
            assertThat(loop.liveLeases()).isZero();
            assertThat(probe.get().scope().isAlive()).as("round %d", round).isFalse();
        }
    }

    private static List<BufferLease> take(Slab slab) {
        List<BufferLease> leases = new ArrayList<>();
        for (int i = 0; i < LEASES_EACH; i++) {
            BufferLease lease = slab.allocate(null);
            lease.byteBuffer().put(0, (byte) i);
            leases.add(lease);
        }
        return leases;
    }
}
