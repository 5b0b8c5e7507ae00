package io.fluxring.core.register;

import io.fluxring.core.ring.handle.RingHandle;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.Registers;
import io.fluxring.core.sys.layout.BufRingLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * A ring's groups of provided buffers ({@code io_uring_register_buf_ring(3)}), as bare memory; {@code BufferRing} of the memory
 * package makes something of them. A group is a ring of entries that name buffers. The memory of the entries is either the
 * caller's or the kernel's; it is pinned and counts against the limit of locked memory. The buffers themselves are not pinned.
 *
 * <p>On the ring's owner thread only, once the ring is enabled; others get {@code -EEXIST}. Every method returns a negated errno
 * when the kernel refuses.
 */
public final class BufferRingRegistration {
    /** Groups are numbered from 0 to this. */
    public static final int MAX_GROUP = 0xffff;

    /** Groups in the kernel's memory are numbered from 0 to this: an offset of {@code mmap(2)} has no room for more. */
    public static final int MAX_MAPPED_GROUP = 0x7ff;

    private static final long PAGE_MASK = 4095;

    private final RingHandle ring;
    private final Map<Integer, Mapping> mappings = new HashMap<>();

    private boolean unmapsAtClose;

    private record Mapping(long address, long lengthBytes) {}

    /**
     * Of the ring that has this handle.
     *
     * @param ring the ring's handle
     */
    @SuppressWarnings("exports") // users pass Ring.handle() on
    public BufferRingRegistration(RingHandle ring) {
        this.ring = ring;
    }

    /**
     * Registers a group whose entries are in the caller's memory. Since Linux 5.19.
     *
     * @param memoryAddress the entries, 16 bytes each, page aligned; must stay valid until the group is unregistered or the ring
     *     has been closed
     * @param entries a power of two, 1 to 32,768
     * @param group a number that is not in use, 0 to {@link #MAX_GROUP}
     * @param flags 0, or {@link Abi#PBUF_RING_INC}: completions share a buffer until it is used up (6.12)
     * @return 0; {@code -EEXIST} when the group's number is in use, {@code -ENOMEM} above the limit of locked memory
     */
    @Registers(RegisterOperation.PBUF_RING)
    public int register(long memoryAddress, int entries, int group, int flags) {
        require(entries, group, MAX_GROUP, flags);
        if (memoryAddress == 0 || (memoryAddress & PAGE_MASK) != 0) {
            throw new IllegalArgumentException("not the address of a page: 0x" + Long.toHexString(memoryAddress));
        }
        return call(RegisterOperation.PBUF_RING, memoryAddress, entries, group, flags);
    }

    /**
     * Registers a group whose entries are in the kernel's memory, and maps them. Since Linux 6.4. The mapping ends when the
     * group is unregistered or the ring closed: nothing may touch it afterwards.
     *
     * @param entries a power of two
     * @param group a number that is not in use, 0 to {@link #MAX_MAPPED_GROUP}
     * @param flags {@code IOU_PBUF_RING_*} beside that of the mapping
     * @return the address of the entries, or a negated errno, as {@link #register}
     */
    @Registers({RegisterOperation.PBUF_RING, RegisterOperation.UNREGISTER_PBUF_RING})
    public long registerMapped(int entries, int group, int flags) {
        require(entries, group, MAX_MAPPED_GROUP, flags);
        int result = call(RegisterOperation.PBUF_RING, 0L, entries, group, flags | Abi.PBUF_RING_MMAP);
        if (result < 0) {
            return result;
        }
        long lengthBytes = entries * BufRingLayout.ENTRY_BYTES;
        long address = ring.map(lengthBytes, Abi.OFFSET_BUFFER_RING | (long) group << 16);
        if (address < 0) {
            call(RegisterOperation.UNREGISTER_PBUF_RING, 0L, 0, group, 0);
        } else {
            mappings.put(group, new Mapping(address, lengthBytes));
            unmapAtClose();
        }
        return address;
    }

    /**
     * Unregisters a group. Operations that wait for a buffer of it end with {@code -ENOBUFS} when they need one; buffers that
     * were taken before stay with their holders. Since Linux 5.19.
     *
     * @param group the group's number
     * @return 0; {@code -ENOENT} when there is no such group
     */
    @Registers(RegisterOperation.UNREGISTER_PBUF_RING)
    public int unregister(int group) {
        requireGroup(group, MAX_GROUP);
        int result = call(RegisterOperation.UNREGISTER_PBUF_RING, 0L, 0, group, 0);
        Mapping mapping = result < 0 ? null : mappings.remove(group);
        if (mapping != null) {
            ring.kernel().unmapRing(mapping.address(), mapping.lengthBytes());
        }
        return result;
    }

    /**
     * The kernel's own index into a group: where it takes its next buffer from. What lies between it and the tail that was last
     * published is free, as {@code (short) (tail - head)}. Since Linux 6.8.
     *
     * @param group the group's number
     * @return 0 to 65,535; {@code -ENOENT} when there is no such group
     */
    @Registers(RegisterOperation.PBUF_STATUS)
    public int head(int group) {
        requireGroup(group, MAX_GROUP);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(BufRingLayout.STATUS_BYTES, Long.BYTES);
            Access.putInt(status, BufRingLayout.STATUS_GROUP, group);
            int result = ring.register(RegisterOperation.PBUF_STATUS, status.address(), 1);
            return result < 0 ? result : Access.getInt(status, BufRingLayout.STATUS_HEAD) & 0xffff;
        }
    }

    /** {@return whether the ring is closed, and every group with it} */
    public boolean ended() {
        return ring.isClosed();
    }

    private void unmapAtClose() {
        if (!unmapsAtClose) {
            unmapsAtClose = true;
            ring.onClose(this::unmapAll);
        }
    }

    /** Unmaps all that is in the kernel's memory: a mapping holds the ring's file, as long as it lasts. */
    private void unmapAll() {
        for (Mapping mapping : mappings.values()) {
            ring.kernel().unmapRing(mapping.address(), mapping.lengthBytes());
        }
        mappings.clear();
    }

    private int call(RegisterOperation operation, long memoryAddress, int entries, int group, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment registration = arena.allocate(BufRingLayout.REG_BYTES, Long.BYTES);
            Access.putLong(registration, BufRingLayout.REG_RING_ADDR, memoryAddress);
            Access.putInt(registration, BufRingLayout.REG_RING_ENTRIES, entries);
            Access.putShort(registration, BufRingLayout.REG_GROUP, (short) group);
            Access.putShort(registration, BufRingLayout.REG_FLAGS, (short) flags);
            return ring.register(operation, registration.address(), 1);
        }
    }

    private static void require(int entries, int group, int maxGroup, int flags) {
        if (Integer.bitCount(entries) != 1 || entries < 1 || entries > BufRingLayout.MAX_ENTRIES) {
            throw new IllegalArgumentException(
                    "entries must be a power of two, 1 to " + BufRingLayout.MAX_ENTRIES + ": " + entries);
        }
        requireGroup(group, maxGroup);
        if ((flags & ~Abi.PBUF_RING_INC) != 0) {
            throw new IllegalArgumentException("not flags of a buffer ring: 0x" + Integer.toHexString(flags));
        }
    }

    private static void requireGroup(int group, int maxGroup) {
        if (group < 0 || group > maxGroup) {
            throw new IllegalArgumentException("group must be between 0 and " + maxGroup + ": " + group);
        }
    }
}
