package io.fluxring.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.layout.BufRingLayout;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Where the words of a buffer ring's entries stand, and how its tail runs. */
class BufferRingEntriesTest {
    private final MemorySegment memory = MemorySegment.ofArray(new long[4]);
    private final BufferRingEntries entries = new BufferRingEntries(memory);

    @Test
    void writesEntriesInTurnAndShowsThemByTheTail() {
        entries.put(0x7000_0000_1000L, 100, 65_535);

        assertEntry(0, 0x7000_0000_1000L, 100, 65_535);
        assertThat(shownTail()).isEqualTo((short) 1);

        entries.put(0x7000_0000_2000L, 200, 2);
        entries.put(0x7000_0000_3000L, 300, 3);

        assertEntry(1, 0x7000_0000_2000L, 200, 2);
        assertEntry(0, 0x7000_0000_3000L, 300, 3);
        assertThat(shownTail()).isEqualTo((short) 3);
        assertThat(entries.tail()).isEqualTo(3);
    }

    @Test
    void theTailThatIsShownWrapsAtSixteenBits() {
        for (int i = 0; i < 65_537; i++) {
            entries.put(i, 1, i & 1);
        }

        assertThat(shownTail()).isEqualTo((short) 1);
        assertThat(entries.tail()).isEqualTo(65_537);
        assertEntry(0, 65_536, 1, 0);
    }

    private short shownTail() {
        return Access.getShort(memory, BufRingLayout.TAIL);
    }

    private void assertEntry(int index, long address, int lengthBytes, int buffer) {
        long entry = index * BufRingLayout.ENTRY_BYTES;
        assertThat(Access.getLong(memory, entry + BufRingLayout.ENTRY_ADDR)).isEqualTo(address);
        assertThat(Access.getInt(memory, entry + BufRingLayout.ENTRY_LEN)).isEqualTo(lengthBytes);
        assertThat(Short.toUnsignedInt(Access.getShort(memory, entry + BufRingLayout.ENTRY_BID)))
                .isEqualTo(buffer);
    }
}
