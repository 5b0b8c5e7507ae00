package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.sys.Opcode;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A thread that has other work than the loop's: it is woken without a task, and does not sleep over its own work. */
class ForeignWorkTest {
    private final AtomicBoolean work = new AtomicBoolean();
    private final AtomicInteger looks = new AtomicInteger();
    private final RingLoop loop = RingLoop.open(RingLoopConfig.defaults());

    private void attach() {
        loop.attach(() -> {
            looks.incrementAndGet();
            return work.get();
        });
    }

    @AfterEach
    void close() {
        loop.close();
        assertThat(loop.closed()).isCompleted();
    }

    @Test
    void aTickDoesNotWaitWhileThereIsOtherWork() {
        attach();
        work.set(true);
        loop.tick(RingLoop.FOREVER);
        assertThat(looks).hasValue(1);
    }

    @Test
    void aTickThatDoesNotWaitDoesNotAsk() {
        attach();
        loop.tick(0);
        assertThat(looks).hasValue(0);
    }

    @Test
    void aWakeupBeforeTheWaitIsKeptForIt() {
        attach();
        loop.wakeup();
        loop.tick(0);
        loop.tick(RingLoop.FOREVER);
        assertThat(loop.counters().get(RingCounters.Counter.WAKEUPS))
                .as("no system call")
                .isZero();
    }

    @Test
    void aWakeupEndsOneWait() {
        attach();
        loop.wakeup();
        loop.wakeup();
        loop.tick(RingLoop.FOREVER);
        assertThat(looks).hasValue(0);
        loop.tick(1_000_000L);
        assertThat(looks).as("looked, and waited").hasValue(1);
    }

    @Test
    void noRoundIsOversleptWhenWorkIsAddedAndThenTheLoopIsWoken() throws InterruptedException {
        Queue<Integer> queue = new ConcurrentLinkedQueue<>();
        loop.attach(() -> !queue.isEmpty());
        int rounds = 20_000;
        CountDownLatch started = new CountDownLatch(1);
        Thread other = new Thread(() -> {
            started.countDown();
            for (int i = 0; i < rounds; i++) {
                queue.add(i);
                loop.wakeup();
            }
        });
        other.start();
        started.await();
        int taken = 0;
        while (taken < rounds) {
            loop.tick(RingLoop.FOREVER);
            for (Integer next = queue.poll(); next != null; next = queue.poll()) {
                assertThat(next).isEqualTo(taken++);
            }
        }
        other.join();
    }

    @Test
    void aWakeupAloneCarriesTheWork() throws InterruptedException {
        Queue<Integer> queue = new ConcurrentLinkedQueue<>();
        loop.attach();
        int rounds = 20_000;
        Thread other = new Thread(() -> {
            for (int i = 0; i < rounds; i++) {
                queue.add(i);
                loop.wakeup();
            }
        });
        other.start();
        int taken = 0;
        while (taken < rounds) {
            loop.tick(RingLoop.FOREVER);
            for (Integer next = queue.poll(); next != null; next = queue.poll()) {
                assertThat(next).isEqualTo(taken++);
            }
        }
        other.join();
    }

    @Test
    void aLookThatThrowsEndsTheTickAndTheLoopGoesOn() {
        AtomicBoolean broken = new AtomicBoolean(true);
        loop.attach(() -> {
            if (broken.getAndSet(false)) {
                throw new IllegalStateException("expected by the test");
            }
            return false;
        });
        assertThatThrownBy(() -> loop.tick(RingLoop.FOREVER)).hasMessage("expected by the test");
        TestOperation nop = new TestOperation(Opcode.NOP, sqe -> sqe.prepNop());
        loop.submit(nop);
        loop.tick(RingLoop.FOREVER);
        assertThat(nop.results).containsExactly(0);
    }

    @Test
    void aTeardownWaitsForTheKernelThoughThereIsOtherWork() {
        attach();
        work.set(true);
        loop.close();
        assertThat(looks).hasValue(0);
    }
}
