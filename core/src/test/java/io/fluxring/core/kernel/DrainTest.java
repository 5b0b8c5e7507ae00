package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries that wait for all before them. */
class DrainTest {
    private KernelRing ring = KernelRing.open();

    @AfterEach
    void close() {
        ring.close();
    }

    @Test
    @Shows(
            value = {Opcode.POLL_ADD, Opcode.NOP},
            behaviour = "link_drain")
    void aDrainWaitsForAllBeforeItAndHoldsUpAllBehindIt() {
        int fd = ring.eventFd();
        long before = ring.add(sqe -> sqe.prepPoll(fd, Libc.POLLIN));
        long drain = ring.add(sqe -> sqe.prepNop().drain());
        long behind = ring.add(sqe -> sqe.prepNop());
        assertThat(ring.takeReady()).isEmpty();
        ring.signal(fd);
        assertThat(ring.await(3)).extracting(Cqe::userData).containsExactly(before, drain, behind);
    }

    @Test
    @Shows(
            value = {Opcode.POLL_ADD, Opcode.NOP},
            behaviour = "link_drain")
    void aDrainInAChainHoldsUpTheWholeChain() {
        int fd = ring.eventFd();
        long before = ring.add(sqe -> sqe.prepPoll(fd, Libc.POLLIN));
        long first = ring.add(sqe -> sqe.prepNop().link());
        long drain = ring.add(sqe -> sqe.prepNop().drain().link());
        long last = ring.add(sqe -> sqe.prepNop());
        long behind = ring.add(sqe -> sqe.prepNop());
        assertThat(ring.takeReady()).isEmpty();
        ring.signal(fd);
        assertThat(ring.await(5)).extracting(Cqe::userData).containsExactly(before, first, drain, last, behind);
    }

    @Test
    @Shows(
            value = {Opcode.POLL_ADD, Opcode.NOP},
            behaviour = "link_drain")
    void drainsInARowFollowEachOther() {
        int fd = ring.eventFd();
        List<Long> order = new ArrayList<>();
        order.add(ring.add(sqe -> sqe.prepPoll(fd, Libc.POLLIN)));
        for (int i = 0; i < 10; i++) {
            order.add(ring.add(sqe -> sqe.prepNop().async().drain()));
        }
        assertThat(ring.takeReady()).isEmpty();
        ring.signal(fd);
        assertThat(ring.await(11)).extracting(Cqe::userData).isEqualTo(order);
    }

    @Test
    @Shows(
            value = {Opcode.NOP, Opcode.POLL_ADD},
            behaviour = "defer")
    void whatIsDeferredOverflowsWithoutLossAndInOrder() {
        ring.close();
        ring = KernelRing.open(RingConfig.defaults().withEntries(64, 64));
        int fd = ring.eventFd();
        List<Long> order = new ArrayList<>();
        order.add(ring.add(sqe -> sqe.prepPoll(fd, Libc.POLLIN)));
        for (int i = 0; i < 200; i++) {
            order.add(ring.add(sqe -> sqe.prepNop().drain()));
            if (i % 50 == 49) {
                ring.submit();
            }
        }
        ring.signal(fd);
        assertThat(ring.await(201)).extracting(Cqe::userData).isEqualTo(order);
        assertThat(ring.takeReady()).isEmpty();
    }

    @Test
    @Shows(
            value = {Opcode.POLL_ADD, Opcode.NOP},
            registers = RegisterOperation.SYNC_CANCEL,
            behaviour = "defer")
    void whatIsDeferredStartsWhenWhatItWaitsForIsCancelled() {
        int fd = ring.eventFd();
        long poll = ring.add(sqe -> sqe.prepPoll(fd, Libc.POLLIN));
        long drain = ring.add(sqe -> sqe.prepNop().drain());
        long cancel = ring.add(sqe -> sqe.prepCancel(poll));
        assertThat(ring.takeReady()).as("the cancel is held up with the rest").isEmpty();
        MemorySegment request = ring.allocate(64); // only a call gets past the drain
        request.set(ValueLayout.JAVA_LONG, 0, poll);
        request.set(ValueLayout.JAVA_LONG, 16, -1);
        request.set(ValueLayout.JAVA_LONG, 24, -1);
        assertThat(ring.ring().register(RegisterOperation.SYNC_CANCEL, request.address(), 1))
                .isZero();
        assertThat(ring.await(3))
                .containsExactly(
                        new Cqe(poll, Errno.ECANCELED.result(), 0),
                        new Cqe(drain, 0, 0),
                        new Cqe(cancel, Errno.ENOENT.result(), 0));
    }

    /** An entry of the model: when its first and its last completion came. */
    private static final class Entry {
        final boolean drain;
        int first = -1;
        int last = -1;

        Entry(boolean drain) {
            this.drain = drain;
        }
    }

    /**
     * Random entries, with one completion or several, at once or later, some of which drain. The model: a drain's first
     * completion comes after the last ones of all before it, and so does everything behind the drain.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    @Shows(
            value = {Opcode.NOP, Opcode.POLL_ADD, Opcode.TIMEOUT},
            behaviour = "multicqes_drain")
    void theOrderIsThatOfTheModel(long seed) {
        ring.close();
        ring = KernelRing.open(RingConfig.defaults().withEntries(256, 1024));
        Random random = new Random(seed);
        List<Integer> pending = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        int completions = 0;
        for (int i = 0; i < 120; i++) {
            Entry entry = new Entry(random.nextInt(6) == 0);
            entries.add(entry);
            completions += addRandom(random, i, entry.drain, pending);
            if (random.nextInt(10) == 0) {
                ring.submit();
            }
        }
        ring.submit();
        Collections.shuffle(pending, random);
        pending.forEach(ring::signal);
        int at = 0;
        for (Cqe cqe : ring.await(completions)) {
            Entry entry = entries.get((int) cqe.userData());
            assertThat(entry.last).as("nothing after its last").isEqualTo(-1);
            entry.first = entry.first < 0 ? at : entry.first;
            entry.last = cqe.more() ? -1 : at;
            at++;
        }
        assertThat(ring.takeReady()).isEmpty();
        assertOrder(seed, entries);
    }

    private int addRandom(Random random, int index, boolean drain, List<Integer> pending) {
        int flags = drain ? Abi.SQE_IO_DRAIN : 0;
        switch (random.nextInt(5)) {
            case 0 -> ring.add(index, sqe -> sqe.prepNop().flags(flags));
            case 1 -> ring.add(index, sqe -> sqe.prepNopTaskWork(0).flags(flags));
            case 2 -> ring.add(index, sqe -> sqe.prepNop().async().flags(flags));
            case 3 -> {
                int fd = ring.eventFd();
                pending.add(fd);
                ring.add(index, sqe -> sqe.prepPoll(fd, Libc.POLLIN).flags(flags));
            }
            default -> {
                int repetitions = 1 + random.nextInt(3);
                long timespec = ring.timespec(random.nextInt(200_000));
                ring.add(
                        index,
                        sqe -> sqe.prepTimeoutMultishot(timespec, repetitions, 0)
                                .flags(flags));
                return repetitions;
            }
        }
        return 1;
    }

    private static void assertOrder(long seed, List<Entry> entries) {
        int lastBefore = -1; // the latest last completion of all before the drain that holds up now
        int latest = -1;
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            assertThat(entry.last).as("seed %d, entry %d has ended", seed, i).isNotNegative();
            lastBefore = entry.drain ? latest : lastBefore;
            assertThat(entry.first).as("seed %d, entry %d", seed, i).isGreaterThan(lastBefore);
            latest = Math.max(latest, entry.last);
        }
    }
}
