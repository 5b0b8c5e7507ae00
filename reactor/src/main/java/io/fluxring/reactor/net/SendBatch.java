package io.fluxring.reactor.net;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.memory.MessageVectors;
import io.fluxring.core.memory.ScratchBlocks;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of memory that are sent together, in order, and the things that own them. Keeps account of what has gone out: a piece's
 * owner is let go as soon as its last byte was sent. Reusable.
 */
final class SendBatch {
    private final ScratchBlocks scratch;
    private final Consumer<Object> letGo;
    private final long[] addresses = new long[MessageVectors.MOST];
    private final int[] lengths = new int[MessageVectors.MOST];
    private final @Nullable Object[] owners = new @Nullable Object[MessageVectors.MOST];

    private @Nullable MemorySegment block;
    private int first;
    private int count;

    /**
     * @param letGo is given each owner, once, when its piece is sent or given up
     */
    SendBatch(ScratchBlocks scratch, Consumer<Object> letGo) {
        this.scratch = scratch;
        this.letGo = letGo;
    }

    boolean isEmpty() {
        return first == count;
    }

    boolean isFull() {
        return count == MessageVectors.MOST;
    }

    void add(Object owner, long address, int lengthBytes) {
        owners[count] = owner;
        addresses[count] = address;
        lengths[count] = lengthBytes;
        count++;
    }

    void prepare(Sqe sqe, int fd, int messageFlags) {
        if (count - first == 1) {
            sqe.prepSend(fd, addresses[first], lengths[first], messageFlags);
            return;
        }
        MemorySegment header = block;
        if (header == null) {
            header = scratch.take();
            block = header;
        }
        for (int i = first; i < count; i++) {
            MessageVectors.set(header, i - first, addresses[i], lengths[i]);
        }
        MessageVectors.header(header, count - first);
        sqe.prepSendMessage(fd, header.address(), messageFlags);
    }

    /** So many bytes have gone out. */
    void advance(int bytes) {
        int left = bytes;
        while (first < count && left >= lengths[first]) {
            left -= lengths[first];
            letGoOfFirst();
        }
        if (left > 0) {
            addresses[first] += left;
            lengths[first] -= left;
        }
        if (isEmpty()) {
            clear();
        }
    }

    /** Lets go of everything. The kernel must not be reading it any more. */
    void clear() {
        while (first < count) {
            letGoOfFirst();
        }
        first = 0;
        count = 0;
        if (block != null) {
            scratch.giveBack(block);
            block = null;
        }
    }

    private void letGoOfFirst() {
        Object owner = owners[first];
        owners[first++] = null;
        if (owner != null) {
            letGo.accept(owner);
        }
    }
}
