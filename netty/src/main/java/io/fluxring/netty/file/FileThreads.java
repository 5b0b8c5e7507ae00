package io.fluxring.netty.file;

import io.fluxring.core.loop.RingLoop;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The threads that read what the ring can't. */
final class FileThreads {
    private static final int MOST_THREADS = 16;
    private static final ExecutorService THREADS = newThreads();

    private FileThreads() {}

    /** A read that blocks; gives how many bytes it has got. */
    interface Blocking {
        int read() throws IOException;
    }

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

    /**
     * Reads on one of the threads.
     *
     * @param loop whose thread gets the answer
     * @param unexpected the message for what is thrown beside IOException
     */
    static void run(RingLoop loop, Blocking read, ReadAnswer answer, Supplier<String> unexpected) {
        THREADS.execute(() -> {
            int bytes = 0;
            IOException failure = null;
            try {
                bytes = read.read();
            } catch (IOException e) {
                failure = e;
            } catch (RuntimeException | Error e) {
                failure = new IOException(unexpected.get(), e);
            }
            int got = bytes;
            IOException why = failure;
            if (!loop.signal(() -> answer.read(got, why))) {
                throw new RejectedExecutionException("the event loop has ended");
            }
        });
    }
}
