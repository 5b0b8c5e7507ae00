package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.call.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Provided buffers, which operations pick from. For as long as they are the kernel's they are filled with a pattern of its own, and
 * whoever writes into one meanwhile destroys the pattern.
 */
abstract class BufferGroup {
    private static final byte KERNELS_OWN = (byte) 0xB5;

    /** One buffer, as it was provided, or what is left of it. */
    record Buffer(int id, long address, int length) {}

    final SimulatedKernel kernel;
    private final Map<Integer, byte[]> owned = new TreeMap<>();

    BufferGroup(SimulatedKernel kernel) {
        this.kernel = kernel;
    }

    /** The buffer so far behind the next one. */
    abstract Buffer at(int ahead);

    /** The next buffer is used up. */
    abstract void next();

    /** How many buffers the kernel has, a partly used one included. */
    abstract int available();

    /** Whether the next buffer stays the kernel's after so many bytes of it were used. */
    abstract boolean keeps(Buffer buffer, int bytes);

    /** Looks at what the application has published since. */
    void sync() {}

    /** A buffer becomes the kernel's. */
    final void take(Buffer buffer) {
        byte[] content = NativeMemory.at(buffer.address, buffer.length).toArray(ValueLayout.JAVA_BYTE);
        if (owned.putIfAbsent(buffer.id, content) != null) {
            throw kernel.violation("buffer " + buffer.id + " was provided twice");
        }
        kernel.memory().requireNoLease(kernel, "provided buffer " + buffer.id, buffer.address, buffer.length);
        NativeMemory.at(buffer.address, buffer.length).fill(KERNELS_OWN);
    }

    final boolean isEmpty() {
        return available() == 0;
    }

    /** How many bytes the next buffer takes. */
    final int room() {
        return at(0).length;
    }

    /** How many bytes so many buffers take. */
    final int room(int buffers) {
        int room = 0;
        for (int i = 0; i < buffers; i++) {
            room += at(i).length;
        }
        return room;
    }

    /**
     * Writes into the next buffer and moves on.
     *
     * @return the completion's flags
     */
    final int fill(byte[] bytes) {
        Buffer buffer = at(0);
        write(buffer, bytes);
        int flags = flags(buffer);
        if (keeps(buffer, bytes.length)) {
            return flags | Abi.CQE_F_BUF_MORE;
        }
        owned.remove(buffer.id);
        next();
        return flags;
    }

    private static int flags(Buffer buffer) {
        return Abi.CQE_F_BUFFER | buffer.id << Abi.CQE_BUFFER_SHIFT;
    }

    private void write(Buffer buffer, byte[] bytes) {
        kernel.memory().requireNoLease(kernel, "buffer " + buffer.id + " of the kernel", buffer.address, bytes.length);
        MemorySegment target = NativeMemory.at(buffer.address, bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (target.get(ValueLayout.JAVA_BYTE, i) != KERNELS_OWN) {
                throw kernel.violation(
                        "byte " + i + " of buffer " + buffer.id + " was written while the kernel owned it");
            }
        }
        MemorySegment.copy(bytes, 0, target, ValueLayout.JAVA_BYTE, 0, bytes.length);
    }

    /** Writes into as many buffers as are needed: the flags of the first. */
    final int fillAll(byte[] bytes) {
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
    final byte[] peek(int count) {
        byte[] bytes = new byte[count];
        int at = 0;
        for (int i = 0; at < count; i++) {
            byte[] content = owned.get(at(i).id);
            int part = Math.min(content.length, count - at);
            System.arraycopy(content, 0, bytes, at, part);
            at += part;
        }
        return bytes;
    }

    /** Gives the buffers of so many bytes back, with their content: the flags of the first. */
    final int consume(int count) {
        int flags = flags(at(0));
        for (int at = 0; at < count; ) {
            at += room();
            giveBack();
        }
        return flags;
    }

    /** Gives the next buffer back as it was. */
    final void giveBack() {
        Buffer buffer = at(0);
        write(buffer, owned.remove(buffer.id));
        next();
    }
}
