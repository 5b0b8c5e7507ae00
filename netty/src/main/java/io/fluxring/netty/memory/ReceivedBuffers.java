package io.fluxring.netty.memory;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.LeaseAudit;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Leases as Netty's buffers: one object for each buffer of the group, for as long as the loop lives. In checked mode each lease has
 * an object of its own, so that a reference which is kept too long does not see the next message.
 */
public final class ReceivedBuffers {
    private final BufferRing group;
    private @Nullable LeasedByteBuf[] buffers = new @Nullable LeasedByteBuf[0];

    public ReceivedBuffers(BufferRing group) {
        this.group = group;
    }

    /** The lease belongs to the result. */
    public ByteBuf wrap(BufferLease lease) {
        return LeaseAudit.CHECKED
                ? memoryOf(lease).hold(lease)
                : bufferOf(lease).hold(lease);
    }

    /** The lease is released. */
    public ByteBuf copy(BufferLease lease, ByteBufAllocator allocator) {
        try {
            int lengthBytes = lease.lengthBytes();
            ByteBuf copy = allocator.ioBuffer(lengthBytes);
            if (copy.hasMemoryAddress()) {
                lease.copyTo(copy.memoryAddress());
            } else {
                lease.copyTo(MemorySegment.ofBuffer(copy.internalNioBuffer(0, lengthBytes)), 0);
            }
            return copy.writerIndex(lengthBytes);
        } finally {
            lease.release();
        }
    }

    private LeasedByteBuf bufferOf(BufferLease lease) {
        int number = lease.buffer();
        if (number >= buffers.length) {
            buffers = Arrays.copyOf(buffers, group.capacity()); // it has grown
        }
        LeasedByteBuf buffer = buffers[number];
        if (buffer == null) {
            buffer = memoryOf(lease);
            buffers[number] = buffer;
        }
        return buffer;
    }

    private LeasedByteBuf memoryOf(BufferLease lease) {
        return new LeasedByteBuf(
                lease.memory().asSlice(lease.offsetBytes(), group.bufferBytes()).asByteBuffer());
    }
}
