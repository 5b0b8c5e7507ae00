package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What hooks do at the end of a loop, to it and to each other. */
@ExtendWith(QuietLog.class)
class CloseHooksTest {
    private static final int CANCELLED = Errno.ECANCELED.result();

    private final ForeignLoop foreign = new ForeignLoop(RingLoopConfig.defaults());
    private final RingLoop loop = foreign.loop;
    private final List<String> ran = new ArrayList<>();
    private final int eventFd = Kernel.linux().eventFd(Libc.EFD_CLOEXEC);

    @AfterEach
    void close() {
        foreign.close();
        Kernel.linux().close(eventFd);
    }

    private Runnable hook(String name) {
        return () -> ran.add(name);
    }

    private TestOperation poll() {
        return new TestOperation(Opcode.POLL_ADD, sqe -> sqe.prepPoll(eventFd, Libc.POLLIN));
    }

    private long failures() {
        return loop.counters().get(Counter.HANDLER_FAILURES);
    }

    @Test
    void inTheOrderOfTheirAdditionEachOnce() {
        Runnable twice = hook("twice");
        loop.addCloseHook(hook("first"));
        loop.addCloseHook(twice);
        loop.addCloseHook(twice);
        loop.addCloseHook(hook("last"));
        loop.tick(0);
        loop.close();
        loop.close();
        assertThat(ran).containsExactly("first", "twice", "last");
    }

    @Test
    void oneThatAddsOthers() {
        loop.addCloseHook(() -> {
            ran.add("outer");
            loop.addCloseHook(() -> {
                ran.add("inner");
                loop.addCloseHook(hook("innermost"));
                throw new IllegalStateException("expected by the test");
            });
            ran.add("outer goes on");
        });
        loop.addCloseHook(hook("next"));
        loop.close();
        assertThat(ran).containsExactly("outer", "inner", "innermost", "outer goes on", "next");
        assertThat(failures()).isEqualTo(1);
    }

    @Test
    void oneThatTakesAnotherBack() {
        Runnable second = hook("second");
        loop.addCloseHook(() -> {
            ran.add("first");
            loop.removeCloseHook(second);
        });
        loop.addCloseHook(second);
        loop.addCloseHook(hook("third"));
        loop.close();
        assertThat(ran).containsExactly("first", "third");
    }

    /** What is submitted at the end ends by itself when it is quick, and by a cancel when it is not; and so does what follows it. */
    @Test
    void thoseThatSubmit() {
        List<TestOperation> late = new ArrayList<>();
        TestOperation quick = new TestOperation(Opcode.NOP, sqe -> sqe.prepNop(7)) {
            @Override
            protected void completed(int result, int completionFlags) {
                super.completed(result, completionFlags);
                TestOperation after = poll();
                late.add(after);
                loop.submit(after);
            }
        };
        TestOperation slow = poll();
        TestOperation called = poll();
        TestOperation[] chain = {
            new TestOperation(Opcode.NOP, sqe -> sqe.prepNop().link()), poll(),
        };
        loop.addCloseHook(() -> {
            loop.submit(quick);
            loop.submit(slow);
            loop.submit(called);
            loop.submitChain(chain);
            loop.cancel(called);
        });
        loop.close();
        assertThat(quick.results).containsExactly(7);
        assertThat(slow.results).containsExactly(CANCELLED);
        assertThat(called.results).containsExactly(CANCELLED);
        assertThat(chain[0].results).containsExactly(0);
        assertThat(chain[1].results).containsExactly(CANCELLED);
        assertThat(late).hasSize(1);
        assertThat(late.getFirst().results).containsExactly(CANCELLED);
        assertThat(failures()).isZero();
    }

    /** More than there are entries and slots, so that they stand in line. */
    @Test
    void oneThatSubmitsMoreThanThereIsRoomFor() {
        List<TestOperation> many = new ArrayList<>();
        loop.addCloseHook(() -> {
            for (int i = 0; i < 20_000; i++) {
                many.add(poll());
                loop.submit(many.getLast());
            }
        });
        loop.close();
        assertThat(many)
                .hasSize(20_000)
                .allSatisfy(each -> assertThat(each.results).containsExactly(CANCELLED));
    }

    @Test
    void thoseThatScheduleAndHandOver() {
        Thread helper = new Thread(() -> {
            loop.execute(hook("task"));
            loop.signal(hook("signal"));
        });
        TestOperation pending = poll();
        loop.submit(pending);
        loop.addCloseHook(() -> {
            loop.execute(hook("at once"));
            loop.schedule(hook("due"), 0);
            helper.start();
            join(helper);
        });
        loop.close();
        assertThat(ran).containsExactlyInAnyOrder("at once", "due", "task", "signal");
        assertThatThrownBy(() -> loop.execute(hook("late"))).isInstanceOf(RejectedExecutionException.class);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Once more is once too often only between the first and the last tick of the loop. */
    @Test
    void thoseThatCloseTheLoopTheyRunOn() {
        TestOperation closing = new TestOperation(Opcode.NOP, sqe -> sqe.prepNop()) {
            @Override
            protected void completed(int result, int completionFlags) {
                super.completed(result, completionFlags);
                loop.close();
            }
        };
        loop.submit(closing);
        foreign.until(() -> !closing.isLive());
        assertThat(failures()).as("refused within a tick").isEqualTo(1);
        loop.schedule(loop::close, 0);
        loop.tick(0);
        assertThat(failures()).isEqualTo(2);
        assertThat(loop.isClosing()).isFalse();
        assertThat(foreign.run(Opcode.NOP, sqe -> sqe.prepNop(4))).isEqualTo(4);

        TestOperation closingLate = new TestOperation(Opcode.POLL_ADD, sqe -> sqe.prepPoll(eventFd, Libc.POLLIN)) {
            @Override
            protected void completed(int result, int completionFlags) {
                super.completed(result, completionFlags);
                loop.close();
            }
        };
        loop.submit(closingLate);
        loop.addCloseHook(loop::close);
        loop.addCloseHook(hook("next"));
        loop.close();
        assertThat(ran).containsExactly("next");
        assertThat(closingLate.results).containsExactly(CANCELLED);
        assertThat(failures()).isEqualTo(2);
    }

    @Test
    void handlersMustNotTick() {
        loop.schedule(() -> loop.tick(0), 0);
        loop.execute(hook("outside of a tick"));
        loop.tick(0);
        assertThat(failures()).isEqualTo(1);
        loop.addCloseHook(() -> loop.tick(0)); // not within a tick, and no harm
        loop.addCloseHook(hook("next"));
        loop.close();
        assertThat(ran).containsExactly("outside of a tick", "next");
    }

    @Test
    void onALoopWithAThreadOfItsOwn() throws Exception {
        RingLoop own = RingLoop.open(RingLoopConfig.defaults())
                .start(Thread.ofPlatform().factory());
        TestOperation late = new TestOperation(Opcode.NOP, sqe -> sqe.prepNop(7));
        CompletableFuture.runAsync(
                        () -> {
                            own.addCloseHook(() -> {
                                throw new IllegalStateException("expected by the test");
                            });
                            own.addCloseHook(() -> own.addCloseHook(() -> own.submit(late)));
                            own.addCloseHook(own::close);
                        },
                        own)
                .get(10, TimeUnit.SECONDS);
        own.close();
        own.closed().get(10, TimeUnit.SECONDS);
        assertThat(late.results).containsExactly(7);
        assertThat(own.counters().get(Counter.HANDLER_FAILURES)).isEqualTo(1);
    }
}
