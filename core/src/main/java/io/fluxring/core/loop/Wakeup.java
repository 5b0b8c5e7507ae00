package io.fluxring.core.loop;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.Kernel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends a loop's wait from another thread: a write to an eventfd that the ring polls. The poll is multishot and reports each
 * write, so the counter is never read, and a wake-up costs one system call of the waker and one completion.
 */
final class Wakeup extends Operation {
    private static final int AWAKE = 0;
    private static final int ASLEEP = 1;
    private static final int CLOSED = Integer.MIN_VALUE;

    private final Kernel kernel;
    private final int eventFd;
    private final AtomicInteger sleep = new AtomicInteger(AWAKE);
    private final AtomicInteger writers = new AtomicInteger();
    private final RingCounters counters;

    /** A wait is not to begin, or to end, though there may be no task. */
    private final AtomicBoolean requested = new AtomicBoolean();

    /** Over a descriptor of {@link #openEventFd}, which it closes. */
    Wakeup(Kernel kernel, int eventFd, RingCounters counters) {
        super(Opcode.POLL_ADD);
        this.kernel = kernel;
        this.counters = counters;
        this.eventFd = eventFd;
    }

    /** {@return a descriptor, or a negated errno} */
    static int openEventFd(Kernel kernel) {
        return kernel.eventFd(Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK);
    }

    /**
     * The loop is about to wait. What was offered before this returns is seen by a look at the queue that follows; what is
     * offered later finds the flag and wakes.
     */
    void fallAsleep() {
        sleep.setPlain(ASLEEP);
        Access.fullFence();
    }

    /** The loop runs again. */
    void wake() {
        sleep.setOpaque(AWAKE);
        if (requested.getPlain()) {
            requested.getAndSet(false); // reads the latest request's write, and so sees what was done before it
        }
    }

    /** Whether {@link #request} was called since the loop woke last. */
    boolean isRequested() {
        return requested.get();
    }

    /** Ends the loop's present wait, or its next one before it begins. Any thread, at any time, also after the close. */
    void request() {
        requested.set(true);
        signal();
    }

    /** Wakes the loop if it waits, or is about to. Any thread, at any time, also after the close. */
    void signal() {
        // What was offered must be visible before the flag is read: the counterpart of the fence in fallAsleep.
        Access.fullFence();
        if (sleep.getOpaque() == ASLEEP && sleep.compareAndSet(ASLEEP, AWAKE)) {
            write();
        }
    }

    /** The descriptor is never written to once it may have been closed, and its number used again. */
    private void write() {
        if (writers.getAndIncrement() >= 0) {
            kernel.signalEventFd(eventFd);
        }
        writers.decrementAndGet();
    }

    @Override
    protected void prepare(Sqe sqe) {
        sqe.prepPollMultishot(eventFd, Libc.POLLIN);
    }

    @Override
    protected void completed(int result, int flags) {
        counters.increment(Counter.WAKEUPS);
    }

    void close() {
        writers.getAndAdd(CLOSED);
        while (writers.get() != CLOSED) {
            Thread.onSpinWait();
        }
        kernel.close(eventFd);
    }

    @Override
    protected String describe() {
        return "wake-up";
    }
}
