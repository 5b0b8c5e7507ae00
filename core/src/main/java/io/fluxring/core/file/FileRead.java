package io.fluxring.core.file;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;

/**
 * Reads bytes of a file into memory: as many as were asked for, or up to the end, in as many reads as that takes. From a stream it is
 * one read, which brings what is there. Reusable; belongs to the loop's thread.
 */
final class FileRead extends SteppedTransfer {
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

    private static final long NOT_YET = -1;

    private final CacheFill cache;
    private final Answer answer;

    private long address;
    private int lengthBytes;
    private int doneBytes;
    private boolean mayWait;
    private long firstEnter;

    /** A read that is not begun. */
    FileRead(OpenFile file, CacheFill cache, Answer answer) {
        super(file, Opcode.READ);
        this.cache = cache;
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
        doneBytes = 0;
        firstEnter = NOT_YET;
        mayWait = fromPosition == CURRENT || !cache.tellsMisses(); // ahead of what is not known nothing can be fetched
        begin(fromPosition);
        if (!mayWait) {
            cache.reading(fromPosition);
        }
        submit();
    }

    /** Whether what it has brought was not there when the kernel was asked first; time in the loop's own line does not count. */
    boolean hasWaited() {
        return enters() > firstEnter + 1;
    }

    private long enters() {
        return file().loop().counters().get(Counter.ENTERS);
    }

    @Override
    int stepBytes() {
        return lengthBytes - doneBytes;
    }

    @Override
    protected void prepare(Sqe sqe) {
        if (firstEnter == NOT_YET) {
            firstEnter = enters();
        }
        sqe.prepRead(
                file().file().number(),
                address + doneBytes,
                lengthBytes - doneBytes,
                position(doneBytes),
                mayWait ? 0 : Libc.RWF_NOWAIT);
        sqe.flags(file().file().sqeFlags());
    }

    @Override
    protected void completed(int result, int flags) {
        if (result > 0) {
            doneBytes += result;
            if (doneBytes == lengthBytes || isLastRead(result)) {
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

    private void failed(int result) {
        if (!mayWait && (result == Errno.EAGAIN.result() || result == Errno.EOPNOTSUPP.result())) {
            mayWait = true;
            if (result == Errno.EAGAIN.result()) {
                cache.missed(position(doneBytes), this::goOn);
            } else {
                cache.neverTells();
                goOn();
            }
        } else if (result == Errno.EINTR.result()) {
            goOn();
        } else if (result == Errno.EAGAIN.result() && file().traits().isStream()) {
            goOnWhenReady(Libc.POLLIN);
        } else {
            end(result);
        }
    }

    @Override
    void ended(int failure) {
        answer.done(this, doneBytes, failure);
    }
}
