package io.fluxring.core.file;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import org.jspecify.annotations.Nullable;

/**
 * Writes a batch to its end, or reads until it is full or the file ends, in as many operations as that takes. What is read from a stream,
 * or at a file's own position, is what one operation brings. Reusable; belongs to the loop's thread.
 */
public final class FileTransfer extends Operation {
    /** At the file's own position. */
    public static final long CURRENT = -1;

    /** Hears of the end. */
    @FunctionalInterface
    public interface Answer {
        /**
         * A transfer is over.
         *
         * @param transfer which; its batch has what was not transferred, and is the hearer's from here on
         * @param bytes how many were transferred
         * @param failure a negated errno; 0 for none
         */
        void done(FileTransfer transfer, long bytes, int failure);
    }

    private final OpenFile file;
    private final boolean writes;
    private final int rwFlags;
    private final Answer answer;

    private @Nullable FileBatch batch;
    private long position;
    private long doneBytes;
    private boolean calledOff;
    private @Nullable StreamWait wait;

    /**
     * A transfer that has not begun.
     *
     * @param file open
     * @param opcode {@link Opcode#READ} or {@link Opcode#WRITE}
     * @param rwFlags {@code RWF_*} of each of its operations
     * @param answer hears of the end
     */
    public FileTransfer(OpenFile file, Opcode opcode, int rwFlags, Answer answer) {
        super(opcode);
        this.file = file;
        this.writes = opcode == Opcode.WRITE;
        this.rwFlags = rwFlags;
        this.answer = answer;
    }

    /**
     * Begins. The batch and its memory are the kernel's until the answer.
     *
     * @param whole not empty
     * @param atPosition in bytes, or {@link #CURRENT}
     * @throws IllegalStateException when the file is closed
     */
    public void begin(FileBatch whole, long atPosition) {
        batch = whole;
        position = atPosition;
        doneBytes = 0;
        calledOff = false;
        file.begin(this);
        submit();
    }

    /** {@return what is left of the batch} */
    public FileBatch batch() {
        FileBatch held = batch;
        if (held == null) {
            throw new IllegalStateException("nothing was begun");
        }
        return held;
    }

    /** Whether it is one on a file. */
    boolean isOn(OpenFile other) {
        return file == other;
    }

    /** Where it began. */
    long position() {
        return position;
    }

    /** Asks it to end soon: no further operation is begun, and one that waits for a stream is given up. */
    public void callOff() {
        calledOff = true;
        StreamWait waiting = wait;
        if (waiting != null) {
            file.loop().cancel(waiting);
        } else if (isLive()) {
            file.loop().cancel(this);
        }
    }

    private void submit() {
        try {
            file.loop().submit(this);
        } catch (RuntimeException | Error e) {
            end(Errno.EINVAL.result());
            throw e;
        }
    }

    @Override
    protected void prepare(Sqe sqe) {
        long at = position == CURRENT ? CURRENT : position + doneBytes;
        if (writes) {
            batch().prepareWrite(sqe, file.file().number(), at, rwFlags);
        } else {
            batch().prepareRead(sqe, file.file().number(), at, rwFlags);
        }
        sqe.flags(file.file().sqeFlags());
    }

    @Override
    protected void completed(int result, int flags) {
        if (result > 0) {
            doneBytes += result;
            batch().advance(result);
            if (batch().isEmpty() || isWhole(result)) {
                end(0);
            } else {
                goOn();
            }
        } else if (result == 0) {
            end(writes ? Errno.EIO.result() : 0); // 0 bytes of some: never to be repeated for ever
        } else if (result == Errno.EINTR.result()) {
            goOn();
        } else if (result == Errno.EAGAIN.result() && (rwFlags & Libc.RWF_NOWAIT) != 0) {
            end(doneBytes == 0 ? result : 0);
        } else if (result == Errno.EAGAIN.result() && file.traits().isStream()) {
            awaitStream();
        } else {
            end(result);
        }
    }

    /** Direct reads end with the block that has the file's end in it: the next one could not begin there. */
    private boolean isWhole(int result) {
        return !writes
                && (position == CURRENT
                        || file.traits().isStream()
                        || result % file.traits().offsetAlignmentBytes() != 0);
    }

    private void awaitStream() {
        if (mustEnd()) {
            end(Errno.ECANCELED.result());
        } else {
            wait = StreamWait.begin(file, writes ? Libc.POLLOUT : Libc.POLLIN, this::waited);
        }
    }

    private void waited() {
        wait = null;
        goOn();
    }

    private void goOn() {
        if (mustEnd()) {
            end(Errno.ECANCELED.result());
        } else {
            submit();
        }
    }

    /** A close ends what waits for a stream, once: nothing may begin behind it that could wait for ever. */
    private boolean mustEnd() {
        return calledOff || (file.traits().isStream() && !file.isOpen());
    }

    private void end(int failure) {
        try {
            answer.done(this, doneBytes, failure);
        } finally {
            file.ended(this);
        }
    }

    @Override
    protected String describe() {
        return file.file() + (position == CURRENT ? "" : " at " + position);
    }
}
