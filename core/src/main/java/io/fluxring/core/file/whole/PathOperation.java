package io.fluxring.core.file.whole;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.file.OpenFile;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** One operation on a name, such as a rename: what is wanted of it is its result alone. */
public final class PathOperation extends Operation {
    /** A teardown calls off ten times a second. */
    private static final int MOST_REPETITIONS = 20;

    private final RingLoop loop;
    private final Consumer<Sqe> entry;
    private final IntConsumer answer;
    private int repetitions; // that a cancel leads to

    private PathOperation(RingLoop loop, Opcode opcode, Consumer<Sqe> entry, IntConsumer answer) {
        super(opcode);
        this.loop = loop;
        this.entry = entry;
        this.answer = answer;
    }

    /**
     * Begins it.
     *
     * @param entry fills the entry, and keeps the names that it points to reachable
     * @param answer is given 0 or more, or a negated errno
     */
    static void submit(RingLoop loop, Opcode opcode, Consumer<Sqe> entry, IntConsumer answer) {
        loop.submit(new PathOperation(loop, opcode, entry, answer));
    }

    /**
     * Removes a name. A loop that ends calls off what takes long, and then it is submitted again: a partial file must not stay for that.
     *
     * @param loop does it
     * @param directoryFd where a relative path starts
     * @param path of the file
     * @param removed run when it is gone, or can't be removed
     */
    public static void remove(RingLoop loop, int directoryFd, MemorySegment path, Runnable removed) {
        PathOperation removal = new PathOperation(
                loop, Opcode.UNLINKAT, sqe -> sqe.prepUnlink(directoryFd, path.address(), 0), ignored -> removed.run());
        removal.repetitions = MOST_REPETITIONS;
        loop.submit(removal);
    }

    /**
     * {@return whether a file that was made still has a name} Another one may have its name when that was removed.
     *
     * @param file open, or closed and then taken to have one
     */
    public static boolean hasName(OpenFile file) {
        return !file.isOpen() || FileFacts.of(file).links() > 0;
    }

    @Override
    protected void prepare(Sqe sqe) {
        entry.accept(sqe);
    }

    @Override
    protected void completed(int result, int flags) {
        boolean isCalledOff = result == Errno.ECANCELED.result() && repetitions-- > 0;
        if (isCalledOff || result == Errno.EINTR.result()) {
            loop.submit(this);
        } else {
            answer.accept(result);
        }
    }
}
