package io.fluxring.benchmarks.files;

import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import reactor.core.publisher.Flux;

/** Spring's DataBufferUtils, into Netty's pooled buffers, as WebFlux has it; their memory does not suit O_DIRECT. */
final class SpringFile implements FileLibrary {

    private final NettyDataBufferFactory pooled = new NettyDataBufferFactory(PooledByteBufAllocator.DEFAULT);

    @Override
    public long read(Task task) {
        Pages pages = new Pages();
        long[] done = new long[1];
        DataBufferUtils.read(task.file(), pooled, task.chunkBytes(), OpenOptions.of(task))
                .doOnNext(buffer -> {
                    done[0] += buffer.readableByteCount();
                    look(pages, buffer);
                    DataBufferUtils.release(buffer);
                })
                .blockLast();
        return done[0];
    }

    private static void look(Pages pages, DataBuffer buffer) {
        for (int i = buffer.readPosition(); i < buffer.writePosition(); i += Pages.BYTES) {
            pages.add(buffer.getByte(i));
        }
    }

    @Override
    public long write(Task task) throws IOException {
        ByteBuffer chunk = Pages.random(task.chunkBytes());
        Flux<DataBuffer> source = Flux.range(0, (int) task.chunks())
                .map(i -> DefaultDataBufferFactory.sharedInstance.wrap(chunk.duplicate()));
        long[] done = new long[1];
        try (AsynchronousFileChannel channel = AsynchronousFileChannel.open(task.file(), OpenOptions.of(task))) {
            DataBufferUtils.write(source, channel)
                    .doOnNext(buffer -> done[0] += task.chunkBytes())
                    .blockLast();
            if (task.work() == Work.WRITE_SYNC) {
                channel.force(false);
            }
        }
        return done[0];
    }
}
