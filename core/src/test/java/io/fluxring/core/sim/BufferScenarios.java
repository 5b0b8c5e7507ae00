package io.fluxring.core.sim;

import io.fluxring.core.entry.RawSqe;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;

/** Buffers that operations provide. */
final class BufferScenarios {
    private static final int FIRST = 1;
    private static final int SECOND = 2;
    private static final int GROUP = 33;
    private static final int BUFFER_BYTES = 8;

    private BufferScenarios() {}

    static void addTo(Map<String, Consumer<Bench>> all) {
        all.put("provided buffers, used up and taken back", BufferScenarios::provided);
        all.put("multishot receive into provided buffers", BufferScenarios::multishot);
        all.put("provided buffers that are refused", BufferScenarios::refused);
        all.put("provided buffers and a ring of them", BufferScenarios::besideRing);
    }

    private static void provide(Bench bench, MemorySegment buffers, int count, int first) {
        bench.sqe()
                .prepProvideBuffers(buffers.address(), BUFFER_BYTES, count, GROUP, first)
                .userData(SECOND);
        bench.submit(1);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void show(Bench bench, MemorySegment buffers, int length) {
        byte[] bytes = buffers.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        bench.note(new String(bytes, StandardCharsets.US_ASCII));
    }

    private static void provided(Bench bench) {
        int listener = bench.listener(4);
        Bench.Remote remote = bench.connect(listener);
        int fd = bench.accept(listener);
        MemorySegment buffers = bench.arena.allocate(4 * BUFFER_BYTES);
        bench.sqe().prepRemoveBuffers(1, GROUP).userData(FIRST);
        bench.submit(1);
        provide(bench, buffers, 2, 100);
        remote.send(text("the quick brown fox jumps"));
        bench.awaitReadable(fd);
        for (int i = 0; i < 3; i++) {
            bench.sqe().prepReceiveSelect(fd, GROUP).userData(FIRST);
            bench.submit(1);
        }
        show(bench, buffers, 2 * BUFFER_BYTES);
        provide(bench, buffers, 1, 65535);
        bench.sqe().prepReceiveSelect(fd, GROUP).userData(FIRST);
        bench.submit(1);
        show(bench, buffers, BUFFER_BYTES);
        provide(bench, buffers, 4, 0);
        for (int count : new int[] {3, 100, 100}) {
            bench.sqe().prepRemoveBuffers(count, GROUP).userData(FIRST);
            bench.submit(1);
        }
    }

    private static void multishot(Bench bench) {
        int listener = bench.listener(4);
        Bench.Remote remote = bench.connect(listener);
        int fd = bench.accept(listener);
        MemorySegment buffers = bench.arena.allocate(2 * BUFFER_BYTES);
        provide(bench, buffers, 2, 7);
        remote.send(text("the quick brown fox jumps"));
        bench.awaitReadable(fd);
        bench.sqe().prepReceiveMultishot(fd, GROUP).userData(FIRST);
        bench.submit(3);
        show(bench, buffers, 2 * BUFFER_BYTES);
    }

    private static void refused(Bench bench) {
        long memory = bench.arena.allocate(64).address();
        long[][] wrong = {{0, 0}, {65537, 0}, {2, 65536}, {2, 65535}};
        for (long[] each : wrong) {
            RawSqe.write(bench.sqe(), Opcode.PROVIDE_BUFFERS, 0, (int) each[0], each[1], memory, 8, 0, GROUP, 0)
                    .userData(FIRST);
            bench.submit(1);
        }
        RawSqe.write(bench.sqe(), Opcode.PROVIDE_BUFFERS, 0, 1, 0, memory, 8, 1, GROUP, 0)
                .userData(FIRST);
        bench.submit(1);
        RawSqe.write(bench.sqe(), Opcode.REMOVE_BUFFERS, 0, 0, 0, 0, 0, 0, GROUP, 0)
                .userData(FIRST);
        bench.submit(1);
        RawSqe.write(bench.sqe(), Opcode.REMOVE_BUFFERS, 0, 1, 1, 0, 0, 0, GROUP, 0)
                .userData(FIRST);
        bench.submit(1);
    }

    private static void besideRing(Bench bench) {
        BufferRing ring = bench.buffers(BufferRingConfig.of(2, 8));
        MemorySegment memory = bench.arena.allocate(64);
        bench.sqe().prepProvideBuffers(memory.address(), 8, 1, ring.group(), 0).userData(FIRST);
        bench.sqe().prepRemoveBuffers(1, ring.group()).userData(SECOND);
        bench.submit(2);
        provide(bench, memory, 1, 0);
        MemorySegment status = bench.arena.allocate(40, 8);
        status.set(ValueLayout.JAVA_INT, 0, GROUP);
        int result = bench.ring.register(RegisterOperation.PBUF_STATUS, status.address(), 1);
        bench.note("status " + Bench.describe(result, 0));
    }
}
