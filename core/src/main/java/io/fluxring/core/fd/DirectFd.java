package io.fluxring.core.fd;

import io.fluxring.core.sys.Abi;

/**
 * A slot of the ring's registered files, {@code IOSQE_FIXED_FILE}. No other part of the process can see the file.
 *
 * @param number the slot, not negative
 */
public record DirectFd(int number) implements FileRef {
    /** Checks the number. */
    public DirectFd {
        if (number < 0) {
            throw new IllegalArgumentException("not a slot: " + number);
        }
    }

    @Override
    public int sqeFlags() {
        return Abi.SQE_FIXED_FILE;
    }

    @Override
    public String toString() {
        return "direct=" + number;
    }
}
