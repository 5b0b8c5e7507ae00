package io.fluxring.benchmarks.compare;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The named numbers in one line of a program's output, be it flat JSON or {@code name=value} pairs. */
record Figures(String line, Map<String, Double> values) {

    private static final Pattern NAMED_NUMBER = Pattern.compile("\"?(\\w+)\"?[:=](-?[0-9.]+(?:[eE][-+]?[0-9]+)?)");

    static Figures parse(String line) {
        Map<String, Double> values = new LinkedHashMap<>();
        for (MatchResult match : NAMED_NUMBER.matcher(line).results().toList()) {
            values.put(match.group(1), Double.valueOf(match.group(2)));
        }
        return new Figures(line, values);
    }

    double get(String name) {
        Double value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("no figure " + name + " in: " + line);
        }
        return value;
    }

    /** These, which are flat JSON, and one more. */
    Figures with(String name, double value) {
        return parse(
                String.format(Locale.ROOT, "%s,\"%s\":%.3f}", line.substring(0, line.lastIndexOf('}')), name, value));
    }
}
