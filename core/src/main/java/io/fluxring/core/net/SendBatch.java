package io.fluxring.core.net;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.memory.MessageVectors;
import io.fluxring.core.memory.scratch.ScratchBlocks;
import io.fluxring.core.sys.call.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of native memory that are sent together, in order, and the objects that own them. An owner is let go as soon as the last
 * byte of its piece was sent. Taken from a {@link StreamGroup}, filled, and handed to {@link Sender#send}, which gives it back.
 * Belongs to the loop's thread.
 */
public final class SendBatch {
    /** The most pieces of a batch: what fits into the header of one {@code sendmsg(2)}. */
    public static final int MOST_PIECES = MessageVectors.MOST;

    private final ScratchBlocks scratch;

    // A message of one piece is the rule, and many connections have one on its way: it touches as little memory as can
    // be.
    private long[] addresses = new long[1];
    private int[] lengths = new int[1];
    private @Nullable Object[] owners = new @Nullable Object[1];

    private @Nullable Consumer<Object> letGo;
    private @Nullable MemorySegment header;
    private int first;
    private int count;

    SendBatch(ScratchBlocks scratch) {
        this.scratch = scratch;
    }

    void begin(Consumer<Object> ownersLetGo) {
        letGo = ownersLetGo;
    }

    /** {@return whether there is nothing left to send} */
    public boolean isEmpty() {
        return first == count;
    }

    /** {@return whether no further piece fits} */
    public boolean isFull() {
        return count == MOST_PIECES;
    }

    /**
     * Adds a piece behind the others.
     *
     * @param owner kept until the piece was sent or is given up, then let go
     * @param address of native memory that stays as it is until then
     * @param lengthBytes 1 or more
     */
    public void add(Object owner, long address, int lengthBytes) {
        if (lengthBytes < 1) {
            throw new IllegalArgumentException("a piece has at least one byte: " + lengthBytes);
        }
        if (count == addresses.length) {
            grow();
        }
        owners[count] = owner;
        addresses[count] = address;
        lengths[count] = lengthBytes;
        count++;
    }

    private void grow() {
        if (isFull()) {
            throw new IllegalStateException("a batch has at most " + MOST_PIECES + " pieces");
        }
        addresses = Arrays.copyOf(addresses, MOST_PIECES);
        lengths = Arrays.copyOf(lengths, MOST_PIECES);
        owners = Arrays.copyOf(owners, MOST_PIECES);
    }

    /** How many bytes are left to send. */
    long lengthBytes() {
        long lengthBytes = 0;
        for (int i = first; i < count; i++) {
            lengthBytes += lengths[i];
        }
        return lengthBytes;
    }

    /**
     * {@return a copy of the first bytes that are left to send}
     *
     * @param lengthBytes how many, at most what is left
     */
    public byte[] copyOf(int lengthBytes) {
        byte[] copy = new byte[lengthBytes];
        int copiedBytes = 0;
        for (int i = first; i < count && copiedBytes < lengthBytes; i++) {
            int pieceBytes = Math.min(lengths[i], lengthBytes - copiedBytes);
            MemorySegment.copy(
                    NativeMemory.at(addresses[i], pieceBytes), ValueLayout.JAVA_BYTE, 0, copy, copiedBytes, pieceBytes);
            copiedBytes += pieceBytes;
        }
        return copy;
    }

    private boolean isSingle() {
        return count - first == 1;
    }

    void prepare(Sqe sqe, int fd, int messageFlags) {
        if (isSingle()) {
            sqe.prepSend(fd, addresses[first], lengths[first], messageFlags);
        } else {
            sqe.prepSendMessage(fd, message(), messageFlags);
        }
    }

    /** As {@link #prepare}: two completions follow, and the pieces must stay until the second. */
    void prepareZeroCopy(Sqe sqe, int fd, int messageFlags) {
        if (isSingle()) {
            sqe.prepSendZeroCopy(fd, addresses[first], lengths[first], messageFlags);
        } else {
            sqe.prepSendMessageZeroCopy(fd, message(), messageFlags);
        }
    }

    /** The address of a message of all pieces. */
    private long message() {
        MemorySegment block = header;
        if (block == null) {
            block = scratch.take();
            header = block;
        }
        for (int i = first; i < count; i++) {
            MessageVectors.set(block, i - first, addresses[i], lengths[i]);
        }
        MessageVectors.header(block, count - first);
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
        for (int i = first; i < count; i++) {
            int skipped = (int) Math.min(left, lengths[i]);
            left -= skipped;
            if (skipped < lengths[i]) {
                to.add(owner, addresses[i] + skipped, lengths[i] - skipped);
                added++;
            }
        }
        return added;
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
    }

    /** Lets go of everything. The kernel must not be reading it any more. */
    void clear() {
        try {
            while (first < count) {
                letGoOfFirst();
            }
        } finally {
            if (first < count) {
                clear(); // an owner that throws does not cost the others
            } else {
                end();
            }
        }
    }

    private void end() {
        first = 0;
        count = 0;
        letGo = null;
        MemorySegment block = header;
        if (block != null) {
            header = null;
            scratch.giveBack(block);
        }
    }

    private void letGoOfFirst() {
        Object owner = owners[first];
        owners[first++] = null;
        Consumer<Object> to = letGo;
        if (owner != null && to != null) {
            to.accept(owner);
        }
    }

    @Override
    public String toString() {
        return "SendBatch[" + (count - first) + " pieces]";
    }
}
