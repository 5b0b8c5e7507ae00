package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.layout.BufRingLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A group of provided buffers, bare, so that a test sees and decides each entry. */
final class ProvidedBuffers implements AutoCloseable {
    private static final long STATUS_HEAD = 4;

    private final KernelRing ring;
    private final int group;
    private final int entries;
    private final int bufferBytes;
    private final MemorySegment entriesMemory;
    private final MemorySegment memory;
    private final MemorySegment registration;
    private int tail;

    /** An empty group, with memory for as many buffers as it has entries. */
    ProvidedBuffers(KernelRing ring, int group, int entries, int bufferBytes, int flags) {
        this.ring = ring;
        this.group = group;
        this.entries = entries;
        this.bufferBytes = bufferBytes;
        entriesMemory = ring.allocate(entries * BufRingLayout.ENTRY_BYTES);
        memory = ring.allocate((long) entries * bufferBytes);
        registration = ring.allocate(BufRingLayout.REG_BYTES);
        Access.putLong(registration, BufRingLayout.REG_RING_ADDR, entriesMemory.address());
        Access.putInt(registration, BufRingLayout.REG_RING_ENTRIES, entries);
        Access.putShort(registration, BufRingLayout.REG_GROUP, (short) group);
        Access.putShort(registration, BufRingLayout.REG_FLAGS, (short) flags);
        assertThat(ring.ring().register(RegisterOperation.PBUF_RING, registration.address(), 1))
                .isZero();
    }

    /** A group with all of its buffers in the kernel's hands, in the order of their numbers. */
    static ProvidedBuffers full(KernelRing ring, int group, int entries, int bufferBytes, int flags) {
        ProvidedBuffers buffers = new ProvidedBuffers(ring, group, entries, bufferBytes, flags);
        for (int buffer = 0; buffer < entries; buffer++) {
            buffers.provide(buffer);
        }
        return buffers;
    }

    static ProvidedBuffers full(KernelRing ring, int group, int entries, int bufferBytes) {
        return full(ring, group, entries, bufferBytes, 0);
    }

    static ProvidedBuffers incremental(KernelRing ring, int group, int entries, int bufferBytes) {
        return full(ring, group, entries, bufferBytes, Abi.PBUF_RING_INC);
    }

    int group() {
        return group;
    }

    void provide(int buffer) {
        provide(buffer, bufferBytes);
    }

    /** Provides the first bytes of a buffer. */
    void provide(int buffer, int lengthBytes) {
        long entry = (tail & entries - 1) * BufRingLayout.ENTRY_BYTES;
        Access.putLong(entriesMemory, entry + BufRingLayout.ENTRY_ADDR, address(buffer));
        Access.putInt(entriesMemory, entry + BufRingLayout.ENTRY_LEN, lengthBytes);
        Access.putShort(entriesMemory, entry + BufRingLayout.ENTRY_BID, (short) buffer);
        Access.putShortRelease(entriesMemory, BufRingLayout.TAIL, (short) ++tail);
    }

    /** Provides some bytes to be sent. */
    void provide(int buffer, byte[] bytes) {
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, (long) buffer * bufferBytes, bytes.length);
        provide(buffer, bytes.length);
    }

    private long address(int buffer) {
        return memory.address() + (long) buffer * bufferBytes;
    }

    /** What stands in the entry at a position of the ring as its length; the kernel changes it in an incremental group. */
    int entryLengthBytes(int position) {
        return Access.getInt(entriesMemory, position * BufRingLayout.ENTRY_BYTES + BufRingLayout.ENTRY_LEN);
    }

    /** How many buffers the kernel has. */
    int available() {
        MemorySegment status = ring.allocate(BufRingLayout.REG_BYTES);
        Access.putInt(status, 0, group);
        assertThat(ring.ring().register(RegisterOperation.PBUF_STATUS, status.address(), 1))
                .isZero();
        return (tail - Access.getInt(status, STATUS_HEAD)) & 0xffff;
    }

    byte[] bytes(int buffer, int offset, int lengthBytes) {
        return memory.asSlice((long) buffer * bufferBytes + offset, lengthBytes).toArray(ValueLayout.JAVA_BYTE);
    }

    byte[] bytes(Cqe cqe) {
        return bytes(cqe.buffer(), 0, cqe.result());
    }

    MemorySegment memory() {
        return memory;
    }

    @Override
    public void close() {
        Access.putShort(registration, BufRingLayout.REG_FLAGS, (short) 0); // else it is EINVAL
        assertThat(ring.ring().register(RegisterOperation.UNREGISTER_PBUF_RING, registration.address(), 1))
                .isZero();
    }
}
