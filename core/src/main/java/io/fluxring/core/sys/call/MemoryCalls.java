package io.fluxring.core.sys.call;

import io.fluxring.core.sys.Errno;

/** Memory of this process that belongs to no ring. Every method returns a value {@code >= 0}, or the negated errno. Any thread. */
public interface MemoryCalls {
    /**
     * Maps fresh memory of this process, zeroed and page aligned: private to it and backed by nothing, {@code mmap(2)}. Given back
     * with {@link #unmap}.
     *
     * @param lengthBytes how much; rounded up to whole pages
     * @return the address
     */
    default long mapMemory(long lengthBytes) {
        return Errno.ENOSYS.result();
    }

    /**
     * Maps fresh memory as {@link #mapMemory} does, of which only the pages that are written to are ever backed: for ranges that may
     * never be needed as a whole.
     *
     * @param lengthBytes how much; rounded up to whole pages
     * @return the address
     */
    default long reserveMemory(long lengthBytes) {
        return Errno.ENOSYS.result();
    }

    /**
     * Gives a mapping back, {@code munmap(2)}.
     *
     * @param address where the mapping begins
     * @param lengthBytes its whole length
     * @return 0, or a negated errno
     */
    int unmap(long address, long lengthBytes);
}
