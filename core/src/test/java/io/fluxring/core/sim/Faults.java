package io.fluxring.core.sim;

import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;

/** How likely each {@link Fault} is, each time that it could strike. Immutable. */
public final class Faults {
    private static final Faults NONE = new Faults(new EnumMap<>(Fault.class));

    private final EnumMap<Fault, Double> probabilities;

    private Faults(EnumMap<Fault, Double> probabilities) {
        this.probabilities = probabilities;
    }

    /** A kernel at its best. */
    public static Faults none() {
        return NONE;
    }

    /** Every fault with the same probability. */
    public static Faults all(double probability) {
        Faults faults = NONE;
        for (Fault fault : Fault.values()) {
            faults = faults.with(fault, probability);
        }
        return faults;
    }

    /**
     * A mixture that the seed decides: about half of the faults are on, some rare and some frequent. A bug that needs one fault
     * and the absence of another is found sooner than with all of them on at all times.
     */
    public static Faults swarm(long seed) {
        SplittableRandom random = new SplittableRandom(seed ^ 0x5eedL);
        double[] levels = {0.02, 0.1, 0.3};
        Faults faults = NONE;
        for (Fault fault : Fault.values()) {
            if (random.nextBoolean()) {
                faults = faults.with(fault, levels[random.nextInt(levels.length)]);
            }
        }
        return faults;
    }

    /** These, with one of another probability: 0 for never, 1 for always. */
    public Faults with(Fault fault, double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("not a probability: " + probability);
        }
        EnumMap<Fault, Double> changed = new EnumMap<>(probabilities);
        changed.put(fault, probability);
        return new Faults(changed);
    }

    double of(Fault fault) {
        return probabilities.getOrDefault(fault, 0.0);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("Faults[");
        for (Map.Entry<Fault, Double> entry : probabilities.entrySet()) {
            if (entry.getValue() > 0) {
                text.append(text.length() > 7 ? ", " : "")
                        .append(entry.getKey())
                        .append(' ')
                        .append(entry.getValue());
            }
        }
        return text.append(']').toString();
    }
}
