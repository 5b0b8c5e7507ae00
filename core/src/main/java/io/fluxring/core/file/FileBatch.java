package io.fluxring.core.file;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.MessageVectors;
import io.fluxring.core.memory.scratch.PieceBatch;

/** Pieces of memory that are written together, or read into, one behind the other. */
public final class FileBatch extends PieceBatch {
    private static final int NOT_REGISTERED = -1;

    private int registeredBuffer = NOT_REGISTERED;

    /**
     * An empty batch, to be begun.
     *
     * @param loop of the file
     */
    public FileBatch(RingLoop loop) {
        super(loop.scratch());
    }

    /**
     * Tells that the pieces lie in a registered buffer.
     *
     * @param slot of the buffer
     */
    public void in(int slot) {
        registeredBuffer = slot;
    }

    void prepareRead(Sqe sqe, int fd, long position, int rwFlags) {
        if (pieces() > 1) {
            sqe.prepReadVectors(fd, MessageVectors.first(vectors()), pieces(), position, rwFlags);
        } else if (registeredBuffer == NOT_REGISTERED) {
            sqe.prepRead(fd, address(0), length(0), position, rwFlags);
        } else {
            sqe.prepReadFixed(fd, address(0), length(0), position, registeredBuffer, rwFlags);
        }
    }

    void prepareWrite(Sqe sqe, int fd, long position, int rwFlags) {
        if (pieces() > 1) {
            sqe.prepWriteVectors(fd, MessageVectors.first(vectors()), pieces(), position, rwFlags);
        } else if (registeredBuffer == NOT_REGISTERED) {
            sqe.prepWrite(fd, address(0), length(0), position, rwFlags);
        } else {
            sqe.prepWriteFixed(fd, address(0), length(0), position, registeredBuffer, rwFlags);
        }
    }
}
