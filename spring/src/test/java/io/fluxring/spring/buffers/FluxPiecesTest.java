package io.fluxring.spring.buffers;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.file.ReadOptions;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;

class FluxPiecesTest {
    private static final int LENGTH_BYTES = 3_000_000;
    private static final int MOST_OUT = 3;

    @TempDir
    Path folder;

    private final ReactiveRing ring = ReactiveRing.create();
    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.write(folder.resolve("file"), new byte[LENGTH_BYTES]);
    }

    @AfterEach
    void close() {
        ring.disposeLater().block(Duration.ofSeconds(20));
    }

    private FluxPieces pieces(int mostOut) {
        return new FluxPieces(
                ring.files().read(file, ReadOptions.defaults().withChunkBytes(64 * 1024)),
                ring.loop(),
                new NettyDataBufferFactory(ByteBufAllocator.DEFAULT),
                mostOut);
    }

    /** A queue of a transport, which is in the middle of its work when it releases. */
    private final class Transport extends BaseSubscriber<DataBuffer> {
        private final Deque<DataBuffer> queue = new ArrayDeque<>();
        private final CompletableFuture<Long> received = new CompletableFuture<>();
        private boolean isReleasing;
        private int nested;
        private int most;
        private long bytes;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            requestUnbounded();
        }

        @Override
        protected void hookOnNext(DataBuffer piece) {
            nested += isReleasing ? 1 : 0;
            bytes += piece.readableByteCount();
            queue.add(piece);
            most = Math.max(most, queue.size());
            if (queue.size() == MOST_OUT) {
                ring.loop().schedule(this::releaseAll, 0);
            }
        }

        @Override
        protected void hookOnComplete() {
            releaseAll();
            received.complete(bytes);
        }

        @Override
        protected void hookOnError(Throwable failure) {
            received.completeExceptionally(failure);
        }

        private void releaseAll() {
            isReleasing = true;
            while (!queue.isEmpty()) {
                DataBufferUtils.release(queue.remove());
            }
            isReleasing = false;
        }
    }

    /** SslHandler releases what it has encrypted while it takes it from its queue. */
    @Test
    void noPieceComesWithinTheReleaseOfAnother() throws Exception {
        Transport transport = new Transport();
        pieces(MOST_OUT).subscribe(transport);
        assertThat(transport.received.get(20, TimeUnit.SECONDS)).isEqualTo(LENGTH_BYTES);
        assertThat(transport.nested).isZero();
        assertThat(transport.most).isEqualTo(MOST_OUT);
    }

    @Test
    void oneThatGathersGetsAll() {
        Mono<DataBuffer> joined = DataBufferUtils.join(pieces(FluxPieces.UNBOUNDED));
        DataBuffer all = joined.block(Duration.ofSeconds(20));
        assertThat(all.readableByteCount()).isEqualTo(LENGTH_BYTES);
        DataBufferUtils.release(all);
    }
}
