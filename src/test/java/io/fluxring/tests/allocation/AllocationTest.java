package io.fluxring.tests.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Law 8: no allocation per operation in core, none per message on the echo path. Measured outside checked mode. */
class AllocationTest {
    /** What a stray allocation elsewhere, such as one of the JVM's own, may add to an average over 50,000. */
    private static final double NOTHING = 0.05;

    @TempDir
    Path folder;

    @Test
    void noHotOperationOfCoreAllocatesAnything() throws IOException, InterruptedException {
        assertThat(run(CoreAllocationProbe.class))
                .containsOnlyKeys(CoreAllocationProbe.NAMES)
                .allSatisfy((name, bytes) -> assertThat(bytes).as(name).isLessThan(NOTHING));
    }

    @Test
    void aMessageOfTheReactiveEchoAllocatesNothing() throws IOException, InterruptedException {
        assertThat(run(ReactiveAllocationProbe.class))
                .hasSize(1)
                .allSatisfy((name, bytes) -> assertThat(bytes).as(name).isLessThan(NOTHING));
    }

    /** What a stream allocates for itself, and for each block that it copies into, is spread over 20,000 pieces here. */
    @Test
    void aPieceOfAFileAllocatesNextToNothing() throws IOException, InterruptedException {
        assertThat(run(FileAllocationProbe.class))
                .containsOnlyKeys(FileAllocationProbe.NAMES)
                .allSatisfy((name, bytes) -> assertThat(bytes).as(name).isLessThan(8));
    }

    /** The figures that a probe prints, from a JVM of its own: checked mode makes an object a message on purpose. */
    private Map<String, Double> run(Class<?> probe) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        probe.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            String printed = Files.readString(output);
            assertThat(process.exitValue()).as(printed).isZero();
            return printed.lines()
                    .map(line -> line.split(" "))
                    .collect(Collectors.toMap(parts -> parts[0], parts -> Double.valueOf(parts[1])));
        } finally {
            process.destroyForcibly();
        }
    }
}
