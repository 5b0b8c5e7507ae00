package io.fluxring.netty.memory;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Memory of the ring as Netty sees it: of one size, and with an address also where Netty itself can't ask a byte buffer for its. */
public abstract class RingByteBuf extends UnpooledDirectByteBuf {
    private final long address;

    protected RingByteBuf(ByteBuffer memory) {
        super(ByteBufAllocator.DEFAULT, memory, memory.remaining());
        this.address = MemorySegment.ofBuffer(memory).address();
    }

    @Override
    public final boolean hasMemoryAddress() {
        return true;
    }

    @Override
    public final long memoryAddress() {
        ensureAccessible();
        return address;
    }

    /** The memory is the ring's: there is no other to change to. */
    @Override
    public final ByteBuf capacity(int newCapacity) {
        if (newCapacity == capacity()) {
            return this;
        }
        throw new UnsupportedOperationException(
                "a buffer of the ring has " + capacity() + " bytes, copy it to have other");
    }

    /** The memory goes back to the ring. */
    @Override
    protected abstract void deallocate();
}
