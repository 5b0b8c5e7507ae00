package io.fluxring.benchmarks.files;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import reactor.netty.ByteBufFlux;

/** Reactor Netty's {@code ByteBufFlux.fromPath}, which only reads; its memory does not suit O_DIRECT. */
final class ReactorNettyFile implements FileLibrary {

    @Override
    public long read(Task task) {
        Pages pages = new Pages();
        long[] done = new long[1];
        ByteBufFlux.fromPath(task.file(), task.chunkBytes(), PooledByteBufAllocator.DEFAULT)
                .doOnNext(buffer -> {
                    done[0] += buffer.readableBytes();
                    look(pages, buffer);
                    buffer.release();
                })
                .blockLast();
        return done[0];
    }

    private static void look(Pages pages, ByteBuf buffer) {
        for (int i = buffer.readerIndex(); i < buffer.writerIndex(); i += Pages.BYTES) {
            pages.add(buffer.getByte(i));
        }
    }
}
