package io.fluxring.reactor.file;

import io.fluxring.reactor.error.RingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.FileLock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A file of the ring as a channel of the JDK. Handlers are called on the ring's thread. Reads give -1 at the end of the file, as the JDK's
 * do; they and writes move all that remains of a buffer. What a channel does while its caller waits (its size, a truncation, a sync and
 * the close) can't be done on the ring's thread, which the answer would need.
 */
final class RingFileChannel extends AsynchronousFileChannel {
    private final RingFile file;

    RingFileChannel(RingFile file) {
        this.file = file;
    }

    // ---- operations

    @Override
    public <A> void read(
            ByteBuffer target, long position, A attachment, CompletionHandler<Integer, ? super A> handler) {
        tell(reading(target, position), attachment, handler);
    }

    @Override
    public Future<Integer> read(ByteBuffer target, long position) {
        return future(reading(target, position));
    }

    private Mono<Integer> reading(ByteBuffer target, long position) {
        requireNotNegative(position);
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("a read-only buffer can't be read into");
        }
        boolean isAsked = target.hasRemaining();
        return file.read(target, position).map(bytes -> bytes == 0 && isAsked ? -1 : bytes);
    }

    @Override
    public <A> void write(
            ByteBuffer bytes, long position, A attachment, CompletionHandler<Integer, ? super A> handler) {
        tell(writing(bytes, position), attachment, handler);
    }

    @Override
    public Future<Integer> write(ByteBuffer bytes, long position) {
        return future(writing(bytes, position));
    }

    private Mono<Integer> writing(ByteBuffer bytes, long position) {
        requireNotNegative(position);
        return file.write(bytes, position);
    }

    private static void requireNotNegative(long position) {
        if (position < 0) {
            throw new IllegalArgumentException("a position can't be negative: " + position);
        }
    }

    private <A> void tell(Mono<Integer> operation, A attachment, CompletionHandler<Integer, ? super A> handler) {
        operation.subscribe(bytes -> handler.completed(bytes, attachment), e -> handler.failed(known(e), attachment));
    }

    private Future<Integer> future(Mono<Integer> operation) {
        CompletableFuture<Integer> future = new CompletableFuture<>();
        operation.subscribe(future::complete, e -> future.completeExceptionally(known(e)));
        return future;
    }

    // ---- while the caller waits

    @Override
    public long size() throws IOException {
        FileStat stat = await(file.stat());
        return stat == null ? 0 : stat.sizeBytes();
    }

    /** As the JDK's: a file that is shorter stays as it is. */
    @Override
    public AsynchronousFileChannel truncate(long size) throws IOException {
        requireNotNegative(size);
        if (size < size()) {
            await(file.truncate(size));
        }
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        await(file.sync(!metaData));
    }

    @Override
    public void close() throws IOException {
        await(file.close());
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    private <T> @Nullable T await(Mono<T> operation) throws IOException {
        if (Schedulers.isInNonBlockingThread()) {
            throw new IllegalStateException(
                    "this waits, and can't be called on a thread that must not, such as the ring's");
        }
        try {
            return operation.block();
        } catch (RingException e) {
            throw known(e);
        }
    }

    /** What the JDK's channel would say. */
    private IOException known(Throwable e) {
        if (!file.isOpen()) {
            ClosedChannelException closed = new ClosedChannelException();
            closed.initCause(e);
            return closed;
        }
        return e instanceof IOException known ? known : new IOException(e.getMessage(), e);
    }

    // ---- locks

    @Override
    public <A> void lock(
            long position, long size, boolean shared, A attachment, CompletionHandler<FileLock, ? super A> handler) {
        throw noLocks();
    }

    @Override
    public Future<FileLock> lock(long position, long size, boolean shared) {
        throw noLocks();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
        throw noLocks();
    }

    private static UnsupportedOperationException noLocks() {
        return new UnsupportedOperationException("this channel has no locks of ranges; see RingFile.tryLock");
    }

    @Override
    public String toString() {
        return "RingFileChannel[" + file + "]";
    }
}
