package io.fluxring.core.sim;

/** Bytes on their way from one end of a connection to the other: first in, first out, bounded. */
final class ByteQueue {
    private final byte[] bytes;
    private int first;
    private int size;

    ByteQueue(int capacity) {
        this.bytes = new byte[capacity];
    }

    int size() {
        return size;
    }

    int space() {
        return bytes.length - size;
    }

    void add(byte[] from, int offset, int length) {
        if (length > space()) {
            throw new IllegalStateException("no room for " + length + " bytes: " + space());
        }
        for (int i = 0; i < length; i++) {
            bytes[(first + size + i) % bytes.length] = from[offset + i];
        }
        size += length;
    }

    byte[] peek(int length) {
        byte[] peeked = new byte[length];
        for (int i = 0; i < length; i++) {
            peeked[i] = bytes[(first + i) % bytes.length];
        }
        return peeked;
    }

    byte[] remove(int length) {
        byte[] removed = peek(length);
        first = (first + length) % bytes.length;
        size -= length;
        return removed;
    }

    void clear() {
        size = 0;
    }
}
