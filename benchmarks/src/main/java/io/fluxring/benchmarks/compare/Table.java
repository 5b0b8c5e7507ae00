package io.fluxring.benchmarks.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table in Markdown that reads as well on a terminal: columns of numbers are flush right, others flush left. */
final class Table {

    /** A number, or two as the ends of a range. */
    private static final Pattern NUMBERS = Pattern.compile("[-0-9.,]+");

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... titles) {
        rows.add(List.of(titles));
    }

    void row(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException(cells.length + " cells in a table of " + rows.getFirst());
        }
        rows.add(List.of(cells));
    }

    /** A number as a cell shows it; a dash for one that there is not, as a ratio to zero. */
    static String number(double value, int decimals) {
        return !Double.isFinite(value) ? "-" : String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    @Override
    public String toString() {
        List<Column> columns = IntStream.range(0, rows.getFirst().size())
                .mapToObj(this::column)
                .toList();
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < rows.size(); row++) {
            text.append(line(rows.get(row), columns));
            if (row == 0) {
                text.append(rule(columns));
            }
        }
        return text.toString();
    }

    private record Column(int width, boolean numbers) {

        String cell(String text) {
            return String.format((numbers ? "%" : "%-") + width + "s", text);
        }

        String rule() {
            return "-".repeat(width + 1) + (numbers ? ":" : "-");
        }
    }

    private Column column(int index) {
        List<String> cells = rows.stream().map(row -> row.get(index)).toList();
        // Three at least: Markdown wants that many characters in the rule.
        int width = Math.max(3, cells.stream().mapToInt(String::length).max().orElse(0));
        boolean numbers = cells.stream().skip(1).allMatch(NUMBERS.asMatchPredicate());
        return new Column(width, numbers);
    }

    private static String line(List<String> cells, List<Column> columns) {
        StringJoiner line = new StringJoiner(" | ", "| ", " |\n");
        for (int index = 0; index < columns.size(); index++) {
            line.add(columns.get(index).cell(cells.get(index)));
        }
        return line.toString();
    }

    private static String rule(List<Column> columns) {
        return columns.stream().map(Column::rule).collect(Collectors.joining("|", "|", "|\n"));
    }
}
