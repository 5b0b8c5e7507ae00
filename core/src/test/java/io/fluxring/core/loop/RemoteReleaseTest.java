package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.Slab;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Leases that many other threads release while the loop lends more: none is lost, none is lent twice. */
class RemoteReleaseTest {
    private static final int THREADS = 8;
    private static final int LEASES = 40_000;

    private record Lent(BufferLease lease, long stamp) {}

    @Test
    void underLoad() throws Exception {
        BlockingQueue<Lent> lent = new LinkedBlockingQueue<>();
        AtomicInteger wrong = new AtomicInteger();
        AtomicInteger told = new AtomicInteger();
        CountDownLatch released = new CountDownLatch(LEASES);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(() -> {
                try {
                    while (released.getCount() > 0) {
                        Lent next = lent.poll(10, TimeUnit.MILLISECONDS);
                        if (next != null) {
                            if (next.lease.segment().get(ValueLayout.JAVA_LONG, 0) != next.stamp) {
                                wrong.incrementAndGet(); // somebody else has the block as well
                            }
                            next.lease.release();
                            released.countDown();
                        }
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.start();
            threads.add(thread);
        }
        RingLoop loop = RingLoop.open(RingLoopConfig.defaults()).start(task -> new Thread(task, "fluxring-test"));
        AtomicLong stamps = new AtomicLong();
        loop.execute(() -> lend(loop, loop.sendBlocks(), lent, stamps, told));
        assertThat(released.await(60, TimeUnit.SECONDS)).as("%s", loop).isTrue();
        for (Thread thread : threads) {
            thread.join();
        }
        int[] left = new int[3];
        CountDownLatch looked = new CountDownLatch(1);
        loop.execute(() -> {
            left[0] = loop.liveLeases();
            left[1] = loop.sendBlocks().capacity() - loop.sendBlocks().free();
            left[2] = loop.sendBlocks().audit().releasedTwice().size();
            looked.countDown();
        });
        assertThat(looked.await(10, TimeUnit.SECONDS)).isTrue();
        loop.close();
        loop.closed().get(10, TimeUnit.SECONDS);
        assertThat(wrong).hasValue(0);
        assertThat(told).hasValue(LEASES);
        assertThat(left).containsExactly(0, 0, 0);
    }

    /** Lends all that can be had, and comes again when more can. */
    private static void lend(
            RingLoop loop, Slab slab, BlockingQueue<Lent> lent, AtomicLong stamps, AtomicInteger told) {
        while (stamps.get() < LEASES) {
            BufferLease lease = slab.allocate(told::incrementAndGet);
            if (lease == null) {
                slab.whenFree(() -> lend(loop, slab, lent, stamps, told));
                return;
            }
            long stamp = stamps.incrementAndGet();
            lease.segment().set(ValueLayout.JAVA_LONG, 0, stamp);
            lent.add(new Lent(lease, stamp));
        }
    }
}
