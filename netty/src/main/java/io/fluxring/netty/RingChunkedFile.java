package io.fluxring.netty;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.netty.file.FileReads;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.stream.ChunkedInput;
import io.netty.handler.stream.ChunkedWriteHandler;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file in chunks that are read by the ring, ahead of the {@link ChunkedWriteHandler} that writes them: for what needs the bytes
 * in the program, such as TLS, compression and HTTP/2. The event loop never waits for the file.
 *
 * <p>A {@link io.netty.handler.stream.ChunkedNioFile} that is written to a stream channel of this transport, as Reactor Netty's {@code
 * sendFile} does it, is read in this way by itself; where Netty is on the module path, with {@code --add-opens
 * io.netty.handler/io.netty.handler.stream=io.fluxring.netty} only, and by the event loop's own thread otherwise. One that is
 * written from within the pipeline, or to a stream of HTTP/2, is not seen by the transport: such a program writes one of these.
 *
 * <p>A file that ends before its last byte fails the write with {@link EOFException}; so does a read with its {@link IOException}.
 *
 * <p><b>Threads.</b> Made on any; what a {@link ChunkedWriteHandler} calls must be called by the channel's event loop, as it does
 * unless it was added with an executor of its own.
 *
 * <p><b>Ownership.</b> {@link #close} closes the {@link FileChannel}, as with Netty's own; the handler calls it at the end.
 */
public final class RingChunkedFile implements ChunkedInput<ByteBuf> {
    private static final int CHUNK_BYTES = 64 * 1024;

    /** One is being encrypted or compressed while the next one waits and another one is read. */
    private static final int MOST_READY = 2;

    private final Channel channel;
    private final FileChannel file;
    private final long start;
    private final long lengthBytes;

    private final ArrayDeque<ByteBuf> ready = new ArrayDeque<>(MOST_READY);
    private @Nullable FileReads reads;
    private long readBytes;
    private long givenBytes;
    private boolean isReading;
    private boolean isAwaited;
    private boolean isClosed;
    private @Nullable IOException failure;

    /**
     * A part of a file, for one write to a channel.
     *
     * @param channel whose pipeline has the {@link ChunkedWriteHandler}: one of this transport, or a stream of HTTP/2 over one
     * @param file open for reading; its own position is neither used nor changed
     * @param position of the first byte, 0 or more
     * @param lengthBytes how many bytes, 0 or more
     */
    public RingChunkedFile(Channel channel, FileChannel file, long position, long lengthBytes) {
        if (position < 0 || lengthBytes < 0) {
            throw new IllegalArgumentException(
                    "position " + position + " and lengthBytes " + lengthBytes + " must be 0 or more");
        }
        this.channel = Objects.requireNonNull(channel, "channel");
        this.file = Objects.requireNonNull(file, "file");
        this.start = position;
        this.lengthBytes = lengthBytes;
    }

    @Override
    public @Nullable ByteBuf readChunk(ByteBufAllocator allocator) throws IOException {
        ByteBuf next = ready.poll();
        if (next != null) {
            givenBytes += next.readableBytes();
        } else if (failure != null) {
            throw failure; // behind all that was read
        } else {
            isAwaited = true;
        }
        readAhead();
        return next;
    }

    @Override
    @Deprecated
    @SuppressWarnings("InlineMeSuggester") // deprecated by Netty, not by this class
    public @Nullable ByteBuf readChunk(ChannelHandlerContext context) throws IOException {
        return readChunk(context.alloc());
    }

    private void readAhead() {
        if (isClosed || isReading || failure != null || readBytes == lengthBytes || ready.size() >= MOST_READY) {
            return;
        }
        int wanted = (int) Math.min(CHUNK_BYTES, lengthBytes - readBytes);
        FileReads from = opened();
        ByteBuf into = channel.alloc().directBuffer(wanted, wanted);
        isReading = true;
        from.read(into, wanted, start + readBytes, (bytes, cause) -> read(into, bytes, cause));
    }

    private FileReads opened() {
        FileReads opened = reads;
        if (opened == null) {
            RingLoop loop = RingIoHandler.loopOf(channel.eventLoop());
            opened = FileReads.of(loop, file);
            reads = opened;
        }
        return opened;
    }

    private void read(ByteBuf into, int bytes, @Nullable IOException cause) {
        isReading = false;
        if (isClosed) {
            into.release();
            closeReads();
            return;
        }
        if (bytes > 0) {
            readBytes += bytes;
            ready.add(into.writerIndex(bytes));
            readAhead();
        } else {
            into.release();
            failure = cause != null
                    ? cause
                    : new EOFException("the file ends after " + readBytes + " of " + lengthBytes + " bytes");
        }
        if (isAwaited) {
            isAwaited = false;
            resume();
        }
    }

    private void resume() {
        ChunkedWriteHandler writer = channel.pipeline().get(ChunkedWriteHandler.class);
        if (writer != null) {
            writer.resumeTransfer();
        }
    }

    @Override
    public boolean isEndOfInput() {
        return isClosed || givenBytes == lengthBytes;
    }

    @Override
    public void close() throws IOException {
        if (isClosed) {
            return;
        }
        isClosed = true;
        ready.forEach(ByteBuf::release);
        ready.clear();
        if (!isReading) {
            closeReads();
        }
        file.close();
    }

    private void closeReads() {
        FileReads over = reads;
        reads = null;
        if (over != null) {
            over.close();
        }
    }

    @Override
    public long length() {
        return lengthBytes;
    }

    @Override
    public long progress() {
        return givenBytes;
    }

    @Override
    public String toString() {
        return "RingChunkedFile[" + givenBytes + " of " + lengthBytes + " bytes from " + start + "]";
    }
}
