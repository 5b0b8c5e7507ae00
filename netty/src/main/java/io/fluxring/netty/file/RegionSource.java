package io.fluxring.netty.file;

import io.fluxring.core.loop.RingLoop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.FileRegion;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/** Where the bytes of a region come from. One read at a time; the answer comes on the loop's thread. */
public abstract class RegionSource {
    /** A source for a region: the ring where its descriptor can be had, other threads otherwise. */
    public static RegionSource of(FileRegion region, RingLoop loop, long position) {
        FileReads file = region instanceof DefaultFileRegion known ? reads(known, loop) : null;
        return file != null ? new OfFile(file, region.position(), position) : new OfThreads(loop, region);
    }

    private static @Nullable FileReads reads(DefaultFileRegion region, RingLoop loop) {
        FileChannel file = FileNumbers.channelOf(region);
        return file == null ? null : FileReads.ofRing(loop, file);
    }

    /** How much of the region was read. Not to be asked while a read is on its way. */
    public abstract long position();

    /** Reads into a buffer, from its start on. */
    public abstract void read(ByteBuf into, int lengthBytes, ReadAnswer answer);

    /** Whether nothing means the end. */
    public abstract boolean isFile();

    /** Lets go of the file. No read may be on its way. */
    public abstract void close();

    /** Reads of a file whose descriptor is known. */
    private static final class OfFile extends RegionSource {
        private final FileReads file;
        private final long start;
        private long position;

        OfFile(FileReads file, long start, long position) {
            this.file = file;
            this.start = start;
            this.position = position;
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public void read(ByteBuf into, int lengthBytes, ReadAnswer answer) {
            file.read(into, lengthBytes, start + position, (bytes, failure) -> {
                position += bytes;
                answer.read(bytes, failure);
            });
        }

        @Override
        public boolean isFile() {
            return true;
        }

        @Override
        public void close() {
            file.close();
        }
    }

    /** Transfers of other threads, for whatever a region is. */
    private static final class OfThreads extends RegionSource {
        private final RingLoop loop;
        private final FileRegion region;

        OfThreads(RingLoop loop, FileRegion region) {
            this.loop = loop;
            this.region = region;
        }

        @Override
        public long position() {
            return region.transferred();
        }

        @Override
        public void read(ByteBuf into, int lengthBytes, ReadAnswer answer) {
            long position = region.transferred();
            Target target = new Target(into.internalNioBuffer(0, lengthBytes));
            answer.of(
                    loop,
                    () -> {
                        region.transferTo(target, position);
                        return target.written();
                    },
                    () -> "a region could not be transferred: " + region);
        }

        @Override
        public boolean isFile() {
            return region instanceof DefaultFileRegion;
        }

        /** The region is the program's. */
        @Override
        public void close() {}
    }

    /** A block as a channel: takes what there is room for. */
    private static final class Target implements WritableByteChannel {
        private final ByteBuffer block;

        Target(ByteBuffer block) {
            this.block = block.slice();
        }

        int written() {
            return block.position();
        }

        @Override
        public int write(ByteBuffer source) {
            int taken = Math.min(source.remaining(), block.remaining());
            block.put(source.slice(source.position(), taken));
            source.position(source.position() + taken);
            return taken;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
