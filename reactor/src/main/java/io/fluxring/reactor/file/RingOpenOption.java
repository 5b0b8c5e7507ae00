package io.fluxring.reactor.file;

import io.fluxring.core.sys.Libc;
import java.nio.file.OpenOption;

/** How a file is opened, beyond {@link java.nio.file.StandardOpenOption}. */
public enum RingOpenOption implements OpenOption {
    /** Past the page cache, {@code O_DIRECT}: what is read or written is not kept in memory. Streams align their operations by themselves. */
    DIRECT(Libc.O_DIRECT),
    /** A file without a name in the directory that the path names, gone with its last descriptor, {@code O_TMPFILE}. */
    TEMPORARY(Libc.O_TMPFILE),
    /** Does not change the time of the last access, {@code O_NOATIME}: for the file's owner only. */
    NO_ACCESS_TIME(Libc.O_NOATIME);

    private final int flag;

    RingOpenOption(int flag) {
        this.flag = flag;
    }

    int flag() {
        return flag;
    }
}
