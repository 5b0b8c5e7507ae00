package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.Kernel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The end of a loop on the real kernel, with much in flight, and in bad company. */
@ExtendWith(QuietLog.class)
class LoopEndTest {
    private static final int CANCELLED = Errno.ECANCELED.result();

    private static long ringsAndEvents() {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.filter(LoopEndTest::isRingOrEvent).count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isRingOrEvent(Path fd) {
        try {
            String file = Files.readSymbolicLink(fd).toString();
            return file.contains("io_uring") || file.contains("eventfd");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    @Test
    void thousandsOfPendingOperations() {
        long before = ringsAndEvents();
        int eventFd = Kernel.linux().eventFd(Libc.EFD_CLOEXEC);
        List<TestOperation> pending = new ArrayList<>();
        long start;
        try (Arena arena = Arena.ofConfined();
                ForeignLoop foreign = new ForeignLoop(RingLoopConfig.defaults())) {
            RingLoop loop = foreign.loop;
            MemorySegment hour = arena.allocate(16, 8);
            hour.set(ValueLayout.JAVA_LONG, 0, 3600);
            MemorySegment memory = arena.allocate(64);
            Loopback loopback = new Loopback(foreign);
            loopback.connect();
            int fd = loopback.accept();
            for (int i = 0; i < 2500; i++) {
                pending.add(new TestOperation(Opcode.POLL_ADD, sqe -> sqe.prepPoll(eventFd, Libc.POLLIN)));
                pending.add(new TestOperation(Opcode.TIMEOUT, sqe -> sqe.prepTimeout(hour.address(), 0, 0)));
                pending.add(new TestOperation(Opcode.RECV, sqe -> sqe.prepReceive(fd, memory.address(), 64, 0)));
            }
            pending.forEach(loop::submit);
            foreign.until(() -> pending.stream().allMatch(operation -> operation.state() == Operation.State.IN_KERNEL));
            assertThat(loop.liveOperations()).isEqualTo(7500);
            assertThat(loop.dump().lines().count()).as("a dump has its limits").isLessThan(120);
            start = System.nanoTime();
            loop.addCloseHook(loopback::close);
        }
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(5));
        assertThat(pending)
                .allSatisfy(operation -> assertThat(operation.results)
                        .hasSize(1)
                        .first()
                        .isIn(CANCELLED, operation.opcode() == Opcode.RECV ? 0 : CANCELLED));
        Kernel.linux().close(eventFd);
        assertThat(ringsAndEvents()).isEqualTo(before);
    }

    /** As many polls as a default ring has slots, as idle connections hold them: each costs the end of the loop the same. */
    @Test
    void asManyPollsAsThereAreSlots() {
        int eventFd = Kernel.linux().eventFd(Libc.EFD_CLOEXEC);
        List<TestOperation> pending = new ArrayList<>();
        try (ForeignLoop foreign = new ForeignLoop(RingLoopConfig.defaults())) {
            for (int i = 0; i < 16_384; i++) {
                pending.add(new TestOperation(Opcode.POLL_ADD, sqe -> sqe.prepPoll(eventFd, Libc.POLLIN)));
                foreign.loop.submit(pending.getLast());
            }
            foreign.until(() -> pending.getLast().state() == Operation.State.IN_KERNEL);
        }
        assertThat(pending)
                .allSatisfy(operation -> assertThat(operation.results).containsExactly(CANCELLED));
        Kernel.linux().close(eventFd);
    }

    @Test
    void moreInLineThanInTheKernel() {
        int eventFd = Kernel.linux().eventFd(Libc.EFD_CLOEXEC);
        List<TestOperation> pending = new ArrayList<>();
        try (ForeignLoop foreign = new ForeignLoop(
                RingLoopConfig.defaults().withRing(RingConfig.defaults().withEntries(16, 32)))) {
            for (int i = 0; i < 6000; i++) {
                pending.add(new TestOperation(Opcode.POLL_ADD, sqe -> sqe.prepPoll(eventFd, Libc.POLLIN)));
                foreign.loop.submit(pending.getLast());
            }
            foreign.loop.tick(0);
        }
        assertThat(pending)
                .allSatisfy(operation -> assertThat(operation.results).containsExactly(CANCELLED));
        Kernel.linux().close(eventFd);
    }

    /** A limit of 200 ms, handlers that take 400 ms in all, and a hook that takes 200: the kernel was quick. */
    @Test
    void slowHandlersAreAwaited() throws Exception {
        long before = ringsAndEvents();
        int eventFd = Kernel.linux().eventFd(Libc.EFD_CLOEXEC);
        RingLoop loop = RingLoop.open(RingLoopConfig.defaults().withCloseTimeoutNanos(200_000_000))
                .start(Thread.ofPlatform().factory());
        List<TestOperation> pending = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            pending.add(new TestOperation(Opcode.POLL_ADD, sqe -> sqe.prepPoll(eventFd, Libc.POLLIN)) {
                @Override
                protected void completed(int result, int completionFlags) {
                    super.completed(result, completionFlags);
                    pause(10);
                }
            });
        }
        CompletableFuture.runAsync(
                        () -> {
                            pending.forEach(loop::submit);
                            loop.addCloseHook(() -> pause(200));
                        },
                        loop)
                .get(10, TimeUnit.SECONDS);
        loop.close();
        loop.closed().get(10, TimeUnit.SECONDS);
        assertThat(pending)
                .allSatisfy(operation -> assertThat(operation.results).containsExactly(CANCELLED));
        Kernel.linux().close(eventFd);
        assertThat(ringsAndEvents()).isEqualTo(before);
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The kernel cancels what a dead thread has submitted, and lets nobody else ask for the completions. */
    @Test
    void aThreadThatDiesWithOperationsInFlight() throws Exception {
        long before = ringsAndEvents();
        int eventFd = Kernel.linux().eventFd(Libc.EFD_CLOEXEC);
        RingLoop loop = RingLoop.open(RingLoopConfig.defaults());
        TestOperation poll = new TestOperation(Opcode.POLL_ADD, sqe -> sqe.prepPoll(eventFd, Libc.POLLIN));
        MemorySegment[] memory = new MemorySegment[1];
        Thread thread = new Thread(() -> {
            loop.attach();
            memory[0] = loop.memory().allocate(8);
            loop.submit(poll);
            loop.tick(0);
        });
        thread.start();
        thread.join();
        assertThatThrownBy(loop::close)
                .isInstanceOf(IncompleteCloseException.class)
                .hasMessageContainingAll("thread has died", "1 operations are left", "POLL_ADD fd=" + eventFd);
        loop.close();
        assertThat(loop.closed()).isCompletedExceptionally();
        assertThat(poll.results).as("nobody may run its handler").isEmpty();
        assertThat(memory[0].scope().isAlive())
                .as("memory that the kernel might still write to")
                .isTrue();
        assertThatThrownBy(() -> loop.execute(() -> {})).hasMessageContaining("closed");
        Kernel.linux().close(eventFd);
        assertThat(ringsAndEvents()).isEqualTo(before);
    }

    @Test
    void aThreadThatDiesWithNothingInFlight() throws Exception {
        long before = ringsAndEvents();
        RingLoop loop = RingLoop.open(RingLoopConfig.defaults());
        MemorySegment[] memory = new MemorySegment[1];
        Thread thread = new Thread(() -> {
            loop.attach();
            memory[0] = loop.memory().allocate(8);
        });
        thread.start();
        thread.join();
        loop.close();
        assertThat(memory[0].scope().isAlive()).isFalse();
        assertThat(ringsAndEvents()).isEqualTo(before);
    }

    @Test
    void whileTheThreadLivesNobodyElseMayClose() throws Exception {
        try (ForeignLoop foreign = new ForeignLoop(RingLoopConfig.defaults())) {
            CompletableFuture<Throwable> refusal = CompletableFuture.supplyAsync(() -> {
                try {
                    foreign.loop.close();
                    return null;
                } catch (IllegalStateException e) {
                    return e;
                }
            });
            assertThat(refusal.get(10, TimeUnit.SECONDS)).hasMessageContaining("loop's thread");
        }
    }

    @Test
    void aSecondStartIsRefusedAndHarmsNobody() throws Exception {
        RingLoop loop = RingLoop.open(RingLoopConfig.defaults());
        loop.start(Thread.ofPlatform().factory());
        assertThatThrownBy(() -> loop.start(Thread.ofPlatform().factory()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has a thread already");
        assertThat(loop.closed()).isNotCompleted();
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        loop.execute(() -> loop.submit(new TestOperation(Opcode.NOP, sqe -> sqe.prepNop(5)) {
            @Override
            protected void completed(int result, int completionFlags) {
                answer.complete(result);
            }
        }));
        assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(5);
        loop.close();
        loop.closed().get(10, TimeUnit.SECONDS);
    }

    @Test
    @Timeout(20)
    void aCloseAfterAStartThatFailed() {
        long before = ringsAndEvents();
        try (RingLoop loop = RingLoop.open(RingLoopConfig.defaults())) {
            assertThatThrownBy(() -> loop.start(Thread.ofVirtual().factory())).hasMessageContaining("platform thread");
            assertThat(loop.closed()).isCompleted();
        }
        assertThat(ringsAndEvents()).isEqualTo(before);
    }
}
