package io.fluxring.spring.multipart;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What stands between the parts of a body: a line's end, two hyphens, and the boundary. Looked for as Horspool does: most bytes of a large
 * file are never looked at. A carriage return is its first byte and no other one, so that a beginning that goes on otherwise is data.
 */
final class Delimiter {
    private static final int BYTE_VALUES = 256;
    private static final int BYTE_MASK = 0xff;

    private final byte[] bytes;

    /** How far the end of a comparison moves, by the byte that is there. */
    private final int[] moves = new int[BYTE_VALUES];

    /**
     * A delimiter.
     *
     * @throws IllegalArgumentException when the boundary has a carriage return
     */
    Delimiter(byte... boundary) {
        for (byte each : boundary) {
            if (each == '\r') {
                throw new IllegalArgumentException("a boundary has no carriage return");
            }
        }
        bytes = new byte[boundary.length + 4];
        bytes[0] = '\r';
        bytes[1] = '\n';
        bytes[2] = '-';
        bytes[3] = '-';
        System.arraycopy(boundary, 0, bytes, 4, boundary.length);
        Arrays.fill(moves, bytes.length);
        for (int i = 0; i < bytes.length - 1; i++) {
            moves[bytes[i] & BYTE_MASK] = bytes.length - 1 - i;
        }
    }

    int length() {
        return bytes.length;
    }

    byte at(int index) {
        return bytes[index];
    }

    /** {@return a copy of its first bytes} */
    byte[] first(int count) {
        return Arrays.copyOf(bytes, count);
    }

    /** {@return where it begins in a buffer, from a place on; -1 when it is not there as a whole} */
    int find(ByteBuffer in, int from, int to) {
        int last = bytes.length - 1;
        int end = from + last;
        while (end < to) {
            byte there = in.get(end);
            if (there == bytes[last] && isAt(in, end - last, last)) {
                return end - last;
            }
            end += moves[there & BYTE_MASK];
        }
        return -1;
    }

    /** {@return where it begins at the end of a buffer, to go on in the next one; the end when it does not} */
    int findBeginning(ByteBuffer in, int from, int to) {
        for (int i = Math.max(from, to - bytes.length + 1); i < to; i++) {
            if (isAt(in, i, to - i)) {
                return i;
            }
        }
        return to;
    }

    private boolean isAt(ByteBuffer in, int place, int count) {
        for (int i = 0; i < count; i++) {
            if (in.get(place + i) != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
