package io.fluxring.tests.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.tests.support.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Operations of mixed kinds with cancels and closes at random: nothing is lost, nothing leaks, resident memory stays flat. */
class SoakTest {
    private static final Pattern FIGURES = Pattern.compile("tenth=(\\d+) .*resident_bytes=(\\d+) .* ended=(\\d+)");
    private static final long MEBIBYTE = 1 << 20;

    /** What the JVM's own parts (code cache, metaspace, allocator) may grow by after the first fifth. */
    private static final long GROWTH_BYTES = 16 * MEBIBYTE;

    @Test
    void halfAMinuteOfMixedOperations() throws IOException, InterruptedException {
        soak(Long.MAX_VALUE, 30);
    }

    @Test
    @Tag("soak")
    void tenMillionMixedOperations() throws IOException, InterruptedException {
        assertThat(soak(10_000_000, 1_800)).isGreaterThanOrEqualTo(10_000_000);
    }

    private static long soak(long operations, long seconds) throws IOException, InterruptedException {
        long seed = Long.getLong("fluxring.soak.seed", System.nanoTime());
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xms64m",
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:+AlwaysPreTouch",
                "-Dfluxring.checked=" + System.getProperty("fluxring.checked", "false"),
                "-cp",
                System.getProperty("java.class.path"),
                SoakProgram.class.getName()));
        command.addAll(List.of(Long.toString(operations), Long.toString(seconds), Long.toString(seed)));
        try (ChildJvm child = ChildJvm.run(command)) {
            assertThat(child.process().waitFor(seconds + 60, TimeUnit.SECONDS))
                    .as("the soak ends: %s", child)
                    .isTrue();
            assertThat(child.awaitExit()).as("exit status: %s", child).isZero();
            child.output().forEach(System.out::println);
            assertThat(child.output()).contains("nothing lost");
            return judge(child.output());
        }
    }

    private static long judge(List<String> output) {
        List<Long> resident = new ArrayList<>();
        long ended = 0;
        for (String line : output) {
            Matcher figures = FIGURES.matcher(line);
            if (figures.find()) {
                resident.add(Long.parseLong(figures.group(2)));
                ended = Long.parseLong(figures.group(3));
            }
        }
        assertThat(resident).hasSize(10);
        assertThat(resident.getLast())
                .as("resident memory by tenths: %s", resident)
                .isLessThan(resident.get(1) + GROWTH_BYTES);
        return ended;
    }
}
