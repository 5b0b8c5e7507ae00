package io.fluxring.core.file;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import org.jspecify.annotations.Nullable;

/**
 * Reads bytes of a file into memory: as many as were asked for, or up to the end, in as many reads as that takes. From a stream it is
 * one read, which brings what is there. Reusable; belongs to the loop's thread.
 */
final class FileRead extends Operation {
    /** Reads at the file's own position. */
    static final long CURRENT = -1;

    /** Hears of the end. */
    interface Answer {
        /**
         * A read is over.
         *
         * @param read which
         * @param bytes how many have come; fewer than were asked for when the file has ended or the read has failed
         * @param failure a negated errno; 0 for none
         */
        void done(FileRead read, int bytes, int failure);
    }

    private final OpenFile file;
    private final CacheFill cache;
    private final Answer answer;
    private final int rwFlags;

    private long address;
    private int lengthBytes;
    private long position;
    private int doneBytes;
    private boolean mayWait;
    private boolean calledOff;
    private @Nullable StreamWait wait;

    /**
     * A read that is not begun.
     *
     * @param rwFlags {@code RWF_*} of each of its operations
     */
    FileRead(OpenFile file, CacheFill cache, int rwFlags, Answer answer) {
        super(Opcode.READ);
        this.file = file;
        this.cache = cache;
        this.rwFlags = rwFlags;
        this.answer = answer;
    }

    /**
     * Begins to read. The memory is the kernel's until the answer, which may not come from within this call.
     *
     * @param toAddress native memory
     * @param maxBytes 1 or more
     * @param fromPosition in bytes, or {@link #CURRENT}
     */
    void begin(long toAddress, int maxBytes, long fromPosition) {
        address = toAddress;
        lengthBytes = maxBytes;
        position = fromPosition;
        doneBytes = 0;
        calledOff = false;
        mayWait = position == CURRENT || !cache.tellsMisses(); // ahead of what is not known nothing can be fetched
        file.begin(this);
        if (!mayWait) {
            cache.reading(fromPosition);
        }
        submit();
    }

    /** The answer is wanted soon: a read of a stream is given up. */
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
        int flags = mayWait ? rwFlags : rwFlags | Libc.RWF_NOWAIT;
        long at = position == CURRENT ? CURRENT : position + doneBytes;
        sqe.prepRead(file.file().number(), address + doneBytes, lengthBytes - doneBytes, at, flags);
        sqe.flags(file.file().sqeFlags());
    }

    @Override
    protected void completed(int result, int flags) {
        if (result > 0) {
            doneBytes += result;
            if (isFinished(result)) {
                end(0);
            } else {
                goOn();
            }
        } else if (result == 0) {
            end(0);
        } else {
            failed(result);
        }
    }

    /** Direct reads end with the block that has the file's end in it: the next one could not begin there. */
    private boolean isFinished(int result) {
        return doneBytes == lengthBytes
                || position == CURRENT
                || file.traits().isStream()
                || result % file.traits().offsetAlignmentBytes() != 0;
    }

    private void failed(int result) {
        if (!mayWait && (result == Errno.EAGAIN.result() || result == Errno.EOPNOTSUPP.result())) {
            mayWait = true;
            if (result == Errno.EAGAIN.result()) {
                cache.missed(position + doneBytes, this::goOn);
            } else {
                cache.neverTells();
                goOn();
            }
        } else if (result == Errno.EINTR.result()) {
            goOn();
        } else if (result == Errno.EAGAIN.result() && file.traits().isStream()) {
            awaitStream();
        } else {
            end(result);
        }
    }

    private void awaitStream() {
        if (mustEnd()) {
            end(Errno.ECANCELED.result());
        } else {
            wait = StreamWait.begin(file, Libc.POLLIN, this::waited);
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
