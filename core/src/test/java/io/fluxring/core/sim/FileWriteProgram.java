package io.fluxring.core.sim;

import io.fluxring.core.file.FileBatch;
import io.fluxring.core.file.FileWriteHandler;
import io.fluxring.core.file.FileWriter;
import io.fluxring.core.file.WritePlan;
import io.fluxring.core.file.WritePlan.Sync;
import io.fluxring.core.sys.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/**
 * A writer of a file or a pipe: the count that it ends with is what is there without a gap, whatever has gone wrong, and all memory has
 * come back by then.
 */
final class FileWriteProgram extends FileProgram implements FileWriteHandler {
    private final WritePlan plan;
    private final FileWriter writer;
    private final long from;
    private final int firstSize;
    private long given;
    private int lent;
    private long taken; // out of the pipe
    private boolean over;
    private boolean finished;
    private boolean stopped;
    private int result;
    private long written;

    FileWriteProgram(long seed) {
        super(seed, false);
        firstSize = node == null ? 0 : node.content.length;
        long[] positions = {WritePlan.CURRENT, WritePlan.APPEND, random.nextInt(5000), 0};
        long position = node == null ? WritePlan.CURRENT : positions[random.nextInt(4)];
        plan = new WritePlan(
                position, 1 + random.nextInt(6), node == null ? Sync.NONE : Sync.values()[random.nextInt(4)]);
        from = position >= 0 && !file.traits().append() ? position : position == WritePlan.CURRENT ? -1 : firstSize;
        writer = new FileWriter(file, plan, this);
    }

    @Override
    void step() {
        switch (random.nextInt(12)) {
            case 0 -> {
                if (random.nextInt(10) == 0 && !finished) {
                    finished = true;
                    calling(writer::finish);
                }
            }
            case 1 -> {
                if (random.nextInt(10) == 0 && !stopped) {
                    stopped = true;
                    calling(writer::stop);
                }
            }
            case 2 -> {
                if (random.nextInt(10) == 0) {
                    closeFile();
                }
            }
            case 3, 4 -> drainPipe();
            case 5 -> {
                if (node == null && random.nextInt(30) == 0) {
                    drainPipe();
                    closeFarEnd(); // EPIPE from here on
                }
            }
            default -> write();
        }
    }

    private void write() {
        if (finished || stopped || !writer.isReady()) {
            return;
        }
        FileBatch batch = writer.takeBatch(owner -> {
            lent--;
            ((MemorySegment) owner).fill((byte) 0xee); // an owner may do so from now on
        });
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            int length = 1 + random.nextInt(random.nextInt(3) == 0 ? 9_000 : 500);
            MemorySegment piece = kernel.memory().own(arena.allocate(length));
            MemorySegment.copy(bytes(given, length), 0, piece, ValueLayout.JAVA_BYTE, 0, length);
            given += length;
            lent++;
            batch.add(piece, piece.address(), length);
        }
        writer.write(batch);
    }

    private void drainPipe() {
        if (farEnd < 0) {
            return;
        }
        byte[] bytes = farPipe().take(1 + random.nextInt(12_000));
        for (int i = 0; bytes != null && i < bytes.length; i++) {
            LoopProgram.require(bytes[i] == byteAt(taken++), "a gap in the pipe");
        }
    }

    @Override
    public void ready() {
        check(!over, "room behind the end");
        if (random.nextBoolean()) {
            write();
        }
        perhapsThrow();
    }

    @Override
    public void ended(int why, long bytes) {
        check(!over, "a second end");
        check(lent == 0, lent + " pieces are not let go of");
        over = true;
        result = why;
        written = bytes;
        perhapsThrow();
    }

    @Override
    void end() {
        if (!finished && !stopped) {
            finished = true;
            calling(writer::finish);
        }
        until("the end comes: " + writer, () -> {
            drainPipe();
            return over;
        });
    }

    @Override
    void loopCloses() {
        closed = true;
    }

    @Override
    void verifyEnd() {
        check(over || !finished && !stopped && !closed, "no end: " + writer);
        check(lent == 0, lent + " pieces are not let go of");
        if (!over) {
            return;
        }
        if (result == 0) {
            check(finished && written == given, written + " bytes of " + given + " is all");
        } else if (result == Errno.EPIPE.result()) {
            check(node == null && farEnd < 0, "EPIPE without a cause");
        } else if (result == Errno.EIO.result()) {
            check(kernel.toString().contains("IO_ERROR"), "EIO without a cause");
        } else {
            LoopProgram.requireOneOf(result, Errno.ECANCELED.result());
            check(stopped || closed, "cancelled without a cause");
        }
        if (node != null) {
            requireThere(node.content);
        } else if (farEnd >= 0) {
            byte[] rest = farPipe().take(Integer.MAX_VALUE);
            long all = taken + (rest == null ? 0 : rest.length);
            check(all == written, written + " bytes are said to be in the pipe and " + all + " are");
        }
    }

    private void requireThere(byte[] content) {
        long start = file.traits().append() ? firstSize : from < 0 ? 0 : from;
        for (int i = 0; i < written; i++) {
            check(
                    content.length > start + i && content[(int) start + i] == byteAt(i),
                    written + " bytes are said to be there, but not that at " + i + " from " + start + ": " + writer);
        }
    }

    void addTo(Map<String, Long> totals) {
        totals.merge("bytes", written, Long::sum);
        totals.merge("results " + result, 1L, Long::sum);
        totals.merge("thrown", (long) thrown, Long::sum);
    }
}
