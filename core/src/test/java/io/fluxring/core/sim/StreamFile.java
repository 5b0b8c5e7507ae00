package io.fluxring.core.sim;

import org.jspecify.annotations.Nullable;

/** A file without positions, which may have to be waited for: a pipe's end, an eventfd. */
abstract class StreamFile extends KernelFile {
    /** Takes bytes, so many at most: none at the end, null when they have to be waited for. */
    abstract byte @Nullable [] take(int most);

    /** Gives bytes: how many were taken, 0 when that has to be waited for, or a negated errno. */
    abstract int give(byte[] bytes);

    /** Whether it fails with {@code -EAGAIN} where others wait ({@code O_NONBLOCK}). */
    boolean isNonBlocking() {
        return false;
    }

    /** 0, or why it can't be read from at all. */
    int readRefusal() {
        return 0;
    }
}
