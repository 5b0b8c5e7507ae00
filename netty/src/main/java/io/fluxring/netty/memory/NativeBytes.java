package io.fluxring.netty.memory;

import io.fluxring.core.sys.call.NativeMemory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.ReferenceCountUtil;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/** Netty's buffers as memory that the kernel can read. */
public final class NativeBytes {
    /** A composite buffer of more parts is copied into one piece: it would need several batches. */
    private static final int MOST_PARTS = 8;

    private NativeBytes() {}

    /** Whether the kernel can read a buffer where it lies. */
    public static boolean isNative(ByteBuf bytes) {
        return bytes.hasMemoryAddress() || (bytes.isDirect() && bytes.nioBufferCount() <= MOST_PARTS);
    }

    public static long address(ByteBuffer direct) {
        return MemorySegment.ofBuffer(direct).address(); // from its position on
    }

    /** Copies what can be read of a buffer to an address, and leaves its indices alone. */
    public static void copy(ByteBuf bytes, long address) {
        int lengthBytes = bytes.readableBytes();
        int index = bytes.readerIndex();
        MemorySegment target = NativeMemory.at(address, lengthBytes);
        if (bytes.hasArray()) {
            MemorySegment.copy(
                    bytes.array(), bytes.arrayOffset() + index, target, ValueLayout.JAVA_BYTE, 0, lengthBytes);
        } else if (bytes.hasMemoryAddress()) {
            target.copyFrom(NativeMemory.at(bytes.memoryAddress() + index, lengthBytes));
        } else {
            bytes.getBytes(index, target.asByteBuffer());
        }
    }

    /** Copies memory behind what a buffer has; it has room. */
    public static void append(MemorySegment bytes, ByteBuf target) {
        int lengthBytes = (int) bytes.byteSize();
        if (target.hasMemoryAddress()) {
            NativeMemory.at(target.memoryAddress() + target.writerIndex(), lengthBytes)
                    .copyFrom(bytes);
        } else {
            MemorySegment.ofBuffer(target.internalNioBuffer(target.writerIndex(), lengthBytes))
                    .copyFrom(bytes);
        }
        target.writerIndex(target.writerIndex() + lengthBytes);
    }

    /**
     * {@return the message itself when the kernel can read it, or a copy in native memory} The message is released then.
     *
     * @param message to be sent
     * @param allocator where a copy's memory comes from
     */
    public static ByteBuf toNative(ByteBuf message, ByteBufAllocator allocator) {
        if (isNative(message)) {
            return message;
        }
        try {
            if (!message.isReadable()) {
                return Unpooled.EMPTY_BUFFER;
            }
            return allocator
                    .directBuffer(message.readableBytes())
                    .writeBytes(message, message.readerIndex(), message.readableBytes());
        } finally {
            ReferenceCountUtil.safeRelease(message);
        }
    }
}
