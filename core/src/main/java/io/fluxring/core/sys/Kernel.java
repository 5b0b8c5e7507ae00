package io.fluxring.core.sys;

import java.lang.foreign.MemorySegment;

/**
 * The system calls that a ring needs, and the seam where a simulated kernel takes the real one's place.
 *
 * <p>Every method returns a value {@code >= 0}, or the negated errno (see {@link Errno}). One object serves one ring:
 * {@link #enter} may be called by the ring's thread only, all others by any thread.
 */
public interface Kernel {

    /** The kernel of this machine. A new object for each ring, because {@link #enter} reuses scratch memory. */
    static Kernel linux() {
        return new LinuxKernel();
    }

    /**
     * Makes a ring, {@code io_uring_setup(2)}.
     *
     * @param entries wanted SQ entries, 1 to 32,768
     * @param params {@link io.fluxring.core.sys.layout.ParamsLayout}, read and filled by the kernel
     * @return the ring's descriptor
     */
    int setup(int entries, MemorySegment params);

    /**
     * Submits and waits, {@code io_uring_enter(2)}. Blocks for as long as {@code minComplete} asks.
     *
     * @param ring the ring's descriptor, or its registered index with {@link Abi#ENTER_REGISTERED_RING}
     * @param argument address of what {@code flags} promise, 0 for none
     * @return how many SQEs were consumed
     */
    int enter(int ring, int toSubmit, int minComplete, int flags, long argument, long argumentBytes);

    /** Registers something with a ring, {@code io_uring_register(2)}. */
    int register(int ring, int operation, long argument, int count);

    /**
     * Maps a part of a ring, {@code mmap(2)}, shared, readable and writable.
     *
     * @return the address
     */
    long map(int ring, long lengthBytes, long offset);

    /**
     * Maps fresh memory of this process, zeroed and page aligned: private to it and backed by nothing, {@code mmap(2)}. Given back
     * with {@link #unmap}.
     *
     * @return the address
     */
    default long mapMemory(long lengthBytes) {
        return Errno.ENOSYS.result();
    }

    /**
     * Maps fresh memory as {@link #mapMemory} does, of which only the pages that are written to are ever backed: for ranges that may
     * never be needed as a whole.
     *
     * @return the address
     */
    default long reserveMemory(long lengthBytes) {
        return Errno.ENOSYS.result();
    }

    /** Gives a mapping back, {@code munmap(2)}. */
    int unmap(long address, long lengthBytes);

    /** Makes an {@code eventfd(2)}. */
    int eventFd(int flags);

    /** Adds one to an eventfd's counter. Any thread. */
    int signalEventFd(int eventFd);

    /** {@code close(2)}. */
    int close(int fd);

    /** {@code socket(2)}. */
    int socket(int domain, int type, int protocol);

    /** {@code bind(2)}; the address is the whole segment. */
    int bind(int fd, MemorySegment address);

    /** {@code listen(2)}. */
    int listen(int fd, int backlog);

    /** {@code setsockopt(2)} of an int option. */
    int setSocketOption(int fd, int level, int name, int value);

    /** {@code getsockname(2)}; the result is the address's length. */
    int socketName(int fd, MemorySegment address);

    /** {@code getpeername(2)}; the result is the address's length. */
    int peerName(int fd, MemorySegment address);

    /** The clock that waits and deadlines are measured by, {@code CLOCK_MONOTONIC}. Any thread. */
    default long nanoTime() {
        return System.nanoTime();
    }
}
