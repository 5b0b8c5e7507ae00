package io.fluxring.core.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Cancelling by every key, and against what completes at the same time. */
class CancelTest {
    private KernelRing ring = KernelRing.open();

    @AfterEach
    void close() {
        ring.close();
    }

    private long poll(int fd) {
        return ring.add(sqe -> sqe.prepPoll(fd, Libc.POLLIN));
    }

    private void assertCancelled(List<Long> userData) {
        assertThat(ring.await(userData.size()))
                .allMatch(cqe -> cqe.failedWith(Errno.ECANCELED) && !cqe.more())
                .extracting(Cqe::userData)
                .containsExactlyInAnyOrderElementsOf(userData);
    }

    @Test
    @Shows(
            value = {Opcode.POLL_ADD, Opcode.ASYNC_CANCEL},
            behaviour = "poll-cancel-all")
    void everyOperationWithTheSameUserDataIsCounted() {
        int fd = ring.eventFd();
        for (int i = 0; i < 8; i++) {
            ring.add(77, sqe -> sqe.prepPoll(fd, Libc.POLLIN));
        }
        assertThat(ring.run(sqe -> sqe.prepCancelEvery(77)).result()).isEqualTo(8);
        assertCancelled(List.of(77L, 77L, 77L, 77L, 77L, 77L, 77L, 77L));
        assertThat(ring.run(sqe -> sqe.prepCancelEvery(77)).result())
                .as("none is no error")
                .isZero();
    }

    @Test
    @Shows(
            value = {Opcode.POLL_ADD, Opcode.ASYNC_CANCEL},
            behaviour = "poll-cancel-all")
    void everyOperationOnAFileIsCounted() {
        int fd = ring.eventFd();
        int other = ring.eventFd();
        List<Long> onFile = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            onFile.add(poll(fd));
        }
        long elsewhere = poll(other);
        assertThat(ring.run(sqe -> sqe.prepCancelFd(fd, false)).result()).isEqualTo(8);
        assertCancelled(onFile);
        assertThat(ring.run(sqe -> sqe.prepCancelFd(fd, false)).result()).isZero();
        assertThat(ring.run(sqe -> sqe.prepCancelFd(-1, false)).result()).isEqualTo(Errno.EBADF.result());
        assertThat(ring.run(sqe -> sqe.prepCancelAll()).result()).isEqualTo(1);
        assertCancelled(List.of(elsewhere));
        assertThat(ring.run(sqe -> sqe.prepCancelAll()).result()).isZero();
    }

    @Test
    @Shows(
            value = {Opcode.POLL_ADD, Opcode.ASYNC_CANCEL},
            behaviour = "poll-cancel-all")
    void oneOfSeveralIsCancelledAtATime() {
        int fd = ring.eventFd();
        Set<Long> left = new HashSet<>(List.of(poll(fd), poll(fd), poll(fd)));
        long timeout = ring.add(sqe -> sqe.prepTimeout(ring.timespec(3_600_000_000_000L), 0, 0));
        for (int i = 0; i < 3; i++) {
            assertThat(ring.run(sqe -> sqe.prepCancelOneOnFd(fd, false)).result())
                    .isZero();
            Cqe cancelled = ring.await();
            assertThat(cancelled.failedWith(Errno.ECANCELED)).isTrue();
            assertThat(left.remove(cancelled.userData())).isTrue();
        }
        assertThat(ring.run(sqe -> sqe.prepCancelOneOnFd(fd, false)).failedWith(Errno.ENOENT))
                .isTrue();
        assertThat(ring.run(sqe -> sqe.prepCancelAny()).result()).isEqualTo(1);
        assertCancelled(List.of(timeout));
        assertThat(ring.run(sqe -> sqe.prepCancelAny()).result()).isZero();
    }

    @Test
    @Shows(
            value = {Opcode.POLL_ADD, Opcode.ASYNC_CANCEL},
            behaviour = "cancel-fd-userdata")
    void bothTheFileAndTheUserDataMustMatch() {
        int one = ring.eventFd();
        int two = ring.eventFd();
        for (int fd : new int[] {one, two}) {
            for (long userData : new long[] {7, 8, 7, 8}) {
                ring.add(userData, sqe -> sqe.prepPoll(fd, Libc.POLLIN));
            }
        }
        assertThat(ring.run(sqe -> sqe.prepCancelFd(one, false, 7)).result()).isEqualTo(2);
        assertCancelled(List.of(7L, 7L));
        assertThat(ring.run(sqe -> sqe.prepCancelFd(one, false, 7)).result()).isZero();
        assertThat(ring.run(sqe -> sqe.prepCancelFd(two, false, 9)).result()).isZero();
        assertThat(ring.run(sqe -> sqe.prepCancelEvery(7)).result()).isEqualTo(2);
        assertCancelled(List.of(7L, 7L));
        assertThat(ring.run(sqe -> sqe.prepCancelFd(one, false)).result()).isEqualTo(2);
        assertCancelled(List.of(8L, 8L));
        assertThat(ring.run(sqe -> sqe.prepCancelFd(two, false, 8)).result()).isEqualTo(2);
        assertCancelled(List.of(8L, 8L));
    }

    @Test
    @Shows({Opcode.POLL_ADD, Opcode.READ, Opcode.TIMEOUT, Opcode.ASYNC_CANCEL})
    void operationsAreCancelledByTheirKind() {
        int fd = ring.eventFd();
        int other = ring.eventFd();
        MemorySegment counter = ring.allocate(8);
        long read = ring.add(sqe -> sqe.prepRead(fd, counter.address(), 8, 0));
        long here = poll(fd);
        long there = poll(other);
        long timeout = ring.add(sqe -> sqe.prepTimeout(ring.timespec(3_600_000_000_000L), 0, 0));
        assertThat(ring.run(sqe -> sqe.prepCancelFd(fd, false, Opcode.POLL_ADD)).result())
                .isEqualTo(1);
        assertCancelled(List.of(here));
        assertThat(ring.run(sqe -> sqe.prepCancelOperations(Opcode.POLL_ADD)).result())
                .isEqualTo(1);
        assertCancelled(List.of(there));
        assertThat(ring.run(sqe -> sqe.prepCancelOperations(Opcode.TIMEOUT)).result())
                .isEqualTo(1);
        assertCancelled(List.of(timeout));
        assertThat(ring.run(sqe -> sqe.prepCancelOperations(Opcode.RECV)).result())
                .isZero();
        assertThat(ring.run(sqe -> sqe.prepCancelOperations(Opcode.READ)).result())
                .isEqualTo(1);
        assertCancelled(List.of(read));
    }

    @Test
    @Shows({Opcode.POLL_ADD, Opcode.FILES_UPDATE, Opcode.ASYNC_CANCEL})
    void aDirectDescriptorIsAKeyToo() {
        int fd = ring.eventFd();
        ring.sparseFiles(2);
        ring.putIntoSlot(fd, 1);
        long direct = ring.add(sqe -> sqe.prepPoll(1, Libc.POLLIN).fixedFile());
        long raw = poll(fd);
        assertThat(ring.run(sqe -> sqe.prepCancelFd(1, true)).result())
                .as("both are on one file")
                .isEqualTo(2);
        assertCancelled(List.of(direct, raw));
        assertThat(ring.run(sqe -> sqe.prepCancelFd(0, true)).failedWith(Errno.EBADF))
                .isTrue();
        long again = ring.add(sqe -> sqe.prepPoll(1, Libc.POLLIN).fixedFile());
        assertThat(ring.run(sqe -> sqe.prepCancelOneOnFd(1, true)).result()).isZero();
        assertCancelled(List.of(again));
    }

    @Test
    @Shows(
            value = {Opcode.POLL_ADD, Opcode.ASYNC_CANCEL},
            behaviour = "poll-cancel-ton")
    void tenThousandPollsAreCancelledOneByOne() {
        int polls = 10_000;
        ring.close();
        ring = KernelRing.open(RingConfig.defaults().withEntries(1024, 32768));
        int fd = ring.eventFd();
        for (int i = 1; i <= polls; i++) {
            ring.add(i, sqe -> sqe.prepPoll(fd, Libc.POLLIN));
            submitFullBatch();
        }
        assertThat(ring.takeReady()).isEmpty();
        for (long i = 1; i <= polls; i++) {
            long poll = i;
            ring.add(polls + i, sqe -> sqe.prepCancel(poll));
            submitFullBatch();
        }
        Set<Long> seen = new HashSet<>();
        for (Cqe cqe : ring.await(2 * polls)) {
            boolean cancel = cqe.userData() > polls;
            assertThat(cqe.result()).isEqualTo(cancel ? 0 : Errno.ECANCELED.result());
            assertThat(seen.add(cqe.userData())).as("one each").isTrue();
        }
        assertThat(ring.takeReady()).isEmpty();
    }

    private void submitFullBatch() {
        if (ring.ring().submissions().spaceLeft() == 0) {
            ring.submit();
        }
    }

    @Test
    @Shows(
            value = {Opcode.READ, Opcode.ASYNC_CANCEL},
            behaviour = "cancel-race")
    void aCancelAgainstACompletionLeavesExactlyOneEnd() throws InterruptedException {
        int rounds = 5_000;
        int fd = ring.eventFd();
        AtomicInteger round = new AtomicInteger();
        Thread signaller = Thread.ofPlatform().start(() -> {
            for (int i = 1; i <= rounds; i++) {
                while (round.get() < i) {
                    Thread.onSpinWait();
                }
                ring.signal(fd);
            }
        });
        MemorySegment counter = ring.allocate(8);
        for (int i = 1; i <= rounds; i++) {
            long read = ring.add(sqe -> sqe.prepRead(fd, counter.address(), 8, 0));
            ring.submit();
            round.set(i);
            long cancel = ring.add(sqe -> sqe.prepCancel(read));
            int cancelResult = ring.awaitOf(cancel).result();
            Cqe end = ring.awaitOf(read);
            assertThat(cancelResult).isIn(0, Errno.ENOENT.result(), Errno.EALREADY.result());
            if (end.result() != 8) {
                assertThat(end.failedWith(Errno.ECANCELED)).isTrue();
                assertThat(cancelResult).isNotEqualTo(Errno.ENOENT.result());
                Cqe late = ring.run(sqe -> sqe.prepRead(fd, counter.address(), 8, 0));
                assertThat(late.result())
                        .as("what it did not read is still there")
                        .isEqualTo(8);
            }
            assertThat(counter.get(JAVA_LONG, 0)).isEqualTo(1);
            assertThat(ring.takeReady()).as("no second end").isEmpty();
        }
        signaller.join();
    }

    @Test
    @Shows(
            value = {Opcode.READ, Opcode.ASYNC_CANCEL},
            behaviour = "io-cancel")
    void aReadIsCancelledByItsUserDataAndByNoOther() {
        int[] pipe = ring.pipe();
        MemorySegment target = ring.allocate(8);
        long read = ring.add(sqe -> sqe.prepRead(pipe[0], target.address(), 8, -1));
        assertThat(ring.run(sqe -> sqe.prepCancel(12345)).failedWith(Errno.ENOENT))
                .isTrue();
        assertThat(ring.takeReady()).isEmpty();
        assertThat(ring.run(sqe -> sqe.prepCancel(read)).result()).isZero();
        assertCancelled(List.of(read));
        long second = ring.add(sqe -> sqe.prepRead(pipe[0], target.address(), 8, -1));
        MemorySegment text = ring.bytes("data");
        ring.run(sqe -> sqe.prepWrite(pipe[1], text.address(), 4, -1));
        assertThat(ring.awaitOf(second).result()).isEqualTo(4);
        assertThat(ring.run(sqe -> sqe.prepCancel(second)).failedWith(Errno.ENOENT))
                .isTrue();
    }

    @Test
    @Shows(
            value = {Opcode.READ, Opcode.ASYNC_CANCEL},
            behaviour = "io-cancel")
    void aReadThatAWorkerIsBlockedInIsInterrupted() {
        int[] pipe = ring.pipe();
        MemorySegment target = ring.allocate(8);
        long read =
                ring.add(sqe -> sqe.prepRead(pipe[0], target.address(), 8, -1).async());
        ring.submit();
        // A worker that is on its way into the read may miss the signal: the cancel is repeated, as a loop does it.
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        int cancel;
        do {
            cancel = ring.run(sqe -> sqe.prepCancel(read)).result();
            assertThat(cancel).isIn(0, Errno.EALREADY.result(), Errno.ENOENT.result());
        } while (cancel == Errno.EALREADY.result() && System.nanoTime() - end < 0);
        assertThat(ring.awaitOf(read).result()).isIn(Errno.ECANCELED.result(), Errno.EINTR.result());
    }
}
