package io.fluxring.core.file;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.layout.StatLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;

/**
 * What decides how a file can be read and written. Found at its opening; the size may be another one a moment later, and may be a lie, as
 * below {@code /proc}: it is a hint how far reads may be started ahead of each other, and never taken for the end.
 *
 * @param kind what it is
 * @param sizeBytes what the file system says
 * @param append whether writes go to its end wherever they say ({@code O_APPEND})
 * @param direct whether it bypasses the page cache ({@code O_DIRECT})
 * @param offsetAlignmentBytes what positions and lengths must be a multiple of; 1 unless {@code direct}
 */
public record FileTraits(Kind kind, long sizeBytes, boolean append, boolean direct, int offsetAlignmentBytes) {
    private static final int MASK = Libc.STATX_BASIC_STATS | Libc.STATX_DIOALIGN;

    /** Where the file system does not say: a page, which no device exceeds. */
    private static final int USUAL_ALIGNMENT_BYTES = 4096;

    /** What a file is, as far as reading and writing differ. */
    public enum Kind {
        /** Has bytes at positions, and an end. */
        REGULAR,
        /** Has bytes at positions; its size is not told by {@code statx(2)}. */
        BLOCK_DEVICE,
        /** Gives bytes as they come, and has no positions: a pipe, a terminal, a socket, another device. */
        STREAM,
        /** Can't be read. */
        DIRECTORY
    }

    /** {@return what the place and the length of a direct write are a multiple of: whole pages, so that the cache holds none in part} */
    public int writeAlignmentBytes() {
        return direct ? Math.max(offsetAlignmentBytes, USUAL_ALIGNMENT_BYTES) : 1;
    }

    /** {@return whether its bytes come and go in one order, without positions} */
    public boolean isStream() {
        return kind == Kind.STREAM;
    }

    /**
     * {@return up to where several reads may be on their way at the same time}
     */
    long knownEnd() {
        return kind == Kind.BLOCK_DEVICE ? Long.MAX_VALUE : sizeBytes;
    }

    /**
     * Asks the kernel, without a wait.
     *
     * @param loop with its calls and memory
     * @param fd an ordinary descriptor
     * @param openFlags how it was opened, {@code O_*}
     * @param found gets the traits
     * @return 0, or a negated errno
     */
    static int find(RingLoop loop, int fd, int openFlags, Consumer<FileTraits> found) {
        MemorySegment stat = loop.scratch().take();
        try {
            int result = loop.kernel().files().stat(fd, MASK, stat.asSlice(0, StatLayout.BYTES));
            if (result == 0) {
                found.accept(of(stat, openFlags));
            }
            return result;
        } finally {
            loop.scratch().giveBack(stat);
        }
    }

    private static FileTraits of(MemorySegment stat, int openFlags) {
        int mode = Short.toUnsignedInt(stat.get(ValueLayout.JAVA_SHORT, StatLayout.MODE));
        Kind kind = switch (mode & Libc.S_IFMT) {
            case Libc.S_IFREG -> Kind.REGULAR;
            case Libc.S_IFBLK -> Kind.BLOCK_DEVICE;
            case Libc.S_IFDIR -> Kind.DIRECTORY;
            default -> Kind.STREAM;
        };
        boolean direct = (openFlags & Libc.O_DIRECT) != 0;
        return new FileTraits(
                kind,
                stat.get(ValueLayout.JAVA_LONG, StatLayout.SIZE),
                (openFlags & Libc.O_APPEND) != 0,
                direct,
                direct ? alignment(stat) : 1);
    }

    private static int alignment(MemorySegment stat) {
        boolean told = (stat.get(ValueLayout.JAVA_INT, StatLayout.MASK) & Libc.STATX_DIOALIGN) != 0;
        int alignment = told ? stat.get(ValueLayout.JAVA_INT, StatLayout.DIRECT_OFFSET_ALIGNMENT) : 0;
        return alignment > 0 ? alignment : USUAL_ALIGNMENT_BYTES;
    }
}
