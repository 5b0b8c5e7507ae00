package io.fluxring.core.file;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.memory.MessageVectors;
import io.fluxring.core.memory.scratch.PieceBatch;
import io.fluxring.core.memory.scratch.ScratchBlocks;

/** Pieces that are written together, one behind the other. Filled, and handed to {@link FileWriter#write}. */
public final class WriteBatch extends PieceBatch {
    WriteBatch(ScratchBlocks scratch) {
        super(scratch);
    }

    void prepare(Sqe sqe, int fd, long position, int rwFlags) {
        if (pieces() == 1) {
            sqe.prepWrite(fd, address(0), length(0), position, rwFlags);
        } else {
            sqe.prepWriteVectors(fd, MessageVectors.first(vectors()), pieces(), position, rwFlags);
        }
    }
}
