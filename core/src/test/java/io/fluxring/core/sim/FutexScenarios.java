package io.fluxring.core.sim;

import io.fluxring.core.entry.RawSqe;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.layout.FutexWaitLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.function.Consumer;

/** Waits for words of memory. */
final class FutexScenarios {
    private static final int FIRST = 1;
    private static final int SECOND = 2;
    private static final int THIRD = 3;
    private static final int FLAGS = Libc.FUTEX2_SIZE_U32 | Libc.FUTEX2_PRIVATE;
    private static final long ANY = Libc.FUTEX_BITSET_MATCH_ANY;

    private FutexScenarios() {}

    static void addTo(Map<String, Consumer<Bench>> all) {
        all.put("wait for a word, and wake", FutexScenarios::wake);
        all.put("wait for a word that is another", FutexScenarios::changed);
        all.put("wake by mask", FutexScenarios::mask);
        all.put("wait for a word, cancelled", FutexScenarios::cancel);
        all.put("waits for words, all cancelled", FutexScenarios::cancelAll);
        all.put("wait for a word with a time limit", FutexScenarios::timeLimit);
        all.put("wait for any of some words", FutexScenarios::any);
        all.put("waits for words that are refused", FutexScenarios::refused);
    }

    private static void await(Bench bench, MemorySegment word, long value, long mask, long userData) {
        bench.sqe().prepFutexWait(word.address(), value, mask, FLAGS).userData(userData);
    }

    private static void wake(Bench bench, MemorySegment word, int count, long mask) {
        bench.sqe().prepFutexWake(word.address(), count, mask, FLAGS).userData(THIRD);
    }

    private static void wake(Bench bench) {
        MemorySegment word = bench.arena.allocate(4, 4);
        await(bench, word, 0, ANY, FIRST);
        await(bench, word, 0, ANY, SECOND);
        bench.submit(0);
        wake(bench, word, 0, ANY);
        bench.submit(1);
        wake(bench, word, 1, ANY);
        bench.submitTogether(2);
        bench.sqe().prepFutexWake(word.address(), 9, ANY, Libc.FUTEX2_SIZE_U32).userData(THIRD);
        bench.submit(1);
        wake(bench, word, 9, ANY);
        bench.submitTogether(2);
        wake(bench, word, 9, ANY);
        bench.submit(1);
    }

    private static void changed(Bench bench) {
        MemorySegment word = bench.arena.allocateFrom(ValueLayout.JAVA_INT, 7);
        await(bench, word, 6, ANY, FIRST);
        bench.sqe().prepNop(5).userData(SECOND);
        bench.submit(2);
        bench.sqe().prepFutexWait(word.address(), 6, ANY, FLAGS).link().userData(FIRST);
        bench.sqe().prepNop(5).userData(SECOND);
        bench.submit(2);
    }

    private static void mask(Bench bench) {
        MemorySegment word = bench.arena.allocate(4, 4);
        await(bench, word, 0, 0b10, FIRST);
        await(bench, word, 0, 0b01, SECOND);
        bench.submit(0);
        wake(bench, word, 9, 0b100);
        bench.submit(1);
        wake(bench, word, 9, 0b001);
        bench.submitTogether(2);
        wake(bench, word, 9, ANY);
        bench.submitTogether(2);
    }

    private static void cancel(Bench bench) {
        MemorySegment word = bench.arena.allocate(4, 4);
        await(bench, word, 0, ANY, FIRST);
        bench.submit(0);
        bench.sqe().prepCancel(FIRST).userData(SECOND);
        bench.submitTogether(2);
        bench.sqe().prepCancel(FIRST).userData(SECOND);
        wake(bench, word, 9, ANY);
        bench.submit(2);
    }

    private static void cancelAll(Bench bench) {
        MemorySegment word = bench.arena.allocate(4, 4);
        bench.sqe().prepPoll(bench.eventFd(), Libc.POLLIN).userData(SECOND);
        await(bench, word, 0, ANY, FIRST);
        await(bench, word, 0, ANY, FIRST + 10);
        await(bench, word, 0, ANY, FIRST + 20);
        bench.submit(0);
        bench.sqe().prepCancelAll().userData(THIRD);
        bench.submitTogether(5);
    }

    private static void timeLimit(Bench bench) {
        MemorySegment word = bench.arena.allocate(4, 4);
        bench.sqe().prepFutexWait(word.address(), 0, ANY, FLAGS).link().userData(FIRST);
        bench.sqe().prepLinkTimeout(bench.timespec(1_000_000), 0).userData(SECOND);
        bench.submitTogether(2);
    }

    private static void any(Bench bench) {
        MemorySegment words = bench.arena.allocateFrom(ValueLayout.JAVA_INT, 5, 6);
        MemorySegment array = bench.arena.allocate(2 * FutexWaitLayout.BYTES, 8);
        FutexWaitLayout.put(array, 0, words.address(), 5, FLAGS);
        FutexWaitLayout.put(array, 1, words.address() + 4, 6, FLAGS);
        bench.sqe().prepFutexWaitAny(array.address(), 2).userData(FIRST);
        bench.submit(0);
        array.fill((byte) 0);
        wake(bench, words.asSlice(4), 9, ANY);
        bench.submitTogether(2);
        wake(bench, words, 9, ANY);
        bench.submit(1);
        FutexWaitLayout.put(array, 0, words.address(), 5, FLAGS);
        FutexWaitLayout.put(array, 1, words.address() + 4, 7, FLAGS);
        bench.sqe().prepFutexWaitAny(array.address(), 2).userData(FIRST);
        bench.submit(1);
        bench.sqe().prepFutexWaitAny(array.address(), 1).userData(FIRST);
        bench.submit(0);
        bench.sqe().prepCancel(FIRST).userData(SECOND);
        bench.submitTogether(2);
    }

    private static void refused(Bench bench) {
        long word = bench.arena.allocate(4, 4).address();
        RawSqe.write(bench.sqe(), Opcode.FUTEX_WAIT, 0, FLAGS, 0, word, 1, 0, 0, 0)
                .userData(FIRST);
        bench.submit(1);
        RawSqe.write(bench.sqe(), Opcode.FUTEX_WAIT, 0, FLAGS, 0, word, 0, 0, 0, 0)
                .userData(FIRST);
        bench.submit(1);
        RawSqe.write(bench.sqe(), Opcode.FUTEX_WAIT, 0, FLAGS | 0x40, 0, word, 0, 0, 0, 0)
                .userData(FIRST);
        bench.submit(1);
        RawSqe.write(bench.sqe(), Opcode.FUTEX_WAKE, 0, FLAGS, 1L << 32, word, 0, 0, 0, 0)
                .userData(FIRST);
        bench.submit(1);
        RawSqe.write(bench.sqe(), Opcode.FUTEX_WAKE, 0, FLAGS, 1, word, 0, 0, 0, 0)
                .userData(FIRST);
        bench.submit(1);
        RawSqe.write(bench.sqe(), Opcode.FUTEX_WAITV, 0, 0, 0, word, 0, 0, 0, 0).userData(FIRST);
        bench.submit(1);
    }
}
