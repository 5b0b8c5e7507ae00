package io.fluxring.core.memory;

import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.layout.BufRingLayout;
import java.lang.foreign.MemorySegment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A buffer ring's owner hands buffers back while the kernel picks: address, length and number of an entry are whole when the tail
 * shows it, also of entry 0, in which the tail itself lies. Guards the release of the tail in {@link BufferRingEntries#put}.
 */
@JCStressTest
@Outcome(id = "0, [012]", expect = Expect.ACCEPTABLE, desc = "Each entry was whole when the tail showed it.")
@Outcome(expect = Expect.FORBIDDEN, desc = "An entry was half written or stale.")
@State
public class BufferRingRecycleStress {
    private static final int COUNT = 2;
    private static final int LENGTH_BYTES = 100;
    private static final int LOOKS = 100;

    private final MemorySegment memory =
            MemorySegment.ofArray(new long[(int) (COUNT * BufRingLayout.ENTRY_BYTES / Long.BYTES)]);
    private final BufferRingEntries entries = new BufferRingEntries(memory);
    private int kernelHead = COUNT;
    private int broken;

    /** All buffers are with the kernel, which has used them up and left its own marks. */
    public BufferRingRecycleStress() {
        for (int buffer = 0; buffer < COUNT; buffer++) {
            entries.put(address(buffer), LENGTH_BYTES, buffer);
            long entry = entry(buffer);
            Access.putLong(memory, entry + BufRingLayout.ENTRY_ADDR, address(buffer) + LENGTH_BYTES);
            Access.putInt(memory, entry + BufRingLayout.ENTRY_LEN, 0);
        }
    }

    /** Hands them back, the last one first. */
    @Actor
    public void owner() {
        for (int buffer = COUNT - 1; buffer >= 0; buffer--) {
            entries.put(address(buffer), LENGTH_BYTES, buffer);
        }
    }

    /** Picks what the tail shows. */
    @Actor
    public void kernel(II_Result result) {
        for (int look = 0; look < LOOKS && kernelHead < 2 * COUNT; look++) {
            if (Access.getShortAcquire(memory, BufRingLayout.TAIL) != (short) kernelHead) {
                pick(kernelHead - COUNT);
                kernelHead++;
            }
        }
        result.r1 = broken;
        result.r2 = kernelHead - COUNT;
    }

    private void pick(int index) {
        int buffer = COUNT - 1 - index;
        long entry = entry(index);
        if (Access.getShort(memory, entry + BufRingLayout.ENTRY_BID) != buffer
                || Access.getInt(memory, entry + BufRingLayout.ENTRY_LEN) != LENGTH_BYTES
                || Access.getLong(memory, entry + BufRingLayout.ENTRY_ADDR) != address(buffer)) {
            broken++;
        }
    }

    private static long entry(int index) {
        return index * BufRingLayout.ENTRY_BYTES;
    }

    private static long address(int buffer) {
        return 0x1000L * (buffer + 1);
    }
}
