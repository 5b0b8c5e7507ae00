package io.fluxring.core.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;

/**
 * {@code struct sockaddr_un} to and from names ({@code unix(7)}). A name that begins with a zero byte is abstract: it is no file, and
 * every byte of it counts. The empty name is no name; a socket that is bound to it gets one from the kernel.
 */
public final class UnixAddresses {
    /** Room for every address. */
    public static final long MAX_BYTES = 110;

    static final long NAME = 2;
    private static final int MOST_NAME_BYTES = 108;

    private UnixAddresses() {}

    /**
     * Writes a name in the kernel's form.
     *
     * @param name a path without its zero byte, an abstract name with its leading one, or nothing
     * @param allocator where the memory comes from
     * @return the address; its length says how long the name is
     * @throws IllegalArgumentException when the name is longer than the kernel's form, 108 bytes, or a path contains a zero byte
     */
    public static MemorySegment encode(byte[] name, SegmentAllocator allocator) {
        boolean isPath = name.length > 0 && name[0] != 0;
        int lengthBytes = name.length + (isPath ? 1 : 0);
        if (lengthBytes > MOST_NAME_BYTES) {
            throw new IllegalArgumentException("the name of a Unix socket has at most " + MOST_NAME_BYTES
                    + " bytes with the zero behind a path or before an abstract name: " + lengthBytes);
        }
        for (byte each : name) {
            if (isPath && each == 0) {
                throw new IllegalArgumentException("a path can't contain a zero byte");
            }
        }
        MemorySegment encoded = allocator.allocate(NAME + lengthBytes, Short.BYTES);
        encoded.fill((byte) 0);
        encoded.set(ValueLayout.JAVA_SHORT, 0, (short) Libc.AF_UNIX);
        MemorySegment.copy(name, 0, encoded, ValueLayout.JAVA_BYTE, NAME, name.length);
        return encoded;
    }

    /**
     * Reads an address that the kernel wrote.
     *
     * @param encoded what the kernel has filled
     * @param lengthBytes the length that it gave
     * @return the name, empty for none
     */
    public static byte[] decode(MemorySegment encoded, int lengthBytes) {
        int end = (int) Math.min(lengthBytes, Math.min(encoded.byteSize(), MAX_BYTES));
        if (end > NAME && encoded.get(ValueLayout.JAVA_BYTE, NAME) != 0) {
            for (int i = (int) NAME; i < end; i++) {
                if (encoded.get(ValueLayout.JAVA_BYTE, i) == 0) {
                    end = i; // the zero behind a path
                }
            }
        }
        if (end <= NAME) {
            return new byte[0]; // the sender of a datagram that has no name has no address at all
        }
        byte[] name = new byte[(int) (end - NAME)];
        MemorySegment.copy(encoded, ValueLayout.JAVA_BYTE, NAME, name, 0, name.length);
        return name;
    }
}
