package io.fluxring.core.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fluxring.core.sys.layout.SqeLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a submission entry of 128 bytes has more than one of 64. */
class WideSqeTest {
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment memory = arena.allocate(384, 8).fill((byte) 0xff);

    @AfterEach
    void close() {
        arena.close();
    }

    private long word(long offset) {
        return memory.get(ValueLayout.JAVA_LONG, offset);
    }

    @Test
    void aPreparationLeavesNothingInTheSecondHalf() {
        new Sqe(memory, true).moveTo(128).prepNop();
        for (long offset = 128 + SqeLayout.COMMAND; offset < 256; offset += 8) {
            assertThat(word(offset)).as("offset %d", offset).isZero();
        }
        assertThat(word(120)).as("the entry before").isEqualTo(-1);
        assertThat(word(256)).as("the entry behind").isEqualTo(-1);
    }

    @Test
    void aPreparationOfANarrowEntryTouchesNothingElse() {
        new Sqe(memory, false).moveTo(128).prepNop();
        assertThat(word(120)).isEqualTo(-1);
        assertThat(word(184)).isZero();
        assertThat(word(192)).isEqualTo(-1);
    }

    @Test
    void aCommandHasItsOwnBytes() {
        Sqe sqe = new Sqe(memory, true).moveTo(128).prepNop();
        for (int offset = 0; offset <= 72; offset += 8) {
            sqe.command(offset, 100 + offset);
        }
        for (int offset = 0; offset <= 72; offset += 8) {
            assertThat(word(128 + 48 + offset)).isEqualTo(100 + offset);
        }
        assertThat(word(256)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(ints = {-8, 4, 76, 80, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void aCommandStaysWithinItsBytes(int offset) {
        Sqe sqe = new Sqe(memory, true).moveTo(0).prepNop();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sqe.command(offset, 1))
                .withMessage("offset must be a multiple of 8 between 0 and 72: " + offset);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 72})
    void aNarrowEntryHasFewerOfThem(int offset) {
        Sqe sqe = new Sqe(memory, false).moveTo(0).prepNop().command(8, 5);
        assertThat(word(56)).isEqualTo(5);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sqe.command(offset, 1))
                .withMessageEndingWith("between 0 and 8: " + offset);
    }
}
