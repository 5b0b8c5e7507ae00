package io.fluxring.core.sim;

import io.fluxring.core.entry.RawSqe;
import io.fluxring.core.entry.Sqe;
import io.fluxring.core.register.FileRegistration;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.util.Map;
import java.util.function.Consumer;

/** Cancels in all forms, changes to what is in flight, and messages to another ring. */
final class RingScenarios {
    private static final int FIRST = 1;
    private static final int SECOND = 2;
    private static final int THIRD = 3;
    private static final int FOURTH = 4;
    private static final long SOON = 2_000_000;
    private static final long LATE = 900_000_000;

    private RingScenarios() {}

    static void addTo(Map<String, Consumer<Bench>> all) {
        all.put("cancel one of a descriptor", RingScenarios::cancelOneOfDescriptor);
        all.put("cancel by number and descriptor", RingScenarios::cancelByBoth);
        all.put("cancel by operation", RingScenarios::cancelByOperation);
        all.put("cancel any one", RingScenarios::cancelAny);
        all.put("cancel every one with a number", RingScenarios::cancelEvery);
        all.put("cancel that is refused", RingScenarios::cancelRefused);
        all.put("timeouts don't belong to a descriptor", RingScenarios::cancelTimeout);
        all.put("timeout put off", RingScenarios::timeoutPutOff);
        all.put("timeout that is refused", RingScenarios::timeoutRefused);
        all.put("poll changed", RingScenarios::pollChanged);
        all.put("poll removed", RingScenarios::pollRemoved);
        all.put("no operation on files and buffers", RingScenarios::noOperationOnFile);
        all.put("polling thread", RingScenarios::pollingThread);
        all.put("message to another ring", RingScenarios::message);
        all.put("message with a file", RingScenarios::messageWithFile);
    }

    private static void run(Bench bench, Sqe sqe) {
        sqe.userData(FOURTH);
        bench.submit(1);
    }

    private static Sqe cancel(Bench bench, long userData, int fd, int opcode, int flags) {
        return RawSqe.write(bench.sqe(), Opcode.ASYNC_CANCEL, fd, 0, userData, opcode, flags);
    }

    private static void poll(Bench bench, int fd, int userData) {
        bench.sqe().prepPoll(fd, Libc.POLLIN).userData(userData);
    }

    private static void cancelOneOfDescriptor(Bench bench) {
        int fd = bench.eventFd();
        poll(bench, fd, FIRST);
        bench.submitOnly();
        cancel(bench, 0, fd, 0, Abi.ASYNC_CANCEL_FD).userData(SECOND);
        bench.submitTogether(2);
        run(bench, cancel(bench, 0, fd, 0, Abi.ASYNC_CANCEL_FD));
        run(bench, cancel(bench, 0, fd, 0, Abi.ASYNC_CANCEL_FD | Abi.ASYNC_CANCEL_ALL));
    }

    private static void cancelByBoth(Bench bench) {
        int fd = bench.eventFd();
        int other = bench.eventFd();
        poll(bench, fd, FIRST);
        bench.submitOnly();
        int both = Abi.ASYNC_CANCEL_FD | Abi.ASYNC_CANCEL_USERDATA;
        run(bench, cancel(bench, SECOND, fd, 0, both));
        run(bench, cancel(bench, FIRST, other, 0, both));
        cancel(bench, FIRST, fd, 0, both).userData(SECOND);
        bench.submitTogether(2);
    }

    private static void cancelByOperation(Bench bench) {
        int fd = bench.eventFd();
        poll(bench, fd, FIRST);
        bench.sqe().prepTimeout(bench.timespec(LATE), 0, 0).userData(SECOND);
        bench.submitOnly();
        run(bench, cancel(bench, 0, -1, Opcode.ACCEPT.code(), Abi.ASYNC_CANCEL_OP));
        cancel(bench, 0, -1, Opcode.POLL_ADD.code(), Abi.ASYNC_CANCEL_OP | Abi.ASYNC_CANCEL_ALL)
                .userData(THIRD);
        bench.submitTogether(2);
        cancel(bench, 0, -1, Opcode.TIMEOUT.code(), Abi.ASYNC_CANCEL_OP).userData(THIRD);
        bench.submitTogether(2);
    }

    private static void cancelAny(Bench bench) {
        run(bench, cancel(bench, 0, -1, 0, Abi.ASYNC_CANCEL_ANY));
        poll(bench, bench.eventFd(), FIRST);
        bench.submitOnly();
        cancel(bench, 0, -1, 0, Abi.ASYNC_CANCEL_ANY).userData(THIRD);
        bench.submitTogether(2);
    }

    private static void cancelEvery(Bench bench) {
        poll(bench, bench.eventFd(), FIRST);
        poll(bench, bench.eventFd(), SECOND);
        bench.submitOnly();
        cancel(bench, FIRST, -1, 0, Abi.ASYNC_CANCEL_ALL).userData(THIRD);
        bench.submitTogether(2);
        run(bench, cancel(bench, FIRST, -1, 0, Abi.ASYNC_CANCEL_ALL));
    }

    private static void cancelRefused(Bench bench) {
        int fd = bench.eventFd();
        run(bench, cancel(bench, 0, fd, 0, Abi.ASYNC_CANCEL_FD | Abi.ASYNC_CANCEL_ANY));
        run(bench, cancel(bench, 0, -1, 0, Abi.ASYNC_CANCEL_OP | Abi.ASYNC_CANCEL_ANY));
        run(bench, cancel(bench, 0, -1, 200, Abi.ASYNC_CANCEL_OP));
        run(bench, cancel(bench, 0, -1, 0, 64));
        run(bench, cancel(bench, 0, 3, 0, Abi.ASYNC_CANCEL_FD | Abi.ASYNC_CANCEL_FD_FIXED));
    }

    private static void cancelTimeout(Bench bench) {
        int fd = bench.eventFd();
        bench.sqe().prepTimeout(bench.timespec(SOON), 0, 0).userData(FIRST);
        bench.submitOnly();
        run(bench, cancel(bench, 0, fd, 0, Abi.ASYNC_CANCEL_FD | Abi.ASYNC_CANCEL_ALL));
        bench.submit(1);
    }

    private static Sqe update(Bench bench, int userData, long nanos) {
        return RawSqe.write(
                bench.sqe(), Opcode.TIMEOUT_REMOVE, -1, bench.timespec(nanos), userData, 0, Abi.TIMEOUT_UPDATE);
    }

    private static void timeoutPutOff(Bench bench) {
        bench.sqe().prepTimeout(bench.timespec(LATE), 1, 0).userData(FIRST);
        bench.submitOnly();
        update(bench, FIRST, SOON).userData(SECOND);
        bench.submit(2);
        run(bench, update(bench, FIRST, SOON));
        bench.sqe().prepTimeout(bench.timespec(LATE), 2, Abi.TIMEOUT_MULTISHOT).userData(FIRST);
        bench.submitOnly();
        update(bench, FIRST, SOON).userData(SECOND);
        bench.submit(2);
        bench.sqe().prepTimeoutRemove(FIRST).userData(THIRD);
        bench.submitTogether(2);
    }

    private static Sqe timeout(Bench bench, int length, int flags, int fileIndex) {
        return RawSqe.write(bench.sqe(), Opcode.TIMEOUT, 0, -1, 0, bench.timespec(SOON), length, flags, 0, fileIndex);
    }

    private static void timeoutRefused(Bench bench) {
        run(bench, timeout(bench, 2, 0, 0));
        run(bench, timeout(bench, 1, 1 << 10, 0));
        run(bench, timeout(bench, 1, 0, 1));
        run(bench, timeout(bench, 1, Abi.TIMEOUT_MULTISHOT | Abi.TIMEOUT_ABS, 0));
        run(bench, timeout(bench, 1, Abi.TIMEOUT_BOOTTIME | Abi.TIMEOUT_REALTIME, 0));
        run(bench, RawSqe.write(bench.sqe(), Opcode.TIMEOUT_REMOVE, -1, 0, 1, 0, Abi.TIMEOUT_ABS));
        run(bench, RawSqe.write(bench.sqe(), Opcode.TIMEOUT_REMOVE, 7, -1, 0, 1, 0, 0, 0, 0));
    }

    private static Sqe change(Bench bench, int userData, long newUserData, int events, int flags) {
        return RawSqe.write(bench.sqe(), Opcode.POLL_REMOVE, -1, newUserData, userData, flags, events);
    }

    private static void pollChanged(Bench bench) {
        int fd = bench.eventFd();
        poll(bench, fd, FIRST);
        bench.submitOnly();
        run(bench, change(bench, FIRST, SECOND, 0, Abi.POLL_UPDATE_USER_DATA));
        run(bench, change(bench, FIRST, SECOND, 0, Abi.POLL_UPDATE_USER_DATA));
        change(bench, SECOND, 0, Libc.POLLOUT, Abi.POLL_UPDATE_EVENTS).userData(THIRD);
        bench.submitTogether(2);
        run(bench, change(bench, SECOND, 0, Libc.POLLOUT, Abi.POLL_UPDATE_EVENTS));
        run(bench, change(bench, SECOND, 0, Libc.POLLOUT, 64));
        run(bench, change(bench, SECOND, 5, 0, 0));
    }

    private static void pollRemoved(Bench bench) {
        int fd = bench.eventFd();
        bench.sqe().prepPollMultishot(fd, Libc.POLLIN).userData(FIRST);
        bench.submitOnly();
        RawSqe.write(bench.sqe(), Opcode.POLL_REMOVE, -1, 0, FIRST, 0, 0).userData(SECOND);
        bench.submitTogether(2);
        run(bench, RawSqe.write(bench.sqe(), Opcode.POLL_REMOVE, -1, 0, FIRST, 0, 0));
    }

    private static void noOperationOnFile(Bench bench) {
        int fd = bench.eventFd();
        int injects = Abi.NOP_FILE | Abi.NOP_INJECT_RESULT;
        run(bench, RawSqe.write(bench.sqe(), Opcode.NOP, fd, 0, 0, 42, injects));
        run(bench, RawSqe.write(bench.sqe(), Opcode.NOP, 9999, 0, 0, 42, injects));
        run(bench, RawSqe.write(bench.sqe(), Opcode.NOP, 0, 0, 0, 42, injects | Abi.NOP_FIXED_FILE));
        run(bench, RawSqe.write(bench.sqe(), Opcode.NOP, -1, 0, 0, 0, Abi.NOP_FIXED_BUFFER));
        run(bench, RawSqe.write(bench.sqe(), Opcode.NOP, -1, 0, 0, 0, Abi.NOP_TW));
        run(bench, RawSqe.write(bench.sqe(), Opcode.NOP, -1, 0, 0, 0, 1 << 20));
    }

    // ---- messages

    private static Ring other(Bench bench) {
        Ring other = Ring.open(bench.otherKernel(), RingConfig.defaults().withEntries(4, 8));
        bench.atEnd(other::close);
        return other;
    }

    private static void pollingThread(Bench bench) {
        Ring other = Ring.open(
                bench.otherKernel(), RingConfig.defaults().withEntries(4, 8).withSqPoll(1));
        bench.atEnd(other::close);
        other.enable();
        int fd = bench.eventFd();
        for (int round = 0; round < 3; round++) {
            other.submissions().claim().prepNop(round).link().userData(FIRST);
            RawSqe.write(other.submissions().claim(), Opcode.NOP, 7, -1, 0, 0, 0, 0, 0, 0)
                    .userData(SECOND);
            bench.note("submitted " + other.submit());
            bench.kernel.signalEventFd(fd);
            poll(bench, fd, THIRD);
            bench.submit(1); // takes its time, in which the thread may fall asleep
            for (int left = 2; left > 0; ) {
                other.submitAndWait(left, 3_000_000_000L, 0);
                left -= other.completions()
                        .drain((userData, result, flags) ->
                                bench.note("other: " + userData + " " + Bench.describe(result, flags)));
            }
            bench.sqe().prepTimeout(bench.timespec(5 * SOON), 0, 0).userData(FOURTH);
            bench.submit(1);
        }
    }

    private static void take(Bench bench, Ring other) {
        for (int i = 0; i < 3; i++) {
            other.submit();
        }
        other.completions()
                .drain((userData, result, flags) ->
                        bench.note("other: " + userData + " " + result + " " + Integer.toHexString(flags)));
    }

    private static Sqe message(Bench bench, int ringFd, long kind, int result, int slot, int fileIndex, int flags) {
        Sqe sqe = RawSqe.write(bench.sqe(), Opcode.MSG_RING, 0, ringFd, 77, kind, result, flags, 0, fileIndex);
        return RawSqe.address3(sqe, slot);
    }

    private static void message(Bench bench) {
        Ring other = other(bench);
        run(bench, message(bench, other.fd(), Abi.MSG_DATA, 5, 0, 0, 0));
        other.enable();
        run(bench, message(bench, other.fd(), Abi.MSG_DATA, 5, 0, 0, 0));
        run(bench, message(bench, other.fd(), Abi.MSG_DATA, -6, 0, 0x1234, Abi.MSG_RING_FLAGS_PASS));
        run(bench, message(bench, other.fd(), Abi.MSG_DATA, 7, 0, 0x1234, 0));
        run(bench, message(bench, other.fd(), Abi.MSG_DATA, 7, 0, 0, Abi.MSG_RING_CQE_SKIP));
        run(bench, message(bench, other.fd(), 9, 7, 0, 0, 0));
        run(bench, message(bench, other.fd(), Abi.MSG_DATA, 7, 0, 0, 64));
        run(bench, message(bench, bench.eventFd(), Abi.MSG_DATA, 7, 0, 0, 0));
        take(bench, other);
    }

    private static void messageWithFile(Bench bench) {
        Ring other = other(bench);
        other.enable();
        Bench.require(new FileRegistration(bench.ring.handle()).registerSparse(2));
        run(bench, message(bench, other.fd(), Abi.MSG_SEND_FD, 0, 0, Abi.FILE_INDEX_ALLOC, 0));
        bench.sqe().prepSocketDirect(Libc.AF_INET, Libc.SOCK_STREAM, 0).userData(FIRST);
        bench.submit(1);
        run(bench, message(bench, other.fd(), Abi.MSG_SEND_FD, 0, 0, Abi.FILE_INDEX_ALLOC, 0));
        Bench.require(new FileRegistration(other.handle()).registerSparse(2));
        run(bench, message(bench, other.fd(), Abi.MSG_SEND_FD, 0, 0, Abi.FILE_INDEX_ALLOC, 0));
        run(bench, message(bench, other.fd(), Abi.MSG_SEND_FD, 0, 0, 2, 0));
        run(bench, message(bench, other.fd(), Abi.MSG_SEND_FD, 0, 0, 2, Abi.MSG_RING_CQE_SKIP));
        run(bench, message(bench, other.fd(), Abi.MSG_SEND_FD, 0, 0, 9, 0));
        run(bench, message(bench, bench.ring.fd(), Abi.MSG_SEND_FD, 0, 0, Abi.FILE_INDEX_ALLOC, 0));
        take(bench, other);
    }
}
