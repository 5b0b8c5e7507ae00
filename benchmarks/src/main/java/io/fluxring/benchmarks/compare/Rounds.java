package io.fluxring.benchmarks.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The measurements of one server under one load, by round. */
final class Rounds extends TreeMap<Integer, Figures> {

    private static final long serialVersionUID = 1;

    Summary summary(String figure) {
        return Summary.of(values().stream().map(f -> f.get(figure)).toList());
    }

    /**
     * The middle of the ratios round by round, which is steadier than the ratio of the middles: a slow phase of the machine
     * is in both terms.
     */
    double ratio(String figure, Rounds to) {
        List<Double> ratios = new ArrayList<>();
        forEach((round, figures) -> {
            Figures other = to.get(round);
            if (other != null) {
                ratios.add(figures.get(figure) / other.get(figure));
            }
        });
        return Summary.of(ratios).median();
    }
}
