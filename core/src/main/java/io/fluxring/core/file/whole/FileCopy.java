package io.fluxring.core.file.whole;

import io.fluxring.core.file.FileOpening;
import io.fluxring.core.file.FileSync;
import io.fluxring.core.file.FileTraits;
import io.fluxring.core.file.OpenFile;
import io.fluxring.core.file.WritePlan.Sync;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.call.FileCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Copies a file to another, holes apart. The end of the source is where a read finds nothing, whatever its size was said to be. Belongs
 * to the loop's thread.
 *
 * <p>A copy that fails, or is cancelled, removes the target if it has made it; contents that it was to replace are lost.
 */
public final class FileCopy {
    /** Hears of a copy. Called on the loop's thread. */
    public interface Handler {
        /**
         * More of the source is in the target.
         *
         * @param bytes how many from the beginning on, holes included
         * @param totalBytes the size of the source as it was at the beginning, 0 where that is not known
         */
        void progress(long bytes, long totalBytes);

        /**
         * The copy is over, and both files are closed. The last call.
         *
         * @param result 0, or a negated errno; {@code -ECANCELED} after a cancel
         * @param step where it has failed, or {@link Step#CLOSE}
         * @param bytes how many were copied from the beginning on, holes included
         */
        void ended(int result, Step step, long bytes);
    }

    /** What a copy is at. */
    public enum Step {
        /** Opens the source. */
        OPEN_SOURCE,
        /** Opens or makes the target. */
        OPEN_TARGET,
        /** Refuses a target that is the source, with {@code -EEXIST}. */
        COMPARE,
        /** Reads the source. */
        READ,
        /** Writes the target. */
        WRITE,
        /** Gives the target its size. */
        TRUNCATE,
        /** Gives the target the source's permissions and times. */
        ATTRIBUTES,
        /** Makes the target durable. */
        SYNC,
        /** Makes the target's name durable. */
        SYNC_DIRECTORY,
        /** Closes the target. */
        CLOSE
    }

    private final RingLoop loop;
    private final CopyPlan plan;
    private final Handler handler;
    private final CopyTarget target;
    private final Runnable loopEnds = this::cancel;

    private Step step = Step.OPEN_SOURCE;
    private @Nullable FileOpening opening;
    private @Nullable HeldFile source;
    private @Nullable HeldFile output;
    private @Nullable FileFacts facts;
    private @Nullable RangeCopy ranges;
    private boolean isCopying; // a range
    private long copiedBytes;
    private boolean cancelled;
    private boolean ending;

    private FileCopy(RingLoop loop, MemorySegment to, CopyPlan plan, Handler handler) {
        this.loop = loop;
        this.plan = plan;
        this.handler = handler;
        this.target = new CopyTarget(loop, to, plan.replace(), new TargetOpened());
    }

    /**
     * Begins to copy.
     *
     * @param loop that does it
     * @param from the source's path, with a NUL at its end; native
     * @param to the target's
     * @param plan what to make of it
     * @param handler hears of it, not before this returns
     * @return what can be cancelled
     */
    public static FileCopy begin(RingLoop loop, MemorySegment from, MemorySegment to, CopyPlan plan, Handler handler) {
        FileCopy copy = new FileCopy(loop, to, plan, handler);
        loop.addCloseHook(copy.loopEnds);
        copy.opening = FileOpening.submit(loop, from, Libc.O_RDONLY, 0, copy.new SourceOpened());
        return copy;
    }

    /**
     * Stops behind the pieces that are being written, and removes the target if the copy has made it. The handler's {@code ended} is called
     * all the same.
     */
    public void cancel() {
        if (cancelled || ending) {
            return;
        }
        cancelled = true;
        FileOpening opened = opening;
        if (isCopying) {
            present(ranges).stop();
        } else if (opened != null) {
            opening = null;
            opened.callOff();
            fail(Errno.ECANCELED.result());
        } else if (step == Step.OPEN_TARGET && target.callOff()) {
            fail(Errno.ECANCELED.result());
        } // else the answer that is awaited finds it cancelled
    }

    // ---- opening

    private final class SourceOpened implements FileOpening.Handler {
        @Override
        public void opened(OpenFile file) {
            opening = null;
            HeldFile held = new HeldFile(file);
            source = held;
            if (!held.isHeld()) {
                fail(Errno.ECANCELED.result());
                return;
            }
            FileFacts found = held.facts();
            facts = found;
            if (file.traits().kind() == FileTraits.Kind.DIRECTORY) {
                fail(Errno.EISDIR.result());
                return;
            }
            step = Step.OPEN_TARGET;
            target.open(found.type() == Libc.S_IFREG ? found.permissions() & 0777 : 0666);
        }

        @Override
        public void failed(int result) {
            opening = null;
            fail(result);
        }
    }

    private final class TargetOpened implements CopyTarget.Handler {
        @Override
        public void opened(HeldFile file) {
            output = file;
            if (cancelled || !file.isHeld()) {
                fail(Errno.ECANCELED.result());
                return;
            }
            FileFacts found = file.facts();
            if (found.isSameFile(facts())) {
                step = Step.COMPARE;
                fail(Errno.EEXIST.result());
            } else if (found.type() == Libc.S_IFREG && found.sizeBytes() > 0) {
                step = Step.TRUNCATE;
                offLoop(() -> calls().truncate(file.fd(), 0), FileCopy.this::copyContents);
            } else {
                copyContents();
            }
        }

        @Override
        public void failed(int result) {
            fail(result);
        }
    }

    // ---- contents

    private void copyContents() {
        step = Step.WRITE;
        ranges = new RangeCopy(source(), output(), areRegular() && facts().sizeBytes() > 0);
        if (areRegular() && plan.holes() && facts().isSparse()) {
            DataRanges.find(source(), 0, this::copyNext);
        } else {
            copyRange(0, Long.MAX_VALUE, this::giveAttributes);
        }
    }

    private void copyNext(DataRanges data) {
        if (cancelled || !source().isOpen()) {
            fail(Errno.ECANCELED.result());
        } else if (data.next()) {
            long end = data.end();
            long length = end == Long.MAX_VALUE ? end : end - data.start();
            copyRange(data.start(), length, () -> {
                if (copiedBytes < end) { // the source has ended there: it was cut off, or its size was a lie
                    giveAttributes();
                } else {
                    copyNext(data);
                }
            });
        } else if (data.fileEnd() < 0) {
            DataRanges.find(source(), copiedBytes, this::copyNext);
        } else if (data.fileEnd() > copiedBytes) { // a hole at the end
            step = Step.TRUNCATE;
            long size = data.fileEnd();
            offLoop(() -> calls().truncate(present(output).fd(), size), () -> {
                copiedBytes = size;
                handler.progress(size, facts().sizeBytes());
                giveAttributes();
            });
        } else {
            giveAttributes();
        }
    }

    private void copyRange(long start, long lengthBytes, Runnable next) {
        isCopying = true;
        present(ranges).begin(start, lengthBytes, new RangeCopy.Answer() {
            @Override
            public void progressed(long bytes) {
                copiedBytes = start + bytes;
                handler.progress(copiedBytes, facts().sizeBytes());
            }

            @Override
            public void done(int readFailure, int writeFailure, long bytes) {
                isCopying = false;
                copiedBytes = start + bytes;
                rangeDone(readFailure, writeFailure, next);
            }
        });
    }

    private void rangeDone(int readFailure, int writeFailure, Runnable next) {
        if (cancelled) {
            fail(Errno.ECANCELED.result());
        } else if (writeFailure < 0) {
            fail(writeFailure);
        } else if (readFailure < 0) {
            step = Step.READ;
            fail(readFailure);
        } else {
            handler.progress(copiedBytes, facts().sizeBytes());
            next.run();
        }
    }

    // ---- what follows the contents

    private void giveAttributes() {
        if (areRegular() && (plan.permissions() || plan.times())) {
            step = Step.ATTRIBUTES;
            offLoop(this::copyAttributes, this::sync);
        } else {
            sync();
        }
    }

    /** On another thread. */
    private long copyAttributes() {
        FileFacts of = facts();
        int result = plan.permissions() ? calls().changeMode(present(output).fd(), of.permissions()) : 0;
        if (result < 0 || !plan.times()) {
            return result;
        }
        try (Arena arena = Arena.ofConfined()) {
            return calls().changeTimes(present(output).fd(), of.times().write(arena.allocate(FileFacts.TIMES_BYTES)));
        }
    }

    private void sync() {
        Sync sync = plan.sync();
        if (sync == Sync.NONE || output().traits().isStream()) {
            end(0);
        } else {
            step = Step.SYNC;
            FileSync.submit(output(), sync != Sync.FULL, next(this::syncDirectory));
        }
    }

    private void syncDirectory() {
        step = Step.SYNC_DIRECTORY;
        target.syncName(next(() -> end(0)));
    }

    // ---- steps

    private void offLoop(LongSupplier call, Runnable next) {
        IntConsumer then = next(next);
        output().callOffLoop(call, result -> then.accept((int) result));
    }

    /** Goes on with a result that is none of an error, unless the copy was cancelled meanwhile. */
    private IntConsumer next(Runnable next) {
        return result -> {
            if (cancelled) {
                fail(Errno.ECANCELED.result());
            } else if (result < 0) {
                fail(result);
            } else {
                next.run();
            }
        };
    }

    private void fail(int result) {
        ending = true;
        target.remove(() -> end(result));
    }

    private void end(int result) {
        ending = true;
        loop.removeCloseHook(loopEnds);
        HeldFile from = source;
        if (from == null) {
            closed(result, 0); // no target was opened
        } else {
            from.close(ignored -> target.close(closed -> closed(result, closed)));
        }
    }

    private void closed(int result, int closed) {
        if (result < 0) {
            handler.ended(result, step, copiedBytes);
        } else {
            step = Step.CLOSE;
            handler.ended(closed, step, copiedBytes);
        }
    }

    // ---- parts

    private boolean areRegular() {
        return source().traits().kind() == FileTraits.Kind.REGULAR
                && output().traits().kind() == FileTraits.Kind.REGULAR;
    }

    private FileCalls calls() {
        return loop.kernel().files();
    }

    private OpenFile source() {
        return present(source).file();
    }

    private OpenFile output() {
        return present(output).file();
    }

    private FileFacts facts() {
        return present(facts);
    }

    private static <T> T present(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("not open");
        }
        return part;
    }

    @Override
    public String toString() {
        return "FileCopy[" + step + ", " + copiedBytes + " bytes, " + source + " to " + output + "]";
    }
}
