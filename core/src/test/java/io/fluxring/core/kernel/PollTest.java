package io.fluxring.core.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Waiting for readiness. */
class PollTest {
    private static final int READABLE = Libc.POLLIN;

    private KernelRing ring = KernelRing.open();

    @AfterEach
    void close() {
        ring.close();
    }

    private void reopen(int submissions, int completions) {
        ring.close();
        ring = KernelRing.open(RingConfig.defaults().withEntries(submissions, completions));
    }

    private void assertCancelled(long userData) {
        Cqe cqe = ring.awaitOf(userData);
        assertThat(cqe.result()).isEqualTo(Errno.ECANCELED.result());
        assertThat(cqe.more()).isFalse();
    }

    @Test
    @Shows(Opcode.POLL_ADD)
    void aPollCompletesOnceWithWhatIsThere() {
        int fd = ring.eventFd();
        assertThat(ring.run(sqe -> sqe.prepPoll(fd, Libc.POLLIN | Libc.POLLOUT)))
                .isEqualTo(new Cqe(1, Libc.POLLOUT, 0));
        long readable = ring.add(sqe -> sqe.prepPoll(fd, READABLE));
        assertThat(ring.takeReady()).isEmpty();
        ring.signal(fd);
        assertThat(ring.await()).isEqualTo(new Cqe(readable, READABLE, 0));
        ring.signal(fd);
        assertThat(ring.takeReady()).isEmpty();
    }

    @Test
    @Shows(Opcode.POLL_ADD)
    void aPollThatIsArmedAgainIsLevelTriggered() {
        int fd = ring.eventFd();
        ring.signal(fd);
        for (int i = 0; i < 3; i++) { // nobody reads
            assertThat(ring.run(sqe -> sqe.prepPoll(fd, READABLE)).result()).isEqualTo(READABLE);
        }
    }

    @Test
    @Shows({Opcode.POLL_ADD, Opcode.ASYNC_CANCEL})
    void aMultishotPollIsEdgeTriggered() {
        int fd = ring.eventFd();
        long poll = ring.add(sqe -> sqe.prepPollMultishot(fd, READABLE));
        for (int i = 0; i < 3; i++) {
            ring.signal(fd);
            Cqe cqe = ring.await();
            assertThat(cqe.userData()).isEqualTo(poll);
            assertThat(cqe.result()).isEqualTo(READABLE);
            assertThat(cqe.more()).isTrue();
            assertThat(ring.takeReady()).as("still readable, but no news").isEmpty();
        }
        assertThat(ring.run(sqe -> sqe.prepCancel(poll)).result()).isZero();
        assertCancelled(poll);
    }

    @Test
    @Shows(
            value = {Opcode.POLL_ADD, Opcode.ASYNC_CANCEL},
            behaviour = "poll-many")
    void ofManyPollsThoseCompleteWhoseDescriptorWoke() {
        int polls = 500;
        reopen(512, 2048);
        Map<Long, Integer> armed = new HashMap<>();
        for (int i = 0; i < polls; i++) {
            int fd = ring.eventFd();
            armed.put(ring.add(sqe -> sqe.prepPoll(fd, READABLE)), fd);
        }
        assertThat(ring.takeReady()).isEmpty();
        List<Long> order = new ArrayList<>(armed.keySet());
        Collections.shuffle(order, new Random(42));
        Set<Long> expected = new HashSet<>(order.subList(0, 200));
        expected.forEach(userData -> ring.signal(armed.get(userData)));
        assertThat(ring.await(expected.size()))
                .allSatisfy(cqe -> assertThat(cqe.result()).isEqualTo(READABLE))
                .extracting(Cqe::userData)
                .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(ring.run(sqe -> sqe.prepCancelAll()).result()).isEqualTo(polls - expected.size());
        assertThat(ring.await(polls - expected.size()))
                .allSatisfy(cqe -> assertThat(cqe.failedWith(Errno.ECANCELED)).isTrue());
    }

    @Test
    @Shows(
            value = {Opcode.POLL_ADD, Opcode.POLL_REMOVE},
            behaviour = "poll-mshot-update")
    void manyMultishotPollsChangeTheirUserDataAndGoOn() {
        int polls = 200;
        long renamed = 1L << 40;
        reopen(512, 2048);
        Map<Long, Integer> armed = new HashMap<>();
        for (int i = 0; i < polls; i++) {
            int fd = ring.eventFd();
            armed.put(ring.add(sqe -> sqe.prepPollMultishot(fd, READABLE)), fd);
        }
        for (int round = 0; round < 3; round++) {
            long from = round * renamed;
            armed.keySet()
                    .forEach(poll ->
                            ring.add(1L << 50, sqe -> sqe.prepPollUpdateUserData(poll + from, poll + from + renamed)));
            assertThat(ring.await(polls)).allMatch(cqe -> cqe.equals(new Cqe(1L << 50, 0, 0)));
            armed.values().forEach(ring::signal);
            assertThat(ring.await(polls))
                    .allMatch(cqe -> cqe.result() == READABLE && cqe.more())
                    .extracting(cqe -> cqe.userData() - from - renamed)
                    .containsExactlyInAnyOrderElementsOf(armed.keySet());
            armed.values().forEach(this::reset);
        }
        assertThat(ring.run(sqe -> sqe.prepCancelAll()).result()).isEqualTo(polls);
        assertThat(ring.await(polls)).noneMatch(Cqe::more);
    }

    private void reset(int eventFd) {
        MemorySegment counter = ring.allocate(8);
        assertThat(ring.run(sqe -> sqe.prepRead(eventFd, counter.address(), 8, 0))
                        .result())
                .isEqualTo(8);
    }

    @Test
    @Shows(
            value = {Opcode.POLL_ADD, Opcode.POLL_REMOVE},
            behaviour = "poll-mshot-update")
    void anUpdateToEventsThatAreThereIsSeenAtOnce() {
        int fd = ring.eventFd();
        long single = ring.add(sqe -> sqe.prepPoll(fd, READABLE));
        long multishot = ring.add(sqe -> sqe.prepPollMultishot(fd, READABLE));
        assertThat(ring.run(sqe -> sqe.prepPollUpdateEvents(single, Libc.POLLOUT))
                        .result())
                .isZero();
        assertThat(ring.awaitOf(single)).isEqualTo(new Cqe(single, Libc.POLLOUT, 0));
        assertThat(ring.run(sqe -> sqe.prepPollUpdate(multishot, 99, Libc.POLLOUT))
                        .result())
                .isZero();
        Cqe first = ring.await();
        assertThat(first.userData()).isEqualTo(99);
        assertThat(first.result()).isEqualTo(Libc.POLLOUT);
        assertThat(first.more()).as("a multishot poll stays one").isTrue();
        assertThat(ring.run(sqe -> sqe.prepPollRemove(multishot)).result()).isEqualTo(Errno.ENOENT.result());
        assertThat(ring.run(sqe -> sqe.prepPollRemove(99)).result()).isZero();
        assertCancelled(99);
    }

    @Test
    @Shows(value = Opcode.POLL_ADD, behaviour = "poll-mshot-overflow")
    void aFullQueueEndsAMultishotPollWithoutLoss() {
        reopen(2, 4);
        int fd = ring.eventFd();
        long poll = ring.add(sqe -> sqe.prepPollMultishot(fd, READABLE));
        ring.submit();
        for (int i = 0; i < 8; i++) {
            ring.signal(fd);
            ring.submit(); // posts, and nobody takes
        }
        assertThat(ring.ring().overflowed()).isTrue();
        List<Cqe> cqes = ring.await(5);
        assertThat(cqes).allMatch(cqe -> cqe.userData() == poll && cqe.result() == READABLE);
        assertThat(cqes).extracting(Cqe::more).containsExactly(true, true, true, true, false);
        assertThat(ring.takeReady()).as("it is gone").isEmpty();
        assertThat(ring.ring().overflowed()).isFalse();
        assertThat(ring.run(sqe -> sqe.prepPollRemove(poll)).result()).isEqualTo(Errno.ENOENT.result());
        Cqe again = ring.run(sqe -> sqe.prepPoll(fd, READABLE));
        assertThat(again.result()).as("what woke it since is not lost").isEqualTo(READABLE);
    }

    @Test
    @Shows(
            value = {Opcode.POLL_ADD, Opcode.POLL_REMOVE},
            behaviour = "poll-v-poll")
    void aPollSaysWhatTheSystemCallSays() {
        int[] masks = {Libc.POLLIN, Libc.POLLOUT, Libc.POLLIN | Libc.POLLOUT, Libc.POLLPRI, Libc.POLLRDHUP, 0};
        for (Map.Entry<String, Integer> file : filesInManyStates().entrySet()) {
            int fd = file.getValue();
            for (int mask : masks) {
                int expected = LibcCalls.poll(fd, mask);
                long poll = ring.add(sqe -> sqe.prepPoll(fd, mask));
                List<Cqe> cqes = ring.takeReady();
                if (expected != 0) {
                    assertThat(cqes).as("%s for 0x%x", file.getKey(), mask).containsExactly(new Cqe(poll, expected, 0));
                } else {
                    assertThat(cqes).as("%s for 0x%x", file.getKey(), mask).isEmpty();
                    assertThat(ring.run(sqe -> sqe.prepPollRemove(poll)).result())
                            .isZero();
                    assertCancelled(poll);
                }
            }
        }
    }

    private Map<String, Integer> filesInManyStates() {
        int[] empty = ring.pipe();
        int[] holding = ring.pipe();
        write(holding[1], 1);
        int[] full = ring.pipe();
        while (LibcCalls.poll(full[1], Libc.POLLOUT) != 0) {
            write(full[1], 4096);
        }
        int[] noWriter = ring.pipe();
        ring.closeOwned(noWriter[1]);
        int[] noReader = ring.pipe();
        ring.closeOwned(noReader[0]);
        int signalled = ring.eventFd();
        ring.signal(signalled);
        int saturated = ring.eventFd();
        MemorySegment most = ring.allocate(8);
        most.set(JAVA_LONG, 0, -2);
        assertThat(ring.run(sqe -> sqe.prepWrite(saturated, most.address(), 8, 0))
                        .result())
                .isEqualTo(8);
        Map<String, Integer> files = new HashMap<>();
        files.put("an empty pipe", empty[0]);
        files.put("the writing end of an empty pipe", empty[1]);
        files.put("a pipe that holds a byte", holding[0]);
        files.put("the writing end of a full pipe", full[1]);
        files.put("a pipe that nobody writes to", noWriter[0]);
        files.put("a pipe that nobody reads", noReader[1]);
        files.put("an eventfd", ring.eventFd());
        files.put("a signalled eventfd", signalled);
        files.put("a saturated eventfd", saturated);
        files.put("an epoll instance", ring.owned(LibcCalls.epollCreate()));
        return files;
    }

    private void write(int fd, int lengthBytes) {
        MemorySegment bytes = ring.allocate(lengthBytes);
        assertThat(ring.run(sqe -> sqe.prepWrite(fd, bytes.address(), lengthBytes, -1))
                        .result())
                .isEqualTo(lengthBytes);
    }

    @Test
    @Shows(
            value = {Opcode.POLL_ADD, Opcode.POLL_REMOVE, Opcode.ASYNC_CANCEL},
            behaviour = "poll-cancel")
    void aPollIsEndedByItsUserData() {
        int fd = ring.eventFd();
        long removed = ring.add(sqe -> sqe.prepPoll(fd, READABLE));
        assertThat(ring.run(sqe -> sqe.prepPollRemove(removed)).result()).isZero();
        assertCancelled(removed);
        long cancelled = ring.add(sqe -> sqe.prepPoll(fd, READABLE));
        assertThat(ring.run(sqe -> sqe.prepCancel(cancelled)).result()).isZero();
        assertCancelled(cancelled);
        assertThat(ring.run(sqe -> sqe.prepPollRemove(cancelled)).failedWith(Errno.ENOENT))
                .isTrue();
        assertThat(ring.run(sqe -> sqe.prepCancel(cancelled)).failedWith(Errno.ENOENT))
                .isTrue();
        ring.signal(fd);
        assertThat(ring.takeReady()).isEmpty();
    }

    @Test
    @Shows({Opcode.POLL_REMOVE, Opcode.READ})
    void onlyPollsAreFoundByARemoval() {
        int fd = ring.eventFd();
        MemorySegment counter = ring.allocate(8);
        long read = ring.add(sqe -> sqe.prepRead(fd, counter.address(), 8, 0));
        assertThat(ring.run(sqe -> sqe.prepPollRemove(read)).failedWith(Errno.ENOENT))
                .isTrue();
        ring.signal(fd);
        assertThat(ring.awaitOf(read).result()).isEqualTo(8);
        assertThat(counter.get(JAVA_LONG, 0)).isEqualTo(1);
    }
}
