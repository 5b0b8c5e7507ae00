package io.fluxring.core.ring;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Kernel;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.ResourceLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What a ring is called by: its descriptor, its index in the calling thread's table of registered rings, or both. Enters go by
 * the index where there is one, which saves the reference to the file each time; a thread has 16 places for it. An index means
 * nothing to another thread, or another ring: none is registered for a ring that has many issuers.
 */
final class RingHandle {
    private static final int NONE = -1;

    private final Kernel kernel;
    private final int fd;
    private int index;
    private int enterFd;
    private int enterFlags;
    private @Nullable Thread registeredBy;

    private RingHandle(Kernel kernel, int fd, int index) {
        this.kernel = kernel;
        this.fd = fd;
        callBy(index);
    }

    static RingHandle ofDescriptor(Kernel kernel, int fd) {
        return new RingHandle(kernel, fd, NONE);
    }

    static RingHandle ofIndex(Kernel kernel, int index) {
        RingHandle handle = new RingHandle(kernel, NONE, index);
        handle.registeredBy = Thread.currentThread();
        return handle;
    }

    private void callBy(int newIndex) {
        index = newIndex;
        enterFd = newIndex == NONE ? fd : newIndex;
        enterFlags = newIndex == NONE ? 0 : Abi.ENTER_REGISTERED_RING;
    }

    boolean hasDescriptor() {
        return fd != NONE;
    }

    boolean isRegistered() {
        return index != NONE;
    }

    int fd() {
        if (!hasDescriptor()) {
            throw new IllegalStateException("the ring has no descriptor, only the index " + index + " of its thread");
        }
        return fd;
    }

    int enter(int toSubmit, int minComplete, int flags, long argument, long argumentBytes) {
        return kernel.enter(enterFd, toSubmit, minComplete, flags | enterFlags, argument, argumentBytes);
    }

    /** By the descriptor where there is one: the index means nothing to another thread. */
    int register(RegisterOperation operation, long argument, int count) {
        return hasDescriptor()
                ? kernel.register(fd, operation.code(), argument, count)
                : kernel.register(index, operation.code() | Abi.REGISTER_USE_REGISTERED_RING, argument, count);
    }

    long map(long lengthBytes, long offset) {
        return kernel.map(fd, lengthBytes, offset);
    }

    /** Registers the descriptor with the calling thread ({@code IORING_REGISTER_RING_FDS}, 5.18), where there is a place for it. */
    void registerDescriptor() {
        if (isRegistered()) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment update = arena.allocate(ResourceLayout.UPDATE_BYTES, Long.BYTES);
            Access.putInt(update, ResourceLayout.UPDATE_FIRST, NONE);
            Access.putLong(update, ResourceLayout.UPDATE_DATA, (long) fd);
            if (register(RegisterOperation.RING_FDS, update.address(), 1) == 1) {
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
            register(RegisterOperation.UNREGISTER_RING_FDS, update.address(), 1);
        }
    }

    void close() {
        if (isRegistered()) {
            unregisterDescriptor();
        }
        if (hasDescriptor()) {
            kernel.close(fd);
        }
    }

    @Override
    public String toString() {
        return hasDescriptor() ? "fd=" + fd : "index=" + index;
    }
}
