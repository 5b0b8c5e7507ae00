package io.fluxring.core.entry;

/**
 * Checks of what {@code prep} methods are given, so that a mistake shows where it was made and not as an errno later. Each
 * returns what it was given. A refusal names the argument.
 */
final class Arguments {
    private static final int MAX_UNSIGNED_SHORT = 0xffff;
    private static final int MAX_VECTORS = 1024;
    private static final int MAX_SOCKET_ADDRESS_BYTES = 128;

    private Arguments() {}

    /** The address of something that the operation can't do without. */
    static long address(long address, String name) {
        if (address == 0) {
            throw new IllegalArgumentException(name + " is 0, the null address");
        }
        return address;
    }

    /** The address of {@code lengthBytes} bytes or of that many elements: anything when there are none. */
    static long address(long address, long length, String name) {
        if (address == 0 && length != 0) {
            throw new IllegalArgumentException(name + " is 0, the null address, for a length of " + length);
        }
        return address;
    }

    /** A length, a count, an offset: whatever must not be negative. */
    static int notNegative(int value, String name) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " is negative: " + value);
        }
        return value;
    }

    /** A length, a count, an offset: whatever must not be negative. */
    static long notNegative(long value, String name) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " is negative: " + value);
        }
        return value;
    }

    /** A length or a count of at least one. */
    static int positive(int value, String name) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " is not positive: " + value);
        }
        return value;
    }

    /** A position in a file; -1 stands for the file's own position, or for none. */
    static long position(long position) {
        if (position < -1) {
            throw new IllegalArgumentException("position is neither -1 nor in a file: " + position);
        }
        return position;
    }

    /** The slot of a direct descriptor. */
    static int slot(int slot) {
        // one more than the slot goes into the entry, where 0 and -1 mean something else
        if (slot < 0 || slot >= Integer.MAX_VALUE) {
            throw new IllegalArgumentException("no slot of the registered files: " + slot);
        }
        return slot;
    }

    /** A number of 16 bits: a buffer group, the index of a registered buffer, a personality. */
    static int unsignedShort(int value, String name) {
        if (value < 0 || value > MAX_UNSIGNED_SHORT) {
            throw new IllegalArgumentException(name + " is not within 0 and 65535: " + value);
        }
        return value;
    }

    /** A number within limits, both included. */
    static int between(int value, int least, int most, String name) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is not within " + least + " and " + most + ": " + value);
        }
        return value;
    }

    /** How many vectors an operation has: the kernel takes up to 1,024. */
    static int vectors(int vectors) {
        return between(vectors, 1, MAX_VECTORS, "vectors");
    }

    /** The address of a socket address and its length, from a bare family to {@code struct sockaddr_storage}. */
    static void socketAddress(long address, int lengthBytes) {
        address(address, "socketAddress");
        between(lengthBytes, Short.BYTES, MAX_SOCKET_ADDRESS_BYTES, "the socket address's length");
    }

    /** Flags, none of which may be unknown to the operation. */
    static int flags(int flags, int known, String name) {
        if ((flags & ~known) != 0) {
            throw new IllegalArgumentException(name + " has flags that do not belong here: 0x"
                    + Integer.toHexString(flags & ~known) + " of 0x" + Integer.toHexString(flags));
        }
        return flags;
    }
}
