package io.fluxring.netty.file;

import io.fluxring.core.file.FileOpening;
import io.fluxring.core.file.OpenFile;
import io.fluxring.core.file.PositionedReads;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.netty.socket.SocketExceptions;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Reads of the ring, by a descriptor that belongs to this. */
final class RingReads implements FileReads {
    private final PositionedReads reads;

    private RingReads(PositionedReads reads) {
        this.reads = reads;
    }

    /**
     * Reads of a file.
     *
     * @param fd closed with this, or at once when it can't be read
     * @return null when it can't be read
     */
    static @Nullable FileReads of(RingLoop loop, int fd) {
        Opened opened = new Opened();
        FileOpening.adopt(loop, fd, 0, true, opened);
        OpenFile file = opened.file;
        if (file == null) {
            loop.kernel().close(fd);
            return null;
        }
        return new RingReads(new PositionedReads(file));
    }

    @Override
    public void read(ByteBuf into, int lengthBytes, long position, ReadAnswer answer) {
        reads.read(into.memoryAddress(), lengthBytes, position, (bytes, failure) -> {
            boolean isFailure = bytes == 0 && failure < 0; // behind bytes, the next read tells it
            answer.read(bytes, isFailure ? SocketExceptions.of("read", failure) : null);
        });
    }

    @Override
    public void close() {
        reads.close();
    }

    /** Adopted at once, or not at all. */
    private static final class Opened implements FileOpening.Handler {
        private @Nullable OpenFile file;

        @Override
        public void opened(OpenFile adopted) {
            file = adopted;
        }

        @Override
        public void failed(int result) {}
    }
}
