package io.fluxring.netty.reactor;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.scheduler.NonBlocking;

/** Makes the threads of event loops, of which Reactor knows that they must not block. */
final class EventLoopThreads implements ThreadFactory {
    private final String prefix;
    private final boolean daemon;
    private final AtomicInteger made = new AtomicInteger();

    EventLoopThreads(String prefix, boolean daemon) {
        this.prefix = prefix;
        this.daemon = daemon;
    }

    @Override
    public Thread newThread(Runnable loop) {
        Thread thread = new EventLoopThread(loop, prefix + made.incrementAndGet());
        thread.setDaemon(daemon);
        return thread;
    }

    private static final class EventLoopThread extends FastThreadLocalThread implements NonBlocking {
        EventLoopThread(Runnable loop, String name) {
            super(loop, name);
        }
    }
}
