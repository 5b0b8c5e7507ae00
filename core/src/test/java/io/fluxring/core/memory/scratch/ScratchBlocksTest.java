package io.fluxring.core.memory.scratch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.memory.LeaseAudit;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Scratch blocks, in checked mode. */
class ScratchBlocksTest {
    private final Arena arena = Arena.ofConfined();
    private final ScratchBlocks blocks = new ScratchBlocks(arena);

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void blocksDoNotOverlap() {
        List<MemorySegment> taken = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            MemorySegment block = blocks.take();
            block.fill((byte) i);
            taken.add(block);
        }
        for (int i = 0; i < 200; i++) {
            MemorySegment block = taken.get(i);
            assertThat(block.byteSize()).isEqualTo(ScratchBlocks.BYTES);
            assertThat(block.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) i);
            assertThat(block.get(ValueLayout.JAVA_BYTE, ScratchBlocks.BYTES - 1))
                    .isEqualTo((byte) i);
        }
        taken.forEach(blocks::giveBack);
        assertThat(blocks).hasToString("ScratchBlocks[256 of 256 free]");
    }

    @Test
    void aBlockThatIsGivenBackIsPoisoned() {
        MemorySegment block = blocks.take();
        block.fill((byte) 7);
        blocks.giveBack(block);
        for (long i = 0; i < ScratchBlocks.BYTES; i++) {
            assertThat(block.get(ValueLayout.JAVA_BYTE, i)).isEqualTo(LeaseAudit.POISON);
        }
    }

    @Test
    void aBlockIsGivenBackOnce() {
        MemorySegment block = blocks.take();
        blocks.giveBack(block);
        assertThatThrownBy(() -> blocks.giveBack(block))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("given back twice");
        assertThatThrownBy(() -> blocks.giveBack(arena.allocate(ScratchBlocks.BYTES)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(blocks).hasToString("ScratchBlocks[64 of 64 free]");
    }

    @Test
    void onlyTakenBlocksMayBeShownToTheKernel() {
        MemorySegment block = blocks.take();
        long address = block.address();
        assertThat(blocks.refusal(address, ScratchBlocks.BYTES)).isNull();
        assertThat(blocks.refusal(address + 10, 20)).isNull();
        assertThat(blocks.refusal(address + 1, ScratchBlocks.BYTES)).contains("scratch block");
        assertThat(blocks.refusal(arena.allocate(8).address(), 8)).isNull();
        blocks.giveBack(block);
        assertThat(blocks.refusal(address, 1)).contains("scratch block", "not within one that is taken");
    }
}
