package io.fluxring.core.memory.owner;

import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/**
 * A pool of leases, for its owner. On the pool's thread, where a method says nothing else.
 *
 * @param <P> the pool as users have it
 */
public interface OwnedPool<P> {
    /** {@return the pool as users have it} */
    P pool();

    /**
     * Has a pool that is dry watched, so that it says so once when that lasts, and who holds its buffers.
     *
     * @param schedule runs what it is given once, on the pool's thread, after so many nanoseconds
     */
    void watchOutages(ObjLongConsumer<Runnable> schedule);

    /**
     * Runs as many waiters as there are free buffers. Once a tick.
     *
     * @param guard runs each, and keeps what it throws from the others
     */
    void runWaiters(Consumer<Runnable> guard);

    /** {@return whether waiters could go on at once, so that the loop must not sleep} */
    boolean canResume();

    /** Takes back what other threads have released. A holder that throws does not cost the others. */
    void takeBackRemote();

    /**
     * The loop has ended: leases that are still out are counted down by the threads that release them, and their holders are not
     * called any more. On the pool's thread, or on any when that has died.
     *
     * @param lastReleased run once, when no lease is out any more: here, or by the thread of the last release
     */
    void end(Runnable lastReleased);
}
