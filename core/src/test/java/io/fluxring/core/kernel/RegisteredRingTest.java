package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.ring.Ring;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A ring's descriptor in its thread's table of registered rings, which has 16 places. Each test has threads of its own. */
class RegisteredRingTest {
    private static final int PLACES = 16;
    private static final RingConfig SMALL = RingConfig.defaults().withEntries(8, 32);

    private static void onItsOwnThread(Runnable task) {
        AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(task);
        thread.setUncaughtExceptionHandler((ignored, e) -> thrown.set(e));
        thread.start();
        try {
            assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(thrown.get()).isNull();
    }

    private static KernelRing openWorking(boolean registered) {
        KernelRing ring = KernelRing.open(SMALL);
        assertThat(ring.ring().capabilities().registeredRing()).isEqualTo(registered);
        assertWorks(ring);
        return ring;
    }

    private static void assertWorks(KernelRing ring) {
        assertThat(ring.run(sqe -> sqe.prepNop(7)).result()).isEqualTo(7);
    }

    @Test
    @Shows(
            value = Opcode.NOP,
            registers = {RegisterOperation.RING_FDS, RegisterOperation.UNREGISTER_RING_FDS})
    void aClosedRingGivesItsPlaceBack() {
        onItsOwnThread(() -> {
            for (int i = 0; i <= PLACES; i++) {
                openWorking(true).close();
            }
        });
    }

    @Test
    @Shows(value = Opcode.NOP, registers = RegisterOperation.RING_FDS)
    void aRingWithoutAPlaceWorksByItsDescriptor() {
        onItsOwnThread(() -> {
            List<KernelRing> rings = new ArrayList<>();
            try {
                for (int i = 0; i < PLACES; i++) {
                    rings.add(openWorking(true));
                }
                rings.add(openWorking(false));
                rings.removeFirst().close();
                rings.add(openWorking(true));
                rings.forEach(RegisteredRingTest::assertWorks);
            } finally {
                rings.forEach(KernelRing::close);
            }
        });
    }

    /** Both have the same index, each in its own thread's table. */
    @Test
    void aCloseOnAnotherThreadLeavesThatThreadsRingsAlone() throws InterruptedException {
        for (RingConfig config :
                List.of(SMALL.withManyIssuers(), SMALL.withOwnMemory().withRegisteredIndexOnly())) {
            AtomicReference<@Nullable Ring> foreign = new AtomicReference<>();
            CountDownLatch open = new CountDownLatch(1);
            CountDownLatch closed = new CountDownLatch(1);
            Thread owner = new Thread(() -> {
                Ring ring = Ring.open(config);
                ring.enable();
                foreign.set(ring);
                open.countDown();
                try {
                    closed.await(20, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            owner.start();
            assertThat(open.await(20, TimeUnit.SECONDS)).isTrue();
            onItsOwnThread(() -> {
                try (KernelRing own = openWorking(true)) {
                    foreign.get().close();
                    assertWorks(own);
                }
            });
            closed.countDown();
            owner.join();
        }
    }
}
