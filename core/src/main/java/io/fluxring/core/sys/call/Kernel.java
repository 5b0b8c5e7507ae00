package io.fluxring.core.sys.call;

import io.fluxring.core.sys.Errno;

/**
 * The system calls that a ring and its surroundings need, by what they concern. It is the seam where a simulated kernel takes the
 * real one's place as a whole, and where an engine in user space takes over the {@link RingCalls} while memory, descriptors and
 * sockets stay the machine's own.
 *
 * <p>Every method returns a value {@code >= 0}, or the negated errno (see {@link Errno}). One object serves one ring.
 */
public interface Kernel extends RingCalls, MemoryCalls, DescriptorCalls, SocketCalls {
    /**
     * The kernel of this machine. A new object for each ring, because {@link #enter} reuses scratch memory.
     *
     * @return a new kernel
     */
    static Kernel linux() {
        return new LinuxKernel();
    }

    /**
     * A kernel that is made of two.
     *
     * @param ring has the ring calls and the clock
     * @param rest has all others
     * @return both as one
     */
    static Kernel of(RingCalls ring, Kernel rest) {
        return new ComposedKernel(ring, rest);
    }

    /** {@return the calls for files, of which some may wait for a device} */
    FileCalls files();
}
