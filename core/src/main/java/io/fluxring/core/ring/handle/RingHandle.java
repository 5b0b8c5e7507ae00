package io.fluxring.core.ring.handle;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.SetupFlag;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.core.sys.layout.ResourceLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a ring is called by, and what registrations are made from: its descriptor, its index in the calling thread's table of
 * registered rings, or both. Enters go by the index where there is one, which saves the reference to the file each time; a
 * thread has 16 places for it. An index means nothing to another thread, or another ring: none is registered for a ring that
 * has many issuers.
 *
 * <p>Belongs to the ring and ends with it; only {@link #fd}, {@link #kernel} and {@link #onClose} are for any thread.
 */
public final class RingHandle {
    private static final int NONE = -1;

    private final Kernel kernel;
    private final int fd;
    private final int setupFlags;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Runnable> endings = new ArrayList<>();
    private int index;
    private int enterFd;
    private int enterFlags;
    private @Nullable Thread registeredBy;
    private volatile boolean closed;

    private RingHandle(Kernel kernel, int fd, int index, int setupFlags) {
        this.kernel = kernel;
        this.fd = fd;
        this.setupFlags = setupFlags;
        callBy(index);
    }

    /**
     * A handle of a ring that has a descriptor.
     *
     * @param setupFlags the ring's {@code IORING_SETUP_*}
     * @return the handle
     */
    public static RingHandle ofDescriptor(Kernel kernel, int fd, int setupFlags) {
        return new RingHandle(kernel, fd, NONE, setupFlags);
    }

    /**
     * A handle of a ring that has nothing but an index in the calling thread's table.
     *
     * @param setupFlags the ring's {@code IORING_SETUP_*}
     * @return the handle
     */
    public static RingHandle ofIndex(Kernel kernel, int index, int setupFlags) {
        RingHandle handle = new RingHandle(kernel, NONE, index, setupFlags);
        handle.registeredBy = Thread.currentThread();
        return handle;
    }

    private void callBy(int newIndex) {
        index = newIndex;
        enterFd = newIndex == NONE ? fd : newIndex;
        enterFlags = newIndex == NONE ? 0 : Abi.ENTER_REGISTERED_RING;
    }

    /** {@return whether the ring has a descriptor} */
    public boolean hasDescriptor() {
        return fd != NONE;
    }

    /** {@return whether the ring has an index in its thread's table} */
    public boolean isRegistered() {
        return index != NONE;
    }

    /** {@return the kernel that the ring talks to} */
    public Kernel kernel() {
        return kernel;
    }

    /**
     * {@return whether the ring was made with a setup flag}
     *
     * @param flag the flag
     */
    public boolean has(SetupFlag flag) {
        return flag.isIn(setupFlags);
    }

    /**
     * {@return the ring's descriptor} Only the ring closes it.
     *
     * @throws IllegalStateException when it has none, or is closed
     */
    public int fd() {
        requireOpen();
        if (!hasDescriptor()) {
            throw new IllegalStateException("the ring has no descriptor, only the index " + index + " of its thread");
        }
        return fd;
    }

    /** {@return what an enter names the ring by: the index where there is one} For the thread that the index belongs to. */
    public int enterFd() {
        return enterFd;
    }

    /** {@return what an enter's flags must say about {@link #enterFd}} */
    public int enterFlags() {
        return enterFlags;
    }

    /**
     * A register call on the ring, {@code io_uring_register(2)}. Owner thread only, once the ring is enabled.
     *
     * @param operation what to do
     * @param argument its argument's address, 0 for none
     * @param count as the operation defines it
     * @return as the kernel says, or a negated errno
     * @throws IllegalStateException when the ring is closed: its number may be another's by now
     */
    public int register(RegisterOperation operation, long argument, int count) {
        requireOpen();
        return call(operation, argument, count);
    }

    /** By the descriptor where there is one: the index means nothing to another thread. */
    private int call(RegisterOperation operation, long argument, int count) {
        return hasDescriptor()
                ? kernel.register(fd, operation.code(), argument, count)
                : kernel.register(index, operation.code() | Abi.REGISTER_USE_REGISTERED_RING, argument, count);
    }

    /**
     * Maps a part of the ring, see {@link Kernel#mapRing}. The mapping holds the ring's file: {@link #onClose} is where it is
     * unmapped, by {@link Kernel#unmapRing}.
     *
     * @param lengthBytes how much
     * @param offset which part, an offset for {@code mmap(2)}
     * @return the address, or a negated errno
     * @throws IllegalStateException when the ring is closed
     */
    public long map(long lengthBytes, long offset) {
        requireOpen();
        return kernel.mapRing(fd, lengthBytes, offset);
    }

    /** Registers the descriptor with the calling thread ({@code IORING_REGISTER_RING_FDS}, 5.18), where there is a place for it. */
    public void registerDescriptor() {
        if (isRegistered()) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment update = arena.allocate(ResourceLayout.UPDATE_BYTES, Long.BYTES);
            Access.putInt(update, ResourceLayout.UPDATE_FIRST, NONE);
            Access.putLong(update, ResourceLayout.UPDATE_DATA, (long) fd);
            if (call(RegisterOperation.RING_FDS, update.address(), 1) == 1) {
                callBy(Access.getInt(update, ResourceLayout.UPDATE_FIRST));
                registeredBy = Thread.currentThread();
            }
        }
    }

    /**
     * The registration holds the ring for as long as its thread lives, which may be longer than the ring is wanted. Another thread
     * can't end it: what has the index there is another ring.
     */
    private void unregisterDescriptor() {
        if (Thread.currentThread() != registeredBy) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment update = arena.allocate(ResourceLayout.UPDATE_BYTES, Long.BYTES);
            Access.putInt(update, ResourceLayout.UPDATE_FIRST, index);
            call(RegisterOperation.UNREGISTER_RING_FDS, update.address(), 1);
        }
    }

    /**
     * Has a registration give back what it holds when the ring is closed, before its descriptor is.
     *
     * @param ending run once, by the thread that closes the ring
     * @throws IllegalStateException when the ring is closed
     */
    public void onClose(Runnable ending) {
        lock.lock();
        try {
            requireOpen();
            endings.add(ending);
        } finally {
            lock.unlock();
        }
    }

    /** Runs what {@link #onClose} was given; from here on the handle refuses calls. */
    public void endRegistrations() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        endings.forEach(Runnable::run);
    }

    /** {@return whether the ring is closed} */
    public boolean isClosed() {
        return closed;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the ring is closed");
        }
    }

    /** Gives the index and the descriptor back. */
    public void close() {
        if (isRegistered()) {
            unregisterDescriptor();
        }
        if (hasDescriptor()) {
            kernel.closeRing(fd);
        }
    }

    @Override
    public String toString() {
        return hasDescriptor() ? "fd=" + fd : "index=" + index;
    }
}
