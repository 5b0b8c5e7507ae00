package io.fluxring.core.sim;

/** Bytes that can be told by their place: the same on both ends of a connection, without either keeping them. */
public final class Stream {
    private final int key;
    private long position;

    public Stream(int key) {
        this.key = key;
    }

    private byte at(long index) {
        long mixed = (index + 1) * 0x9E3779B97F4A7C15L ^ key * 0xC2B2AE3D27D4EB4FL;
        return (byte) (mixed >>> 29);
    }

    /** How many bytes have passed. */
    public long position() {
        return position;
    }

    /** The next bytes, without passing them: they may not be taken whole. */
    public byte[] peek(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = at(position + i);
        }
        return bytes;
    }

    /** So many bytes have passed. */
    public void advance(long bytes) {
        position += bytes;
    }

    /** Fails unless these are the next bytes, and passes them. */
    public void expect(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != at(position + i)) {
                throw new AssertionError("stream " + key + ": byte " + (position + i) + " is wrong, the " + i + ". of "
                        + bytes.length + " that came together");
            }
        }
        position += bytes.length;
    }
}
