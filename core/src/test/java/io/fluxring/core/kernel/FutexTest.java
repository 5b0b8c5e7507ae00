package io.fluxring.core.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.layout.FutexWaitLayout;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Waiting for a word of memory to change. */
class FutexTest {
    private static final int FLAGS = Libc.FUTEX2_SIZE_U32 | Libc.FUTEX2_PRIVATE;
    private static final long ANY = Libc.FUTEX_BITSET_MATCH_ANY;

    private final KernelRing ring = KernelRing.open();
    private final MemorySegment word = ring.allocate(4);

    @AfterEach
    void close() {
        ring.close();
    }

    private long waitFor(long value, long mask) {
        return ring.add(sqe -> sqe.prepFutexWait(word.address(), value, mask, FLAGS));
    }

    private int wake(int count, long mask) {
        return ring.run(sqe -> sqe.prepFutexWake(word.address(), count, mask, FLAGS))
                .result();
    }

    @Test
    @Shows(
            value = {Opcode.FUTEX_WAIT, Opcode.FUTEX_WAKE},
            behaviour = "futex")
    void aWakeEndsSoManyWaits() {
        Set<Long> waiting = new HashSet<>(List.of(waitFor(0, ANY), waitFor(0, ANY), waitFor(0, ANY)));
        assertThat(ring.takeReady()).isEmpty();
        assertThat(wake(2, ANY)).isEqualTo(2);
        for (Cqe cqe : ring.await(2)) {
            assertThat(cqe.result()).isZero();
            assertThat(waiting.remove(cqe.userData())).isTrue();
        }
        assertThat(ring.takeReady()).isEmpty();
        assertThat(wake(0, ANY)).isZero();
        assertThat(wake(10, ANY)).isEqualTo(1);
        assertThat(ring.await()).isEqualTo(new Cqe(waiting.iterator().next(), 0, 0));
        assertThat(wake(10, ANY)).as("nobody is left").isZero();
    }

    @Test
    @Shows(value = Opcode.FUTEX_WAIT, behaviour = "futex")
    void aValueThatHasChangedIsNotWaitedFor() {
        word.set(JAVA_INT, 0, 7);
        assertThat(ring.run(sqe -> sqe.prepFutexWait(word.address(), 6, ANY, FLAGS))
                        .failedWith(Errno.EAGAIN))
                .isTrue();
    }

    @Test
    @Shows(
            value = {Opcode.FUTEX_WAIT, Opcode.FUTEX_WAKE},
            behaviour = "futex")
    void aMaskSelectsWhomToWake() {
        long even = waitFor(0, 0b10);
        long odd = waitFor(0, 0b01);
        assertThat(wake(10, 0b100)).isZero();
        assertThat(wake(10, 0b01)).isEqualTo(1);
        assertThat(ring.await().userData()).isEqualTo(odd);
        assertThat(wake(10, ANY)).isEqualTo(1);
        assertThat(ring.await().userData()).isEqualTo(even);
    }

    @Test
    @Shows(
            value = {Opcode.FUTEX_WAIT, Opcode.ASYNC_CANCEL},
            behaviour = "futex")
    void aWaitIsCancelled() {
        long waiting = waitFor(0, ANY);
        assertThat(ring.run(sqe -> sqe.prepCancel(waiting)).result())
                .as("a number here, where other operations have 0")
                .isIn(0, 1);
        assertThat(ring.awaitOf(waiting).failedWith(Errno.ECANCELED)).isTrue();
        assertThat(wake(1, ANY)).isZero();
    }

    @Test
    @Shows(value = Opcode.FUTEX_WAIT, behaviour = "futex")
    void anotherThreadsWakeIsSeen() {
        long waiting = waitFor(0, ANY);
        ring.submit();
        CompletableFuture<Integer> woken = CompletableFuture.supplyAsync(
                () -> {
                    try (KernelRing other = KernelRing.open()) {
                        return other.run(sqe -> sqe.prepFutexWake(word.address(), 1, ANY, FLAGS))
                                .result();
                    }
                },
                Thread.ofPlatform()::start);
        assertThat(ring.await()).isEqualTo(new Cqe(waiting, 0, 0));
        assertThat(woken.join()).isEqualTo(1);
    }

    @Test
    @Shows(
            value = {Opcode.FUTEX_WAITV, Opcode.FUTEX_WAKE},
            behaviour = "futex")
    void ofSeveralTheOneThatWasWokenIsNamed() {
        int count = Libc.FUTEX_WAITV_MAX;
        MemorySegment words = ring.allocate(4L * count);
        MemorySegment array = ring.allocate(count * FutexWaitLayout.BYTES);
        for (int i = 0; i < count; i++) {
            words.setAtIndex(JAVA_INT, i, 100 + i);
            FutexWaitLayout.put(array, i, words.address() + 4L * i, 100 + i, FLAGS);
        }
        for (int woken : new int[] {0, 77, count - 1}) {
            long waiting = ring.add(sqe -> sqe.prepFutexWaitAny(array.address(), count));
            assertThat(ring.takeReady()).isEmpty();
            long address = words.address() + 4L * woken;
            assertThat(ring.run(sqe -> sqe.prepFutexWake(address, 10, ANY, FLAGS))
                            .result())
                    .isEqualTo(1);
            assertThat(ring.await()).isEqualTo(new Cqe(waiting, woken, 0));
        }
    }

    @Test
    @Shows(value = Opcode.FUTEX_WAITV, behaviour = "futex")
    void oneValueOfSeveralThatHasChangedIsEnough() {
        MemorySegment array = ring.allocate(2 * FutexWaitLayout.BYTES);
        FutexWaitLayout.put(array, 0, word.address(), 0, FLAGS);
        MemorySegment changed = ring.allocate(4);
        changed.set(JAVA_INT, 0, 1);
        FutexWaitLayout.put(array, 1, changed.address(), 0, FLAGS);
        assertThat(ring.run(sqe -> sqe.prepFutexWaitAny(array.address(), 2)).failedWith(Errno.EAGAIN))
                .isTrue();
        assertThat(wake(1, ANY)).as("the first is not waited for either").isZero();
    }
}
