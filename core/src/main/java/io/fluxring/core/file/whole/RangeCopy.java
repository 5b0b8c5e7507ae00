package io.fluxring.core.file.whole;

import io.fluxring.core.file.OpenFile;
import io.fluxring.core.sys.Errno;
import org.jspecify.annotations.Nullable;

/**
 * Copies ranges of bytes from one file to the same places of another, one after the other: within the kernel, {@code
 * copy_file_range(2)}, on another thread, which moves nothing where the file system shares blocks between files or has a server for it;
 * where that can't be had, through the ring.
 */
final class RangeCopy {
    /** Hears of a copy. */
    interface Answer {
        /**
         * So many bytes of the range are written, and more are on their way.
         *
         * @param bytes from its beginning
         */
        void progressed(long bytes);

        /**
         * The copy is over.
         *
         * @param readFailure a negated errno; 0 when the range or the file has ended
         * @param writeFailure a negated errno; 0 when all that was read is written
         * @param bytes how many are written from the beginning of the range, without a gap
         */
        void done(int readFailure, int writeFailure, long bytes);
    }

    private static final long LEAST_PIECE_BYTES = 1024 * 1024;
    private static final long FIRST_PIECE_BYTES = 8 * LEAST_PIECE_BYTES;

    /** Within what one call takes: 2,147,479,552 bytes. */
    private static final long MOST_PIECE_BYTES = 1024 * LEAST_PIECE_BYTES;

    /** Where a piece took less, the next one is larger, so that blocks that are shared go by in few calls. */
    private static final long SHORT_NANOS = 2_000_000;

    /** Where a piece took more, the next one is smaller: none can be stopped, and progress is seen behind each. */
    private static final long LONG_NANOS = 20_000_000;

    private final OpenFile from;
    private final OpenFile to;

    private boolean inKernel;
    private long pieceBytes = FIRST_PIECE_BYTES;
    private volatile long pieceNanos; // written by the thread that copies
    private boolean stopped;
    private @Nullable StreamCopy stream;

    /**
     * Copies between two files.
     *
     * @param inKernel whether the kernel may have a way of its own; not for a file whose size is 0, which may be a lie
     */
    RangeCopy(OpenFile from, OpenFile to, boolean inKernel) {
        this.from = from;
        this.to = to;
        this.inKernel = inKernel;
    }

    /**
     * Begins to copy a range; the one before has ended.
     *
     * @param position where it begins in both; of no meaning for a file without positions
     * @param lengthBytes {@link Long#MAX_VALUE} for all up to the end
     */
    void begin(long position, long lengthBytes, Answer answer) {
        new Range(position, lengthBytes, answer).copyOn();
    }

    /** Nothing further is begun, and the end comes when what is being copied is. */
    void stop() {
        stopped = true;
        StreamCopy running = stream;
        if (running != null) {
            running.stop();
        }
    }

    /** One range. */
    private final class Range implements Answer {
        private final long position;
        private final long lengthBytes;
        private final Answer answer;
        private long copiedBytes;
        private long before; // what had been copied when the ring took over

        Range(long position, long lengthBytes, Answer answer) {
            this.position = position;
            this.lengthBytes = lengthBytes;
            this.answer = answer;
        }

        private void copyOn() {
            if (stopped) {
                answer.done(0, Errno.ECANCELED.result(), copiedBytes);
            } else if (copiedBytes == lengthBytes) {
                answer.done(0, 0, copiedBytes);
            } else if (inKernel) {
                copyPiece();
            } else {
                copyThroughRing();
            }
        }

        private void copyPiece() {
            long at = position + copiedBytes;
            long most = Math.min(pieceBytes, lengthBytes - copiedBytes);
            to.callOffLoop(
                    () -> {
                        long begin = System.nanoTime();
                        long result = from.loop()
                                .kernel()
                                .files()
                                .copyRange(from.file().number(), at, to.file().number(), at, most);
                        pieceNanos = System.nanoTime() - begin;
                        return result;
                    },
                    this::pieceCopied);
        }

        private void pieceCopied(long result) {
            if (result > 0) {
                adapt();
                copiedBytes += result;
                try {
                    answer.progressed(copiedBytes);
                } finally {
                    copyOn(); // also when the handler throws
                }
            } else if (result == 0 && position + copiedBytes >= from.traits().sizeBytes()) {
                answer.done(0, 0, copiedBytes);
            } else if (result == 0 || isRefusal((int) result)) {
                inKernel = false; // a 0 before the end is a file system's way to refuse
                copyOn();
            } else if (result == Errno.EINTR.result()) {
                copyOn();
            } else {
                answer.done(0, (int) result, copiedBytes);
            }
        }

        private void adapt() {
            long nanos = pieceNanos;
            if (nanos < SHORT_NANOS) {
                pieceBytes = Math.min(2 * pieceBytes, MOST_PIECE_BYTES);
            } else if (nanos > LONG_NANOS) {
                pieceBytes = Math.max(pieceBytes / 2, LEAST_PIECE_BYTES);
            }
        }

        private void copyThroughRing() {
            before = copiedBytes;
            long left = lengthBytes == Long.MAX_VALUE ? lengthBytes : lengthBytes - copiedBytes;
            StreamCopy copy = new StreamCopy(from, to, position + copiedBytes, left, this);
            stream = copy;
            copy.begin();
        }

        @Override
        public void progressed(long bytes) {
            copiedBytes = before + bytes;
            answer.progressed(copiedBytes);
        }

        @Override
        public void done(int readFailure, int writeFailure, long bytes) {
            stream = null;
            copiedBytes = before + bytes;
            answer.done(readFailure, writeFailure, copiedBytes);
        }
    }

    /** The kernel can't copy from the one file to the other, or must not: a filter of system calls says {@code -EPERM}. */
    private static boolean isRefusal(int result) {
        return switch (Errno.ofResult(result)) {
            case EXDEV, EINVAL, EOPNOTSUPP, ENOSYS, EPERM, EACCES, EBADF, ETXTBSY -> true;
            default -> false;
        };
    }
}
