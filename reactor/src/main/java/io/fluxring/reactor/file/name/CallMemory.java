package io.fluxring.reactor.file.name;

import io.fluxring.core.memory.scratch.ScratchBlocks;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * What one operation points to: names, values, and room for an answer. Small pieces are blocks of the loop, which cost nothing; larger
 * ones live as long as this object is reachable, which the operation sees to. Belongs to the loop's thread.
 */
public final class CallMemory {
    private final ScratchBlocks scratch;
    private final List<MemorySegment> blocks = new ArrayList<>(2);
    private final List<MemorySegment> large = new ArrayList<>(0);

    CallMemory(ScratchBlocks scratch) {
        this.scratch = scratch;
    }

    /** {@return room for so many bytes, whatever is in it} */
    public MemorySegment room(int bytes) {
        if (bytes <= ScratchBlocks.BYTES) {
            MemorySegment block = scratch.take();
            blocks.add(block);
            return block.asSlice(0, bytes);
        }
        MemorySegment memory = Arena.ofAuto().allocate(bytes);
        large.add(memory);
        return memory;
    }

    /** {@return the address of a copy of these bytes} */
    public long copy(byte[] bytes) {
        return copy(bytes, bytes.length).address();
    }

    /** {@return the address of a copy of these bytes with a NUL behind them} */
    public long text(byte[] bytes) {
        MemorySegment copy = copy(bytes, bytes.length + 1);
        copy.set(ValueLayout.JAVA_BYTE, bytes.length, (byte) 0);
        return copy.address();
    }

    private MemorySegment copy(byte[] bytes, int roomBytes) {
        MemorySegment copy = room(roomBytes);
        MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return copy;
    }

    /** The kernel reads and writes nothing of it any more. */
    void giveBack() {
        for (MemorySegment block : blocks) {
            scratch.giveBack(block);
        }
        blocks.clear();
        large.clear();
    }
}
