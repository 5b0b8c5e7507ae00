package io.fluxring.core.file;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import org.jspecify.annotations.Nullable;

/**
 * Has workers of the kernel fill the page cache ahead of reads that go forward through a file ({@code fadvise(2)}).
 *
 * <p>What the cache has is copied in line, as that takes less than a change of threads. Where it has nothing a worker is asked to fill
 * it, and the read follows when that has begun: it finds pages that are on their way, and waits for them without a thread. Begun in
 * line on an empty cache, a read allocates the pages and can wait in the block layer for a place in the queue of a busy device, with
 * the loop. Left to a worker as a whole, each block is copied by a thread that competes with the loop for its processor.
 */
final class CacheFill {
    /** The kernel cuts it to what the device takes at once. */
    static final int WINDOW_BYTES = 512 * 1024;

    /** Enough for a device to work on one while another is being asked for. */
    private static final int MOST_ADVICES = 4;

    private final OpenFile file;
    private final long aheadBytes;

    /** Up to where the cache was asked to be filled; -1 while no read has found it empty. */
    private long askedTo = -1;

    private int advices;

    /** How it has gone: a file that knows no reads without a wait is read with one. */
    private boolean tellsMisses;

    /**
     * For reads of a file from some place on.
     *
     * @param aheadBytes how far ahead of a read the cache is to be filled
     */
    CacheFill(OpenFile file, long aheadBytes) {
        this.file = file;
        this.aheadBytes = Math.max(aheadBytes, WINDOW_BYTES / 2);
        this.tellsMisses = file.traits().kind() == FileTraits.Kind.REGULAR
                && !file.traits().direct();
    }

    /** Whether a read is to fail rather than wait for the device. */
    boolean tellsMisses() {
        return tellsMisses;
    }

    /** The file can't tell whether its bytes are cached. */
    void neverTells() {
        tellsMisses = false;
    }

    /** A read begins at a position; keeps the cache filled ahead of it where it was found empty before. */
    void reading(long position) {
        while (askedTo >= 0 && advices < MOST_ADVICES && position + aheadBytes >= askedTo && isWithinFile(askedTo)) {
            ask(Math.max(askedTo, position), null);
        }
    }

    private boolean isWithinFile(long position) {
        return position < file.traits().knownEnd();
    }

    /**
     * A read has found nothing.
     *
     * @param begun run when its bytes are on their way, perhaps at once
     */
    void missed(long position, Runnable begun) {
        if (position < askedTo || !file.isOpen()) {
            begun.run();
        } else {
            ask(position, begun);
        }
    }

    private void ask(long position, @Nullable Runnable begun) {
        askedTo = position + WINDOW_BYTES;
        advices++;
        Advice advice = new Advice(position, begun);
        file.begin(advice);
        file.loop().submit(advice);
    }

    private final class Advice extends Operation {
        private final long position;
        private final @Nullable Runnable begun;

        Advice(long position, @Nullable Runnable begun) {
            super(Opcode.FADVISE);
            this.position = position;
            this.begun = begun;
        }

        @Override
        protected void prepare(Sqe sqe) {
            sqe.prepAdvise(file.file().number(), position, WINDOW_BYTES, Libc.POSIX_FADV_WILLNEED);
            sqe.flags(file.file().sqeFlags());
        }

        /** A file that takes no advice is read without. */
        @Override
        protected void completed(int result, int flags) {
            advices--;
            try {
                if (result < 0 && result != Errno.ECANCELED.result()) {
                    tellsMisses = false;
                }
                if (begun != null) {
                    begun.run();
                }
            } finally {
                file.ended(this);
            }
        }
    }
}
