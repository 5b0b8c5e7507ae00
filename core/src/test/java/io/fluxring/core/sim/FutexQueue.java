package io.fluxring.core.sim;

import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.call.NativeMemory;
import java.util.ArrayList;
import java.util.List;

/** Who waits for which words of memory, in the order in which they came; all rings share it. */
final class FutexQueue {
    /** A word, and the bits that a wake must have one of. Waits of processes and of threads don't see each other. */
    record Word(long address, int value, int mask, boolean ownProcess) {
        boolean isUnchanged() {
            return Access.getInt(NativeMemory.at(address, Integer.BYTES), 0) == value;
        }

        private boolean isMetBy(Word wake) {
            return address == wake.address && ownProcess == wake.ownProcess && (mask & wake.mask) != 0;
        }
    }

    /** One wait, for any of some words. */
    static final class Wait {
        private final Request request;
        private final List<Word> words;
        private int woken = -1;

        Wait(Request request, List<Word> words) {
            this.request = request;
            this.words = words;
        }

        /** Whether no word has changed yet. */
        boolean mayBegin() {
            return words.stream().allMatch(Word::isUnchanged);
        }

        /** Which word it was woken by; -1 while it waits. */
        int woken() {
            return woken;
        }

        private boolean wake(Word wake) {
            for (int i = 0; i < words.size(); i++) {
                if (words.get(i).isMetBy(wake)) {
                    woken = i;
                    request.decided = true;
                    return true;
                }
            }
            return false;
        }
    }

    private final List<Wait> waits = new ArrayList<>();

    void add(Wait wait) {
        waits.add(wait);
    }

    /** Wakes so many waits, those that came first. How many. */
    int wake(Word word, long most) {
        waits.removeIf(wait -> wait.request.ended || wait.request.cancelled);
        int count = 0;
        for (Wait wait : List.copyOf(waits)) {
            if (count < most && wait.wake(word)) {
                waits.remove(wait);
                count++;
            }
        }
        return count;
    }
}
