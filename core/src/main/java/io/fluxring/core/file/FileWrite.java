package io.fluxring.core.file;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import org.jspecify.annotations.Nullable;

/** Writes a batch to its end, in as many writes as that takes. Reusable; belongs to the loop's thread. */
final class FileWrite extends Operation {
    /** Writes at the file's own position. */
    static final long CURRENT = -1;

    /** Hears of the end. */
    interface Answer {
        /**
         * A write is over, and has let go of its batch's memory.
         *
         * @param write which
         * @param bytes how many are written
         * @param failure a negated errno; 0 when all are written
         */
        void done(FileWrite write, long bytes, int failure);
    }

    private final OpenFile file;
    private final int rwFlags;
    private final Answer answer;

    private @Nullable WriteBatch batch;
    private long position;
    private long writtenBytes;
    private boolean calledOff;
    private @Nullable StreamWait wait;

    FileWrite(OpenFile file, int rwFlags, Answer answer) {
        super(Opcode.WRITE);
        this.file = file;
        this.rwFlags = rwFlags;
        this.answer = answer;
    }

    /**
     * Begins to write.
     *
     * @param whole not empty; the write's from here on
     * @param toPosition in bytes, or {@link #CURRENT}
     */
    void begin(WriteBatch whole, long toPosition) {
        batch = whole;
        position = toPosition;
        writtenBytes = 0;
        calledOff = false;
        file.begin(this);
        submit();
    }

    /** What is in the batch. */
    WriteBatch batch() {
        WriteBatch held = batch;
        if (held == null) {
            throw new IllegalStateException("nothing is being written");
        }
        return held;
    }

    /** Where it began to write. */
    long position() {
        return position;
    }

    /** No further part of the batch is begun; a wait for a stream is given up. */
    void callOff() {
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
        long at = position == CURRENT ? CURRENT : position + writtenBytes;
        batch().prepare(sqe, file.file().number(), at, rwFlags);
        sqe.flags(file.file().sqeFlags());
    }

    @Override
    protected void completed(int result, int flags) {
        if (result > 0) {
            writtenBytes += result;
            batch().advance(result);
            if (batch().isEmpty()) {
                end(0);
            } else {
                goOn();
            }
        } else if (result == Errno.EINTR.result()) {
            goOn();
        } else if (result == Errno.EAGAIN.result() && file.traits().isStream()) {
            wait = StreamWait.begin(file, Libc.POLLOUT, this::waited);
        } else {
            end(result == 0 ? Errno.EIO.result() : result); // 0 bytes of some: never to be repeated for ever
        }
    }

    private void waited() {
        wait = null;
        goOn();
    }

    private void goOn() {
        if (calledOff) {
            end(Errno.ECANCELED.result());
        } else {
            submit();
        }
    }

    private void end(int failure) {
        try {
            answer.done(this, writtenBytes, failure);
        } finally {
            file.ended(this);
        }
    }

    @Override
    protected String describe() {
        return file.file() + (position == CURRENT ? "" : " at " + position);
    }
}
