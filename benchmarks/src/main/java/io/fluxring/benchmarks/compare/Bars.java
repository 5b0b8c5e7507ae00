package io.fluxring.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws charts one above the other: a group of bars for each that takes part, a bar for each series. */
final class Bars {

    private static final int WIDTH = 1100;
    private static final int HEIGHT = 480;
    private static final int LABEL_ANGLE = 30;

    private Bars() {}

    /** By title, series, and who takes part. */
    static void write(Path file, Map<String, Map<String, Map<String, Double>>> charts) throws IOException {
        // A server has no display, and none is needed to draw into a file.
        System.setProperty("java.awt.headless", "true");
        List<CategoryChart> all = new ArrayList<>();
        charts.forEach((title, series) -> all.add(chart(title, series)));
        BitmapEncoder.saveBitmap(all, all.size(), 1, file.toString(), BitmapFormat.PNG);
    }

    private static CategoryChart chart(String title, Map<String, Map<String, Double>> allSeries) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        chart.getStyler().setXAxisLabelRotation(LABEL_ANGLE);
        chart.getStyler().setYAxisMin(0.0);
        Set<String> all = new LinkedHashSet<>();
        allSeries.values().forEach(values -> all.addAll(values.keySet()));
        List<String> names = List.copyOf(all);
        allSeries.forEach((name, values) -> chart.addSeries(
                name,
                names,
                names.stream().map(each -> values.getOrDefault(each, 0.0)).toList()));
        return chart;
    }
}
