package io.fluxring.netty.file;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.netty.socket.SocketExceptions;
import io.netty.buffer.ByteBuf;

/**
 * Reads of the ring, by a descriptor that belongs to this.
 *
 * <p>What the page cache has is copied in line, as that takes less than a change of threads. Where it has nothing a worker of the
 * kernel is asked to fill it ({@code fadvise(2)}), and the read follows when that has begun: it finds pages that are on their way, and
 * waits for them without a thread. Begun in line on an empty cache, a read allocates the pages and can wait in the block layer for a
 * place in the queue of a busy device, with the loop. Left to a worker as a whole, each block is copied by a thread that competes with
 * the loop for its processor.
 */
final class RingReads implements FileReads {
    /** The kernel cuts it to what the device takes at once. */
    private static final int WINDOW_BYTES = 512 * 1024;

    private final RingLoop loop;
    private final int fd;

    /** Up to where a worker was asked to fill the cache; grows ahead of a file that was found cold. */
    private long askedTo = -1;

    private int advices;
    private boolean closed;

    RingReads(RingLoop loop, int fd) {
        this.loop = loop;
        this.fd = fd;
    }

    @Override
    public void read(ByteBuf into, int lengthBytes, long position, ReadAnswer answer) {
        if (askedTo >= 0 && position + WINDOW_BYTES / 2 >= askedTo) {
            fill(Math.max(askedTo, position), () -> {});
        }
        loop.submit(new Read(into.memoryAddress(), lengthBytes, position, answer));
    }

    @Override
    public void close() {
        closed = true;
        closeIfUnused();
    }

    private void closeIfUnused() {
        if (closed && advices == 0) {
            loop.kernel().close(fd);
        }
    }

    private void fill(long position, Runnable begun) {
        askedTo = position + WINDOW_BYTES;
        advices++;
        loop.submit(new Advice(position, begun));
    }

    private final class Advice extends Operation {
        private final long position;
        private final Runnable begun;

        Advice(long position, Runnable begun) {
            super(Opcode.FADVISE);
            this.position = position;
            this.begun = begun;
        }

        @Override
        protected void prepare(Sqe sqe) {
            sqe.prepAdvise(fd, position, WINDOW_BYTES, Libc.POSIX_FADV_WILLNEED);
        }

        /** A file that takes no advice is read without. */
        @Override
        protected void completed(int result, int flags) {
            advices--;
            begun.run();
            closeIfUnused();
        }
    }

    private final class Read extends Operation {
        private final long address;
        private final int lengthBytes;
        private final long position;
        private final ReadAnswer answer;
        private boolean waits;

        Read(long address, int lengthBytes, long position, ReadAnswer answer) {
            super(Opcode.READ);
            this.address = address;
            this.lengthBytes = lengthBytes;
            this.position = position;
            this.answer = answer;
        }

        @Override
        protected void prepare(Sqe sqe) {
            sqe.prepRead(fd, address, lengthBytes, position, waits ? 0 : Libc.RWF_NOWAIT);
        }

        @Override
        protected void completed(int result, int flags) {
            if (isRefusal(result)) {
                waits = true;
                if (position < askedTo) {
                    loop.submit(this);
                } else {
                    fill(position, () -> loop.submit(this));
                }
            } else if (result == Errno.EINTR.result()) {
                loop.submit(this);
            } else {
                answer.read(Math.max(0, result), result < 0 ? SocketExceptions.of("read", result) : null);
            }
        }

        /** Not in the cache, or a file of a kind that can't tell. */
        private boolean isRefusal(int result) {
            return result == Errno.EAGAIN.result() || (result == Errno.EOPNOTSUPP.result() && !waits);
        }
    }
}
