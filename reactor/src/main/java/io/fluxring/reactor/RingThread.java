package io.fluxring.reactor;

import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.scheduler.NonBlocking;

/** A loop's thread. Reactor refuses {@code block()} on it. */
final class RingThread extends Thread implements NonBlocking {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    RingThread(String namePrefix, Runnable task) {
        super(task, namePrefix + "-" + NUMBER.incrementAndGet());
        setDaemon(true);
    }
}
