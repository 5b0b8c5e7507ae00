package io.fluxring.benchmarks.compare;

import java.util.Collection;

/** The middle and the ends of some measurements. */
record Summary(double median, double min, double max) {

    static Summary of(Collection<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (sorted.length == 0) {
            return new Summary(Double.NaN, Double.NaN, Double.NaN);
        }
        double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        return new Summary(median, sorted[0], sorted[sorted.length - 1]);
    }
}
