package io.fluxring.core.sim;

import io.fluxring.core.entry.RawSqe;
import io.fluxring.core.entry.Sqe;
import io.fluxring.core.memory.MessageVectors;
import io.fluxring.core.memory.scratch.ScratchBlocks;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;

/** Sends without a copy. */
final class ZeroCopyScenarios {
    private static final int FIRST = 1;
    private static final int SECOND = 2;
    private static final int THIRD = 3;

    private ZeroCopyScenarios() {}

    static void addTo(Map<String, Consumer<Bench>> all) {
        all.put("zero-copy send", ZeroCopyScenarios::send);
        all.put("zero-copy send, report", ZeroCopyScenarios::report);
        all.put("zero-copy message", ZeroCopyScenarios::message);
        all.put("zero-copy send that fails", ZeroCopyScenarios::fails);
        all.put("zero-copy send that is refused", ZeroCopyScenarios::refused);
        all.put("zero-copy send in a chain", ZeroCopyScenarios::chain);
        all.put("zero-copy send in a broken chain", ZeroCopyScenarios::brokenChain);
        all.put("zero-copy send in a chain that breaks in silence", ZeroCopyScenarios::silentChain);
        all.put("zero-copy send in a refused chain", ZeroCopyScenarios::refusedChain);
    }

    private static Sqe zeroCopy(Bench bench, int fd, int priority) {
        MemorySegment bytes = bench.arena.allocateFrom("hello, world");
        return RawSqe.write(bench.sqe(), Opcode.SEND_ZC, priority, fd, 0, bytes.address(), 12, 0, 0, 0);
    }

    private static void send(Bench bench) {
        int listener = bench.listener(4);
        Bench.Remote remote = bench.connect(listener);
        int fd = bench.accept(listener);
        zeroCopy(bench, fd, 0).userData(FIRST);
        bench.submitOnly();
        bench.note(new String(remote.receive(12), StandardCharsets.US_ASCII));
        bench.submit(2);
    }

    private static void report(Bench bench) {
        int listener = bench.listener(4);
        Bench.Remote remote = bench.connect(listener);
        int fd = bench.accept(listener);
        zeroCopy(bench, fd, Abi.SEND_ZC_REPORT_USAGE).userData(FIRST);
        bench.submitOnly();
        remote.receive(12);
        bench.submit(2);
    }

    private static void message(Bench bench) {
        int listener = bench.listener(4);
        Bench.Remote remote = bench.connect(listener);
        int fd = bench.accept(listener);
        MemorySegment bytes = bench.arena.allocateFrom("hello, world");
        MemorySegment header = new ScratchBlocks(bench.arena).take();
        MessageVectors.set(header, 0, bytes.address(), 5);
        MessageVectors.set(header, 1, bytes.address() + 5, 7);
        MessageVectors.header(header, 2);
        RawSqe.write(bench.sqe(), Opcode.SENDMSG_ZC, fd, 0, header.address(), 1, Libc.MSG_WAITALL)
                .userData(FIRST);
        bench.submitOnly();
        bench.note(new String(remote.receive(12), StandardCharsets.US_ASCII));
        bench.submit(2);
    }

    private static void fails(Bench bench) {
        int eventFd = bench.eventFd();
        zeroCopy(bench, eventFd, 0).userData(FIRST);
        bench.submit(2);
        zeroCopy(bench, 9999, 0).userData(FIRST);
        bench.submit(2);
        int listener = bench.listener(4);
        bench.connect(listener);
        int fd = bench.accept(listener);
        bench.sqe().prepShutdown(fd, Libc.SHUT_WR).userData(SECOND);
        bench.submit(1);
        zeroCopy(bench, fd, Abi.SEND_ZC_REPORT_USAGE).userData(THIRD);
        bench.submit(2);
    }

    private static void refused(Bench bench) {
        int listener = bench.listener(4);
        bench.connect(listener);
        int fd = bench.accept(listener);
        zeroCopy(bench, fd, 0).skipSuccess().userData(FIRST);
        zeroCopy(bench, fd, Abi.RECVSEND_BUNDLE).userData(SECOND);
        bench.submit(2);
        bench.submit(0);
    }

    private static void chain(Bench bench) {
        int listener = bench.listener(4);
        Bench.Remote remote = bench.connect(listener);
        int fd = bench.accept(listener);
        zeroCopy(bench, fd, 0).link().userData(FIRST);
        bench.sqe().prepNop(12).userData(SECOND);
        bench.submitOnly();
        remote.receive(12);
        bench.submitTogether(3);
        zeroCopy(bench, 9999, 0).link().userData(FIRST);
        bench.sqe().prepNop(12).userData(SECOND);
        bench.submitTogether(3);
    }

    private static void brokenChain(Bench bench) {
        int listener = bench.listener(4);
        bench.connect(listener);
        int fd = bench.accept(listener);
        bench.sqe().prepNop(-5).link().userData(FIRST);
        zeroCopy(bench, fd, 0).userData(SECOND);
        bench.submit(2);
        bench.submit(0);
        bench.submit(0);
    }

    private static void silentChain(Bench bench) {
        int listener = bench.listener(4);
        bench.connect(listener);
        int fd = bench.accept(listener);
        bench.sqe().prepNop(-5).link().skipSuccess().userData(FIRST);
        zeroCopy(bench, fd, 0).userData(SECOND);
        bench.submit(1);
        bench.submit(0);
        bench.submit(0);
    }

    private static void refusedChain(Bench bench) {
        int listener = bench.listener(4);
        bench.connect(listener);
        int fd = bench.accept(listener);
        zeroCopy(bench, fd, 0).link().userData(FIRST);
        RawSqe.write(bench.sqe(), Opcode.NOP, 7, -1, 0, 0, 0, 0, 0, 0).userData(SECOND);
        bench.submit(2);
        bench.submit(0);
        bench.submit(0);
    }
}
