package io.fluxring.core.memory.scratch;

import io.fluxring.core.memory.MessageVectors;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of native memory that go out together, in order, and the objects that own them. An owner is let go as soon as the last byte of
 * its piece has gone. Belongs to a loop's thread.
 */
public class PieceBatch {
    /** The most pieces of a batch: what fits into the header of one {@code sendmsg(2)}. */
    public static final int MOST_PIECES = MessageVectors.MOST;

    private final ScratchBlocks scratch;

    // A message of one piece is the rule, and many connections have one on its way: it touches as little memory as can
    // be.
    private long[] addresses = new long[1];
    private int[] lengths = new int[1];
    private @Nullable Object[] owners = new @Nullable Object[1];

    private @Nullable Consumer<Object> letGo;
    private @Nullable MemorySegment block;
    private int first;
    private int count;

    /**
     * An empty batch.
     *
     * @param scratch has the memory for its list of pieces
     */
    public PieceBatch(ScratchBlocks scratch) {
        this.scratch = scratch;
    }

    /**
     * Begins an empty batch.
     *
     * @param ownersLetGo is given each piece's owner, once, when the piece has gone or is given up
     */
    public final void begin(Consumer<Object> ownersLetGo) {
        letGo = ownersLetGo;
    }

    /** {@return whether there is nothing left} */
    public final boolean isEmpty() {
        return first == count;
    }

    /** {@return whether no further piece fits} */
    public final boolean isFull() {
        return count == MOST_PIECES;
    }

    /**
     * Adds a piece behind the others.
     *
     * @param owner kept until the piece has gone or is given up, then let go
     * @param address of native memory that stays as it is until then
     * @param lengthBytes 1 or more
     */
    public final void add(Object owner, long address, int lengthBytes) {
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

    /**
     * Lengthens the last piece by bytes that lie behind it in memory.
     *
     * @param owner of the bytes
     * @param address where they begin
     * @param lengthBytes how many they are
     * @return false when they do not, or have another owner; then nothing is added
     */
    public final boolean extend(Object owner, long address, int lengthBytes) {
        int last = count - 1;
        if (last < first || owners[last] != owner || addresses[last] + lengths[last] != address) {
            return false;
        }
        lengths[last] += lengthBytes;
        return true;
    }

    private void grow() {
        if (isFull()) {
            throw new IllegalStateException("a batch has at most " + MOST_PIECES + " pieces");
        }
        addresses = Arrays.copyOf(addresses, MOST_PIECES);
        lengths = Arrays.copyOf(lengths, MOST_PIECES);
        owners = Arrays.copyOf(owners, MOST_PIECES);
    }

    /** {@return how many bytes are left} */
    public final long lengthBytes() {
        long lengthBytes = 0;
        for (int i = first; i < count; i++) {
            lengthBytes += lengths[i];
        }
        return lengthBytes;
    }

    /** {@return how many pieces are left} */
    public final int pieces() {
        return count - first;
    }

    /**
     * {@return where a piece that is left begins}
     *
     * @param index from 0 on
     */
    public final long address(int index) {
        return addresses[first + index];
    }

    /**
     * {@return how long a piece that is left is}
     *
     * @param index from 0 on
     */
    public final int length(int index) {
        return lengths[first + index];
    }

    /** {@return a scratch block with a vector for each piece that is left} It is the batch's until {@link #clear}. */
    protected final MemorySegment vectors() {
        MemorySegment vectors = block;
        if (vectors == null) {
            vectors = scratch.take();
            block = vectors;
        }
        for (int i = first; i < count; i++) {
            MessageVectors.set(vectors, i - first, addresses[i], lengths[i]);
        }
        return vectors;
    }

    /**
     * So many bytes have gone.
     *
     * @param bytes at most what is left
     */
    public final void advance(int bytes) {
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
    public final void clear() {
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
        MemorySegment vectors = block;
        if (vectors != null) {
            block = null;
            scratch.giveBack(vectors);
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
        return getClass().getSimpleName() + "[" + (count - first) + " pieces]";
    }
}
