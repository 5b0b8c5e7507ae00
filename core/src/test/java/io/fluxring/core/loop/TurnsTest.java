package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Work that the kernel does while it takes an operation: it does not keep the loop from what else there is. */
@ExtendWith(QuietLog.class)
class TurnsTest {
    private static final int PIECE = 1024 * 1024; // of which no round takes more than four

    private final ForeignLoop foreign = new ForeignLoop(RingLoopConfig.defaults());
    private final RingLoop loop = foreign.loop;
    private final List<TestOperation> done = new ArrayList<>();

    @AfterEach
    void close() {
        foreign.close();
    }

    private final class Work extends TestOperation {
        Work() {
            super(Opcode.NOP, Sqe::prepNop);
        }

        @Override
        protected void completed(int result, int completionFlags) {
            super.completed(result, completionFlags);
            done.add(this);
        }
    }

    private List<Work> submitInTurn(int count) {
        List<Work> all = IntStream.range(0, count).mapToObj(i -> new Work()).toList();
        all.forEach(work -> loop.submitInTurn(work, PIECE));
        return all;
    }

    @Test
    void roundsTakeTheWorkInOrderAndLetTheRestPass() {
        List<Work> large = submitInTurn(40);
        Work small = new Work();
        loop.submit(small);
        assertThat(loop.liveOperations()).isEqualTo(41);
        assertThat(loop.dump()).contains("waits for its turn");
        loop.tick(RingLoop.FOREVER);
        loop.tick(RingLoop.FOREVER);
        assertThat(done).contains(small).hasSizeLessThan(12);
        foreign.until(() -> loop.liveOperations() == 0);
        done.remove(small);
        assertThat(done).containsExactlyElementsOf(large);
        assertThat(loop.freeSlots()).isPositive();
    }

    /** A round does not wait for a completion while there is work whose turn comes. */
    @Test
    void noRoundSleepsWhileWorkWaits() {
        submitInTurn(40);
        for (int rounds = 0; loop.liveOperations() > 0; rounds++) {
            assertThat(rounds).isLessThan(100);
            loop.tick(RingLoop.FOREVER);
        }
        assertThat(done).hasSize(40);
    }

    @Test
    void workIsCancelledBeforeItsTurn() {
        List<Work> all = submitInTurn(40);
        Work cancelled = all.get(30);
        loop.cancel(cancelled);
        loop.tick(RingLoop.FOREVER);
        assertThat(cancelled.results).containsExactly(Errno.ECANCELED.result());
        assertThat(all.get(31).isLive()).isTrue();
        foreign.until(() -> loop.liveOperations() == 0);
        assertThat(done).hasSize(40);
        assertThat(all).filteredOn(work -> work.last() == 0).hasSize(39);
    }

    @Test
    void aPreparationThatThrowsCostsNobodyTheTurn() {
        submitInTurn(10);
        TestOperation broken = new TestOperation(Opcode.NOP, sqe -> {
            throw new IllegalStateException("a test's own");
        });
        loop.submitInTurn(broken, PIECE);
        submitInTurn(10);
        foreign.until(() -> loop.liveOperations() == 0);
        assertThat(broken.results).containsExactly(Errno.EINVAL.result());
        assertThat(done).hasSize(20);
    }

    @Test
    void theEndOfTheLoopEndsWhatWaits() {
        List<Work> all = submitInTurn(200);
        loop.close();
        assertThat(done).hasSize(200);
        assertThat(all).allSatisfy(work -> assertThat(work.last()).isIn(0, Errno.ECANCELED.result()));
    }
}
