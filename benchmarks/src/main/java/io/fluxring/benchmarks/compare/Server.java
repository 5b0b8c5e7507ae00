package io.fluxring.benchmarks.compare;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A server that can be started.
 *
 * @param name how it is chosen on the command line and named in reports
 * @param command starts it; it takes a free port and prints {@code listening on 127.0.0.1:PORT}, or a URL of it
 * @param environment for that command
 * @param loopThread what the names of the threads that serve connections begin with
 * @param jvm whether it runs on a JVM of the benchmarks' own version
 */
record Server(String name, List<String> command, Map<String, String> environment, String loopThread, boolean jvm) {

    private static final Pattern LISTENING = Pattern.compile("listening on (?:http://)?127\\.0\\.0\\.1:(\\d+).*");
    /** Long enough for a launcher that has to build its program first. */
    private static final Duration START = Duration.ofMinutes(5);

    /** One that runs and accepts connections. */
    record Running(Server server, Child child, int port) implements AutoCloseable {

        ProcessMemory memory() throws IOException, InterruptedException {
            return server.jvm ? ProcessMemory.ofJvm(child.pid()) : ProcessMemory.ofNative(child.pid());
        }

        /** CPU time of all its threads so far, also of the kernel's workers for it; in steps of 10 ms. */
        Duration cpuTime() {
            return ProcessHandle.of(child.pid())
                    .flatMap(process -> process.info().totalCpuDuration())
                    .orElseThrow(() -> new IllegalStateException(child + " has ended: " + child.complaint()));
        }

        @Override
        public void close() {
            child.close();
        }
    }

    /** Starts it on one core; empty, after a line on the terminal, when it can't be started. */
    Optional<Running> start(Workplace workplace, int core) throws IOException, InterruptedException {
        Child child = Child.start(name, Workplace.pinned(core, command), environment, workplace.log(name));
        Optional<String> line = child.awaitLine(LISTENING.asMatchPredicate(), START);
        if (line.isEmpty()) {
            System.err.printf("skipped %s: %s%n", name, child.complaint());
            child.close();
            return Optional.empty();
        }
        int port = Integer.parseInt(LISTENING.matcher(line.get()).replaceFirst("$1"));
        return Optional.of(new Running(this, child, port));
    }
}
