package io.fluxring.core.memory;

import io.fluxring.core.memory.owner.OwnedPool;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/** What a pool keeps from its users, for its owner. */
class PoolUpkeep<P extends LeasePool> implements OwnedPool<P> {
    private final P pool;

    PoolUpkeep(P pool) {
        this.pool = pool;
    }

    @Override
    public P pool() {
        return pool;
    }

    @Override
    public void watchOutages(ObjLongConsumer<Runnable> schedule) {
        pool.watchOutages(schedule);
    }

    @Override
    public void runWaiters(Consumer<Runnable> guard) {
        pool.runWaiters(guard);
    }

    @Override
    public boolean canResume() {
        return pool.canResume();
    }

    @Override
    public void takeBackRemote() {
        pool.takeBackRemote();
    }

    @Override
    public void end(Runnable lastReleased) {
        pool.end(lastReleased);
    }

    @Override
    public String toString() {
        return pool.toString();
    }
}
