package io.fluxring.core.sys.call;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import java.lang.foreign.MemorySegment;

/**
 * The calls that make a ring, use it and end it, with the clock its waits are measured by: all that an engine in user space has to
 * stand in for. The ring's descriptor and mappings are this object's own, so it takes them back as well.
 *
 * <p>Every method returns a value {@code >= 0}, or the negated errno (see {@link Errno}). One object serves one ring:
 * {@link #enter} may be called by the ring's thread only, all others by any thread.
 */
public interface RingCalls {
    /**
     * Makes a ring, {@code io_uring_setup(2)}.
     *
     * @param entries wanted SQ entries, 1 to 32,768
     * @param params {@link io.fluxring.core.sys.layout.ParamsLayout}, read and filled by the kernel
     * @return the ring's descriptor, or its registered index with {@link Abi#SETUP_REGISTERED_FD_ONLY}
     */
    int setup(int entries, MemorySegment params);

    /**
     * Submits and waits, {@code io_uring_enter(2)}. Blocks for as long as {@code minComplete} asks.
     *
     * @param ring the ring's descriptor, or its registered index with {@link Abi#ENTER_REGISTERED_RING}
     * @param toSubmit how many entries
     * @param minComplete how many completions to wait for
     * @param flags {@code IORING_ENTER_*}
     * @param argument address of what {@code flags} promise, 0 for none
     * @param argumentBytes its size
     * @return how many SQEs were consumed
     */
    int enter(int ring, int toSubmit, int minComplete, int flags, long argument, long argumentBytes);

    /**
     * Registers something with a ring, {@code io_uring_register(2)}.
     *
     * @param ring the ring's descriptor, its registered index with {@link Abi#REGISTER_USE_REGISTERED_RING} in the operation, or -1
     *     for what needs no ring
     * @param operation the operation's code
     * @param argument its address, 0 for none
     * @param count as the operation defines it
     * @return 0 or more, as the operation defines it, or a negated errno
     */
    int register(int ring, int operation, long argument, int count);

    /**
     * Maps a part of a ring, {@code mmap(2)}, shared, readable and writable.
     *
     * @param ring the ring's descriptor
     * @param lengthBytes how much
     * @param offset {@link Abi#OFFSET_RINGS} and its likes
     * @return the address
     */
    long mapRing(int ring, long lengthBytes, long offset);

    /**
     * Gives a part of a ring back, as {@link #mapRing} has mapped it. The ring may be closed already.
     *
     * @param address where the mapping begins
     * @param lengthBytes its whole length
     * @return 0, or a negated errno
     */
    int unmapRing(long address, long lengthBytes);

    /**
     * Closes a ring's descriptor. Its operations are called off; what has been mapped stays until {@link #unmapRing}.
     *
     * @param ring the ring's descriptor
     * @return 0, or a negated errno
     */
    int closeRing(int ring);

    /**
     * The clock that waits and deadlines are measured by, {@code CLOCK_MONOTONIC}. Any thread.
     *
     * @return nanoseconds since some point in the past
     */
    default long nanoTime() {
        return System.nanoTime();
    }
}
