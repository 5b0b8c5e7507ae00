package io.fluxring.netty.memory;

import io.fluxring.core.memory.BufferLease;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A buffer of the loop's group as Netty sees it. The last release gives the buffer back to the kernel, which may fill it at once;
 * then this object stands for its new content.
 */
final class LeasedByteBuf extends UnpooledDirectByteBuf {
    private final long address;
    private @Nullable BufferLease lease;
    private boolean isNew = true;

    LeasedByteBuf(ByteBuffer memory) {
        super(ByteBufAllocator.DEFAULT, memory, memory.remaining());
        this.address = MemorySegment.ofBuffer(memory).address();
    }

    LeasedByteBuf hold(BufferLease next) {
        if (isNew) {
            isNew = false;
        } else {
            resetRefCnt();
        }
        int receivedBytes = next.lengthBytes();
        lease = next.widen(); // a decoder may append the next bytes behind these
        setIndex(0, 0);
        markReaderIndex();
        markWriterIndex();
        writerIndex(receivedBytes);
        return this;
    }

    @Override
    public boolean hasMemoryAddress() {
        return true;
    }

    @Override
    public long memoryAddress() {
        ensureAccessible();
        return address;
    }

    /** The memory is the kernel's: there is no other to change to. */
    @Override
    public ByteBuf capacity(int newCapacity) {
        if (newCapacity == capacity()) {
            return this;
        }
        throw new UnsupportedOperationException(
                "a received buffer has " + capacity() + " bytes, copy it to have other");
    }

    @Override
    protected void deallocate() {
        BufferLease over = Objects.requireNonNull(lease);
        lease = null;
        over.release();
    }
}
