package io.fluxring.benchmarks.compare;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reactor Netty's HTTP server, {@code samples/run http}, on all transports, by name, in the order of the reports. */
final class HttpServers {

    /** What others are given as ratios of. */
    static final String YARDSTICK = "epoll";

    /** Epoll with Reactor Netty's switch that flushes pipelined responses together; it changes nothing else. */
    static final String LAST_FLUSH = "epoll-last-flush";

    private static final String LAST_FLUSH_OPTION = " -Dreactor.netty.http.server.lastFlushWhenNoRead=true";

    private static final String LOOP_THREAD = "http-";

    private final Map<String, Server> byName = new LinkedHashMap<>();

    /**
     * All of them.
     *
     * @param arguments for the sample, besides the port and the transport
     */
    HttpServers(Workplace workplace, String... arguments) {
        for (String transport : List.of("ring", YARDSTICK, LAST_FLUSH, "io_uring", "nio")) {
            boolean lastFlush = transport.equals(LAST_FLUSH);
            List<String> command =
                    workplace.sample("http", "--port", "0", "--transport", lastFlush ? YARDSTICK : transport);
            byName.put(
                    transport,
                    new Server(
                            transport,
                            Workplace.with(command, arguments),
                            Map.of(
                                    "FLUXRING_JAVA_OPTS",
                                    workplace.samplesJvmOptions() + (lastFlush ? LAST_FLUSH_OPTION : "")),
                            LOOP_THREAD,
                            true));
        }
    }

    List<Server> named(List<String> names) {
        return names.stream().map(this::named).toList();
    }

    private Server named(String name) {
        Server server = byName.get(name);
        if (server == null) {
            throw new IllegalArgumentException("no transport " + name + "; there are " + byName.keySet());
        }
        return server;
    }
}
