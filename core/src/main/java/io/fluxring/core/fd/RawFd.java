package io.fluxring.core.fd;

/**
 * An ordinary descriptor.
 *
 * @param number not negative
 */
public record RawFd(int number) implements FileRef {
    /** Checks the number. */
    public RawFd {
        if (number < 0) {
            throw new IllegalArgumentException("not a descriptor: " + number);
        }
    }

    @Override
    public int sqeFlags() {
        return 0;
    }

    @Override
    public String toString() {
        return "fd=" + number;
    }
}
