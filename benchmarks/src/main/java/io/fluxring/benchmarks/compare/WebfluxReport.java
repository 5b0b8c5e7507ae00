package io.fluxring.benchmarks.compare;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was measured of the sample {@code webflux}, by what was done and transport. */
final class WebfluxReport {

    private final Map<Key, Measured> all = new LinkedHashMap<>();

    private record Key(String work, String transport) {}

    private static final class Measured {
        private final Rounds rounds = new Rounds();
        private int failures;
    }

    /** Adds one measurement, without figures when it failed. */
    void add(String work, String transport, int round, Optional<Figures> figures) {
        Measured measured = all.computeIfAbsent(new Key(work, transport), key -> new Measured());
        figures.ifPresentOrElse(each -> measured.rounds.put(round, each), () -> measured.failures++);
    }

    private Measured of(String work, String transport) {
        return all.getOrDefault(new Key(work, transport), new Measured());
    }

    String transfers(List<String> transports) {
        Table table = new Table(
                "transfer",
                "transport",
                "MiB/s",
                "min-max",
                "of epoll's",
                "CPU s/GiB",
                "min-max",
                "CPU of epoll",
                "resident MiB",
                "grown MiB",
                "failed");
        for (FileTransfer transfer : FileTransfer.values()) {
            Rounds yardstick = of(transfer.title(), WebfluxServers.YARDSTICK).rounds;
            for (String transport : transports) {
                Measured measured = of(transfer.title(), transport);
                Rounds rounds = measured.rounds;
                table.row(
                        transfer.title(),
                        transport,
                        Table.number(rounds.summary("pace").median(), 0),
                        range(rounds.summary("pace"), 0),
                        Table.number(rounds.ratio("pace", yardstick), 2),
                        Table.number(rounds.summary("cpu").median(), 2),
                        range(rounds.summary("cpu"), 2),
                        Table.number(rounds.ratio("cpu", yardstick), 2),
                        Table.number(rounds.summary("resident").max(), 0),
                        Table.number(rounds.summary("grown").max(), 0),
                        Integer.toString(measured.failures));
            }
        }
        return table.toString();
    }

    String latencies(List<String> beside, List<String> transports) {
        Table table = new Table(
                "beside",
                "transport",
                "p50 µs",
                "p99 µs",
                "min-max",
                "p99 of epoll",
                "max µs",
                "down MiB/s",
                "up MiB/s",
                "busy",
                "errors",
                "failed");
        for (String work : beside) {
            Rounds yardstick = of(work, WebfluxServers.YARDSTICK).rounds;
            for (String transport : transports) {
                Measured measured = of(work, transport);
                Rounds rounds = measured.rounds;
                table.row(
                        work,
                        transport,
                        Table.number(rounds.summary("p50_us").median(), 0),
                        Table.number(rounds.summary("p99_us").median(), 0),
                        range(rounds.summary("p99_us"), 0),
                        Table.number(rounds.ratio("p99_us", yardstick), 3),
                        Table.number(rounds.summary("max_us").median(), 0),
                        Table.number(rounds.summary("pulled").median(), 0),
                        Table.number(rounds.summary("pushed").median(), 0),
                        Table.number(rounds.summary("busy").median(), 2),
                        Table.number(rounds.summary("errors").max(), 0),
                        Integer.toString(measured.failures));
            }
        }
        return table.toString();
    }

    private static String range(Summary summary, int decimals) {
        return Double.isNaN(summary.min())
                ? "-"
                : Table.number(summary.min(), decimals) + "-" + Table.number(summary.max(), decimals);
    }
}
