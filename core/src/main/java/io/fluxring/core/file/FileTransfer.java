package io.fluxring.core.file;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import org.jspecify.annotations.Nullable;

/**
 * Writes a batch to its end, or reads until it is full or the file ends, in as many operations as that takes. What is read from a stream,
 * or at a file's own position, is what one operation brings. Reusable; belongs to the loop's thread.
 */
public final class FileTransfer extends SteppedTransfer {
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

    private final boolean writes;
    private final int rwFlags;
    private final Answer answer;

    private @Nullable FileBatch batch;
    private long doneBytes;

    /**
     * A transfer that has not begun.
     *
     * @param file open
     * @param opcode {@link Opcode#READ} or {@link Opcode#WRITE}
     * @param rwFlags {@code RWF_*} of each of its operations
     * @param answer hears of the end
     */
    public FileTransfer(OpenFile file, Opcode opcode, int rwFlags, Answer answer) {
        super(file, opcode);
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
        doneBytes = 0;
        begin(atPosition);
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

    @Override
    int stepBytes() {
        return (int) Math.min(Integer.MAX_VALUE, batch().lengthBytes());
    }

    @Override
    protected void prepare(Sqe sqe) {
        int fd = file().file().number();
        if (writes) {
            batch().prepareWrite(sqe, fd, position(doneBytes), rwFlags);
        } else {
            batch().prepareRead(sqe, fd, position(doneBytes), rwFlags);
        }
        sqe.flags(file().file().sqeFlags());
    }

    @Override
    protected void completed(int result, int flags) {
        if (result > 0) {
            doneBytes += result;
            batch().advance(result);
            if (batch().isEmpty() || (!writes && isLastRead(result))) {
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
        } else if (result == Errno.EAGAIN.result() && file().traits().isStream()) {
            goOnWhenReady(writes ? Libc.POLLOUT : Libc.POLLIN);
        } else {
            end(result);
        }
    }

    @Override
    void ended(int failure) {
        answer.done(this, doneBytes, failure);
    }
}
