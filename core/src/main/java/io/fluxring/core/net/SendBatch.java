package io.fluxring.core.net;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.memory.MessageVectors;
import io.fluxring.core.memory.scratch.PieceBatch;
import io.fluxring.core.memory.scratch.ScratchBlocks;
import io.fluxring.core.sys.call.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Pieces that are sent together. Taken from a {@link StreamGroup}, filled, and handed to {@link Sender#send}, which gives it back.
 * Belongs to the loop's thread.
 */
public final class SendBatch extends PieceBatch {
    SendBatch(ScratchBlocks scratch) {
        super(scratch);
    }

    /**
     * {@return a copy of the first bytes that are left to send}
     *
     * @param lengthBytes how many, at most what is left
     */
    public byte[] copyOf(int lengthBytes) {
        byte[] copy = new byte[lengthBytes];
        int copiedBytes = 0;
        for (int i = 0; i < pieces() && copiedBytes < lengthBytes; i++) {
            int pieceBytes = Math.min(length(i), lengthBytes - copiedBytes);
            MemorySegment.copy(
                    NativeMemory.at(address(i), pieceBytes), ValueLayout.JAVA_BYTE, 0, copy, copiedBytes, pieceBytes);
            copiedBytes += pieceBytes;
        }
        return copy;
    }

    private boolean isSingle() {
        return pieces() == 1;
    }

    void prepare(Sqe sqe, int fd, int messageFlags) {
        if (isSingle()) {
            sqe.prepSend(fd, address(0), length(0), messageFlags);
        } else {
            sqe.prepSendMessage(fd, message(), messageFlags);
        }
    }

    /** As {@link #prepare}: two completions follow, and the pieces must stay until the second. */
    void prepareZeroCopy(Sqe sqe, int fd, int messageFlags) {
        if (isSingle()) {
            sqe.prepSendZeroCopy(fd, address(0), length(0), messageFlags);
        } else {
            sqe.prepSendMessageZeroCopy(fd, message(), messageFlags);
        }
    }

    /** The address of a message of all pieces. */
    private long message() {
        MemorySegment block = vectors();
        MessageVectors.header(block, pieces());
        return block.address();
    }

    /**
     * Adds what comes behind so many bytes to another batch.
     *
     * @param owner of each piece there: it keeps this batch
     * @return how many pieces that are
     */
    int addBehind(long skippedBytes, SendBatch to, Object owner) {
        long left = skippedBytes;
        int added = 0;
        for (int i = 0; i < pieces(); i++) {
            int skipped = (int) Math.min(left, length(i));
            left -= skipped;
            if (skipped < length(i)) {
                to.add(owner, address(i) + skipped, length(i) - skipped);
                added++;
            }
        }
        return added;
    }
}
