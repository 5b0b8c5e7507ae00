package io.fluxring.core.sim;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.memory.MessageVectors;
import io.fluxring.core.memory.scratch.ScratchBlocks;
import io.fluxring.core.register.FileRegistration;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Libc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What any kernel must answer in the same way: no more is put into a scenario than is determined. */
final class ParityScenarios {
    private static final int FIRST = 1;
    private static final int SECOND = 2;
    private static final int THIRD = 3;

    private ParityScenarios() {}

    static Map<String, Consumer<Bench>> all() {
        Map<String, Consumer<Bench>> all = new LinkedHashMap<>();
        all.put("no operation, with a result", ParityScenarios::noOperation);
        all.put("close, and close again", ParityScenarios::close);
        all.put("receive in a group that runs dry", ParityScenarios::runsDry);
        all.put("receive in a group without buffers", ParityScenarios::noBuffers);
        all.put("multishot receive to the end", ParityScenarios::endOfStream);
        all.put("single receive, bytes and end", ParityScenarios::singleReceive);
        all.put("receive until a buffer is full", ParityScenarios::waitAll);
        all.put("incremental buffers", ParityScenarios::incremental);
        all.put("multishot receive, full completion queue", ParityScenarios::multishotOverflow);
        all.put("last completions, full completion queue", ParityScenarios::overflow);
        all.put("cancel by user data", ParityScenarios::cancelByUserData);
        all.put("cancel by descriptor", ParityScenarios::cancelByDescriptor);
        all.put("cancel all", ParityScenarios::cancelAll);
        all.put("accept", ParityScenarios::accept);
        all.put("accept into a full table", ParityScenarios::acceptDirect);
        all.put("shutdown of a listener", ParityScenarios::shutdownListener);
        all.put("multishot poll of an eventfd", ParityScenarios::poll);
        all.put("poll of what is there", ParityScenarios::pollAgain);
        all.put("timeout", ParityScenarios::timeout);
        all.put("multishot timeout", ParityScenarios::multishotTimeout);
        all.put("timeout after completions", ParityScenarios::countedTimeout);
        all.put("timeout removed", ParityScenarios::removedTimeout);
        all.put("wait that times out", ParityScenarios::waitTimesOut);
        all.put("send and message", ParityScenarios::send);
        all.put("send after the end", ParityScenarios::sendAfterShutdown);
        all.put("receive after own shutdown", ParityScenarios::receiveAfterShutdown);
        all.put("socket, options, bind, listen", ParityScenarios::socket);
        SocketScenarios.addTo(all);
        LinkScenarios.addTo(all);
        ZeroCopyScenarios.addTo(all);
        MessageScenarios.addTo(all);
        RingScenarios.addTo(all);
        FileScenarios.addTo(all);
        PathScenarios.addTo(all);
        PipeScenarios.addTo(all);
        RegisterScenarios.addTo(all);
        SettingScenarios.addTo(all);
        EpollScenarios.addTo(all);
        FutexScenarios.addTo(all);
        BufferScenarios.addTo(all);
        return all;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void noOperation(Bench bench) {
        bench.sqe().prepNop().userData(FIRST);
        bench.sqe().prepNop(42).userData(SECOND);
        bench.sqe().prepNop(-5).userData(THIRD);
        bench.submit(3);
    }

    private static void close(Bench bench) {
        int fd = bench.kernel.socket(Libc.AF_INET, Libc.SOCK_STREAM, 0);
        bench.sqe().prepClose(fd).userData(FIRST);
        bench.sqe().prepClose(fd).userData(SECOND);
        bench.sqe().prepReceiveSelect(fd, 0).userData(THIRD);
        bench.submit(3);
    }

    private static List<BufferLease> drained(Bench bench, BufferRing buffers) {
        List<BufferLease> leases = new ArrayList<>();
        bench.ring.completions().drain((userData, result, flags) -> {
            BufferLease lease = buffers.take(result, flags, null);
            String content = lease == null ? "" : " \"" + lease.text(StandardCharsets.US_ASCII) + "\"";
            bench.note(userData + ": " + Bench.describe(result, flags) + content);
            if (lease != null) {
                leases.add(lease);
            }
        });
        return leases;
    }

    private static void runsDry(Bench bench) {
        BufferRing buffers = bench.buffers(BufferRingConfig.of(2, 8));
        int listener = bench.listener(4);
        Bench.Remote remote = bench.connect(listener);
        int fd = bench.accept(listener);
        remote.send(text("the quick brown fox jumps"));
        bench.awaitReadable(fd);
        bench.sqe().prepReceiveMultishot(fd, buffers.group()).userData(FIRST);
        bench.ring.submit();
        List<BufferLease> leases = drained(bench, buffers);
        leases.forEach(BufferLease::release);
        bench.sqe().prepReceiveMultishot(fd, buffers.group()).userData(SECOND);
        bench.ring.submit();
        drained(bench, buffers).forEach(BufferLease::release);
    }

    private static void noBuffers(Bench bench) {
        int listener = bench.listener(4);
        bench.connect(listener);
        int fd = bench.accept(listener);
        bench.sqe().prepReceiveMultishot(fd, 77).userData(FIRST);
        bench.sqe().prepReceiveSelect(fd, 78).userData(SECOND);
        bench.submit(2);
    }

    private static void endOfStream(Bench bench) {
        BufferRing buffers = bench.buffers(BufferRingConfig.of(8, 8));
        int listener = bench.listener(4);
        Bench.Remote remote = bench.connect(listener);
        int fd = bench.accept(listener);
        bench.sqe().prepReceiveMultishot(fd, buffers.group()).userData(FIRST);
        bench.ring.submit();
        remote.send(text("hello"));
        bench.ring.submitAndWait(1, 3_000_000_000L, 0);
        drained(bench, buffers).forEach(BufferLease::release);
        remote.shutdownOutput();
        bench.ring.submitAndWait(1, 3_000_000_000L, 0);
        drained(bench, buffers);
    }

    private static void singleReceive(Bench bench) {
        BufferRing buffers = bench.buffers(BufferRingConfig.of(4, 8));
        int listener = bench.listener(4);
        Bench.Remote remote = bench.connect(listener);
        int fd = bench.accept(listener);
        bench.sqe().prepReceiveSelect(fd, buffers.group()).userData(FIRST);
        bench.ring.submit();
        remote.send(text("0123456789"));
        bench.ring.submitAndWait(1, 3_000_000_000L, 0);
        drained(bench, buffers).forEach(BufferLease::release);
        MemorySegment own = bench.arena.allocate(8);
        bench.sqe().prepReceive(fd, own.address(), 8, 0).userData(SECOND);
        bench.submit(1);
        bench.note(new String(own.toArray(ValueLayout.JAVA_BYTE), 0, 2, StandardCharsets.US_ASCII));
        remote.shutdownOutput();
        bench.awaitReadable(fd);
        bench.sqe().prepReceive(fd, own.address(), 8, 0).userData(THIRD);
        bench.submit(1);
    }

    private static void waitAll(Bench bench) {
        int listener = bench.listener(4);
        Bench.Remote remote = bench.connect(listener);
        int fd = bench.accept(listener);
        MemorySegment own = bench.arena.allocate(10);
        bench.sqe().prepReceive(fd, own.address(), 10, Libc.MSG_WAITALL).userData(FIRST);
        bench.submitOnly();
        remote.send(text("abc"));
        bench.submit(0);
        remote.send(text("defghij"));
        bench.submit(1);
        bench.sqe().prepReceive(fd, own.address(), 10, Libc.MSG_WAITALL).userData(SECOND);
        bench.submitOnly();
        remote.send(text("xyz"));
        remote.shutdownOutput();
        bench.submit(1);
    }

    private static void incremental(Bench bench) {
        BufferRing buffers = bench.buffers(BufferRingConfig.of(2, 12).withIncremental());
        int listener = bench.listener(4);
        Bench.Remote remote = bench.connect(listener);
        int fd = bench.accept(listener);
        List<BufferLease> leases = new ArrayList<>();
        for (String piece : List.of("hello", "world", "again")) {
            bench.sqe().prepReceiveSelect(fd, buffers.group()).userData(FIRST);
            bench.ring.submit();
            remote.send(text(piece));
            bench.ring.submitAndWait(1, 3_000_000_000L, 0);
            leases.addAll(drained(bench, buffers));
        }
        bench.sqe().prepReceiveSelect(fd, buffers.group()).userData(SECOND);
        bench.ring.submitAndWait(1, 3_000_000_000L, 0);
        leases.addAll(drained(bench, buffers));
        leases.forEach(BufferLease::release);
    }

    private static void multishotOverflow(Bench bench) {
        BufferRing buffers = bench.buffers(BufferRingConfig.of(16, 4));
        int listener = bench.listener(4);
        Bench.Remote remote = bench.connect(listener);
        int fd = bench.accept(listener);
        remote.send(text("aaaabbbbccccddddeeeeffffgggghhhh"));
        bench.awaitReadable(fd);
        bench.sqe().prepReceiveMultishot(fd, buffers.group()).userData(FIRST);
        bench.ring.submit();
        bench.note("overflowed: " + bench.ring.overflowed() + ", ready "
                + bench.ring.completions().ready());
        drained(bench, buffers);
        bench.ring.submit();
        bench.note("overflowed: " + bench.ring.overflowed() + ", dropped " + bench.ring.dropped());
        drained(bench, buffers);
        bench.sqe().prepReceiveMultishot(fd, buffers.group()).userData(SECOND);
        bench.ring.submit();
        drained(bench, buffers);
    }

    private static void overflow(Bench bench) {
        for (int i = 0; i < 10; i++) {
            bench.sqe().prepNop(i).userData(FIRST);
            if (i % 4 == 3) {
                bench.submitOnly();
            }
        }
        bench.submitOnly();
        for (int i = 0; i < 3; i++) {
            bench.note("overflowed: " + bench.ring.overflowed());
            bench.submit(0);
        }
        bench.note("overflowed: " + bench.ring.overflowed());
    }

    private static void cancelByUserData(Bench bench) {
        int listener = bench.listener(4);
        bench.sqe().prepAccept(listener, 0).userData(FIRST);
        bench.submitOnly();
        bench.sqe().prepCancel(FIRST).userData(SECOND);
        bench.sqe().prepCancel(99).userData(THIRD);
        bench.submit(3);
    }

    private static void cancelByDescriptor(Bench bench) {
        int listener = bench.listener(4);
        bench.sqe().prepAccept(listener, 0).userData(FIRST);
        bench.sqe().prepPoll(listener, Libc.POLLIN).userData(FIRST + 10);
        bench.submitOnly();
        bench.sqe().prepCancelFd(listener, false).userData(SECOND);
        bench.submitTogether(3);
        bench.sqe().prepCancelFd(listener, false).userData(SECOND);
        bench.sqe().prepCancelFd(9999, false).userData(THIRD);
        bench.submit(2);
    }

    private static void cancelAll(Bench bench) {
        int listener = bench.listener(4);
        bench.sqe().prepAccept(listener, 0).userData(FIRST);
        bench.submitOnly();
        bench.sqe().prepCancelAll().userData(SECOND);
        bench.submit(2);
        bench.sqe().prepCancelAll().userData(THIRD);
        bench.submit(1);
    }

    private static void accept(Bench bench) {
        int listener = bench.listener(8);
        bench.opens(true);
        bench.sqe().prepAcceptMultishot(listener, Libc.SOCK_CLOEXEC).userData(FIRST);
        bench.submitOnly();
        for (int i = 0; i < 2; i++) {
            bench.connect(listener);
            bench.submit(1);
            bench.owns(bench.result(0));
        }
    }

    private static void acceptDirect(Bench bench) {
        Bench.require(new FileRegistration(bench.ring.handle()).registerSparse(1));
        int listener = bench.listener(8);
        bench.connect(listener);
        bench.connect(listener);
        bench.awaitReadable(listener);
        bench.sqe().prepAcceptDirect(listener).userData(FIRST);
        bench.submit(1);
        bench.sqe().prepAcceptDirect(listener).userData(SECOND);
        bench.submit(1);
        bench.sqe().prepCloseDirect(0).userData(THIRD);
        bench.submit(1);
        bench.connect(listener);
        bench.sqe().prepAcceptMultishotDirect(listener).userData(FIRST);
        bench.submit(1);
    }

    private static void shutdownListener(Bench bench) {
        int listener = bench.listener(8);
        bench.sqe().prepAcceptMultishot(listener, 0).userData(FIRST);
        bench.submitOnly();
        bench.sqe().prepShutdown(listener, 2).userData(SECOND);
        bench.submitTogether(2);
    }

    private static void poll(Bench bench) {
        int eventFd = bench.kernel.eventFd(Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK);
        bench.owns(eventFd);
        bench.sqe().prepPollMultishot(eventFd, Libc.POLLIN).userData(FIRST);
        bench.submitOnly();
        bench.submit(0);
        for (int i = 0; i < 3; i++) {
            bench.kernel.signalEventFd(eventFd);
            bench.submit(1);
            bench.submit(0);
        }
        bench.kernel.signalEventFd(eventFd);
        bench.kernel.signalEventFd(eventFd);
        bench.submit(1);
        bench.submit(0);
        bench.sqe().prepCancel(FIRST).userData(SECOND);
        bench.submit(2);
    }

    /** What was signalled before the poll began is reported at once. */
    private static void pollAgain(Bench bench) {
        int eventFd = bench.kernel.eventFd(Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK);
        bench.owns(eventFd);
        bench.kernel.signalEventFd(eventFd);
        bench.sqe().prepPollMultishot(eventFd, Libc.POLLIN).userData(FIRST);
        bench.sqe().prepPoll(eventFd, Libc.POLLIN | Libc.POLLOUT).userData(SECOND);
        bench.submit(2);
    }

    private static void timeout(Bench bench) {
        bench.sqe().prepTimeout(bench.timespec(1_000_000), 0, 0).userData(FIRST);
        bench.submit(1);
    }

    private static void multishotTimeout(Bench bench) {
        bench.sqe()
                .prepTimeout(bench.timespec(1_000_000), 3, Abi.TIMEOUT_MULTISHOT)
                .userData(FIRST);
        bench.submit(1);
        bench.submit(1);
        bench.submit(1);
    }

    private static void countedTimeout(Bench bench) {
        bench.sqe().prepTimeout(bench.timespec(900_000_000), 1, 0).userData(FIRST);
        bench.submitOnly();
        bench.sqe().prepNop(7).userData(SECOND);
        bench.submit(2);
    }

    private static void removedTimeout(Bench bench) {
        bench.sqe().prepTimeout(bench.timespec(900_000_000), 0, 0).userData(FIRST);
        bench.submitOnly();
        bench.sqe().prepTimeoutRemove(FIRST).userData(SECOND);
        bench.sqe().prepTimeoutRemove(55).userData(THIRD);
        bench.submitTogether(3);
    }

    private static void waitTimesOut(Bench bench) {
        bench.note("nothing: " + bench.ring.submitAndWait(1, 1_000_000L, 0));
        bench.sqe().prepNop(1).userData(FIRST);
        bench.note("one of two: " + bench.ring.submitAndWait(2, 1_000_000L, 0));
        bench.drain();
        bench.sqe().prepNop(1).userData(FIRST);
        bench.note("minimal wait: " + bench.ring.submitAndWait(4, 900_000_000L, 500));
        bench.drain();
    }

    private static void send(Bench bench) {
        int listener = bench.listener(4);
        Bench.Remote remote = bench.connect(listener);
        int fd = bench.accept(listener);
        MemorySegment bytes = bench.arena.allocateFrom("hello, world");
        bench.sqe().prepSend(fd, bytes.address(), 5, 0).userData(FIRST);
        bench.submit(1);
        MemorySegment header = new ScratchBlocks(bench.arena).take();
        MessageVectors.set(header, 0, bytes.address() + 5, 2);
        MessageVectors.set(header, 1, bytes.address() + 7, 5);
        MessageVectors.header(header, 2);
        bench.sqe().prepSendMessage(fd, header.address(), Libc.MSG_WAITALL).userData(SECOND);
        bench.submit(1);
        bench.note(new String(remote.receive(12), StandardCharsets.US_ASCII));
    }

    private static void sendAfterShutdown(Bench bench) {
        int listener = bench.listener(4);
        bench.connect(listener);
        int fd = bench.accept(listener);
        MemorySegment bytes = bench.arena.allocateFrom("hello");
        bench.sqe().prepShutdown(fd, Libc.SHUT_WR).userData(FIRST);
        bench.submit(1);
        bench.sqe().prepSend(fd, bytes.address(), 5, 0).userData(SECOND);
        bench.submit(1);
    }

    private static void receiveAfterShutdown(Bench bench) {
        BufferRing buffers = bench.buffers(BufferRingConfig.of(2, 8));
        int listener = bench.listener(4);
        bench.connect(listener);
        int fd = bench.accept(listener);
        bench.sqe().prepReceiveMultishot(fd, buffers.group()).userData(FIRST);
        bench.submitOnly();
        bench.sqe().prepShutdown(fd, 2).userData(SECOND);
        bench.submitTogether(2);
    }

    private static void socket(Bench bench) {
        bench.opens(true);
        bench.sqe().prepSocket(Libc.AF_INET, Libc.SOCK_STREAM, 0).userData(FIRST);
        bench.submit(1);
        bench.opens(false);
        int fd = bench.result(0);
        bench.owns(fd);
        MemorySegment on = bench.arena.allocateFrom(ValueLayout.JAVA_INT, 1);
        MemorySegment address = bench.loopback();
        bench.sqe()
                .prepSetSocketOption(fd, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, on.address(), 4)
                .userData(FIRST);
        bench.submit(1);
        bench.sqe().prepBind(fd, address.address(), (int) address.byteSize()).userData(SECOND);
        bench.submit(1);
        bench.sqe().prepListen(fd, 5).userData(THIRD);
        bench.submit(1);
        bench.opens(true);
        bench.connect(fd);
        bench.sqe().prepAccept(fd, Libc.SOCK_CLOEXEC).userData(FIRST);
        bench.submit(1);
        bench.owns(bench.result(0));
    }
}
