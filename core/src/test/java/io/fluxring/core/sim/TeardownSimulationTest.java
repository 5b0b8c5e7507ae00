package io.fluxring.core.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.IncompleteCloseException;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The end of a loop: cancel, drain, unmap, close, free, in this order; and what if the kernel does not play along. */
class TeardownSimulationTest {
    private static final Logger QUIET = Logger.getLogger(RingLoop.class.getName());

    private final SimulatedKernel kernel = new SimulatedKernel(11);
    private final Arena arena = Arena.ofConfined();
    private final RingLoop loop = RingLoop.open(
            kernel, RingLoopConfig.defaults().withRing(RingConfig.defaults().withEntries(4, 8)));
    private final List<Integer> results = new ArrayList<>();

    @BeforeEach
    void attach() {
        QUIET.setLevel(Level.OFF);
        loop.attach();
    }

    @AfterEach
    void free() {
        QUIET.setLevel(null);
        QUIET.setFilter(null);
        arena.close();
    }

    private TrackedOperation accept(int listener) {
        return new TrackedOperation(
                        Opcode.ACCEPT, sqe -> sqe.prepAccept(listener, 0), (result, flags) -> results.add(result))
                .submit(loop);
    }

    @Test
    void operationsAreCancelledAndAwaited() {
        int listener = SimulatedListener.open(kernel);
        for (int i = 0; i < 20; i++) {
            accept(listener); // more than there are slots: some are with the kernel, some are queued
        }
        loop.tick(0);
        loop.close();
        assertThat(results).hasSize(20).containsOnly(Errno.ECANCELED.result());
        kernel.close(listener);
        kernel.verifyNothingLeft();
    }

    @Test
    void memoryLivesUntilTheEnd() {
        MemorySegment probe = loop.memory().allocate(8);
        loop.provideBuffers(BufferRingConfig.of(2, 64).withMostBuffers(64)); // whose range is reserved
        loop.addCloseHook(() -> assertThat(probe.scope().isAlive()).isTrue());
        loop.close();
        assertThat(probe.scope().isAlive()).isFalse();
        assertThat(loop.closed()).isDone();
        kernel.verifyNothingLeft();
    }

    @Test
    void memoryIsKeptWhenTheKernelKeepsAnOperation() {
        int listener = SimulatedListener.open(kernel);
        MemorySegment probe = loop.memory().allocate(8);
        accept(listener);
        loop.tick(0);
        kernel.neverCompletes();
        long before = kernel.nanoTime();
        assertThatThrownBy(loop::close)
                .isInstanceOfSatisfying(IncompleteCloseException.class, e -> {
                    assertThat(e.operations()).isEqualTo(1);
                    assertThat(e.dump()).contains("ACCEPT fd=" + listener);
                })
                .hasMessageContainingAll("after 5000 ms of waiting", "kept for ever", "1 operations", "ACCEPT fd=");
        assertThat(kernel.nanoTime() - before)
                .isGreaterThanOrEqualTo(RingLoopConfig.defaults().closeTimeoutNanos());
        assertThat(loop.closed())
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(IncompleteCloseException.class);
        assertThat(probe.scope().isAlive()).isTrue();
        assertThat(kernel.inFlight()).isPositive();
        kernel.verify(); // neither unmapped nor closed under the operation
    }

    /** The limit is the kernel's: what hooks and handlers take is taken off. */
    @Test
    void slowHandlersAreNoReasonToGiveUp() {
        List<String> logged = captureLog();
        int listener = SimulatedListener.open(kernel);
        long slow = RingLoopConfig.defaults().closeTimeoutNanos() + 1;
        loop.addCloseHook(() -> kernel.advance(slow));
        for (int i = 0; i < 20; i++) {
            new TrackedOperation(Opcode.ACCEPT, sqe -> sqe.prepAccept(listener, 0), (result, flags) -> {
                        kernel.advance(slow);
                        results.add(result);
                    })
                    .submit(loop);
        }
        loop.tick(0);
        loop.close();
        assertThat(results).hasSize(20).containsOnly(Errno.ECANCELED.result());
        assertThat(logged).singleElement(InstanceOfAssertFactories.STRING).contains("handlers", "20 operations left");
        kernel.close(listener);
        kernel.verifyNothingLeft();
    }

    /** A limit below the time that operations have to end by themselves still gives the cancel its chance. */
    @Test
    void aShortLimitIsNoReasonNotToCancel() {
        SimulatedKernel other = new SimulatedKernel(3);
        RingLoop hasty = RingLoop.open(other, RingLoopConfig.defaults().withCloseTimeoutNanos(10_000_000));
        hasty.attach();
        int event = other.eventFd(0);
        TrackedOperation poll = new TrackedOperation(
                        Opcode.POLL_ADD,
                        sqe -> sqe.prepPoll(event, Libc.POLLIN),
                        (result, flags) -> results.add(result))
                .submit(hasty);
        hasty.tick(0);
        hasty.close();
        poll.requireEnded();
        other.close(event);
        other.verifyNothingLeft();
    }

    /** What is left may have a name that throws; the loop's end is made known all the same. */
    @Test
    void aNameThatThrowsDoesNotHideThatTheEndIsIncomplete() {
        int listener = SimulatedListener.open(kernel);
        loop.submit(new Operation(Opcode.ACCEPT) {
            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepAccept(listener, 0);
            }

            @Override
            protected void completed(int result, int flags) {
                results.add(result);
            }

            @Override
            protected String describe() {
                throw new UnsupportedOperationException("expected by the test");
            }
        });
        loop.tick(0);
        kernel.neverCompletes();
        assertThatThrownBy(loop::close)
                .isInstanceOf(IncompleteCloseException.class)
                .hasMessageContaining("1 operations are left");
        assertThat(loop.closed()).isCompletedExceptionally();
        assertThat(results).isEmpty();
    }

    private List<String> captureLog() {
        List<String> logged = new ArrayList<>();
        QUIET.setLevel(Level.WARNING);
        QUIET.setFilter(entry -> {
            logged.add(entry.getMessage());
            return false;
        });
        return logged;
    }

    @Test
    void memoryIsFreedWithTheLastRelease() throws InterruptedException {
        BufferRing buffers = loop.provideBuffers(BufferRingConfig.of(2, 64).withMostBuffers(64));
        assertThat(buffers.free()).isEqualTo(2);
        MemorySegment probe = loop.memory().allocate(8);
        AtomicInteger told = new AtomicInteger();
        BufferLease first = loop.sendBlocks().allocate(told::incrementAndGet);
        BufferLease second = loop.sendBlocks().allocate(told::incrementAndGet);
        loop.close();
        assertThatCode(first::byteBuffer).doesNotThrowAnyException();
        assertThat(loop.liveLeases()).isEqualTo(2);
        first.release();
        assertThat(loop.liveLeases()).isEqualTo(1);
        assertThat(probe.scope().isAlive()).isTrue();
        Thread other = new Thread(second::release);
        other.start();
        other.join();
        assertThat(loop.liveLeases()).isZero();
        assertThat(probe.scope().isAlive()).isFalse();
        assertThat(told).as("holders are not called after the end").hasValue(0);
        kernel.verifyNothingLeft();
        assertThatThrownBy(() -> loop.sendBlocks().allocate(null)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aLeaseThatComesBackToMemoryThatIsKeptFreesNothing() throws InterruptedException {
        int listener = SimulatedListener.open(kernel);
        BufferLease lease = loop.sendBlocks().allocate(null);
        accept(listener);
        loop.tick(0);
        kernel.neverCompletes();
        assertThatThrownBy(loop::close).isInstanceOf(IncompleteCloseException.class);
        MemorySegment view = lease.segment();
        Thread other = new Thread(lease::release);
        other.start();
        other.join();
        assertThat(loop.liveLeases()).isZero();
        assertThat(view.scope().isAlive()).isTrue();
    }

    @Test
    void aLoopThatNeverRanGivesEverythingBack() {
        SimulatedKernel other = new SimulatedKernel(2);
        RingLoop unused = RingLoop.open(other, RingLoopConfig.defaults());
        unused.close();
        unused.close();
        other.verifyNothingLeft();
    }

    @Test
    void aHandlerThatSubmitsDuringTheTeardownIsAwaitedToo() {
        int listener = SimulatedListener.open(kernel);
        TrackedOperation nop =
                new TrackedOperation(Opcode.NOP, sqe -> sqe.prepNop(7), (result, flags) -> results.add(result));
        new TrackedOperation(Opcode.ACCEPT, sqe -> sqe.prepAccept(listener, 0), (result, flags) -> nop.submit(loop))
                .submit(loop);
        loop.tick(0);
        loop.close();
        assertThat(results).containsExactly(7);
        nop.requireEnded();
        kernel.close(listener);
        kernel.verifyNothingLeft();
    }
}
