package io.fluxring.core.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages between rings. Two rings may belong to one thread. */
class MessageTest {
    private final KernelRing ring = KernelRing.open();
    private KernelRing other = KernelRing.open();

    @AfterEach
    void close() {
        other.close();
        ring.close();
    }

    @Test
    @Shows(value = Opcode.MSG_RING, behaviour = "msg-ring")
    void aMessageIsACompletionThere() {
        assertThat(ring.run(sqe -> sqe.prepMessage(other.fd(), 1234, 0xabcdef0123456789L))
                        .result())
                .isZero();
        assertThat(other.await()).isEqualTo(new Cqe(0xabcdef0123456789L, 1234, 0));
        assertThat(ring.run(sqe -> sqe.prepMessage(other.fd(), -5, 1)).result()).isZero();
        assertThat(other.await()).isEqualTo(new Cqe(1, -5, 0));
        assertThat(other.takeReady()).isEmpty();
    }

    @Test
    @Shows(value = Opcode.MSG_RING, behaviour = "msg-ring")
    void aRingCanSpeakToItself() {
        long message = ring.add(sqe -> sqe.prepMessage(ring.fd(), 7, 1000));
        assertThat(ring.await(2)).containsExactlyInAnyOrder(new Cqe(message, 0, 0), new Cqe(1000, 7, 0));
    }

    @Test
    @Shows(value = Opcode.MSG_RING, behaviour = "msg-ring")
    void onlyRingsCanBeSpokenTo() {
        int eventFd = ring.eventFd();
        assertThat(ring.run(sqe -> sqe.prepMessage(eventFd, 1, 1)).failedWith(Errno.EBADFD))
                .isTrue();
        assertThat(ring.run(sqe -> sqe.prepMessage(-1, 1, 1)).failedWith(Errno.EBADF))
                .isTrue();
    }

    @Test
    @Shows(value = Opcode.MSG_RING, behaviour = "msg-ring")
    void aMessageWakesARingThatWaitsOnAnotherThread() {
        CompletableFuture<Integer> fd = new CompletableFuture<>();
        CompletableFuture<Cqe> received = CompletableFuture.supplyAsync(
                () -> {
                    try (KernelRing waiting = KernelRing.open()) {
                        fd.complete(waiting.fd());
                        return waiting.await();
                    }
                },
                Thread.ofPlatform()::start);
        int target = fd.orTimeout(10, TimeUnit.SECONDS).join();
        assertThat(ring.run(sqe -> sqe.prepMessage(target, 5, 55)).result()).isZero();
        assertThat(received.join()).isEqualTo(new Cqe(55, 5, 0));
    }

    @Test
    @Shows(value = Opcode.MSG_RING, behaviour = "msg-ring-flags")
    void aMessageCarriesFlags() {
        for (int flags : new int[] {0, Abi.CQE_F_MORE, 0x12345678, -1}) {
            assertThat(ring.run(sqe -> sqe.prepMessage(other.fd(), 1, 2, flags)).result())
                    .isZero();
            assertThat(other.await()).isEqualTo(new Cqe(2, 1, flags));
        }
    }

    @Test
    @Shows(value = Opcode.MSG_RING, behaviour = "msg-ring-overflow")
    void messagesToAFullRingAreKeptInTheirOrder() {
        other.close();
        other = KernelRing.open(RingConfig.defaults().withEntries(2, 4));
        int messages = 40;
        for (int i = 0; i < messages; i++) {
            int number = i;
            assertThat(ring.run(sqe -> sqe.prepMessage(other.fd(), number, number))
                            .result())
                    .isZero();
            if (i % 10 == 9) {
                other.ring().submit(); // posts without taking
            }
        }
        assertThat(other.ring().overflowed()).isTrue();
        assertThat(other.await(messages))
                .extracting(Cqe::userData)
                .containsExactlyElementsOf(LongStream.range(0, messages).boxed().toList());
        assertThat(other.takeReady()).isEmpty();
        assertThat(other.ring().overflowed()).isFalse();
    }

    @Test
    @Shows(value = Opcode.MSG_RING, behaviour = "msg-ring-overflow")
    void aRingThatNobodyHasEnabledTakesNoMessages() {
        try (KernelRing disabled = KernelRing.openDisabled(RingConfig.defaults().withEntries(2, 4))) {
            assertThat(ring.run(sqe -> sqe.prepMessage(disabled.fd(), 1, 1)).failedWith(Errno.EBADFD))
                    .isTrue();
            ring.sparseFiles(1);
            ring.putIntoSlot(ring.eventFd(), 0);
            assertThat(ring.run(sqe -> sqe.prepMessageFd(disabled.fd(), 0, 0, 1, 0))
                            .failedWith(Errno.EBADFD))
                    .isTrue();
            disabled.ring().enable();
            assertThat(ring.run(sqe -> sqe.prepMessage(disabled.fd(), 3, 4)).result())
                    .isZero();
            assertThat(disabled.await()).isEqualTo(new Cqe(4, 3, 0));
        }
    }

    /** An eventfd in slot 0 of this ring. */
    private int registeredEventFd() {
        int eventFd = ring.eventFd();
        ring.sparseFiles(2);
        ring.putIntoSlot(eventFd, 0);
        return eventFd;
    }

    private void assertInSlotThere(int eventFd, int slot) {
        ring.signal(eventFd);
        MemorySegment counter = other.allocate(8);
        assertThat(other.run(sqe -> sqe.prepRead(slot, counter.address(), 8, 0).fixedFile())
                        .result())
                .isEqualTo(8);
        assertThat(counter.get(JAVA_LONG, 0)).isEqualTo(1);
    }

    /** The message ends when the other ring's thread has come by. */
    private Cqe deliver(long message) {
        other.submit();
        return ring.awaitOf(message);
    }

    @Test
    @Shows(
            value = {Opcode.MSG_RING, Opcode.FILES_UPDATE},
            behaviour = "msg-ring-fd")
    void aFileIsPutIntoASlotThere() {
        int eventFd = registeredEventFd();
        other.sparseFiles(4);
        long message = ring.add(sqe -> sqe.prepMessageFd(other.fd(), 0, 3, 99, 0));
        ring.submit();
        assertThat(deliver(message).result()).isZero();
        assertThat(other.await()).isEqualTo(new Cqe(99, 0, 0));
        assertInSlotThere(eventFd, 3);
        ring.closeOwned(eventFd);
        assertThat(ring.run(sqe -> sqe.prepNopDirect(0)).result())
                .as("it stays here too")
                .isZero();
        assertThat(other.run(sqe -> sqe.prepNopDirect(3)).result()).isZero();
    }

    @Test
    @Shows(
            value = {Opcode.MSG_RING, Opcode.FILES_UPDATE},
            behaviour = "msg-ring-fd")
    void aFileIsPutIntoAFreeSlotThereUntilThereIsNone() {
        int eventFd = registeredEventFd();
        other.sparseFiles(2);
        for (int slot = 0; slot < 2; slot++) {
            long message = ring.add(sqe -> sqe.prepMessageFdFree(other.fd(), 0, 99, 0));
            ring.submit();
            assertThat(deliver(message).result()).isEqualTo(slot);
            assertThat(other.await()).isEqualTo(new Cqe(99, slot, 0));
            assertInSlotThere(eventFd, slot);
        }
        long tooMany = ring.add(sqe -> sqe.prepMessageFdFree(other.fd(), 0, 99, 0));
        ring.submit();
        assertThat(deliver(tooMany).failedWith(Errno.ENFILE)).isTrue();
        long beyond = ring.add(sqe -> sqe.prepMessageFd(other.fd(), 0, 2, 99, 0));
        ring.submit();
        assertThat(deliver(beyond).result()).isEqualTo(Errno.EINVAL.result());
        assertThat(other.takeReady()).isEmpty();
    }

    @Test
    @Shows(
            value = {Opcode.MSG_RING, Opcode.FILES_UPDATE},
            behaviour = "msg-ring-fd")
    void aFileCanArriveInSilence() {
        int eventFd = registeredEventFd();
        other.sparseFiles(1);
        long message = ring.add(sqe -> sqe.prepMessageFd(other.fd(), 0, 0, 99, Abi.MSG_RING_CQE_SKIP));
        ring.submit();
        assertThat(deliver(message).result()).isZero();
        assertThat(other.takeReady()).isEmpty();
        assertInSlotThere(eventFd, 0);
    }

    @Test
    @Shows(
            value = {Opcode.MSG_RING, Opcode.FILES_UPDATE},
            behaviour = "msg-ring-fd")
    void whatCannotBeSentIsRefused() {
        registeredEventFd();
        List<Integer> results = List.of(
                ring.run(sqe -> sqe.prepMessageFd(other.fd(), 1, 0, 99, 0)).result(),
                ring.run(sqe -> sqe.prepMessageFd(other.fd(), 7, 0, 99, 0)).result(),
                ring.run(sqe -> sqe.prepMessageFd(ring.fd(), 0, 1, 99, 0)).result());
        assertThat(results).containsExactly(Errno.EBADF.result(), Errno.EBADF.result(), Errno.EINVAL.result());
        long noTable = ring.add(sqe -> sqe.prepMessageFd(other.fd(), 0, 0, 99, 0));
        ring.submit();
        assertThat(deliver(noTable).failedWith(Errno.ENXIO)).isTrue();
    }
}
