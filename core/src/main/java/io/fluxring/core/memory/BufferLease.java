package io.fluxring.core.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Bytes in native memory that somebody owns for a while.
 *
 * <p><b>Ownership.</b> Whoever was handed a lease releases it, once, or hands it on. Until then the bytes are stable; after it
 * they belong to the pool again, and the kernel may write into them at once. Outside checked mode (see {@link LeaseAudit}) the
 * object itself is used again for another lease: keep no reference to it after the release.
 *
 * <p><b>Threads.</b> A lease may be passed between threads and released by any.
 */
public final class BufferLease implements AutoCloseable {
    private static final AtomicIntegerFieldUpdater<BufferLease> LIVE =
            AtomicIntegerFieldUpdater.newUpdater(BufferLease.class, "live");

    private final LeasePool pool;

    @Nullable
    BufferLease next; // links the pool's stack of remotely released leases

    private @Nullable LeaseHolder holder;
    private int buffer;
    private long offset;
    private int size;
    private int extent; // the size at first
    private volatile int live;
    private volatile @Nullable Throwable released; // where, in checked mode

    BufferLease(LeasePool pool) {
        this.pool = pool;
    }

    void begin(int takenBuffer, long takenOffset, int lengthBytes, @Nullable LeaseHolder takenBy) {
        buffer = takenBuffer;
        offset = takenOffset;
        size = lengthBytes;
        extent = lengthBytes;
        holder = takenBy;
        LIVE.lazySet(this, 1);
    }

    void forget() {
        holder = null;
    }

    int buffer() {
        return buffer;
    }

    long offset() {
        return offset;
    }

    MemorySegment poolMemory() {
        return pool.memory();
    }

    /** The length that was lent, without a check, for the pool itself. */
    int extent() {
        return extent;
    }

    /** Whether some bytes lie within those that the lease has now. */
    boolean contains(long address, long lengthBytes) {
        long first = pool.memory().address() + offset;
        return address >= first && address + lengthBytes <= first + size;
    }

    @Nullable
    LeaseHolder holder() {
        return holder;
    }

    /** How many bytes there are. */
    public int lengthBytes() {
        requireLive();
        return size;
    }

    /** Where they are. For an operation's SQE; the address is good until the release. */
    public long address() {
        requireLive();
        return pool.memory().address() + offset;
    }

    /** The byte at an index from 0 on. */
    public byte get(int index) {
        requireLive();
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("index " + index + " of " + size + " bytes");
        }
        return pool.memory().get(ValueLayout.JAVA_BYTE, offset + index);
    }

    /** A view of the bytes, good until the release. Makes an object. */
    public MemorySegment segment() {
        requireLive();
        return pool.memory().asSlice(offset, size);
    }

    /** A view of the bytes, good until the release. Makes an object. */
    public ByteBuffer byteBuffer() {
        return segment().asByteBuffer();
    }

    /** A copy of the bytes. */
    public byte[] toByteArray() {
        return segment().toArray(ValueLayout.JAVA_BYTE);
    }

    /** The bytes as text. Beware of characters that are cut in two where a buffer ends. */
    public String text(Charset charset) {
        return new String(toByteArray(), charset);
    }

    /** Shortens a lease to its first bytes, after they were written. */
    public BufferLease truncate(int lengthBytes) {
        requireLive();
        if (lengthBytes < 0 || lengthBytes > size) {
            throw new IllegalArgumentException("cannot truncate " + size + " bytes to " + lengthBytes);
        }
        size = lengthBytes;
        return this;
    }

    /** Gives the bytes back. Any thread; a second release does nothing, but see the class on keeping references. Checked mode reports it. */
    public void release() {
        if (LIVE.compareAndSet(this, 1, 0)) {
            if (LeaseAudit.CHECKED) {
                released = new Throwable(
                        "released here by " + Thread.currentThread().getName());
            }
            pool.release(this);
        } else if (LeaseAudit.CHECKED) {
            pool.audit().releasedAgain(this, released);
        }
    }

    /** The same as {@link #release}, for try-with-resources. */
    @Override
    public void close() {
        release();
    }

    /** Whether the lease has not been released yet. */
    public boolean isLive() {
        return live == 1;
    }

    private void requireLive() {
        if (LeaseAudit.CHECKED && live == 0) {
            throw new IllegalStateException(
                    "use of a released lease: buffer " + buffer + " of " + pool + ", " + size + " bytes", released);
        }
    }

    @Override
    public String toString() {
        return "BufferLease[" + (live == 1 ? size + " bytes" : "released") + ", buffer " + buffer + "]";
    }
}
