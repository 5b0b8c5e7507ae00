package io.fluxring.reactor.file;

import io.fluxring.core.sys.Libc;
import io.fluxring.reactor.file.stream.OpenMode;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.Set;

/** Options as the kernel's flags. */
final class OpenOptions {
    private OpenOptions() {}

    /**
     * Options, checked as {@link java.nio.file.Files#newByteChannel(java.nio.file.Path, OpenOption...)} does.
     *
     * @throws IllegalArgumentException when they contradict each other
     * @throws UnsupportedOperationException when one is unknown
     */
    static OpenMode of(OpenOption... options) {
        Set<StandardOpenOption> standard = EnumSet.noneOf(StandardOpenOption.class);
        int flags = 0;
        for (OpenOption option : options) {
            switch (option) {
                case StandardOpenOption.DELETE_ON_CLOSE ->
                    throw new UnsupportedOperationException(
                            "DELETE_ON_CLOSE: a TEMPORARY file has no name, and goes with its last descriptor");
                case StandardOpenOption known -> standard.add(known);
                case RingOpenOption known -> flags |= known.flag();
                case LinkOption ignored -> flags |= Libc.O_NOFOLLOW;
                case null, default -> throw new UnsupportedOperationException("unknown option: " + option);
            }
        }
        requireSense(standard, flags);
        return new OpenMode(flags | access(standard) | others(standard), (others(standard) & Libc.O_EXCL) != 0);
    }

    private static void requireSense(Set<StandardOpenOption> options, int flags) {
        boolean append = options.contains(StandardOpenOption.APPEND);
        if (append && options.contains(StandardOpenOption.READ)) {
            throw new IllegalArgumentException("READ and APPEND exclude each other");
        }
        if (append && options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
            throw new IllegalArgumentException("APPEND and TRUNCATE_EXISTING exclude each other");
        }
        boolean temporary = (flags & Libc.O_TMPFILE) == Libc.O_TMPFILE;
        if (temporary && !options.contains(StandardOpenOption.WRITE)) {
            throw new IllegalArgumentException("TEMPORARY needs WRITE");
        }
        if (temporary && options.contains(StandardOpenOption.CREATE)) {
            throw new IllegalArgumentException("TEMPORARY and CREATE exclude each other: the path names a directory");
        }
    }

    private static int access(Set<StandardOpenOption> options) {
        boolean write = options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND);
        boolean read = options.contains(StandardOpenOption.READ) || !write;
        if (!write) {
            return Libc.O_RDONLY;
        }
        return read ? Libc.O_RDWR : Libc.O_WRONLY;
    }

    /** As the JDK does: what makes or empties a file is ignored where it is not opened to write. */
    private static int others(Set<StandardOpenOption> options) {
        boolean write = options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND);
        int flags = 0;
        if (options.contains(StandardOpenOption.APPEND)) {
            flags |= Libc.O_APPEND;
        }
        if (write && options.contains(StandardOpenOption.CREATE_NEW)) {
            flags |= Libc.O_CREAT | Libc.O_EXCL;
        } else if (write && options.contains(StandardOpenOption.CREATE)) {
            flags |= Libc.O_CREAT;
        }
        if (write && options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
            flags |= Libc.O_TRUNC;
        }
        if (options.contains(StandardOpenOption.SYNC)) {
            flags |= Libc.O_SYNC;
        } else if (options.contains(StandardOpenOption.DSYNC)) {
            flags |= Libc.O_DSYNC;
        }
        return flags;
    }
}
