package io.fluxring.core.file.whole;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The parts of a path, which is bytes with a NUL at the end and has no slash before that, unless it is the root. */
final class PathParts {
    private static final byte SLASH = '/';

    private PathParts() {}

    /** Whether a path names a directory besides its last name. */
    static boolean hasDirectory(MemorySegment path) {
        return lastSlash(path) > 0;
    }

    /** The directory that a path's last name is in. */
    static MemorySegment directory(MemorySegment path) {
        long slash = lastSlash(path);
        if (slash < 0) {
            return text(".");
        }
        return slash == 0 ? text("/") : copy(path, 0, slash);
    }

    /** The last name of a path. */
    static MemorySegment name(MemorySegment path) {
        long begin = lastSlash(path) + 1;
        return copy(path, begin, length(path) - begin);
    }

    /** A path or name, for an entry. */
    static MemorySegment text(String ascii) {
        return Arena.ofAuto().allocateFrom(ascii);
    }

    private static MemorySegment copy(MemorySegment path, long begin, long lengthBytes) {
        MemorySegment part = Arena.ofAuto().allocate(lengthBytes + 1); // the last byte is a NUL
        MemorySegment.copy(path, begin, part, 0, lengthBytes);
        return part;
    }

    private static long lastSlash(MemorySegment path) {
        long at = length(path) - 1;
        while (at >= 0 && path.get(ValueLayout.JAVA_BYTE, at) != SLASH) {
            at--;
        }
        return at;
    }

    private static long length(MemorySegment path) {
        long length = 0;
        while (path.get(ValueLayout.JAVA_BYTE, length) != 0) {
            length++;
        }
        return length;
    }
}
