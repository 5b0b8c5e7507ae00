package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.ring.FaultyKernel;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.setup.RingUnavailableException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A loop that gets its thread and can't have all that was configured: nothing of it is left. */
@ExtendWith(QuietLog.class)
class AttachFailureTest {
    private static final RingLoopConfig MANY_NEEDS = RingLoopConfig.defaults()
            .withRing(RingConfig.defaults().withEntries(8, 16))
            .withDirectDescriptors(8)
            .withInstalledFiles(4)
            .withRegisteredBuffers(4);

    private final FaultyKernel kernel = new FaultyKernel();

    /** Fails each call in turn, until a loop comes into being all the same. */
    @ParameterizedTest
    @ValueSource(strings = {"attach", "start"})
    void aFailureOnTheWayLeavesNothingBehind(String way) {
        int opens = 0;
        int attaches = 0;
        for (int call = 0; ; call++) {
            kernel.failAfter(call);
            RingLoop loop;
            try {
                loop = RingLoop.open(kernel, MANY_NEEDS);
            } catch (RingUnavailableException e) {
                opens++;
                requireNothingLeft(call);
                continue;
            }
            try {
                takeThread(loop, way);
            } catch (IllegalStateException e) {
                attaches++;
                requireClosed(loop);
                requireNothingLeft(call);
                loop.close();
                continue;
            }
            loop.close();
            loop.closed().join();
            requireNothingLeft(call);
            if (kernel.failures() == call) {
                break; // there were not so many calls
            }
        }
        assertThat(opens).as("the ring, its two maps, the wake-up").isGreaterThanOrEqualTo(4);
        assertThat(attaches).as("enable, files, their range, buffers").isEqualTo(4);
    }

    private static void takeThread(RingLoop loop, String way) {
        if (way.equals("attach")) {
            loop.attach();
        } else {
            loop.start(Thread.ofPlatform().factory());
        }
    }

    private void requireNothingLeft(int call) {
        assertThat(kernel.left()).as("after call %d", call).matches(left -> kernel.nothingLeft());
    }

    private static void requireClosed(RingLoop loop) {
        assertThat(loop.closed()).isCompleted();
        assertThat(loop.isClosing()).isTrue();
        assertThatThrownBy(() -> loop.memory().allocate(8))
                .as("its memory is freed")
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(loop::attach)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the loop is closed");
        assertThatThrownBy(() -> loop.tick(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the loop is closed");
        assertThatThrownBy(() -> loop.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    /** What other threads have asked for meanwhile gets an answer. */
    @Test
    void tasksThatWaitForTheThreadFindTheLoopClosed() {
        RingLoop loop = RingLoop.open(kernel, MANY_NEEDS);
        CompletableFuture<Void> task = CompletableFuture.runAsync(() -> loop.tick(0), loop);
        kernel.failAfter(0);
        assertThatThrownBy(loop::attach).hasMessageContaining("cannot enable the ring");
        assertThatThrownBy(task::join)
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("the loop is closed");

        RingLoop unused = RingLoop.open(kernel, MANY_NEEDS);
        CompletableFuture<Void> another = CompletableFuture.runAsync(() -> unused.tick(0), unused);
        unused.close();
        assertThatThrownBy(another::join).hasRootCauseMessage("the loop is closed");
        assertThat(kernel.left()).matches(left -> kernel.nothingLeft());
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "broken", "exhausted"})
    void aFactoryWithoutAThread(String kind) {
        RingLoop loop = RingLoop.open(kernel, MANY_NEEDS);
        ThreadFactory factory = task -> switch (kind) {
            case "none" -> null;
            case "broken" -> throw new IllegalArgumentException("expected by the test");
            default ->
                new Thread(task) {
                    @Override
                    public void start() {
                        throw new OutOfMemoryError("expected by the test: no native thread");
                    }
                };
        };
        assertThatThrownBy(() -> loop.start(factory))
                .isInstanceOfAny(NullPointerException.class, IllegalArgumentException.class, OutOfMemoryError.class);
        requireClosed(loop);
        assertThat(kernel.left()).matches(left -> kernel.nothingLeft());
    }
}
