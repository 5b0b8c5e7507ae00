package io.fluxring.core.register;

import io.fluxring.core.ring.handle.RingHandle;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.Registers;
import io.fluxring.core.sys.SetupFlag;
import io.fluxring.core.sys.layout.RegionLayout;
import io.fluxring.core.sys.layout.ZeroCopyReceiveLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Zero-copy receive, {@code IORING_REGISTER_ZCRX_IFQ}: a hardware queue of a network device puts payloads straight into memory
 * of the application. Since Linux 6.15.
 *
 * <p>It takes a device whose driver can do so (header and data split, memory providers), {@code CAP_NET_ADMIN}, flow rules that
 * steer the connections to that queue, and a ring with {@code IORING_SETUP_DEFER_TASKRUN} and wide completions
 * ({@code IORING_SETUP_CQE32} or {@code IORING_SETUP_CQE_MIXED}). Where one of them is wanting, {@link #register} says which:
 *
 * <ul>
 *   <li>{@link IllegalStateException}: the ring was not made for it
 *   <li>{@code -EPERM}: no {@code CAP_NET_ADMIN}
 *   <li>{@code -ENODEV}: there is no interface with that index (0 never is one)
 *   <li>{@code -EOPNOTSUPP}: the interface is no hardware that could write into memory, such as {@code lo} or a tunnel, or its
 *       driver can't
 *   <li>{@code -EINVAL} or {@code -ERANGE}: there is no such queue, or the memory is too small
 *   <li>{@code -EEXIST}: the queue is in use, or another thread owns the ring
 * </ul>
 */
public final class ZeroCopyReceive {
    private static final long PAGE_MASK = 4095;
    private static final int MAX_REFILL_ENTRIES = 32768;

    private final RingHandle ring;

    /**
     * Of the ring that has this handle.
     *
     * @param ring the ring's handle
     */
    @SuppressWarnings("exports") // users pass Ring.handle() on
    public ZeroCopyReceive(RingHandle ring) {
        this.ring = ring;
    }

    /** What the kernel says of a queue that it has registered. */
    public static final class Queue {
        private int id;
        private int headOffset;
        private int tailOffset;
        private int entriesOffset;
        private long areaToken;

        /** Not filled yet. */
        public Queue() {}

        /** {@return the number that receives name} */
        public int id() {
            return id;
        }

        /** {@return where the kernel's index stands in the refill memory} */
        public int headOffset() {
            return headOffset;
        }

        /** {@return where the application's index stands in the refill memory; published with release} */
        public int tailOffset() {
            return tailOffset;
        }

        /** {@return where the refill entries begin in the refill memory} */
        public int entriesOffset() {
            return entriesOffset;
        }

        /** {@return what is added to the offset of each buffer that is given back} */
        public long areaToken() {
            return areaToken;
        }
    }

    /**
     * Takes a hardware queue over.
     *
     * @param interfaceIndex the interface's, {@code if_nametoindex(3)}
     * @param receiveQueue the number of its hardware queue
     * @param refillEntries how many buffers can be on their way back at a time, 1 to 32,768
     * @param area where payloads go, in whole pages; pinned until the ring has been closed
     * @param refill for the queue of buffers that come back: a page, and 16 bytes for each entry, in whole pages; pinned alike
     * @param queue is filled
     * @return 0, or a negated errno, see the class
     * @throws IllegalStateException when the ring was not made for it
     */
    @Registers(RegisterOperation.ZCRX_IFQ)
    public int register(
            int interfaceIndex,
            int receiveQueue,
            int refillEntries,
            MemorySegment area,
            MemorySegment refill,
            Queue queue) {
        requireRing();
        ResourceTable.requireCount("refillEntries", refillEntries, MAX_REFILL_ENTRIES);
        if (interfaceIndex < 0 || receiveQueue < 0) {
            throw new IllegalArgumentException(
                    "no such queue: interface " + interfaceIndex + ", queue " + receiveQueue);
        }
        requirePages("area", area);
        requirePages("refill", refill);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment areaEntry = arena.allocate(ZeroCopyReceiveLayout.AREA_BYTES, Long.BYTES);
            Access.putLong(areaEntry, ZeroCopyReceiveLayout.AREA_START, area.address());
            Access.putLong(areaEntry, ZeroCopyReceiveLayout.AREA_LENGTH, area.byteSize());
            MemorySegment region = arena.allocate(RegionLayout.BYTES, Long.BYTES);
            Access.putLong(region, RegionLayout.ADDRESS, refill.address());
            Access.putLong(region, RegionLayout.LENGTH, refill.byteSize());
            Access.putInt(region, RegionLayout.FLAGS, Abi.MEM_REGION_TYPE_USER);
            MemorySegment registration = arena.allocate(ZeroCopyReceiveLayout.BYTES, Long.BYTES);
            Access.putInt(registration, ZeroCopyReceiveLayout.INTERFACE, interfaceIndex);
            Access.putInt(registration, ZeroCopyReceiveLayout.RECEIVE_QUEUE, receiveQueue);
            Access.putInt(registration, ZeroCopyReceiveLayout.REFILL_ENTRIES, refillEntries);
            Access.putLong(registration, ZeroCopyReceiveLayout.AREA_ADDRESS, areaEntry.address());
            Access.putLong(registration, ZeroCopyReceiveLayout.REGION_ADDRESS, region.address());
            int result = ring.register(RegisterOperation.ZCRX_IFQ, registration.address(), 1);
            if (result == 0) {
                queue.id = Access.getInt(registration, ZeroCopyReceiveLayout.ID);
                queue.headOffset = Access.getInt(registration, ZeroCopyReceiveLayout.OFFSET_HEAD);
                queue.tailOffset = Access.getInt(registration, ZeroCopyReceiveLayout.OFFSET_TAIL);
                queue.entriesOffset = Access.getInt(registration, ZeroCopyReceiveLayout.OFFSET_ENTRIES);
                queue.areaToken = Access.getLong(areaEntry, ZeroCopyReceiveLayout.AREA_TOKEN);
            }
            return result;
        }
    }

    private void requireRing() {
        boolean wide = ring.has(SetupFlag.CQE32) || ring.has(SetupFlag.CQE_MIXED);
        if (!ring.has(SetupFlag.DEFER_TASKRUN) || !wide) {
            throw new IllegalStateException(
                    "zero-copy receive needs a ring with deferred work and wide completions: " + ring);
        }
    }

    private static void requirePages(String what, MemorySegment memory) {
        if (!memory.isNative() || memory.byteSize() == 0 || ((memory.address() | memory.byteSize()) & PAGE_MASK) != 0) {
            throw new IllegalArgumentException(what + " must be whole pages of native memory: " + memory);
        }
    }
}
