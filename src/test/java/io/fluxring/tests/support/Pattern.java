package io.fluxring.tests.support;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/**
 * An endless stream of bytes whose every place is known: position N of stream S. The period is a prime, so that no power of two
 * that got lost or came twice goes unnoticed.
 */
public final class Pattern {
    private static final int PERIOD = 1_048_573;
    private static final byte[] BYTES = twoPeriods();

    private final int shift;

    /** The stream of a number. */
    public Pattern(int stream) {
        this.shift = (int) (stream * 7919L % PERIOD);
    }

    private static byte[] twoPeriods() {
        byte[] once = new byte[PERIOD];
        new Random(42).nextBytes(once);
        byte[] twice = Arrays.copyOf(once, 2 * PERIOD);
        System.arraycopy(once, 0, twice, PERIOD, PERIOD);
        return twice;
    }

    private int index(long position) {
        return (int) ((position + shift) % PERIOD);
    }

    /** Fills what remains of a buffer with the bytes from a position on. */
    public void fill(ByteBuffer buffer, long position) {
        long at = position;
        while (buffer.hasRemaining()) {
            int length = Math.min(PERIOD, buffer.remaining());
            buffer.put(BYTES, index(at), length);
            at += length;
        }
    }

    /** The bytes of a stretch. */
    public byte[] bytes(long position, int length) {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        fill(buffer, position);
        return buffer.array();
    }

    /** Fails unless these are the bytes from a position on. */
    public void check(byte[] bytes, int from, int to, long position) {
        int offset = from;
        long at = position;
        while (offset < to) {
            int length = Math.min(PERIOD, to - offset);
            int index = index(at);
            int mismatch = Arrays.mismatch(bytes, offset, offset + length, BYTES, index, index + length);
            if (mismatch >= 0) {
                throw new AssertionError("byte " + (at + mismatch) + " of the stream is wrong");
            }
            offset += length;
            at += length;
        }
    }

    /** Fails unless what remains of a buffer are the bytes from a position on. */
    public void check(ByteBuffer buffer, long position) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        check(bytes, 0, bytes.length, position);
    }
}
