package io.fluxring.core.sim;

import io.fluxring.core.file.FileOpening;
import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A random life of a file, or of a pipe, that is open on a loop. Its bytes tell their position, so that a gap is seen wherever a
 * stream begins.
 */
abstract class FileProgram {
    /** Patience at the end, in ticks: all that is left must end by itself. */
    private static final int MOST_TICKS = 3000;

    final SplittableRandom random;
    final SimulatedKernel kernel;
    final RingLoop loop;
    final Arena arena = Arena.ofShared();
    final FileTree.@Nullable Regular node;
    final io.fluxring.core.file.OpenFile file;

    /** The descriptor of a pipe's far end; -1 when it is closed, or the file is no pipe. */
    int farEnd = -1;

    int thrown;
    boolean closed;
    private @Nullable AssertionError broken;
    private io.fluxring.core.file.@Nullable OpenFile opened;

    FileProgram(long seed, boolean reads) {
        random = new SplittableRandom(seed * 37 + 11);
        kernel = new SimulatedKernel(seed, Faults.swarm(seed)).socketBuffers(100, 100);
        int entries = 2 << random.nextInt(5);
        loop = RingLoop.open(
                kernel,
                RingLoopConfig.defaults()
                        .withRing(RingConfig.defaults().withEntries(entries, Math.max(4, entries << random.nextInt(3))))
                        .withMostFileBytes((random.nextInt(4) == 0 ? 64 : 4 + random.nextInt(8)) * 4096L));
        kernel.memory().watch(loop);
        loop.attach();
        boolean pipe = random.nextInt(3) == 0;
        node = pipe ? null : regular(reads ? random.nextInt(60_000) : random.nextInt(3000));
        if (pipe) {
            openPipe(reads);
        } else {
            openRegular(reads);
        }
        io.fluxring.core.file.OpenFile open = opened;
        if (open == null) {
            throw new AssertionError("not opened");
        }
        file = open;
    }

    /** The byte at a position of any file. */
    static byte byteAt(long position) {
        return (byte) (position * 0x9E3779B97F4A7C15L >>> 40);
    }

    static byte[] bytes(long from, int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = byteAt(from + i);
        }
        return bytes;
    }

    private FileTree.Regular regular(int size) {
        try {
            FileTree.Regular made =
                    (FileTree.Regular) kernel.tree().open(kernel.tree().root(), "/file", Libc.O_CREAT, 0644);
            made.content = bytes(0, size);
            return made;
        } catch (FileTree.Refused e) {
            throw new AssertionError(e);
        }
    }

    private FileOpening.Handler taking() {
        return new FileOpening.Handler() {
            @Override
            public void opened(io.fluxring.core.file.OpenFile taken) {
                opened = taken;
            }

            @Override
            public void failed(int result) {
                throw new AssertionError(Errno.describe(result));
            }
        };
    }

    /** Others are called off while they are on their way: nothing may be left of them. */
    private void openRegular(boolean reads) {
        MemorySegment path = kernel.memory().own(arena.allocateFrom("/file"));
        int append = random.nextInt(4) == 0 ? Libc.O_APPEND : 0;
        int flags = reads ? Libc.O_RDONLY : Libc.O_WRONLY | append;
        for (int i = random.nextInt(3); i > 0; i--) {
            FileOpening given = FileOpening.submit(loop, path, flags, 0, new FileOpening.Handler() {
                @Override
                public void opened(io.fluxring.core.file.OpenFile late) {
                    throw new AssertionError("was called off");
                }

                @Override
                public void failed(int result) {
                    throw new AssertionError("was called off");
                }
            });
            if (random.nextBoolean()) {
                loop.submitPending();
            }
            given.callOff();
        }
        FileOpening.submit(loop, path, flags, 0, taking());
        until("the file is open", () -> opened != null);
    }

    private void openPipe(boolean reads) {
        MemorySegment ends = kernel.memory().own(arena.allocate(8, 4));
        int flags = random.nextBoolean() ? Libc.O_NONBLOCK : 0;
        TrackedOperation pipe =
                new TrackedOperation(Opcode.PIPE, sqe -> sqe.prepPipe(ends.address(), flags), (result, cqe) -> {});
        pipe.submit(loop);
        until("the pipe is there", () -> !pipe.isLive());
        farEnd = ends.get(ValueLayout.JAVA_INT, reads ? 4 : 0);
        FileOpening.adopt(loop, ends.get(ValueLayout.JAVA_INT, reads ? 0 : 4), 0, true, taking());
    }

    final PipeEnd farPipe() {
        if (!(kernel.file(farEnd) instanceof PipeEnd end)) {
            throw new AssertionError("no pipe");
        }
        return end;
    }

    final void closeFarEnd() {
        if (farEnd >= 0) {
            kernel.close(farEnd);
            farEnd = -1;
        }
    }

    /** The loop does a round; time passes for what the kernel puts off. */
    final void tick() {
        kernel.advance(random.nextInt(2_000_000));
        loop.tick(0);
        kernel.verify();
    }

    final void until(String what, java.util.function.BooleanSupplier condition) {
        for (int i = 0; !condition.getAsBoolean(); i++) {
            if (broken != null) {
                throw broken;
            }
            if (i == MOST_TICKS) {
                throw new AssertionError("it never happens that " + what + ": " + this + kernel.recent());
            }
            tick();
        }
    }

    /** A handler breaks, once in a while. */
    final void perhapsThrow() {
        if (random.nextInt(25) == 0) {
            thrown++;
            throw new Provoked();
        }
    }

    /** Calls something that may call handlers. */
    final void calling(Runnable action) {
        try {
            action.run();
        } catch (Provoked e) {
            thrown--; // not seen by the loop
        }
    }

    /** Handlers call this: the loop keeps to itself what they throw. */
    final void check(boolean holds, String message) {
        if (!holds) {
            AssertionError failure = new AssertionError(message);
            if (broken == null) {
                broken = failure;
            }
            throw failure;
        }
    }

    final void closeFile() {
        if (!closed) {
            closed = true;
            file.close(result -> {});
        }
    }

    final void run() {
        int steps = 20 + random.nextInt(100);
        for (int i = 0; i < steps; i++) {
            step();
            if (random.nextInt(3) == 0) {
                tick();
            }
        }
        if (random.nextInt(4) == 0) {
            loop.addCloseHook(this::loopCloses);
        } else {
            end();
        }
        if (random.nextBoolean()) {
            closeFile();
        }
        loop.close();
        AssertionError failure = broken;
        if (failure != null) {
            throw failure;
        }
        verifyEnd();
        closeFarEnd();
        LoopProgram.require(loop.liveOperations() == 0, "operations are left: " + loop);
        LoopProgram.require(loop.liveLeases() == 0, "leases are left: " + loop);
        long failures = loop.counters().get(Counter.HANDLER_FAILURES);
        LoopProgram.require(failures <= thrown, failures + " handlers have failed, " + thrown + " on purpose");
        kernel.verifyNothingLeft();
        arena.close();
    }

    abstract void step();

    /** Ends what there is in order. */
    abstract void end();

    /** The loop is closed with whatever is in flight. */
    abstract void loopCloses();

    abstract void verifyEnd();

    /** What a handler throws on purpose. */
    static final class Provoked extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Provoked() {
            super("on purpose", null, false, false);
        }
    }
}
