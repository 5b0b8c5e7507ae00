package io.fluxring.benchmarks.files;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/** Memory that is read into, and the look at what was read: a byte of each page, the same for all libraries. */
final class Pages {
    static final int BYTES = 4096;

    private static final Map<Integer, ByteBuffer> CHUNKS = new ConcurrentHashMap<>();

    private long sum;

    /** Memory outside the heap that begins with a page, as O_DIRECT wants it. */
    static ByteBuffer allocate(int bytes) {
        int wholePages = (bytes + BYTES - 1) / BYTES * BYTES; // a slice has no others
        return ByteBuffer.allocateDirect(wholePages + BYTES).alignedSlice(BYTES).slice(0, bytes);
    }

    static ByteBuffer[] allocate(int count, int bytes) {
        ByteBuffer[] buffers = new ByteBuffer[count];
        for (int i = 0; i < count; i++) {
            buffers[i] = allocate(bytes);
        }
        return buffers;
    }

    /** The bytes of a file: the same chunk over and over, which no file system packs. Made once: it is not what is measured. */
    static ByteBuffer random(int bytes) {
        return CHUNKS.computeIfAbsent(bytes, Pages::newRandom);
    }

    private static ByteBuffer newRandom(int bytes) {
        byte[] content = new byte[bytes];
        new Random(1).nextBytes(content);
        return allocate(bytes).put(content).flip();
    }

    /** Looks at the bytes from 0 to the buffer's limit. */
    void look(ByteBuffer buffer) {
        for (int i = 0; i < buffer.limit(); i += BYTES) {
            sum += buffer.get(i);
        }
    }

    void add(byte value) {
        sum += value;
    }

    /** So that the compiler finds a use for it. */
    long sum() {
        return sum;
    }
}
