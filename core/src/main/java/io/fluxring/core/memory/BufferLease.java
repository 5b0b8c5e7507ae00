package io.fluxring.core.memory;

import io.fluxring.core.sys.call.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Bytes in native memory that belong to their holder until they are released.
 *
 * <p><b>Ownership.</b> A lease counts references; each owes one {@link #release}. While there is one the bytes are stable; after the
 * last they belong to the pool again, and the kernel may write into them at once. A new lease has one reference, its taker's.
 * Outside checked mode (see {@link LeaseAudit}) the object itself is used again for another lease: keep no reference to it after
 * the release.
 *
 * <p><b>Loans.</b> A lease that arrives through a callback, such as {@code onNext}, is lent: the emitter keeps the reference and
 * releases it when the callback returns or throws. So an element that is filtered, mapped or lost in an exception gives its
 * buffer back by itself. Code that needs the bytes for longer calls {@link #retain} within the callback, and owes a release from then
 * on. A method that consumes leases, such as a send, calls {@link #adopt}, which takes over the reference of a lent lease and
 * of a retained one alike.
 *
 * <p><b>Threads.</b> A lease may be passed between threads, retained and released by any. A lent lease must be retained before
 * it is passed on, because the loan may end before the other thread looks.
 */
public final class BufferLease implements AutoCloseable {
    private static final AtomicIntegerFieldUpdater<BufferLease> REFERENCES =
            AtomicIntegerFieldUpdater.newUpdater(BufferLease.class, "references");

    /** One reference, which the emitter gives back when its callback returns. The only value below zero. */
    private static final int LENT = -1;

    private final LeasePool pool;

    @Nullable
    BufferLease next; // of a queue while live, of the pool's stack of remotely released leases afterwards

    boolean queued; // in a LeaseQueue; kept in checked mode only

    private @Nullable LeaseHolder holder;
    private int buffer;
    private long offset;
    private int size;
    private int extent; // the size at first
    private volatile int references; // 0 released, LENT, or how many releases are owed
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
        REFERENCES.lazySet(this, 1);
    }

    void forget() {
        holder = null;
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

    /** {@return how many bytes there are} */
    public int lengthBytes() {
        requireLive();
        return size;
    }

    /** {@return the number of their buffer, 0 to the pool's capacity - 1} Leases of an incremental group share one. */
    public int buffer() {
        return buffer;
    }

    /** {@return where they begin within {@link #memory}} */
    public long offsetBytes() {
        return offset;
    }

    /**
     * {@return the memory of the whole pool, in which the lease is {@code lengthBytes()} bytes at {@link #offsetBytes};
     * the rest belongs to others} One object for all leases, where {@link #segment} makes one at each call.
     */
    public MemorySegment memory() {
        requireLive();
        return pool.memory();
    }

    /** {@return where they are} For an operation's SQE; the address is good until the release. */
    public long address() {
        requireLive();
        return pool.memory().address() + offset;
    }

    /**
     * {@return the byte at an index from 0 on}
     *
     * @param index below {@link #lengthBytes}
     */
    public byte get(int index) {
        requireLive();
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("index " + index + " of " + size + " bytes");
        }
        return pool.memory().get(ValueLayout.JAVA_BYTE, offset + index);
    }

    /** {@return a view of the bytes, good until the release} Makes an object. */
    public MemorySegment segment() {
        requireLive();
        return pool.memory().asSlice(offset, size);
    }

    /** {@return a view of the bytes, good until the release} Makes an object. */
    public ByteBuffer byteBuffer() {
        return segment().asByteBuffer();
    }

    /**
     * Copies the bytes.
     *
     * @param target where to
     * @param index where in it
     * @throws IndexOutOfBoundsException when the target has no room for all of them; then none is copied
     */
    public void copyTo(byte[] target, int index) {
        requireLive();
        MemorySegment.copy(pool.memory(), ValueLayout.JAVA_BYTE, offset, target, index, size);
    }

    /**
     * Copies the bytes.
     *
     * @param target where to
     * @param targetOffsetBytes where in it
     * @throws IndexOutOfBoundsException when the target has no room for all of them; then none is copied
     */
    public void copyTo(MemorySegment target, long targetOffsetBytes) {
        requireLive();
        MemorySegment.copy(pool.memory(), offset, target, targetOffsetBytes, size);
    }

    /**
     * Copies the bytes to native memory, of which the caller knows that it has room for {@link #lengthBytes}: nothing is checked.
     *
     * @param address where to
     */
    public void copyTo(long address) {
        copyTo(NativeMemory.at(address, size), 0);
    }

    /** {@return a copy of the bytes} */
    public byte[] toByteArray() {
        return segment().toArray(ValueLayout.JAVA_BYTE);
    }

    /**
     * {@return the bytes as text} Beware of characters that are cut in two where a buffer ends.
     *
     * @param charset how the bytes are read
     */
    public String text(Charset charset) {
        return new String(toByteArray(), charset);
    }

    /**
     * Shortens a lease to its first bytes, after they were written.
     *
     * @param lengthBytes the new length, not above the present one
     * @return this lease
     */
    public BufferLease truncate(int lengthBytes) {
        requireLive();
        if (lengthBytes < 0 || lengthBytes > size) {
            throw new IllegalArgumentException("cannot truncate " + size + " bytes to " + lengthBytes);
        }
        size = lengthBytes;
        return this;
    }

    /**
     * Cuts the first bytes off a lease. They can't be had again.
     *
     * @param lengthBytes how many, not above the present length
     * @return this lease
     */
    public BufferLease skip(int lengthBytes) {
        requireLive();
        if (lengthBytes < 0 || lengthBytes > size) {
            throw new IllegalArgumentException("cannot skip " + lengthBytes + " of " + size + " bytes");
        }
        offset += lengthBytes;
        size -= lengthBytes;
        extent -= lengthBytes;
        return this;
    }

    /**
     * Lengthens a lease to the whole of its buffer, for a holder that writes behind the bytes which were received. The bytes there are
     * of no meaning. Not for a buffer that several leases share.
     *
     * @return this lease
     * @throws IllegalStateException when leases of the group share buffers
     */
    public BufferLease widen() {
        requireLive();
        size = pool.wholeBufferBytes();
        extent = size;
        return this;
    }

    /**
     * Marks a lease as lent, before it is passed to a callback; {@link #endLoan} follows after it. Called by the emitter, which holds
     * the only reference.
     *
     * @throws IllegalStateException when the lease is released, lent, or has more references than one
     */
    public void lend() {
        int before = references;
        if (before != 1) {
            throw before == 0 ? releasedAlready() : new IllegalStateException("cannot be lent: " + this);
        }
        // Not a compare-and-set: one reference means that no other thread may touch the lease. Not a volatile store:
        // the hand-over
        // to another thread, if there is one, publishes it.
        REFERENCES.lazySet(this, LENT);
    }

    /**
     * Ends a loan when the callback has returned or thrown: releases the lease, unless it was retained, adopted or released
     * meanwhile. The emitter must not use the lease afterwards.
     */
    public void endLoan() {
        // A compare-and-set, and only where the callback has left the lease alone: a plain store could overwrite a
        // retain of
        // another thread, and give the buffer to the kernel while that thread reads it.
        if (references == LENT) {
            requireNotQueued();
            if (REFERENCES.compareAndSet(this, LENT, 0)) {
                giveBack();
            }
        }
    }

    /**
     * Keeps the bytes for longer. Takes over the emitter's reference of a lent lease; adds a reference to any other. The caller
     * owes a {@link #release}. Any thread.
     *
     * @return this
     * @throws IllegalStateException when the lease is released already
     */
    public BufferLease retain() {
        int before;
        do {
            before = references;
            if (before == 0) {
                throw releasedAlready();
            }
        } while (!REFERENCES.compareAndSet(this, before, before == LENT ? 1 : Math.incrementExact(before)));
        pool.audit().retained(this);
        return this;
    }

    /**
     * Takes over a reference from the caller, for a method that consumes the lease and releases it later: the emitter's when
     * the lease is lent, the caller's own otherwise. Any thread.
     *
     * @return this
     * @throws IllegalStateException when the lease is released already
     */
    public BufferLease adopt() {
        int before = references;
        if (before == LENT && REFERENCES.compareAndSet(this, LENT, 1)) {
            pool.audit().retained(this);
        } else if (references == 0) {
            throw releasedAlready();
        }
        return this;
    }

    /**
     * Gives a reference back, and with the last one the bytes. Any thread. The release of a lent lease ends the loan. A release
     * of a released lease does nothing, but see the class on keeping references; checked mode reports it.
     */
    public void release() {
        int before;
        do {
            before = references;
            if (before == 0) {
                if (LeaseAudit.CHECKED) {
                    pool.audit().releasedAgain(this, released);
                }
                return;
            }
            if (before <= 1) {
                requireNotQueued();
            }
        } while (!REFERENCES.compareAndSet(this, before, before == LENT ? 0 : before - 1));
        if (before <= 1) {
            giveBack();
        }
    }

    private void giveBack() {
        if (LeaseAudit.CHECKED) {
            released =
                    new Throwable("released here by " + Thread.currentThread().getName());
        }
        pool.release(this);
    }

    /** The same as {@link #release}, for try-with-resources. */
    @Override
    public void close() {
        release();
    }

    /** {@return whether the lease has not been released yet} */
    public boolean isLive() {
        return references != 0;
    }

    /** {@return whether more than one release is owed: the bytes outlive the caller's} */
    public boolean isShared() {
        return references > 1;
    }

    /** {@return whether the lease is lent: its reference goes back when the callback returns} */
    public boolean isLent() {
        return references == LENT;
    }

    /** The pool's stack of released leases would overwrite the queue's link. */
    private void requireNotQueued() {
        if (LeaseAudit.CHECKED && queued) {
            throw new IllegalStateException("released while in a queue: " + this);
        }
    }

    private void requireLive() {
        if (LeaseAudit.CHECKED && references == 0) {
            throw releasedAlready();
        }
    }

    private IllegalStateException releasedAlready() {
        return new IllegalStateException(
                "use of a released lease: buffer " + buffer + " of " + pool + ", " + size + " bytes", released);
    }

    @Override
    public String toString() {
        int now = references;
        String state = now == 0 ? "released" : size + (now == LENT ? " bytes lent" : " bytes");
        return "BufferLease[" + state + ", buffer " + buffer + (now > 1 ? ", " + now + " references]" : "]");
    }
}
