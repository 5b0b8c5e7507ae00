package io.fluxring.benchmarks.reads;

import com.sun.management.ThreadMXBean;
import io.fluxring.core.entry.Sqe;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.call.Kernel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Random reads of 4 KiB with a fixed number in flight, by registered file and buffer, as fio does them with
 * {@code registerfiles=1 fixedbufs=1}. Prints a line of figures for each depth.
 */
@Command(name = "reads")
public final class ReadProgram implements Callable<Integer> {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Which layer carries the reads. */
    enum Level {
        /** The bare queues. */
        RING,
        /** Operations of a loop. */
        LOOP
    }

    @Option(names = "--file", required = true)
    private Path file = Path.of("");

    @Option(names = "--mode", defaultValue = "INLINE")
    private ReadMode mode = ReadMode.INLINE;

    @Option(names = "--level", defaultValue = "LOOP")
    private Level level = Level.LOOP;

    @Option(names = "--depths", split = ",", defaultValue = "1,2,4,8,32")
    private List<Integer> depths = List.of();

    @Option(names = "--seconds", defaultValue = "1")
    private double seconds;

    @Option(names = "--warmup", defaultValue = "2")
    private double warmup;

    @Option(names = "--poll-core", defaultValue = "1")
    private int pollCore;

    private ReadProgram() {}

    /** See {@code benchmarks/run reads}. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ReadProgram())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        RingConfig config = mode.ring(RingConfig.defaults().withEntries(ReadTarget.MOST_IN_FLIGHT, 256), pollCore);
        int fd = open();
        try (Arena arena = Arena.ofShared()) {
            ReadTarget target = new ReadTarget(arena, mode, Files.size(file));
            try (Reads reads =
                    level == Level.RING ? new RingReads(config, target, fd) : new LoopReads(config, target, fd)) {
                for (int depth : depths) {
                    measure(reads, depth);
                }
            }
        } finally {
            Kernel.linux().close(fd);
        }
        return 0;
    }

    /** The JDK opens files for itself only; the ring opens them for us. */
    private int open() {
        try (Arena arena = Arena.ofConfined();
                Ring ring = Ring.open(RingConfig.defaults().withEntries(1, 2))) {
            ring.enable();
            MemorySegment path = arena.allocateFrom(file.toString());
            Sqe sqe = ring.submissions().claim();
            if (sqe == null) {
                throw new IllegalStateException("a new ring is full");
            }
            sqe.prepOpen(Libc.AT_FDCWD, path.address(), mode.openFlags() | Libc.O_CLOEXEC, 0)
                    .userData(1);
            int[] fd = new int[1];
            ring.submitAndWait(1, Ring.FOREVER, 0);
            ring.completions().drain((userData, result, flags) -> fd[0] = result);
            if (fd[0] < 0) {
                throw new IllegalStateException("cannot open " + file + ": " + Errno.describe(fd[0]));
            }
            return fd[0];
        }
    }

    private void measure(Reads reads, int depth) {
        reads.run(depth, warmup);
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        long cpu = THREADS.getCurrentThreadCpuTime();
        long enters = reads.enters();
        long start = System.nanoTime();
        double count = reads.run(depth, seconds);
        double nanos = System.nanoTime() - start;
        System.out.printf(
                Locale.ROOT,
                "read depth=%d iops=%.0f cpu_ns_per_read=%.1f enters_per_read=%.4f bytes_per_read=%.4f%n",
                depth,
                count / nanos * 1e9,
                (THREADS.getCurrentThreadCpuTime() - cpu) / count,
                (reads.enters() - enters) / count,
                (THREADS.getCurrentThreadAllocatedBytes() - allocated) / count);
    }
}
