package io.fluxring.benchmarks.http;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Asks for one path at a fixed rate, however long the answers take: an open loop. Each request has a time at which it is due, and
 * its latency counts from then on, also when it had to wait for the answer before it. So a server that stands still for a second
 * is charged with all the requests that were due in that second (no coordinated omission).
 */
@Command(name = "steady", mixinStandardHelpOptions = true, description = "Requests at a fixed rate.")
public final class SteadyRequests implements Callable<Integer> {

    /** How long after the end answers are waited for. What is not there then counts with what it has waited. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int DIGITS = 3;

    @Option(names = "--port", required = true)
    private int port;

    @Option(names = "--path", defaultValue = "/plaintext", description = "default: ${DEFAULT-VALUE}")
    private String path = "";

    @Option(names = "--rate", defaultValue = "1000", description = "requests a second, default: ${DEFAULT-VALUE}")
    private double rate;

    @Option(names = "--connections", defaultValue = "64", description = "default: ${DEFAULT-VALUE}")
    private int connections;

    @Option(names = "--warmup", defaultValue = "1", description = "seconds, default: ${DEFAULT-VALUE}")
    private double warmup;

    @Option(names = "--seconds", defaultValue = "5", description = "measured, default: ${DEFAULT-VALUE}")
    private double seconds;

    /** One connection's share of the requests. */
    private final class Client implements Runnable {

        private final Histogram latencies = new Histogram(DIGITS);
        private final byte[] request = Exchange.get(path);
        private final long first;
        private final long interval;
        private final long measuredFrom;
        private final long end;
        private long unanswered;

        Client(long start, int index) {
            interval = (long) (1e9 * connections / rate);
            first = start + interval * index / connections; // the connections take turns
            measuredFrom = start + (long) (warmup * 1e9);
            end = measuredFrom + (long) (seconds * 1e9);
        }

        @Override
        public void run() {
            long due = first;
            try (Exchange exchange = new Exchange(port, (int) PATIENCE.toMillis())) {
                for (; due < end && System.nanoTime() < end + PATIENCE.toNanos(); due += interval) {
                    for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
                        LockSupport.parkNanos(due - now);
                    }
                    exchange.request(request, bytes -> true);
                    answered(due);
                }
            } catch (IOException e) {
                System.err.println(e);
            }
            for (; due < end; due += interval) {
                unanswered++;
                answered(due);
            }
        }

        private void answered(long due) {
            if (due >= measuredFrom) {
                latencies.recordValue(Math.max(0, System.nanoTime() - due));
            }
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        List<Client> clients = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < connections; i++) {
            Client client = new Client(start, i);
            clients.add(client);
            threads.add(Thread.ofPlatform().name("client-" + i).start(client));
        }
        Histogram all = new Histogram(DIGITS);
        long unanswered = 0;
        for (int i = 0; i < connections; i++) {
            threads.get(i).join();
            all.add(clients.get(i).latencies);
            unanswered += clients.get(i).unanswered;
        }
        System.out.printf(
                Locale.ROOT,
                "{\"requests\":%d,\"seconds\":%.3f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"max_us\":%.1f,\"errors\":%d}%n",
                all.getTotalCount(),
                seconds,
                all.getValueAtPercentile(50) / 1e3,
                all.getValueAtPercentile(99) / 1e3,
                all.getValueAtPercentile(99.9) / 1e3,
                all.getMaxValue() / 1e3,
                unanswered);
        return 0;
    }

    /**
     * The entry point.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new SteadyRequests()).execute(arguments));
    }
}
