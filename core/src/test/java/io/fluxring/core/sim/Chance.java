package io.fluxring.core.sim;

import java.util.List;
import java.util.SplittableRandom;

/** Decides everything that a simulated kernel may choose. The same seed and the same calls give the same choices. */
final class Chance {
    private final SplittableRandom random;
    private Faults faults;

    Chance(long seed, Faults faults) {
        this.random = new SplittableRandom(seed);
        this.faults = faults;
    }

    Faults faults() {
        return faults;
    }

    void faults(Faults newFaults) {
        faults = newFaults;
    }

    boolean strikes(Fault fault) {
        double probability = faults.of(fault);
        return probability > 0 && random.nextDouble() < probability;
    }

    /** From 0 up to, not including, the bound. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean coin() {
        return random.nextBoolean();
    }

    long anyLong() {
        return random.nextLong();
    }

    <T> void shuffle(List<T> list) {
        for (int i = list.size() - 1; i > 0; i--) {
            int other = below(i + 1);
            T swapped = list.get(i);
            list.set(i, list.get(other));
            list.set(other, swapped);
        }
    }
}
