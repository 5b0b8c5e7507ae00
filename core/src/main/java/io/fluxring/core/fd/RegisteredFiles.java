package io.fluxring.core.fd;

import io.fluxring.core.register.FileRegistration;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.sys.Errno;

/**
 * The table behind direct descriptors: empty at first, filled by operations that let the kernel pick a slot. Keeps count, so
 * that nobody accepts a connection for which there is no slot. Belongs to the ring's thread.
 */
public final class RegisteredFiles {
    private final int capacity;
    private int used;

    private RegisteredFiles(int capacity) {
        this.capacity = capacity;
    }

    /**
     * Registers an empty table.
     *
     * @param capacity the number of slots, not above the limit of open descriptors
     * @throws IllegalStateException when the kernel refuses
     */
    public static RegisteredFiles register(Ring ring, int capacity) {
        int result = new FileRegistration(ring.handle()).registerSparse(capacity);
        if (result < 0) {
            String remedy = Errno.ofResult(result) == Errno.EMFILE
                    ? "; the limit of open descriptors (ulimit -n) is lower than that"
                    : "";
            throw new IllegalStateException(
                    "cannot register " + capacity + " direct descriptors: " + Errno.describe(result) + remedy);
        }
        return new RegisteredFiles(capacity);
    }

    /** How many slots are empty. */
    public int free() {
        return capacity - used;
    }

    /** The kernel has filled a slot. */
    public DirectFd installed(int slot) {
        used++;
        return new DirectFd(slot);
    }

    /** A slot was emptied. */
    public void removed() {
        used--;
    }

    @Override
    public String toString() {
        return "RegisteredFiles[" + used + " of " + capacity + " used]";
    }
}
