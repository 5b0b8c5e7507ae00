package io.fluxring.reactor.sim;

import io.fluxring.core.loop.Deadline;
import io.fluxring.core.loop.RingLoop;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/** Runs tasks on a loop at its kernel's time, so that time limits can be replayed. */
final class LoopScheduler implements Scheduler {
    private final RingLoop loop;

    LoopScheduler(RingLoop loop) {
        this.loop = loop;
    }

    @Override
    public Disposable schedule(Runnable task) {
        return schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        Deadline deadline = loop.schedule(task, unit.toNanos(delay));
        return () -> loop.unschedule(deadline);
    }

    @Override
    public Worker createWorker() {
        Disposable.Composite tasks = Disposables.composite();
        return new Worker() {
            @Override
            public Disposable schedule(Runnable task) {
                return schedule(task, 0, TimeUnit.NANOSECONDS);
            }

            @Override
            public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
                Disposable scheduled = LoopScheduler.this.schedule(task, delay, unit);
                tasks.add(scheduled);
                return scheduled;
            }

            @Override
            public void dispose() {
                tasks.dispose();
            }

            @Override
            public boolean isDisposed() {
                return tasks.isDisposed();
            }
        };
    }
}
