package io.fluxring.benchmarks.compare;

import io.fluxring.benchmarks.peers.EchoPeer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All echo servers that can be compared, by name, in the order in which reports list them. */
final class Servers {

    /** The yardstick: what others are given as ratios of. */
    static final String YARDSTICK = "c";

    private final Map<String, Server> byName = new LinkedHashMap<>();
    private final Workplace workplace;

    Servers(Workplace workplace) {
        this.workplace = workplace;
        c(YARDSTICK);
        c("c-fixed", "--fixed");
        c("c-all", "--fixed", "--min-wait=1000");
        fluxring("fluxring");
        fluxring("fluxring-fixed", "--fixed");
        fluxring("fluxring-all", "--multishot", "--fixed", "--batch");
        for (String transport : List.of("nio", "epoll", "io_uring", "io_uring-buffers")) {
            peer("netty-" + transport, "netty", transport);
        }
        for (String transport : List.of("nio", "epoll", "io_uring", "io_uring-buffers")) {
            peer("reactor-netty-" + transport, "reactor_netty", transport);
        }
    }

    private void c(String name, String... options) {
        add(new Server(name, workplace.c("echo", options), Map.of(), "echo", false));
    }

    private void fluxring(String name, String... options) {
        List<String> arguments = new ArrayList<>(List.of("echo", "--port", "0"));
        arguments.addAll(List.of(options));
        add(new Server(
                name,
                workplace.sample(arguments.toArray(String[]::new)),
                Map.of("FLUXRING_JAVA_OPTS", workplace.samplesJvmOptions()),
                "fluxring-",
                true));
    }

    private void peer(String name, String library, String transport) {
        List<String> command = workplace.java(
                EchoPeer.class.getName(), "--library", library, "--transport", transport.replace('-', '_'));
        add(new Server(name, command, Map.of(), EchoPeer.LOOP_THREAD, true));
    }

    private void add(Server server) {
        byName.put(server.name(), server);
    }

    List<Server> named(List<String> names) {
        return names.stream().map(this::named).toList();
    }

    private Server named(String name) {
        Server server = byName.get(name);
        if (server == null) {
            throw new IllegalArgumentException("no server " + name + "; there are " + byName.keySet());
        }
        return server;
    }
}
