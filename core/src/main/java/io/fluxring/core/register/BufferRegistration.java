package io.fluxring.core.register;

import io.fluxring.core.ring.handle.RingHandle;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.Registers;
import io.fluxring.core.sys.layout.ResourceLayout;
import io.fluxring.core.sys.layout.VectorLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A ring's table of registered buffers ({@code io_uring_register_buffers(3)}): memory that the kernel has pinned once, so that
 * operations on it need not. A fixed operation names the slot and an address within it; one outside of it ends with
 * {@code -EFAULT}. A ring has one table at most. {@code RegisteredBuffers} of the memory package keeps account of one.
 *
 * <p>A buffer's pages are pinned from here on until the slot was emptied or replaced, the table unregistered or the ring closed,
 * <b>and</b> the last operation on the buffer has ended. Unmapping or freeing the memory before corrupts what comes to its
 * address next. A tag is how one learns of that end: a completion comes with the tag as user data, result 0 and flags 0. Tag 0
 * stands for none. Pinned pages count against the limit of locked memory, unless the process has {@code CAP_IPC_LOCK}.
 *
 * <p>Buffers are native memory, each up to 1 GiB, not mapped from a file (other than one of shared memory).
 * {@link MemorySegment#NULL} is an empty slot; operations on it end with {@code -EFAULT}.
 *
 * <p>On the ring's owner thread only, once the ring is enabled; others get {@code -EEXIST}. Every method returns a negated errno
 * when the kernel refuses. Lists and tags are read during the call.
 */
public final class BufferRegistration {
    /** The most buffers that a table holds. */
    public static final int MAX_BUFFERS = 1 << 14;

    /** The longest buffer. */
    public static final long MAX_BUFFER_BYTES = 1L << 30;

    private final RingHandle ring;

    /**
     * Of the ring that has this handle.
     *
     * @param ring the ring's handle
     */
    @SuppressWarnings("exports") // users pass Ring.handle() on
    public BufferRegistration(RingHandle ring) {
        this.ring = ring;
    }

    /**
     * Registers a table with these buffers, one a slot. Since Linux 5.1, with empty slots 5.13.
     *
     * @param buffers native memory each; {@link MemorySegment#NULL} for an empty slot
     * @return 0; {@code -EBUSY} when there is a table already, {@code -ENOMEM} above the limit of locked memory,
     *     {@code -EFAULT} for memory that is not mapped, {@code -EOPNOTSUPP} or {@code -EFAULT} for memory of a file
     */
    @Registers(RegisterOperation.BUFFERS)
    public int register(MemorySegment... buffers) {
        requireBuffers(buffers);
        try (Arena arena = Arena.ofConfined()) {
            return ring.register(RegisterOperation.BUFFERS, vectors(arena, buffers), buffers.length);
        }
    }

    /**
     * Registers a table of empty slots, to be filled by updates. Since Linux 5.19. See {@link #register}.
     *
     * @param slots how many
     * @return as {@link #register}
     */
    @Registers(RegisterOperation.BUFFERS2)
    public int registerSparse(int slots) {
        ResourceTable.requireCount("slots", slots, MAX_BUFFERS);
        return ResourceTable.registerSparse(ring, RegisterOperation.BUFFERS2, slots);
    }

    /**
     * Like {@link #register}, with a tag for each buffer. Since Linux 5.13.
     *
     * @param buffers see {@link #register}
     * @param tags one a buffer, 0 for none
     * @return as {@link #register}, and {@code -EINVAL} for a tag of an empty slot
     */
    @Registers(RegisterOperation.BUFFERS2)
    public int registerTagged(MemorySegment[] buffers, long[] tags) {
        requireBuffers(buffers);
        ResourceTable.requireTags(tags.length, buffers.length);
        try (Arena arena = Arena.ofConfined()) {
            long tagsAddress = arena.allocateFrom(ValueLayout.JAVA_LONG, tags).address();
            return ResourceTable.register(
                    ring, RegisterOperation.BUFFERS2, buffers.length, 0, vectors(arena, buffers), tagsAddress);
        }
    }

    /**
     * Changes some slots. Running operations keep the buffer that they started with; its tag completes after the last of them.
     * Since Linux 5.13.
     *
     * @param first the first slot that changes
     * @param buffers the new buffers, {@link MemorySegment#NULL} to empty a slot
     * @param tags one for each of them
     * @return the number of slots done: less than asked for when an error came after the first; {@code -ENXIO} without a table,
     *     {@code -EINVAL} beyond its end or for a tag of an empty slot, and those of {@link #register}
     */
    @Registers(RegisterOperation.BUFFERS_UPDATE)
    public int update(int first, MemorySegment[] buffers, long[] tags) {
        requireBuffers(buffers);
        ResourceTable.requireRange(first, buffers.length);
        ResourceTable.requireTags(tags.length, buffers.length);
        try (Arena arena = Arena.ofConfined()) {
            long tagsAddress = arena.allocateFrom(ValueLayout.JAVA_LONG, tags).address();
            return ResourceTable.update(
                    ring,
                    RegisterOperation.BUFFERS_UPDATE,
                    first,
                    buffers.length,
                    vectors(arena, buffers),
                    tagsAddress);
        }
    }

    /**
     * Gives the table up. Buffers under running operations stay pinned until those end. Since Linux 5.1.
     *
     * @return 0; {@code -ENXIO} without a table
     */
    @Registers(RegisterOperation.UNREGISTER_BUFFERS)
    public int unregister() {
        return ring.register(RegisterOperation.UNREGISTER_BUFFERS, 0L, 0);
    }

    /**
     * Makes this ring's table one that shares all buffers of another ring's, without pinning or accounting them anew. Since
     * Linux 6.12. The memory must outlive both tables: clones have no tags, and the source's tags know nothing of clones.
     *
     * @param source a ring of this process, of the same owner: {@code -EEXIST} for one that another thread owns (seen on 6.18)
     * @return 0; {@code -EBUSY} when this ring has a table, {@code -ENXIO} when the source has none
     */
    @Registers(RegisterOperation.CLONE_BUFFERS)
    @SuppressWarnings("exports") // likewise
    public int cloneFrom(RingHandle source) {
        return cloneBuffers(source, 0, 0, 0, 0);
    }

    /**
     * Shares some buffers of another ring's table. This ring's table grows where that is needed; slots of it that are in use are
     * replaced. Since Linux 6.13. See {@link #cloneFrom(RingHandle)}.
     *
     * @param source the ring that has the table
     * @param sourceFirst the first slot of the source
     * @param first the first slot here
     * @param count how many slots
     * @return as {@link #cloneFrom(RingHandle)}; {@code -EOVERFLOW} beyond the source's end
     */
    @Registers(RegisterOperation.CLONE_BUFFERS)
    @SuppressWarnings("exports") // likewise
    public int cloneFrom(RingHandle source, int sourceFirst, int first, int count) {
        ResourceTable.requireCount("count", count, MAX_BUFFERS);
        ResourceTable.requireRange(sourceFirst, count);
        ResourceTable.requireRange(first, count);
        return cloneBuffers(source, Abi.CLONE_BUFFERS_DST_REPLACE, sourceFirst, first, count);
    }

    private int cloneBuffers(RingHandle source, int flags, int sourceFirst, int first, int count) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(ResourceLayout.CLONE_BYTES, Long.BYTES);
            Access.putInt(copy, ResourceLayout.CLONE_SOURCE_FD, source.fd());
            Access.putInt(copy, ResourceLayout.CLONE_FLAGS, flags);
            Access.putInt(copy, ResourceLayout.CLONE_SOURCE_FIRST, sourceFirst);
            Access.putInt(copy, ResourceLayout.CLONE_FIRST, first);
            Access.putInt(copy, ResourceLayout.CLONE_COUNT, count);
            return ring.register(RegisterOperation.CLONE_BUFFERS, copy.address(), 1);
        }
    }

    private static long vectors(Arena arena, MemorySegment[] buffers) {
        MemorySegment vectors = arena.allocate(buffers.length * VectorLayout.BYTES, Long.BYTES);
        for (int i = 0; i < buffers.length; i++) {
            VectorLayout.put(vectors, i, buffers[i].address(), buffers[i].byteSize());
        }
        return vectors.address();
    }

    private static void requireBuffers(MemorySegment[] buffers) {
        ResourceTable.requireCount("buffers", buffers.length, MAX_BUFFERS);
        for (MemorySegment buffer : buffers) {
            boolean empty = buffer.address() == 0 && buffer.byteSize() == 0;
            if (!buffer.isNative() || buffer.byteSize() > MAX_BUFFER_BYTES || (buffer.byteSize() == 0 && !empty)) {
                throw new IllegalArgumentException("not native memory of 1 byte to 1 GiB, nor empty: " + buffer);
            }
        }
    }
}
