package io.fluxring.netty.file;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import io.fluxring.netty.socket.SocketExceptions;
import io.netty.buffer.ByteBuf;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.FileRegion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where the bytes of a region come from. One read at a time; the answer comes on the loop's thread. */
public abstract class RegionSource {
    /** What a read has given. */
    public interface Answer {
        /**
         * A read is over.
         *
         * @param bytes how many; 0 when there are none at the moment, or when a file is at its end
         * @param failure why there are none, null when it is neither
         */
        void read(int bytes, @Nullable IOException failure);
    }

    /** A source for a region: the ring where its descriptor can be had, other threads otherwise. */
    public static RegionSource of(FileRegion region, RingLoop loop, long position) {
        int fd = region instanceof DefaultFileRegion file ? FileNumbers.of(file) : FileNumbers.UNKNOWN;
        return fd >= 0 ? new OfRing(loop, (DefaultFileRegion) region, fd, position) : new OfThreads(loop, region);
    }

    /** How much of the region was read. Not to be asked while a read is on its way. */
    public abstract long position();

    /** Reads into a buffer, from its start on. */
    public abstract void read(ByteBuf into, int lengthBytes, Answer answer);

    /** Whether nothing means the end. */
    public abstract boolean isFile();

    /** Reads of the ring. */
    private static final class OfRing extends RegionSource {
        private final RingLoop loop;
        private final DefaultFileRegion region;
        private final int fd;
        private long position;

        OfRing(RingLoop loop, DefaultFileRegion region, int fd, long position) {
            this.loop = loop;
            this.region = region;
            this.fd = fd;
            this.position = position;
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public void read(ByteBuf into, int lengthBytes, Answer answer) {
            loop.submit(new Read(into.memoryAddress(), lengthBytes, region.position() + position, answer));
        }

        @Override
        public boolean isFile() {
            return true;
        }

        private final class Read extends Operation {
            private final long address;
            private final int lengthBytes;
            private final long offset;
            private final Answer answer;

            Read(long address, int lengthBytes, long offset, Answer answer) {
                super(Opcode.READ);
                this.address = address;
                this.lengthBytes = lengthBytes;
                this.offset = offset;
                this.answer = answer;
            }

            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepRead(fd, address, lengthBytes, offset);
            }

            @Override
            protected void completed(int result, int flags) {
                if (result == Errno.EINTR.result() || result == Errno.EAGAIN.result()) {
                    loop.submit(this);
                } else {
                    position += Math.max(0, result);
                    answer.read(Math.max(0, result), result < 0 ? SocketExceptions.of("read", result) : null);
                }
            }
        }
    }

    /** Transfers of other threads, for whatever a region is. */
    private static final class OfThreads extends RegionSource {
        private static final int MOST_THREADS = 16;
        private static final ExecutorService THREADS = newThreads();

        private final RingLoop loop;
        private final FileRegion region;

        OfThreads(RingLoop loop, FileRegion region) {
            this.loop = loop;
            this.region = region;
        }

        private static ExecutorService newThreads() {
            ThreadPoolExecutor threads = new ThreadPoolExecutor(
                    MOST_THREADS,
                    MOST_THREADS,
                    5,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(),
                    Thread.ofPlatform().daemon().name("fluxring-region-", 1).factory());
            threads.allowCoreThreadTimeOut(true);
            return threads;
        }

        @Override
        public long position() {
            return region.transferred();
        }

        @Override
        public void read(ByteBuf into, int lengthBytes, Answer answer) {
            long position = region.transferred();
            THREADS.execute(() -> {
                Target target = new Target(into.internalNioBuffer(0, lengthBytes));
                IOException failure = null;
                try {
                    region.transferTo(target, position);
                } catch (IOException e) {
                    failure = e;
                } catch (RuntimeException | Error e) {
                    failure = new IOException("a region could not be transferred: " + region, e);
                }
                IOException why = failure;
                answerOnLoop(() -> answer.read(target.written(), why));
            });
        }

        private void answerOnLoop(Runnable answer) {
            if (!loop.signal(answer)) {
                throw new RejectedExecutionException("the event loop has ended");
            }
        }

        @Override
        public boolean isFile() {
            return region instanceof DefaultFileRegion;
        }
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
