package io.fluxring.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws throughput above CPU time: a group of bars a server, a bar a connection count. */
final class EchoPlot {

    private static final int WIDTH = 1100;
    private static final int HEIGHT = 480;
    private static final int LABEL_ANGLE = 30;

    private EchoPlot() {}

    /** Both maps: series, then server, then value. */
    static void write(Path file, Map<String, Map<String, Double>> rates, Map<String, Map<String, Double>> cpu)
            throws IOException {
        // A server has no display, and none is needed to draw into a file.
        System.setProperty("java.awt.headless", "true");
        List<CategoryChart> charts =
                List.of(chart("messages a second", rates), chart("CPU time of the server, µs a message", cpu));
        BitmapEncoder.saveBitmap(charts, charts.size(), 1, file.toString(), BitmapFormat.PNG);
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
        allSeries.forEach((name, values) ->
                chart.addSeries(name, new ArrayList<>(values.keySet()), new ArrayList<>(values.values())));
        return chart;
    }
}
