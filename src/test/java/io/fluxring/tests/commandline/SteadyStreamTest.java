package io.fluxring.tests.commandline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.tests.support.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a polling thread in the kernel a steady stream of submissions needs no system call: the counter says so, and strace. */
class SteadyStreamTest {
    private static final Path STRACE = Path.of("/usr/bin/strace");
    private static final String OPERATIONS = "100000";

    @TempDir
    Path folder;

    @Test
    void aSteadyStreamEntersTheKernelNotOnce() throws IOException {
        assumeTrue(Files.isExecutable(STRACE), "strace is not installed");
        List<String> command = new ArrayList<>(List.of(
                STRACE.toString(),
                "-ff",
                "-qq",
                "-e",
                "trace=io_uring_enter,write",
                "-o",
                folder.resolve("calls").toString()));
        command.addAll(ChildJvm.command(SteadyStream.class, OPERATIONS));
        try (ChildJvm stream = ChildJvm.run(command)) {
            assertThat(stream.awaitExit()).as("%s", stream).isZero();
            assertThat(stream.output()).as("by the counter").contains("enters 0");
        }
        List<String> calls = callsOfTheStream();
        int begin = indexOf(calls, "stream begins");
        int end = indexOf(calls, "stream ends");
        assertThat(calls.subList(0, begin))
                .as("before: the ring is entered to wake the thread, or to end")
                .isNotEmpty();
        assertThat(calls.subList(begin + 1, end))
                .as("enters between the first line and the last, by strace")
                .noneMatch(call -> call.startsWith("io_uring_enter"));
    }

    /** strace writes a file a thread; one of them has written the lines. */
    private List<String> callsOfTheStream() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                List<String> calls = Files.readAllLines(file);
                if (calls.stream().anyMatch(call -> call.contains("stream begins"))) {
                    return calls;
                }
            }
        }
        throw new AssertionError("no thread has written the line");
    }

    private static int indexOf(List<String> calls, String text) {
        for (int i = 0; i < calls.size(); i++) {
            if (calls.get(i).contains(text)) {
                return i;
            }
        }
        throw new AssertionError("no '" + text + "' in " + calls);
    }
}
