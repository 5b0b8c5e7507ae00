package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.file.FileAttributes;
import io.fluxring.reactor.file.RingFiles;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** Operations on names whose subscribers go at once: the guard looks that nothing is left of them. */
class NameCancelTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int TIMES = 1_000;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @TempDir
    Path directory;

    private ReactiveRing ring;
    private RingFiles files;

    @BeforeEach
    void open() {
        ring = guard.ring();
        files = ring.files();
    }

    private void cancelAtOnce(IntFunction<Publisher<?>> publishers) {
        for (int i = 0; i < TIMES; i++) {
            Flux.from(publishers.apply(i))
                    .subscribe(value -> {}, failure -> {
                        // it was faster than the cancel, and many of the names are not there
                    })
                    .dispose();
        }
        RingGuard.awaitOperations(ring, 0);
        String blocks = RingGuard.ask(ring, loop -> loop.scratch().toString());
        assertThat(blocks).matches("ScratchBlocks\\[(\\d+) of \\1 free]");
        assertThat(files.stat(directory).block(LIMIT).isDirectory()).isTrue();
    }

    @Test
    void operationsOnNames() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("x".repeat(1_000)));
        List<IntFunction<Publisher<?>>> operations = List.of(
                i -> files.stat(file),
                i -> files.exists(directory.resolve("x".repeat(200) + i)),
                i -> files.createDirectory(directory.resolve("d" + i)),
                i -> files.createDirectories(directory.resolve("e" + i + "/f/g")),
                i -> files.rename(directory.resolve("d" + i), directory.resolve("r" + i)),
                i -> files.createLink(directory.resolve("h" + i), file),
                i -> files.createSymbolicLink(directory.resolve("s" + i), file),
                i -> files.readSymbolicLink(link),
                i -> files.deleteIfExists(directory.resolve("s" + i)),
                i -> files.deleteDirectory(directory.resolve("r" + i)));
        operations.forEach(this::cancelAtOnce);
    }

    @Test
    void attributes() throws IOException {
        FileAttributes attributes = files.attributes(Files.createFile(directory.resolve("file")));
        cancelAtOnce(i -> attributes.set("user.a" + i % 10, new byte[100]));
        cancelAtOnce(i -> attributes.get("user.a" + i % 10));
        cancelAtOnce(i -> attributes.names());
        cancelAtOnce(i -> attributes.remove("user.a" + i % 10));
    }

    @Test
    void directories() throws IOException {
        for (int i = 0; i < 300; i++) {
            Files.createDirectory(directory.resolve("d" + i));
        }
        cancelAtOnce(i -> files.list(directory));
        cancelAtOnce(i -> files.walk(directory));
        cancelAtOnce(i -> files.list(directory.resolve("none")));
    }

    /** The cancel comes from the ring's thread, with names left. */
    @Test
    void directoriesInTheMiddle() throws IOException {
        for (int i = 0; i < 300; i++) {
            Files.createDirectory(directory.resolve("d" + i));
        }
        for (int i = 0; i < TIMES; i++) {
            long some = 1 + i % 290;
            assertThat(files.walk(directory).take(some).count().block(LIMIT)).isEqualTo(some);
        }
    }
}
