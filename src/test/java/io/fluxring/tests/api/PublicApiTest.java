package io.fluxring.tests.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.netty.RingIoHandler;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.spring.RingProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The public API is written down in {@code core/api}, {@code reactor/api}, {@code netty/api} and {@code spring/api}, a file for each exported package: a change of
 * it shows in the review of the commit that makes it, and an unmeant one fails here.
 */
class PublicApiTest {
    private static final String ACCEPT = "mvn -q test -Papi -pl src/test -am";
    private static final boolean ACCEPTED = Boolean.getBoolean("fluxring.api.accept");
    private static final Path ROOT = Path.of(System.getProperty("basedir", ""), "..", "..");

    @Test
    void coreIsAsWrittenDown() throws IOException {
        compare(ApiModule.of(RingLoop.class), ROOT.resolve("core/api"));
    }

    @Test
    void reactorIsAsWrittenDown() throws IOException {
        compare(ApiModule.of(ReactiveRing.class), ROOT.resolve("reactor/api"));
    }

    @Test
    void nettyIsAsWrittenDown() throws IOException {
        compare(ApiModule.of(RingIoHandler.class), ROOT.resolve("netty/api"));
    }

    @Test
    void springIsAsWrittenDown() throws IOException {
        compare(ApiModule.of(RingProperties.class), ROOT.resolve("spring/api"));
    }

    private static void compare(ApiModule module, Path folder) throws IOException {
        SortedMap<String, List<String>> built = module.signatures();
        if (ACCEPTED) {
            write(built, folder);
        }
        TreeSet<String> packages = new TreeSet<>(built.keySet());
        packages.addAll(written(folder));
        List<String> changes = new ArrayList<>();
        for (String each : packages) {
            Path file = folder.resolve(each + ".txt");
            List<String> before = Files.exists(file) ? Files.readAllLines(file) : List.of();
            changes.addAll(ApiChanges.between(each, before, built.getOrDefault(each, List.of())));
        }
        assertThat(changes)
                .as("changes of the public API; if they are meant, run \"%s\" and tell of them in CHANGELOG.md", ACCEPT)
                .isEmpty();
    }

    private static void write(SortedMap<String, List<String>> built, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String gone : written(folder)) {
            Files.delete(folder.resolve(gone + ".txt"));
        }
        for (var each : built.entrySet()) {
            Files.write(folder.resolve(each.getKey() + ".txt"), each.getValue());
        }
    }

    private static List<String> written(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".txt"))
                    .map(name -> name.substring(0, name.length() - ".txt".length()))
                    .collect(Collectors.toList());
        }
    }
}
