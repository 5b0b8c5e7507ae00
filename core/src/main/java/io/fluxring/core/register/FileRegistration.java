package io.fluxring.core.register;

import io.fluxring.core.ring.handle.RingHandle;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.Registers;
import io.fluxring.core.sys.layout.ResourceLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A ring's table of registered files ({@code io_uring_register_files(3)}): operations name a slot of it, with
 * {@link io.fluxring.core.entry.Sqe#fixedFile}, in place of a descriptor. A ring has one table at most.
 *
 * <p>The table holds each file by a reference of its own: the descriptor that it came from may be closed at once, and a slot may
 * be emptied while operations run on its file, which they hold until they end. A tag is how one learns of that end: when the
 * last user of a slot's former file is gone, a completion comes with the tag as user data, result 0 and flags 0. Tag 0 stands
 * for none.
 *
 * <p>On the ring's owner thread only, once the ring is enabled; others get {@code -EEXIST}. Every method returns a negated errno
 * when the kernel refuses. All arguments are read during the call.
 */
public final class FileRegistration {
    /** A slot without a file, or the wish to empty one. */
    public static final int EMPTY = -1;

    /** In an update: leave this slot as it is. Since Linux 5.12. */
    public static final int SKIP = Abi.REGISTER_FILES_SKIP;

    /** The most files that a table holds; the limit of open descriptors may be lower. */
    public static final int MAX_FILES = 1 << 20;

    private final RingHandle ring;

    /**
     * Of the ring that has this handle.
     *
     * @param ring the ring's handle
     */
    @SuppressWarnings("exports") // users pass Ring.handle() on
    public FileRegistration(RingHandle ring) {
        this.ring = ring;
    }

    /**
     * Registers a table with these files, one a slot. Since Linux 5.1.
     *
     * @param fds descriptors, or {@link #EMPTY} (5.5)
     * @return 0; {@code -EBUSY} when there is a table already, {@code -EBADF} for a descriptor that is not open or is a
     *     ring's, {@code -EMFILE} above the limit of open descriptors
     */
    @Registers(RegisterOperation.FILES)
    public int register(int... fds) {
        ResourceTable.requireCount("files", fds.length, MAX_FILES);
        requireFiles(fds, EMPTY);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment list = arena.allocateFrom(ValueLayout.JAVA_INT, fds);
            return ring.register(RegisterOperation.FILES, list.address(), fds.length);
        }
    }

    /**
     * Registers a table of empty slots, to be filled by operations or updates. Since Linux 5.19.
     *
     * @param slots how many
     * @return as {@link #register}; {@code -EMFILE} also above {@link #MAX_FILES}
     */
    @Registers(RegisterOperation.FILES2)
    public int registerSparse(int slots) {
        ResourceTable.requireCount("slots", slots, Integer.MAX_VALUE);
        return ResourceTable.registerSparse(ring, RegisterOperation.FILES2, slots);
    }

    /**
     * Like {@link #register}, with a tag for each file. Since Linux 5.13.
     *
     * @param fds see {@link #register}
     * @param tags one a file, 0 for none
     * @return as {@link #register}, and {@code -EINVAL} for a tag of an empty slot
     */
    @Registers(RegisterOperation.FILES2)
    public int registerTagged(int[] fds, long[] tags) {
        ResourceTable.requireCount("files", fds.length, MAX_FILES);
        ResourceTable.requireTags(tags.length, fds.length);
        requireFiles(fds, EMPTY);
        try (Arena arena = Arena.ofConfined()) {
            long files = arena.allocateFrom(ValueLayout.JAVA_INT, fds).address();
            long tagsAddress = arena.allocateFrom(ValueLayout.JAVA_LONG, tags).address();
            return ResourceTable.register(ring, RegisterOperation.FILES2, fds.length, 0, files, tagsAddress);
        }
    }

    /**
     * Changes some slots. Running operations keep the file that they started with. Since Linux 5.5.
     *
     * @param first the first slot that changes
     * @param fds descriptors, {@link #EMPTY} or {@link #SKIP}, one a slot
     * @return the number of slots done, skipped ones included: less than asked for when an error came after the first;
     *     {@code -ENXIO} without a table, {@code -EINVAL} beyond its end, {@code -EBADF} for a descriptor that is not open
     */
    @Registers(RegisterOperation.FILES_UPDATE)
    public int update(int first, int... fds) {
        ResourceTable.requireCount("files", fds.length, MAX_FILES);
        ResourceTable.requireRange(first, fds.length);
        requireFiles(fds, SKIP);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment list = arena.allocateFrom(ValueLayout.JAVA_INT, fds);
            MemorySegment update = arena.allocate(ResourceLayout.UPDATE_BYTES, Long.BYTES);
            Access.putInt(update, ResourceLayout.UPDATE_FIRST, first);
            Access.putLong(update, ResourceLayout.UPDATE_DATA, list.address());
            return ring.register(RegisterOperation.FILES_UPDATE, update.address(), fds.length);
        }
    }

    /**
     * Like {@link #update}, with a tag for each new file. The former files' tags complete. Since Linux 5.13.
     *
     * @param first the first slot
     * @param fds see {@link #update}
     * @param tags one a file, 0 for none
     * @return as {@link #update}, and {@code -EINVAL} for a tag of a slot that is emptied or skipped
     */
    @Registers(RegisterOperation.FILES_UPDATE2)
    public int updateTagged(int first, int[] fds, long[] tags) {
        ResourceTable.requireCount("files", fds.length, MAX_FILES);
        ResourceTable.requireRange(first, fds.length);
        ResourceTable.requireTags(tags.length, fds.length);
        requireFiles(fds, SKIP);
        try (Arena arena = Arena.ofConfined()) {
            long files = arena.allocateFrom(ValueLayout.JAVA_INT, fds).address();
            long tagsAddress = arena.allocateFrom(ValueLayout.JAVA_LONG, tags).address();
            return ResourceTable.update(ring, RegisterOperation.FILES_UPDATE2, first, fds.length, files, tagsAddress);
        }
    }

    /**
     * Where the kernel looks for a free slot when an operation asks for any ({@link io.fluxring.core.entry.Sqe#intoFreeSlot});
     * with none free there the operation ends with {@code -ENFILE}. A new table has the whole of itself for a range. Since
     * Linux 6.0.
     *
     * @param first the range's first slot
     * @param count how many slots it has, 0 so that no operation finds any
     * @return 0; {@code -EINVAL} beyond the table's end, {@code -EOVERFLOW} where the sum is beyond an int's
     */
    @Registers(RegisterOperation.FILE_ALLOC_RANGE)
    public int allocationRange(int first, int count) {
        if (first < 0 || count < 0) {
            throw new IllegalArgumentException("no such slots: " + count + " from " + first + " on");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment range = arena.allocate(ResourceLayout.RANGE_BYTES, Long.BYTES);
            Access.putInt(range, ResourceLayout.RANGE_FIRST, first);
            Access.putInt(range, ResourceLayout.RANGE_COUNT, count);
            return ring.register(RegisterOperation.FILE_ALLOC_RANGE, range.address(), 0);
        }
    }

    /**
     * Gives the table up; the tags of all files complete, each after its last user. Since Linux 5.1.
     *
     * @return 0; {@code -ENXIO} without a table
     */
    @Registers(RegisterOperation.UNREGISTER_FILES)
    public int unregister() {
        return ring.register(RegisterOperation.UNREGISTER_FILES, 0L, 0);
    }

    private static void requireFiles(int[] fds, int least) {
        for (int fd : fds) {
            if (fd < least) {
                throw new IllegalArgumentException("not a descriptor: " + fd);
            }
        }
    }
}
