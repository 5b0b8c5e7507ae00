package io.fluxring.tests.soak;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Timers that run out, tick or are called off, and polls and futexes that nobody answers. */
final class TimerTraffic implements Traffic {
    private static final int SHORT_TIMERS = 24;
    private static final int TICKERS = 4;
    private static final int PATIENT = 8;
    private static final int TICKS = 3;
    private static final int FUTEX_FLAGS = Libc.FUTEX2_SIZE_U32 | Libc.FUTEX2_PRIVATE;

    private final Soak soak;
    private final List<TrackedOperation> idle = new ArrayList<>();
    private final MemorySegment futex;

    TimerTraffic(Soak soak) {
        this.soak = soak;
        futex = soak.loop().memory().allocate(4, 4);
        for (int i = 0; i < SHORT_TIMERS; i++) {
            idle.add(new Timer());
        }
        for (int i = 0; i < TICKERS; i++) {
            idle.add(new Ticker());
        }
        for (int i = 0; i < PATIENT; i++) {
            idle.add(new PatientTimer());
            idle.add(new PatientFutex());
        }
    }

    @Override
    public void begin() {
        if (!idle.isEmpty()) {
            idle.remove(soak.random().nextInt(idle.size())).start();
        }
    }

    private MemorySegment timespec() {
        return soak.loop().memory().allocate(16, 8);
    }

    private static void set(MemorySegment timespec, long seconds, long nanos) {
        timespec.set(ValueLayout.JAVA_LONG, 0, seconds);
        timespec.set(ValueLayout.JAVA_LONG, 8, nanos);
    }

    private final class Timer extends TrackedOperation {
        private final MemorySegment time = timespec();

        Timer() {
            super(soak, Opcode.TIMEOUT, "timer");
        }

        @Override
        protected void prepare(Sqe sqe) {
            set(time, 0, soak.random().nextInt(2_000_000));
            sqe.prepTimeout(time.address(), 0, 0);
        }

        @Override
        protected void ended(int result, int flags) {
            expect(result, Errno.ETIME.result());
            idle.add(this);
        }
    }

    private final class Ticker extends TrackedOperation {
        private final MemorySegment time = timespec();
        private int ticks;

        Ticker() {
            super(soak, Opcode.TIMEOUT, "ticker");
        }

        @Override
        protected void prepare(Sqe sqe) {
            ticks = 0;
            set(time, 0, 100_000 + soak.random().nextInt(500_000));
            sqe.prepTimeoutMultishot(time.address(), TICKS, 0);
        }

        @Override
        protected void progressed(int result, int flags) {
            expect(result, Errno.ETIME.result());
            ticks++;
        }

        @Override
        protected void ended(int result, int flags) {
            expect(result, Errno.ETIME.result());
            if (!wasCancelled(result) && ++ticks > TICKS) {
                throw new AssertionError(this + " has ticked " + ticks + " times of " + TICKS);
            }
            idle.add(this);
        }
    }

    /** Ends when it is called off. */
    private final class PatientTimer extends TrackedOperation {
        private final MemorySegment time = timespec();

        PatientTimer() {
            super(soak, Opcode.TIMEOUT, "patient timer");
            set(time, 3600, 0);
        }

        @Override
        protected void prepare(Sqe sqe) {
            sqe.prepTimeout(time.address(), 0, Abi.TIMEOUT_ETIME_SUCCESS);
        }

        @Override
        protected void ended(int result, int flags) {
            expect(result, CANCELLED);
            idle.add(this);
        }
    }

    /** Ends when it is called off, too. */
    private final class PatientFutex extends TrackedOperation {
        PatientFutex() {
            super(soak, Opcode.FUTEX_WAIT, "futex");
        }

        @Override
        protected void prepare(Sqe sqe) {
            sqe.prepFutexWait(futex.address(), 0, 0xffffffffL, FUTEX_FLAGS);
        }

        @Override
        protected void ended(int result, int flags) {
            expect(result, CANCELLED);
            idle.add(this);
        }
    }
}
