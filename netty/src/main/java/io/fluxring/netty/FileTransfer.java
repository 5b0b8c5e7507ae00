package io.fluxring.netty;

import io.fluxring.netty.file.RegionSource;
import io.netty.buffer.ByteBuf;
import io.netty.channel.FileRegion;
import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A region of a file on its way into a socket: one block is read while the one before it is sent. What reads never blocks the loop.
 * The region is retained while a block is being read, so that its file stays open however the channel ends meanwhile. Belongs to the
 * event loop's thread.
 */
final class FileTransfer {
    /** Large enough for few operations, small enough that the copies of many downloads leave the others their turns. */
    private static final int BLOCK_BYTES = 64 * 1024;

    /** How often a region may give nothing before its end, a millisecond apart. */
    private static final int MOST_EMPTY_READS = 100;

    private static final long PAUSE_NANOS = 1_000_000;

    private final AbstractRingStreamChannel channel;
    private final FileRegion region;
    private final RegionSource source;

    private int emptyReads;
    private boolean isReading;
    private boolean isOver;
    private @Nullable ByteBuf ready;

    FileTransfer(AbstractRingStreamChannel channel, FileRegion region, long sentBytes) {
        this.channel = channel;
        this.region = region;
        this.source = RegionSource.of(region, channel.handler().loop(), sentBytes);
    }

    /** Whether there is nothing left of it that was not taken to be sent. */
    boolean isTaken() {
        return isRead() && !isReading && ready == null;
    }

    private boolean isRead() {
        return source.position() >= region.count();
    }

    /** Reads the next block, unless one is waiting to be sent, or all is read. */
    void readNext() {
        if (isOver || isReading || ready != null || isRead()) {
            return;
        }
        int wanted = (int) Math.min(BLOCK_BYTES, region.count() - source.position());
        ByteBuf into = channel.settings().getAllocator().directBuffer(wanted, wanted);
        isReading = true;
        region.retain();
        source.read(into, wanted, (bytes, failure) -> read(into, bytes, failure));
    }

    private void read(ByteBuf into, int bytes, @Nullable IOException failure) {
        isReading = false;
        region.release();
        if (isOver) {
            into.release();
            source.close();
        } else if (failure != null) {
            into.release();
            fail(failure);
        } else if (bytes > 0) {
            emptyReads = 0;
            ready = into.writerIndex(bytes);
            channel.outbound().fileReady();
        } else {
            into.release();
            readNothing();
        }
    }

    /** A file that is at its end stays there; another source may have something a moment later. */
    private void readNothing() {
        emptyReads++;
        if (isRead()) {
            channel.outbound().fileReady(); // it counts bytes that it does not give
        } else if (source.isFile() || emptyReads > MOST_EMPTY_READS) {
            fail(new EOFException("the region ends after " + source.position() + " of " + region.count() + " bytes"));
        } else {
            channel.handler().loop().schedule(this::readNext, PAUSE_NANOS);
        }
    }

    private void fail(IOException cause) {
        close();
        channel.writeFailed(cause);
    }

    /** {@return the block that is to be sent next, which belongs to the caller; null while there is none} */
    @Nullable
    ByteBuf takeReady() {
        ByteBuf next = ready;
        ready = null;
        readNext();
        return next;
    }

    boolean hasReady() {
        return ready != null;
    }

    /** Whether a block is on its way. */
    boolean isReading() {
        return isReading;
    }

    /** {@return the block that was read and not taken, which belongs to the caller; null when there is none} Nothing more is read. */
    @Nullable
    ByteBuf leave() {
        ByteBuf last = ready;
        ready = null;
        close();
        return last;
    }

    /** Nothing more is sent. */
    void close() {
        if (isOver) {
            return;
        }
        isOver = true;
        if (!isReading) {
            source.close();
        }
        ByteBuf unsent = ready;
        ready = null;
        if (unsent != null) {
            unsent.release();
        }
    }
}
