package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.Slab;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.Kernel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a handler throws: the ring lives, and all other completions arrive. */
@ExtendWith(QuietLog.class)
class ThrowingHandlersTest {
    private static final RingLoopConfig CONFIG =
            RingLoopConfig.defaults().withRing(RingConfig.defaults().withEntries(64, 256));

    private final ForeignLoop foreign = new ForeignLoop(CONFIG);
    private final RingLoop loop = foreign.loop;

    @AfterEach
    void close() {
        foreign.close();
    }

    enum Throw {
        RUNTIME {
            @Override
            void now() {
                throw new IllegalStateException("expected by the test");
            }
        },
        ERROR {
            @Override
            void now() {
                throw new AssertionError("expected by the test");
            }
        },
        CHECKED {
            @Override
            void now() {
                ThrowingHandlersTest.<RuntimeException>unseen(new IOException("expected by the test"));
            }
        },
        OUT_OF_STACK {
            @Override
            @SuppressWarnings("InfiniteRecursion")
            void now() {
                now();
            }
        },
        OUT_OF_MEMORY {
            @Override
            void now() {
                throw new OutOfMemoryError("expected by the test");
            }
        };

        abstract void now();
    }

    /** Throws what the compiler believes to be something else. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> void unseen(Throwable e) throws T {
        throw (T) e;
    }

    private long failures() {
        return loop.counters().get(Counter.HANDLER_FAILURES);
    }

    private static TestOperation throwing(Throw kind) {
        return new TestOperation(Opcode.NOP, sqe -> sqe.prepNop()) {
            @Override
            protected void completed(int result, int completionFlags) {
                super.completed(result, completionFlags);
                kind.now();
            }
        };
    }

    @ParameterizedTest
    @EnumSource(Throw.class)
    void completions(Throw kind) {
        List<TestOperation> operations = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            operations.add(i % 3 == 0 ? throwing(kind) : new TestOperation(Opcode.NOP, sqe -> sqe.prepNop()));
            loop.submit(operations.getLast());
        }
        foreign.until(() -> operations.stream().noneMatch(Operation::isLive));
        assertThat(operations).allSatisfy(each -> assertThat(each.results).containsExactly(0));
        assertThat(failures()).isEqualTo(20);
        assertThat(foreign.run(Opcode.NOP, sqe -> sqe.prepNop(3))).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(Throw.class)
    void tasksDeadlinesAndObservers(Throw kind) {
        AtomicInteger ran = new AtomicInteger();
        List<Runnable> tasks = List.of(ran::incrementAndGet, kind::now, ran::incrementAndGet);
        tasks.forEach(loop::execute);
        tasks.forEach(task -> loop.schedule(task, 0));
        Thread other = new Thread(() -> {
            tasks.forEach(loop::execute);
            tasks.forEach(loop::signal);
        });
        other.start();
        foreign.until(() -> ran.get() == 8 && !other.isAlive());
        assertThat(failures()).isEqualTo(4);
        loop.observe((operation, result, flags) -> kind.now());
        assertThat(foreign.run(Opcode.NOP, sqe -> sqe.prepNop(3))).isEqualTo(3);
        loop.observe(null);
        assertThat(failures()).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(Throw.class)
    void closeHooks(Throw kind) {
        AtomicInteger ran = new AtomicInteger();
        int eventFd = Kernel.linux().eventFd(Libc.EFD_CLOEXEC);
        TestOperation poll = new TestOperation(Opcode.POLL_ADD, sqe -> sqe.prepPoll(eventFd, Libc.POLLIN)) {
            @Override
            protected void completed(int result, int completionFlags) {
                super.completed(result, completionFlags);
                kind.now();
            }
        };
        try (ForeignLoop other = new ForeignLoop(CONFIG)) {
            other.loop.addCloseHook(ran::incrementAndGet);
            other.loop.addCloseHook(kind::now);
            other.loop.addCloseHook(ran::incrementAndGet);
            other.loop.submit(poll);
        }
        assertThat(ran).hasValue(2);
        assertThat(poll.results).containsExactly(Errno.ECANCELED.result());
        Kernel.linux().close(eventFd);
    }

    /** One that throws must not keep the others from their turn, nor let anybody overtake for ever after. */
    @ParameterizedTest
    @EnumSource(Throw.class)
    void thoseWhoWaitForABlock(Throw kind) {
        Slab slab = loop.sendBlocks();
        List<BufferLease> leases = new ArrayList<>();
        for (BufferLease lease = slab.allocate(null); lease != null; lease = slab.allocate(null)) {
            leases.add(lease);
        }
        assertThat(leases).hasSize(slab.capacity());
        List<BufferLease> late = new ArrayList<>();
        slab.whenFree(kind::now);
        slab.whenFree(() -> late.add(slab.allocate(null)));
        slab.whenEased(kind::now);
        slab.whenEased(() -> late.add(null));
        leases.forEach(BufferLease::release);
        assertThat(slab.allocate(null)).as("others come first").isNull();
        foreign.until(() -> late.size() == 2);
        assertThat(slab.hasWaiters()).isFalse();
        BufferLease next = slab.allocate(null);
        assertThat(next).isNotNull();
        next.release();
        late.stream().filter(lease -> lease != null).forEach(BufferLease::release);
        assertThat(slab.free()).isEqualTo(slab.capacity());
        assertThat(failures()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(Throw.class)
    void holdersOfLeasesThatAnotherThreadReleases(Throw kind) throws InterruptedException {
        Slab slab = loop.sendBlocks();
        List<BufferLease> leases = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            boolean throwing = i % 3 == 1;
            leases.add(slab.allocate(() -> {
                if (throwing) {
                    kind.now();
                }
            }));
        }
        Thread other = new Thread(() -> leases.forEach(BufferLease::release));
        other.start();
        other.join();
        foreign.until(() -> slab.free() == slab.capacity());
        assertThat(loop.liveLeases()).isZero();
    }

    @Test
    void namesThatThrow() {
        TestOperation nameless = new TestOperation(Opcode.NOP, sqe -> sqe.prepNop()) {
            @Override
            protected void completed(int result, int completionFlags) {
                super.completed(result, completionFlags);
                throw new IllegalStateException("expected by the test");
            }

            @Override
            protected String describe() {
                throw new UnsupportedOperationException("expected by the test");
            }
        };
        loop.submit(nameless);
        foreign.until(() -> !nameless.isLive());
        assertThat(foreign.run(Opcode.NOP, sqe -> sqe.prepNop(3))).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(Throw.class)
    void aLoopWithAThreadOfItsOwnGoesOn(Throw kind) throws Exception {
        RingLoop own = RingLoop.open(CONFIG).start(task -> new Thread(task, "fluxring-test"));
        for (int i = 0; i < 20; i++) {
            own.execute(kind::now);
            CompletableFuture<Integer> result = new CompletableFuture<>();
            own.execute(() -> {
                own.submit(throwing(kind));
                own.submit(new TestOperation(Opcode.NOP, sqe -> sqe.prepNop(5)) {
                    @Override
                    protected void completed(int it, int completionFlags) {
                        result.complete(it);
                    }
                });
            });
            assertThat(result.get(10, TimeUnit.SECONDS)).isEqualTo(5);
        }
        own.execute(() -> own.addCloseHook(kind::now));
        own.close();
        own.closed().get(10, TimeUnit.SECONDS);
        assertThat(own.counters().get(Counter.HANDLER_FAILURES)).isEqualTo(41);
    }
}
