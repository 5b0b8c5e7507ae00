package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Who waits for slots is called when there are some: in order, once, and never past the first in line. */
class SlotWaitersTest {
    private static final RingLoopConfig SMALL =
            RingLoopConfig.defaults().withRing(RingConfig.defaults().withEntries(4, 8));

    private final int[] slots = {0};
    private final int[] entries = {1};
    private final List<String> ran = new ArrayList<>();
    private final List<Throwable> thrown = new ArrayList<>();
    private final SlotWaiters waiters = new SlotWaiters(() -> slots[0], () -> entries[0]);
    private final Consumer<Runnable> guard = task -> {
        try {
            task.run();
        } catch (RuntimeException e) {
            thrown.add(e);
        }
    };

    private Runnable taking(String name, int taken) {
        return () -> {
            ran.add(name);
            slots[0] -= taken;
        };
    }

    @Test
    void aRoundStopsWhenTheSlotsAreUsedUp() {
        waiters.add(1, taking("first", 1));
        waiters.add(1, taking("second", 1));
        waiters.add(1, taking("third", 1));
        waiters.run(guard);
        assertThat(waiters.canRun()).isFalse();
        slots[0] = 2;
        assertThat(waiters.canRun()).isTrue();
        waiters.run(guard);
        assertThat(ran).containsExactly("first", "second");
        assertThat(waiters.size()).isEqualTo(1);
    }

    @Test
    void oneThatNeedsManyIsNotOvertaken() {
        waiters.add(3, taking("large", 3));
        waiters.add(1, taking("small", 1));
        slots[0] = 2;
        waiters.run(guard);
        assertThat(ran).isEmpty();
        assertThat(waiters.canRun()).isFalse();
        slots[0] = 4;
        waiters.run(guard);
        assertThat(ran).containsExactly("large", "small");
    }

    @Test
    void nothingRunsWithoutASubmissionEntry() {
        slots[0] = 1;
        entries[0] = 0;
        waiters.add(1, taking("waiter", 1));
        waiters.run(guard);
        assertThat(ran).isEmpty();
        assertThat(waiters.canRun()).as("the next enter makes room").isTrue();
    }

    @Test
    void oneThatAsksAgainRunsOnceARound() {
        slots[0] = 5;
        Runnable[] greedy = new Runnable[1];
        greedy[0] = () -> {
            ran.add("greedy");
            waiters.remove(greedy[0]);
            waiters.add(1, greedy[0]);
        };
        waiters.add(1, greedy[0]);
        waiters.add(1, taking("modest", 1));
        waiters.run(guard);
        assertThat(ran).containsExactly("greedy", "modest");
        waiters.run(guard);
        assertThat(ran).containsExactly("greedy", "modest", "greedy");
    }

    @Test
    void oneThatThrowsCostsTheOthersNothing() {
        slots[0] = 2;
        waiters.add(1, () -> {
            throw new IllegalStateException("expected by the test");
        });
        waiters.add(1, taking("other", 1));
        waiters.run(guard);
        assertThat(ran).containsExactly("other");
        assertThat(thrown).hasSize(1);
    }

    @Test
    void oneThatIsTakenBackDoesNotRun() {
        slots[0] = 2;
        Runnable second = taking("second", 1);
        waiters.add(1, () -> {
            ran.add("first");
            waiters.remove(second);
        });
        waiters.add(1, second);
        waiters.run(guard);
        assertThat(ran).containsExactly("first");
        assertThat(waiters.size()).isZero();
    }

    // ---- with a loop

    @Test
    void aCompletionThatFreesASlotEndsTheWait() {
        int eventFd = Kernel.linux().eventFd(Libc.EFD_CLOEXEC);
        try (ForeignLoop foreign = new ForeignLoop(SMALL)) {
            List<TestOperation> polls = new ArrayList<>();
            while (foreign.loop.freeSlots() > 0) {
                TestOperation poll = new TestOperation(Opcode.POLL_ADD, sqe -> sqe.prepPoll(eventFd, Libc.POLLIN));
                polls.add(poll);
                foreign.loop.submit(poll);
                foreign.loop.tick(0);
            }
            foreign.loop.whenSlotsFree(() -> ran.add("slots: " + foreign.loop.freeSlots()));
            foreign.loop.tick(1_000_000L);
            assertThat(ran).isEmpty();
            foreign.loop.cancel(polls.getFirst());
            foreign.until(() -> !ran.isEmpty());
            assertThat(ran).containsExactly("slots: 1");
            assertThat(polls.getFirst().results).containsExactly(Errno.ECANCELED.result());
        }
        Kernel.linux().close(eventFd);
    }

    @Test
    void reservedSlotsAreNotFree() {
        try (ForeignLoop foreign = new ForeignLoop(SMALL)) {
            RingLoop loop = foreign.loop;
            assertThat(loop.reserveSlots(7)).isTrue();
            loop.whenSlotsFree(2, () -> ran.add("two"));
            assertThat(ran).isEmpty();
            loop.tick(0);
            assertThat(ran).isEmpty();
            loop.unreserveSlots(1);
            loop.tick(0);
            assertThat(ran).containsExactly("two");
            loop.unreserveSlots(6);
        }
    }

    @Test
    void aTickDoesNotSleepWhileAWaiterCanRun() {
        try (ForeignLoop foreign = new ForeignLoop(SMALL)) {
            RingLoop loop = foreign.loop;
            loop.whenSlotsFree(() -> {
                ran.add("first");
                loop.whenSlotsFree(() -> ran.add("second"));
            });
            loop.tick(RingLoop.FOREVER);
            loop.tick(0);
            assertThat(ran).containsExactly("first", "second");
        }
    }

    @Test
    void moreSlotsThanThereAreCannotBeAskedFor() {
        try (ForeignLoop foreign = new ForeignLoop(SMALL)) {
            assertThatThrownBy(() -> foreign.loop.whenSlotsFree(9, () -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("between 1 and 8");
        }
    }
}
