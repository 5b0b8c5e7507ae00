package io.fluxring.reactor.file;

import io.fluxring.core.sys.Libc;

/** How a file will be used, {@code posix_fadvise(2)}. */
public enum FileAdvice {
    /** As the kernel thinks. */
    NORMAL(Libc.POSIX_FADV_NORMAL),
    /** From front to back: it reads further ahead. */
    SEQUENTIAL(Libc.POSIX_FADV_SEQUENTIAL),
    /** Here and there: it does not read ahead. */
    RANDOM(Libc.POSIX_FADV_RANDOM),
    /** Soon: it begins to read. */
    WILL_NEED(Libc.POSIX_FADV_WILLNEED),
    /** Not any more: it drops what is cached and written. */
    DONT_NEED(Libc.POSIX_FADV_DONTNEED);

    private final int number;

    FileAdvice(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
