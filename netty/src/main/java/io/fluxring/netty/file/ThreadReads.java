package io.fluxring.netty.file;

import io.fluxring.core.loop.RingLoop;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Reads of a channel by other threads. */
final class ThreadReads implements FileReads {
    private final RingLoop loop;
    private final FileChannel file;

    ThreadReads(RingLoop loop, FileChannel file) {
        this.loop = loop;
        this.file = file;
    }

    @Override
    public void read(ByteBuf into, int lengthBytes, long position, ReadAnswer answer) {
        ByteBuffer block = into.internalNioBuffer(0, lengthBytes).slice();
        answer.of(
                loop,
                () -> Math.max(0, file.read(block, position)), // -1 at the end
                () -> "a file could not be read: " + file);
    }

    /** The channel is the program's. */
    @Override
    public void close() {}
}
