package io.fluxring.core.sim;

import io.fluxring.core.entry.RawSqe;
import io.fluxring.core.entry.Sqe;
import io.fluxring.core.register.FileRegistration;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Chains, their time limits, barriers and silent operations. */
final class LinkScenarios {
    private static final int FIRST = 1;
    private static final int SECOND = 2;
    private static final int THIRD = 3;
    private static final int FOURTH = 4;
    private static final long SOON = 2_000_000;
    private static final long LATE = 900_000_000;

    private LinkScenarios() {}

    static void addTo(Map<String, Consumer<Bench>> all) {
        all.put("chain", LinkScenarios::chain);
        all.put("broken chain", bench -> broken(bench, Sqe::link));
        all.put("broken hard chain", bench -> broken(bench, Sqe::hardLink));
        for (int position = 0; position < 3; position++) {
            int bad = position;
            all.put("chain with a bad entry at " + bad, bench -> badEntry(bench, bad, Sqe::link));
            all.put("hard chain with a bad entry at " + bad, bench -> badEntry(bench, bad, Sqe::hardLink));
        }
        all.put("chain that the batch cuts", LinkScenarios::cut);
        all.put("chain that a cancel breaks", LinkScenarios::cancelledHead);
        all.put("chain behind a file that it makes", LinkScenarios::fileOfTheChain);
        all.put("chain behind a missing file", LinkScenarios::missingFile);
        all.put("chain behind a timeout", LinkScenarios::timeoutInChain);
        all.put("chain behind quiet failures", LinkScenarios::quietFailure);
        all.put("chain behind a short receive", LinkScenarios::shortReceive);
        all.put("time limit that expires", bench -> expired(bench, Sqe::link));
        all.put("time limit that expires in a hard chain", bench -> expired(bench, Sqe::hardLink));
        all.put("time limit that is not needed", LinkScenarios::notNeeded);
        all.put("time limit of a failure", LinkScenarios::limitOfFailure);
        all.put("time limit of an operation in flight", LinkScenarios::limitInFlight);
        all.put("time limit of nothing", LinkScenarios::limitOfNothing);
        all.put("two time limits", LinkScenarios::twoLimits);
        all.put("time limit removed by its number", LinkScenarios::removeLimit);
        all.put("time limit put off", LinkScenarios::limitPutOff);
        all.put("silent success", LinkScenarios::silent);
        all.put("silent chains that break", LinkScenarios::silentChain);
        all.put("silent time limit", LinkScenarios::silentLimit);
        all.put("barrier", LinkScenarios::barrier);
        all.put("barrier in a chain", LinkScenarios::barrierInChain);
        all.put("barrier after a silent operation", LinkScenarios::barrierRefused);
        all.put("cancel behind a barrier", LinkScenarios::cancelBehindBarrier);
    }

    private static Sqe bad(Sqe sqe) {
        return RawSqe.write(sqe, Opcode.NOP, 7, -1, 0, 0, 0, 0, 0, 0); // a priority that a NOP doesn't have
    }

    static Sqe timeLimit(Bench bench, long nanos, int flags) {
        return RawSqe.write(bench.sqe(), Opcode.LINK_TIMEOUT, -1, 0, bench.timespec(nanos), 1, flags);
    }

    private static Sqe pollForEver(Bench bench) {
        int eventFd = bench.eventFd();
        return bench.sqe().prepPoll(eventFd, Libc.POLLIN);
    }

    private static void chain(Bench bench) {
        bench.sqe().prepNop(11).link().userData(FIRST);
        bench.sqe().prepNop(12).link().userData(SECOND);
        bench.sqe().prepNop(13).userData(THIRD);
        bench.sqe().prepNop(14).userData(FOURTH);
        bench.submit(4);
    }

    private static void broken(Bench bench, UnaryOperator<Sqe> link) {
        link.apply(bench.sqe().prepNop(-5)).userData(FIRST);
        link.apply(bench.sqe().prepNop(12)).userData(SECOND);
        bench.sqe().prepNop(13).userData(THIRD);
        bench.submit(3);
    }

    private static void badEntry(Bench bench, int position, UnaryOperator<Sqe> link) {
        for (int i = 0; i < 3; i++) {
            Sqe sqe = i == position ? bad(bench.sqe()) : bench.sqe().prepNop(10 + i);
            Sqe member = i < 2 ? link.apply(sqe) : sqe;
            member.userData(FIRST + i);
        }
        bench.sqe().prepNop(13).userData(FOURTH);
        bench.submitTogether(4);
    }

    private static void cut(Bench bench) {
        bench.sqe().prepNop(-5).link().userData(FIRST);
        bench.submit(1);
        bench.sqe().prepNop(12).userData(SECOND);
        bench.submit(1);
    }

    private static void cancelledHead(Bench bench) {
        pollForEver(bench).link().userData(FIRST);
        bench.sqe().prepNop(12).userData(SECOND);
        bench.submitOnly();
        bench.sqe().prepCancel(SECOND).userData(THIRD); // it waits: nobody finds it
        bench.submit(1);
        bench.sqe().prepCancel(FIRST).userData(FOURTH);
        bench.submitTogether(3);
    }

    private static void fileOfTheChain(Bench bench) {
        Bench.require(new FileRegistration(bench.ring.handle()).registerSparse(2));
        bench.opens(true);
        bench.sqe().prepSocketDirect(Libc.AF_INET, Libc.SOCK_STREAM, 0).link().userData(FIRST);
        bench.sqe().prepListen(0, 5).fixedFile().link().userData(SECOND);
        bench.sqe().prepCloseDirect(0).link().userData(THIRD);
        bench.sqe().prepListen(0, 5).fixedFile().userData(FOURTH);
        bench.submit(4);
    }

    private static void missingFile(Bench bench) {
        bench.sqe().prepPoll(9999, Libc.POLLIN).link().userData(FIRST);
        bench.sqe().prepNop(12).userData(SECOND);
        bench.submit(2);
        bench.sqe().prepPoll(9999, Libc.POLLIN).hardLink().userData(THIRD);
        bench.sqe().prepNop(12).userData(FOURTH);
        bench.submit(2);
    }

    private static void timeoutInChain(Bench bench) {
        for (int flags : new int[] {0, Abi.TIMEOUT_ETIME_SUCCESS}) {
            bench.sqe().prepTimeout(bench.timespec(SOON), 0, flags).link().userData(FIRST);
            bench.sqe().prepNop(12).userData(SECOND);
            bench.submit(2);
        }
    }

    private static void quietFailure(Bench bench) {
        int socket = bench.kernel.socket(Libc.AF_INET, Libc.SOCK_STREAM, 0);
        bench.owns(socket);
        bench.sqe().prepShutdown(socket, Libc.SHUT_WR).link().userData(FIRST);
        bench.sqe().prepNop(12).userData(SECOND);
        bench.submit(2);
    }

    private static void shortReceive(Bench bench) {
        int listener = bench.listener(4);
        Bench.Remote remote = bench.connect(listener);
        int fd = bench.accept(listener);
        long memory = bench.arena.allocate(16).address();
        remote.send(new byte[3]);
        bench.awaitReadable(fd);
        bench.sqe().prepReceive(fd, memory, 8, 0).link().userData(FIRST);
        bench.sqe().prepNop(12).userData(SECOND);
        bench.submit(2);
        remote.send(new byte[3]);
        remote.shutdownOutput();
        bench.awaitReadable(fd);
        bench.sqe().prepReceive(fd, memory, 8, Libc.MSG_WAITALL).link().userData(FIRST);
        bench.sqe().prepNop(12).userData(SECOND);
        bench.submit(2);
        bench.sqe().prepReceive(fd, memory, 8, 0).link().userData(FIRST);
        bench.sqe().prepNop(12).userData(SECOND);
        bench.submit(2);
    }

    // ---- time limits

    private static void expired(Bench bench, UnaryOperator<Sqe> link) {
        link.apply(pollForEver(bench)).userData(FIRST);
        link.apply(timeLimit(bench, SOON, 0)).userData(SECOND);
        bench.sqe().prepNop(13).userData(THIRD);
        bench.submitTogether(3);
    }

    private static void notNeeded(Bench bench) {
        bench.sqe().prepNop(11).link().userData(FIRST);
        timeLimit(bench, LATE, 0).link().userData(SECOND);
        bench.sqe().prepNop(13).userData(THIRD);
        bench.submitTogether(3);
    }

    private static void limitOfFailure(Bench bench) {
        bench.sqe().prepNop(-5).link().userData(FIRST);
        timeLimit(bench, LATE, 0).link().userData(SECOND);
        bench.sqe().prepNop(13).userData(THIRD);
        bench.submitTogether(3);
    }

    private static void limitInFlight(Bench bench) {
        int eventFd = bench.eventFd();
        bench.sqe().prepPoll(eventFd, Libc.POLLIN).link().userData(FIRST);
        timeLimit(bench, LATE, 0).link().userData(SECOND);
        bench.sqe().prepNop(13).userData(THIRD);
        bench.submitOnly();
        bench.kernel.signalEventFd(eventFd);
        bench.submitTogether(3);
    }

    private static void limitOfNothing(Bench bench) {
        timeLimit(bench, SOON, 0).userData(FIRST);
        bench.submit(1);
        bench.sqe().prepNop(12).userData(SECOND);
        timeLimit(bench, SOON, 0).userData(FIRST);
        bench.submit(2);
    }

    private static void twoLimits(Bench bench) {
        bench.sqe().prepNop(11).link().userData(FIRST);
        timeLimit(bench, LATE, 0).link().userData(SECOND);
        timeLimit(bench, LATE, 0).userData(THIRD);
        bench.submitTogether(3);
    }

    private static void removeLimit(Bench bench) {
        int eventFd = bench.eventFd();
        bench.sqe().prepPoll(eventFd, Libc.POLLIN).link().userData(FIRST);
        timeLimit(bench, LATE, 0).userData(SECOND);
        bench.submitOnly();
        bench.sqe().prepTimeoutRemove(SECOND).userData(THIRD);
        bench.submit(1);
        bench.sqe().prepCancel(SECOND).userData(THIRD);
        bench.submit(1);
        bench.kernel.signalEventFd(eventFd);
        bench.submitTogether(2);
    }

    private static void limitPutOff(Bench bench) {
        int eventFd = bench.eventFd();
        bench.sqe().prepPoll(eventFd, Libc.POLLIN).link().userData(FIRST);
        timeLimit(bench, LATE, 0).userData(SECOND);
        bench.submitOnly();
        RawSqe.write(
                        bench.sqe(),
                        Opcode.TIMEOUT_REMOVE,
                        -1,
                        bench.timespec(SOON),
                        SECOND,
                        0,
                        Abi.LINK_TIMEOUT_UPDATE | Abi.TIMEOUT_UPDATE)
                .userData(THIRD);
        bench.submitTogether(3);
    }

    // ---- silence

    private static void silent(Bench bench) {
        bench.sqe().prepNop(11).skipSuccess().userData(FIRST);
        bench.sqe().prepNop(-12).skipSuccess().userData(SECOND);
        bench.sqe().prepNop(13).userData(THIRD);
        bench.submit(2);
    }

    private static void silentChain(Bench bench) {
        bench.sqe().prepNop(-5).skipSuccess().link().userData(FIRST);
        bench.sqe().prepNop(12).link().userData(SECOND);
        bench.sqe().prepNop(13).userData(THIRD);
        bench.submit(1);
        bench.sqe().prepNop(-5).link().userData(FIRST);
        bench.sqe().prepNop(12).skipSuccess().link().userData(SECOND);
        bench.sqe().prepNop(13).userData(THIRD);
        bench.submit(3);
        bench.sqe().prepNop(11).skipSuccess().link().userData(FIRST);
        bench.sqe().prepNop(12).skipSuccess().link().userData(SECOND);
        bench.sqe().prepNop(13).userData(THIRD);
        bench.submit(1);
        bench.sqe().prepNop(11).link().userData(FIRST);
        bad(bench.sqe()).skipSuccess().link().userData(SECOND);
        bench.sqe().prepNop(13).userData(THIRD);
        bench.submit(3);
    }

    private static void silentLimit(Bench bench) {
        pollForEver(bench).link().userData(FIRST);
        timeLimit(bench, SOON, 0).skipSuccess().userData(SECOND);
        bench.submit(1);
        bench.sqe().prepNop(11).link().userData(FIRST);
        timeLimit(bench, LATE, 0).skipSuccess().userData(SECOND);
        bench.submit(1);
        bench.sqe().prepNop(12).userData(THIRD);
        bench.submit(1);
    }

    // ---- barriers

    private static void barrier(Bench bench) {
        bench.sqe().prepTimeout(bench.timespec(SOON), 0, 0).userData(FIRST);
        bench.sqe().prepNop(12).drain().userData(SECOND);
        bench.sqe().prepNop(13).userData(THIRD);
        bench.submit(0);
        bench.submit(3);
        bench.sqe().prepNop(14).userData(FOURTH);
        bench.submit(1);
    }

    private static void barrierInChain(Bench bench) {
        bench.sqe().prepTimeout(bench.timespec(SOON), 0, 0).userData(FIRST);
        bench.sqe().prepNop(12).link().userData(SECOND);
        bench.sqe().prepNop(13).drain().userData(THIRD);
        bench.sqe().prepNop(14).userData(FOURTH);
        bench.submit(4);
    }

    private static void barrierRefused(Bench bench) {
        bench.sqe().prepNop(11).skipSuccess().userData(FIRST);
        bench.sqe().prepNop(12).drain().userData(SECOND);
        bench.submit(1);
    }

    private static void cancelBehindBarrier(Bench bench) {
        int eventFd = bench.eventFd();
        bench.sqe().prepPoll(eventFd, Libc.POLLIN).userData(FIRST);
        bench.sqe().prepNop(12).drain().userData(SECOND);
        bench.sqe().prepCancel(FIRST).userData(THIRD);
        bench.submit(0);
        bench.submit(0);
        bench.kernel.signalEventFd(eventFd);
        bench.submit(3);
    }
}
