package io.fluxring.core.file.whole;

import io.fluxring.core.file.OpenFile;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.call.FileCalls;
import java.util.function.Consumer;

/**
 * Where from some position on a file has data, {@code lseek(2)} with {@code SEEK_DATA} and {@code SEEK_HOLE}; between the ranges there
 * are holes. At most {@link #MOST} ranges at a time: a file may have a million.
 */
final class DataRanges {
    private static final int MOST = 128;

    private final long[] starts = new long[MOST];
    private final long[] ends = new long[MOST];
    private int count;
    private int taken;
    private long fileEnd = -1;

    private DataRanges() {}

    /**
     * Looks for ranges, on another thread: a file system may have to read its maps.
     *
     * @param file regular
     * @param found gets them on the loop's thread; none and no end when the file was closed meanwhile
     */
    static void find(OpenFile file, long position, Consumer<DataRanges> found) {
        DataRanges ranges = new DataRanges();
        file.callOffLoop(
                () -> {
                    ranges.look(file.loop().kernel().files(), file.file().number(), position);
                    return 0;
                },
                ignored -> found.accept(ranges));
    }

    private void look(FileCalls calls, int fd, long from) {
        long position = from;
        while (count < MOST) {
            long start = calls.seek(fd, position, Libc.SEEK_DATA);
            long end = start < 0 ? start : calls.seek(fd, start, Libc.SEEK_HOLE);
            if (end >= 0) {
                starts[count] = start;
                ends[count] = end;
                count++;
                position = end;
            } else if (end == Errno.ENXIO.result()) { // no data behind the position, or cut off meanwhile
                fileEnd = Math.max(0, calls.seek(fd, 0, Libc.SEEK_END));
                return;
            } else {
                readAll(position);
                return;
            }
        }
    }

    /** The file system knows nothing of holes. */
    private void readAll(long position) {
        starts[count] = position;
        ends[count] = Long.MAX_VALUE;
        count++;
    }

    /** Goes to the next range; returns whether there is one. */
    boolean next() {
        taken++;
        return taken <= count;
    }

    /** Where the range begins. */
    long start() {
        return starts[taken - 1];
    }

    /** Behind its last byte; {@link Long#MAX_VALUE} for the end of the file, wherever that is. */
    long end() {
        return ends[taken - 1];
    }

    /** The size of the file when these are the last ranges, -1 when others may follow. */
    long fileEnd() {
        return fileEnd;
    }
}
