package io.fluxring.core.sim;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.register.FileRegistration;
import io.fluxring.core.sys.Libc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.function.Consumer;

/** Pipes, and what moves through them without passing the application. */
final class PipeScenarios {
    private static final int FIRST = 1;
    private static final int SECOND = 2;
    private static final int THIRD = 3;

    private PipeScenarios() {}

    static void addTo(Map<String, Consumer<Bench>> all) {
        all.put("pipe", PipeScenarios::pipe);
        all.put("pipe into slots", PipeScenarios::pipeDirect);
        all.put("pipe that is full", PipeScenarios::full);
        all.put("splice", PipeScenarios::splice);
        all.put("splice in a chain", PipeScenarios::spliceChain);
        all.put("splice of what is no pipe", PipeScenarios::noPipe);
        all.put("tee", PipeScenarios::tee);
    }

    private static void run(Bench bench, Sqe sqe) {
        sqe.userData(FIRST);
        bench.submit(1);
    }

    private static int[] ends(Bench bench) {
        MemorySegment fds = bench.arena.allocate(8, 4);
        run(bench, bench.sqe().prepPipe(fds.address(), Libc.O_CLOEXEC));
        int[] ends = fds.toArray(ValueLayout.JAVA_INT);
        bench.owns(ends[0]);
        bench.owns(ends[1]);
        return ends;
    }

    private static MemorySegment text(Bench bench, String text) {
        return bench.arena.allocateFrom(text);
    }

    private static void pipe(Bench bench) {
        int[] ends = ends(bench);
        MemorySegment target = bench.arena.allocate(16);
        bench.sqe().prepRead(ends[0], target.address(), 16, -1).userData(SECOND);
        bench.submitOnly();
        bench.sqe().prepWrite(ends[1], text(bench, "hello").address(), 5, -1).userData(THIRD);
        bench.submitTogether(2);
        bench.note(target.getString(0));
        run(bench, bench.sqe().prepWrite(ends[0], target.address(), 1, -1));
        run(bench, bench.sqe().prepRead(ends[1], target.address(), 1, -1));
        bench.disowns(ends[1]);
        run(bench, bench.sqe().prepClose(ends[1]));
        run(bench, bench.sqe().prepRead(ends[0], target.address(), 16, -1));
        int[] others = ends(bench);
        bench.disowns(others[0]);
        run(bench, bench.sqe().prepClose(others[0]));
        run(bench, bench.sqe().prepWrite(others[1], target.address(), 1, -1));
    }

    private static void pipeDirect(Bench bench) {
        MemorySegment fds = bench.arena.allocate(8, 4);
        Bench.require(new FileRegistration(bench.ring.handle()).registerSparse(3));
        run(bench, bench.sqe().prepPipe(fds.address(), 0).intoSlot(1));
        bench.note(fds.getAtIndex(ValueLayout.JAVA_INT, 0) + " " + fds.getAtIndex(ValueLayout.JAVA_INT, 1));
        MemorySegment target = bench.arena.allocate(16);
        run(
                bench,
                bench.sqe().prepWrite(2, text(bench, "hello").address(), 5, -1).fixedFile());
        run(bench, bench.sqe().prepRead(1, target.address(), 16, -1).fixedFile());
    }

    private static void full(Bench bench) {
        int[] ends = ends(bench);
        MemorySegment much = bench.arena.allocate(100_000);
        bench.sqe().prepWrite(ends[1], much.address(), 100_000, -1).link().userData(FIRST);
        bench.sqe().prepNop(12).userData(SECOND);
        bench.submit(2);
        run(bench, bench.sqe().prepWrite(ends[1], much.address(), 10, -1, Libc.RWF_NOWAIT));
        run(bench, bench.sqe().prepRead(ends[0], much.address(), 100_000, -1));
    }

    private static void splice(Bench bench) {
        int[] ends = ends(bench);
        int from = FileScenarios.file(bench, "a", "hello, world");
        int to = FileScenarios.file(bench, "b", "");
        run(bench, bench.sqe().prepSplice(from, 7, ends[1], -1, 5, 0));
        run(bench, bench.sqe().prepSplice(ends[0], -1, to, 2, 100, 0));
        MemorySegment target = bench.arena.allocate(16);
        run(bench, bench.sqe().prepRead(to, target.address(), 16, 0));
        bench.note(target.asSlice(2).getString(0));
        run(bench, bench.sqe().prepSplice(from, -1, ends[1], -1, 5, 0));
        run(bench, bench.sqe().prepSplice(from, -1, ends[1], -1, 100, 0));
        run(bench, bench.sqe().prepSplice(from, 100, ends[1], -1, 5, 0));
        run(bench, bench.sqe().prepRead(ends[0], target.address(), 16, -1));
    }

    private static void spliceChain(Bench bench) {
        int[] ends = ends(bench);
        int from = FileScenarios.file(bench, "a", "hello, world");
        int to = FileScenarios.file(bench, "b", "");
        bench.sqe().prepSplice(from, 0, ends[1], -1, 12, 0).link().userData(FIRST);
        bench.sqe().prepSplice(ends[0], -1, to, 0, 12, 0).link().userData(SECOND);
        bench.sqe().prepNop(13).userData(THIRD);
        bench.submit(3);
        bench.sqe().prepSplice(from, 8, ends[1], -1, 12, 0).link().userData(FIRST);
        bench.sqe().prepSplice(ends[0], -1, to, 0, 12, 0).userData(SECOND);
        bench.submit(2);
    }

    private static void noPipe(Bench bench) {
        int from = FileScenarios.file(bench, "a", "hello, world");
        int to = FileScenarios.file(bench, "b", "");
        run(bench, bench.sqe().prepSplice(from, 0, to, 0, 12, 0));
        run(bench, bench.sqe().prepSplice(9999, 0, to, 0, 12, 0));
        run(bench, bench.sqe().prepTee(from, to, 12, 0));
    }

    private static void tee(Bench bench) {
        int[] from = ends(bench);
        int[] to = ends(bench);
        MemorySegment target = bench.arena.allocate(16);
        run(bench, bench.sqe().prepWrite(from[1], text(bench, "hello").address(), 5, -1));
        run(bench, bench.sqe().prepTee(from[0], to[1], 3, 0));
        run(bench, bench.sqe().prepRead(to[0], target.address(), 16, -1));
        run(bench, bench.sqe().prepRead(from[0], target.address(), 16, -1));
        bench.note(target.getString(0));
    }
}
