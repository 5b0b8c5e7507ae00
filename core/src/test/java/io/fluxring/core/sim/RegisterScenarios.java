package io.fluxring.core.sim;

import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.function.Consumer;

/** What is registered with a ring, apart from its files and buffers. */
final class RegisterScenarios {
    private static final int FIRST = 1;
    private static final int SECOND = 2;

    private RegisterScenarios() {}

    static void addTo(Map<String, Consumer<Bench>> all) {
        all.put("registered eventfd", RegisterScenarios::eventFd);
        all.put("personality", RegisterScenarios::personality);
        all.put("restrictions", RegisterScenarios::restrictions);
        all.put("cancel by a call", RegisterScenarios::synchronousCancel);
        all.put("cancel by a call behind a barrier", RegisterScenarios::cancelBehindBarrier);
        all.put("state of a buffer ring", RegisterScenarios::bufferStatus);
        all.put("clock and workers", RegisterScenarios::clockAndWorkers);
        all.put("message by a call", RegisterScenarios::message);
    }

    private static void register(Bench bench, RegisterOperation operation, long argument, int count) {
        register(bench, bench.ring, operation, argument, count);
    }

    private static void register(Bench bench, Ring ring, RegisterOperation operation, long argument, int count) {
        bench.note(operation + ": " + Bench.describe(ring.register(operation, argument, count), 0));
    }

    private static long ints(Bench bench, int... values) {
        return bench.arena.allocateFrom(ValueLayout.JAVA_INT, values).address();
    }

    private static void eventFd(Bench bench) {
        int fd = bench.eventFd();
        register(bench, RegisterOperation.UNREGISTER_EVENTFD, 0, 0);
        register(bench, RegisterOperation.EVENTFD, ints(bench, fd), 2);
        register(bench, RegisterOperation.EVENTFD, ints(bench, fd), 1);
        register(bench, RegisterOperation.EVENTFD, ints(bench, fd), 1);
        bench.sqe().prepNop(1).userData(FIRST);
        bench.submit(1);
        register(bench, RegisterOperation.UNREGISTER_EVENTFD, 0, 0);
        bench.sqe().prepPoll(fd, Libc.POLLIN).userData(SECOND);
        bench.submit(1);
    }

    private static void personality(Bench bench) {
        register(bench, RegisterOperation.PERSONALITY, 0, 0);
        bench.sqe().prepNop(1).personality(1).userData(FIRST);
        bench.sqe().prepNop(1).personality(2).userData(SECOND);
        bench.submit(2);
        register(bench, RegisterOperation.UNREGISTER_PERSONALITY, 0, 1);
        register(bench, RegisterOperation.UNREGISTER_PERSONALITY, 0, 1);
    }

    private static void restrictions(Bench bench) {
        MemorySegment restrictions = bench.arena.allocate(48, 8);
        int[][] allowed = {
            {Abi.RESTRICTION_SQE_OP, Opcode.NOP.code()},
            {Abi.RESTRICTION_REGISTER_OP, RegisterOperation.ENABLE_RINGS.code()},
            {Abi.RESTRICTION_SQE_FLAGS_ALLOWED, Abi.SQE_IO_LINK}
        };
        for (int i = 0; i < allowed.length; i++) {
            restrictions.set(ValueLayout.JAVA_SHORT, 16L * i, (short) allowed[i][0]);
            restrictions.set(ValueLayout.JAVA_BYTE, 16L * i + 2, (byte) allowed[i][1]);
        }
        register(bench, RegisterOperation.RESTRICTIONS, restrictions.address(), 3);
        Ring other = Ring.open(bench.otherKernel(), RingConfig.defaults().withEntries(4, 8));
        bench.atEnd(other::close);
        register(bench, other, RegisterOperation.RESTRICTIONS, restrictions.address(), 3);
        register(bench, other, RegisterOperation.RESTRICTIONS, restrictions.address(), 3);
        other.enable();
        register(bench, other, RegisterOperation.PERSONALITY, 0, 0);
        other.submissions().claim().prepNop(5).userData(FIRST);
        other.submissions().claim().prepCancelAll().userData(SECOND);
        other.submissions().claim().prepNop(5).async().userData(SECOND);
        other.submit();
        other.completions().drain((userData, result, flags) -> bench.note("other: " + Bench.describe(result, flags)));
    }

    private static long cancel(Bench bench, long userData, int fd, int flags) {
        MemorySegment cancel = bench.arena.allocate(64, 8);
        cancel.set(ValueLayout.JAVA_LONG, 0, userData);
        cancel.set(ValueLayout.JAVA_INT, 8, fd);
        cancel.set(ValueLayout.JAVA_INT, 12, flags);
        cancel.set(ValueLayout.JAVA_LONG, 16, -1);
        cancel.set(ValueLayout.JAVA_LONG, 24, -1);
        return cancel.address();
    }

    private static void synchronousCancel(Bench bench) {
        int fd = bench.eventFd();
        register(bench, RegisterOperation.SYNC_CANCEL, cancel(bench, FIRST, -1, 0), 1);
        register(bench, RegisterOperation.SYNC_CANCEL, cancel(bench, FIRST, 9999, Abi.ASYNC_CANCEL_FD), 1);
        bench.sqe().prepPoll(fd, Libc.POLLIN).userData(FIRST);
        bench.submitOnly();
        register(bench, RegisterOperation.SYNC_CANCEL, cancel(bench, FIRST, -1, 0), 1);
        bench.submit(1);
    }

    private static void cancelBehindBarrier(Bench bench) {
        int fd = bench.eventFd();
        bench.sqe().prepPoll(fd, Libc.POLLIN).userData(FIRST);
        bench.sqe().prepNop(12).drain().userData(SECOND);
        bench.submit(0);
        register(bench, RegisterOperation.SYNC_CANCEL, cancel(bench, SECOND, -1, 0), 1);
        register(bench, RegisterOperation.SYNC_CANCEL, cancel(bench, FIRST, -1, 0), 1);
        bench.submit(2);
    }

    private static void bufferStatus(Bench bench) {
        BufferRing buffers = bench.buffers(BufferRingConfig.of(4, 8));
        MemorySegment status = bench.arena.allocate(40, 8);
        status.set(ValueLayout.JAVA_INT, 0, buffers.group());
        register(bench, RegisterOperation.PBUF_STATUS, status.address(), 1);
        bench.note("head " + status.get(ValueLayout.JAVA_INT, 4));
        status.set(ValueLayout.JAVA_INT, 0, 99);
        status.set(ValueLayout.JAVA_INT, 4, 0);
        register(bench, RegisterOperation.PBUF_STATUS, status.address(), 1);
    }

    private static void clockAndWorkers(Bench bench) {
        register(
                bench,
                RegisterOperation.CLOCK,
                bench.arena.allocateFrom(ValueLayout.JAVA_INT, 7, 0, 0, 0).address(),
                0);
        register(
                bench,
                RegisterOperation.CLOCK,
                bench.arena.allocateFrom(ValueLayout.JAVA_INT, 5, 0, 0, 0).address(),
                0);
        MemorySegment workers = bench.arena.allocateFrom(ValueLayout.JAVA_INT, 3, 0);
        register(bench, RegisterOperation.IOWQ_MAX_WORKERS, workers.address(), 2);
        workers.setAtIndex(ValueLayout.JAVA_INT, 0, 0);
        register(bench, RegisterOperation.IOWQ_MAX_WORKERS, workers.address(), 2);
        bench.note("workers " + workers.getAtIndex(ValueLayout.JAVA_INT, 0));
        register(bench, RegisterOperation.IOWQ_MAX_WORKERS, workers.address(), 1);
    }

    private static void message(Bench bench) {
        MemorySegment sqe = bench.arena.allocate(64, 8);
        sqe.set(ValueLayout.JAVA_BYTE, 0, (byte) Opcode.MSG_RING.code());
        sqe.set(ValueLayout.JAVA_INT, 4, bench.ring.fd());
        sqe.set(ValueLayout.JAVA_LONG, 8, 77);
        sqe.set(ValueLayout.JAVA_INT, 24, 5);
        bench.note("message " + bench.kernel.register(-1, RegisterOperation.SEND_MSG_RING.code(), sqe.address(), 1));
        bench.submit(1);
        sqe.set(ValueLayout.JAVA_INT, 4, bench.eventFd());
        bench.note("message " + bench.kernel.register(-1, RegisterOperation.SEND_MSG_RING.code(), sqe.address(), 1));
        bench.note("no ring " + bench.kernel.register(-1, RegisterOperation.PROBE.code(), sqe.address(), 1));
    }
}
