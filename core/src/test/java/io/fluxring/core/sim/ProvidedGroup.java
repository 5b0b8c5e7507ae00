package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.BufRingLayout;
import io.fluxring.core.sys.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * The kernel's side of a ring of provided buffers. Buffers are the kernel's from the publish of the tail on: it fills them with a
 * pattern of its own, and whoever writes into one meanwhile destroys the pattern.
 */
final class ProvidedGroup {
    private static final byte KERNELS_OWN = (byte) 0xB5;

    private final SimulatedKernel kernel;
    private final MemorySegment ring;
    private final int entries;
    private final boolean incremental;
    private final Map<Integer, byte[]> owned = new TreeMap<>();
    private int head;
    private int seenTail;

    ProvidedGroup(SimulatedKernel kernel, long ringAddress, int entries, boolean incremental) {
        this.kernel = kernel;
        this.ring = NativeMemory.at(ringAddress, entries * BufRingLayout.ENTRY_BYTES);
        this.entries = entries;
        this.incremental = incremental;
    }

    /** Looks at what the application has published since. */
    void sync() {
        int tail = Short.toUnsignedInt(Access.getShortAcquire(ring, BufRingLayout.TAIL));
        int fresh = tail - seenTail & 0xffff;
        if (fresh > entries || (tail - head & 0xffff) > entries) {
            throw kernel.violation("the tail of a buffer ring went from " + seenTail + " to " + tail
                    + " with the head at " + head + " and " + entries + " entries: moved backwards, or overrun");
        }
        for (; fresh > 0; fresh--) {
            provided(seenTail);
            seenTail = seenTail + 1 & 0xffff;
        }
    }

    private void provided(int index) {
        long entry = entry(index);
        int buffer = Short.toUnsignedInt(Access.getShort(ring, entry + BufRingLayout.ENTRY_BID));
        long address = Access.getLong(ring, entry + BufRingLayout.ENTRY_ADDR);
        int length = Access.getInt(ring, entry + BufRingLayout.ENTRY_LEN);
        byte[] content = NativeMemory.at(address, length).toArray(ValueLayout.JAVA_BYTE);
        if (owned.putIfAbsent(buffer, content) != null) {
            throw kernel.violation("buffer " + buffer + " was provided twice");
        }
        kernel.memory().requireNoLease(kernel, "provided buffer " + buffer, address, length);
        NativeMemory.at(address, length).fill(KERNELS_OWN);
    }

    private long entry(int index) {
        return (index & entries - 1) * BufRingLayout.ENTRY_BYTES;
    }

    /** The kernel's index of the next buffer. */
    int head() {
        return head;
    }

    boolean isEmpty() {
        sync();
        return head == seenTail;
    }

    /** How many bytes the next buffer takes. */
    int room() {
        return Access.getInt(ring, entry(head) + BufRingLayout.ENTRY_LEN);
    }

    /**
     * Writes into the next buffer and moves on.
     *
     * @return the completion's flags
     */
    int fill(byte[] bytes) {
        long entry = entry(head);
        int buffer = Short.toUnsignedInt(Access.getShort(ring, entry + BufRingLayout.ENTRY_BID));
        long address = Access.getLong(ring, entry + BufRingLayout.ENTRY_ADDR);
        int length = Access.getInt(ring, entry + BufRingLayout.ENTRY_LEN);
        write(buffer, address, bytes);
        int flags = Abi.CQE_F_BUFFER | buffer << Abi.CQE_BUFFER_SHIFT;
        if (incremental) {
            Access.putLong(ring, entry + BufRingLayout.ENTRY_ADDR, address + bytes.length);
            Access.putInt(ring, entry + BufRingLayout.ENTRY_LEN, length - bytes.length);
            if (bytes.length < length) {
                return flags | Abi.CQE_F_BUF_MORE;
            }
        }
        owned.remove(buffer);
        head = head + 1 & 0xffff;
        return flags;
    }

    private void write(int buffer, long address, byte[] bytes) {
        kernel.memory().requireNoLease(kernel, "buffer " + buffer + " of the kernel", address, bytes.length);
        MemorySegment target = NativeMemory.at(address, bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (target.get(ValueLayout.JAVA_BYTE, i) != KERNELS_OWN) {
                throw kernel.violation("byte " + i + " of buffer " + buffer + " was written while the kernel owned it");
            }
        }
        MemorySegment.copy(bytes, 0, target, ValueLayout.JAVA_BYTE, 0, bytes.length);
    }

    /** How many bytes so many buffers take. */
    int room(int buffers) {
        int room = 0;
        for (int i = 0; i < buffers; i++) {
            room += Access.getInt(ring, entry(head + i) + BufRingLayout.ENTRY_LEN);
        }
        return room;
    }

    /** Writes into as many buffers as are needed: the flags of the first. */
    int fillAll(byte[] bytes) {
        int flags = 0;
        for (int at = 0; at < bytes.length; ) {
            int count = Math.min(room(), bytes.length - at);
            int each = fill(Arrays.copyOfRange(bytes, at, at + count));
            flags = flags == 0 ? each : flags;
            at += count;
        }
        return flags;
    }

    /** What the application had put into the next buffers, to be sent. */
    byte[] peek(int count) {
        byte[] bytes = new byte[count];
        int at = 0;
        for (int i = head; at < count; i++) {
            int buffer = Short.toUnsignedInt(Access.getShort(ring, entry(i) + BufRingLayout.ENTRY_BID));
            byte[] content = owned.get(buffer);
            int part = Math.min(content.length, count - at);
            System.arraycopy(content, 0, bytes, at, part);
            at += part;
        }
        return bytes;
    }

    /** Gives the buffers of so many bytes back, with their content: the flags of the first. */
    int consume(int count) {
        int first = Short.toUnsignedInt(Access.getShort(ring, entry(head) + BufRingLayout.ENTRY_BID));
        for (int at = 0; at < count; ) {
            at += room();
            long entry = entry(head);
            int buffer = Short.toUnsignedInt(Access.getShort(ring, entry + BufRingLayout.ENTRY_BID));
            byte[] content = owned.remove(buffer);
            write(buffer, Access.getLong(ring, entry + BufRingLayout.ENTRY_ADDR), content);
            head = head + 1 & 0xffff;
        }
        return Abi.CQE_F_BUFFER | first << Abi.CQE_BUFFER_SHIFT;
    }

    /** How many buffers the kernel has, a partly used one included. */
    int available() {
        sync();
        return seenTail - head & 0xffff;
    }
}
