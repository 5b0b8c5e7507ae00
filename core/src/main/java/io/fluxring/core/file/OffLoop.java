package io.fluxring.core.file;

import io.fluxring.core.loop.RingLoop;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Threads for what io_uring has no operation for and what may wait for a device: such a call has no place on a loop's thread. */
public final class OffLoop {
    private static final int MOST_THREADS = 16;
    private static final ExecutorService THREADS = newThreads();

    private OffLoop() {}

    private static ExecutorService newThreads() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                MOST_THREADS,
                MOST_THREADS,
                5,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("fluxring-file-", 1).factory());
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /** Work that may block, and may fail. */
    @FunctionalInterface
    public interface Work<T> {
        /**
         * Does it, on one of the threads.
         *
         * @return what it gives
         * @throws Exception why it gives nothing
         */
        @Nullable
        T get() throws Exception;
    }

    /** How work has ended. */
    @FunctionalInterface
    public interface Answer<T> {
        /**
         * The end, on the loop's thread.
         *
         * @param result what the work has given; null when it has failed
         * @param failure why it has failed; null when it has not
         */
        void done(@Nullable T result, @Nullable Throwable failure);
    }

    /**
     * Does work on one of the threads.
     *
     * @param loop whose thread gets the answer
     * @param work what to do
     * @param answer hears of the end; not when the loop has ended meanwhile
     * @param <T> what the work gives
     */
    public static <T> void call(RingLoop loop, Work<T> work, Answer<T> answer) {
        call(loop, work, answer, late -> {});
    }

    /**
     * Does work on one of the threads.
     *
     * @param loop whose thread gets the answer
     * @param work what to do
     * @param answer hears of the end
     * @param late gets what the work has given when the loop has ended meanwhile, on the thread of the work
     * @param <T> what the work gives
     */
    public static <T> void call(RingLoop loop, Work<T> work, Answer<T> answer, Consumer<@Nullable T> late) {
        THREADS.execute(() -> {
            T result = null;
            Throwable failure = null;
            try {
                result = work.get();
            } catch (Throwable e) {
                failure = e;
            }
            T given = result;
            Throwable why = failure;
            if (!loop.signal(() -> answer.done(given, why))) {
                late.accept(given);
            }
        });
    }
}
