package io.fluxring.netty.socket;

import io.fluxring.core.sys.call.Kernel;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Closes sockets that linger: the call waits until the peer has everything, or for the time that {@code SO_LINGER} allows. */
public final class Lingering {
    private static final int MOST_THREADS = 64;

    private static final ExecutorService THREADS = newThreads();

    private Lingering() {}

    private static ExecutorService newThreads() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                MOST_THREADS,
                MOST_THREADS,
                5,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("fluxring-linger-", 1).factory());
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /**
     * Closes a descriptor on another thread.
     *
     * @param kernel makes the call
     * @param fd used by nothing any more
     * @param closed run on that thread behind it
     */
    public static void close(Kernel kernel, int fd, Runnable closed) {
        THREADS.execute(() -> {
            kernel.close(fd);
            closed.run();
        });
    }
}
