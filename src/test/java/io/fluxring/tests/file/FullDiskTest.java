package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.error.NoSpaceException;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.WriteOptions;
import io.fluxring.tests.support.ChildJvm;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** F2, F3: writes for which there is no room. */
class FullDiskTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int PIECE_BYTES = 64 * 1024;
    private static final int ROOM_BYTES = 90 * 1024 * 1024;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @TempDir
    Path directory;

    private ReactiveRing ring;

    @BeforeEach
    void open() {
        ring = guard.ring();
    }

    @AfterEach
    void unmount() throws IOException {
        while (run("umount", directory.toString()) == 0) {
            // one mount after the other
        }
    }

    private static int run(String... command) throws IOException {
        try (ChildJvm child = ChildJvm.run(List.of(command))) {
            return child.awaitExit();
        }
    }

    private void mount(int bytes) throws IOException {
        ring.disposeLater().block(LIMIT); // a new one, so that nothing of before is in the way
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", directory.toString()) == 0,
                "a file system can't be mounted: this needs root");
        ring = guard.ring();
    }

    /** Each piece tells its place. */
    static Flux<ByteBuffer> pieces(int bytes) {
        return Flux.range(0, bytes / PIECE_BYTES).map(FullDiskTest::piece);
    }

    private static ByteBuffer piece(int index) {
        byte[] piece = new byte[PIECE_BYTES];
        Arrays.fill(piece, (byte) (index * 31 + 7));
        return index % 2 == 0
                ? ByteBuffer.wrap(piece)
                : ByteBuffer.allocateDirect(PIECE_BYTES).put(piece).flip();
    }

    /** That so many bytes are there without a gap. */
    static void requireThere(Path path, long bytes) throws IOException {
        byte[] content = Files.readAllBytes(path);
        assertThat(content.length).isGreaterThanOrEqualTo((int) bytes);
        for (int at = 0; at < bytes; at++) {
            if (content[at] != (byte) (at / PIECE_BYTES * 31 + 7)) {
                throw new AssertionError(bytes + " are said to be there, but not that at " + at);
            }
        }
    }

    private RingException failure(Path path, Flux<ByteBuffer> source, OpenOption... options) {
        WriteOptions behind = WriteOptions.defaults().withWriteBehind(8);
        return (RingException) ring.files()
                .write(path, source, behind, options)
                .map(written -> new AssertionError("written: " + written))
                .cast(Throwable.class)
                .onErrorResume(reactor.core.publisher.Mono::just)
                .block(LIMIT);
    }

    @Test
    void theCountIsWhatIsThere() throws IOException {
        mount(3 * 1024 * 1024 + 12 * 1024);
        Path path = directory.resolve("full");
        RingException failure =
                failure(path, pieces(8 * 1024 * 1024), StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(failure).isInstanceOf(NoSpaceException.class).hasMessageContaining("full");
        long bytes = failure.transferredBytes().orElseThrow();
        assertThat(bytes).isPositive().isLessThanOrEqualTo(Files.size(path));
        requireThere(path, bytes);
        assertThat(OpenNames.below(directory)).isEmpty();
    }

    @Test
    void aFullDeviceEndsTheWriteAtOnce() throws IOException {
        mount(ROOM_BYTES);
        Path path = directory.resolve("new");
        AtomicBoolean cancelled = new AtomicBoolean();
        long begun = System.nanoTime();
        long[] full = {0};
        Flux<ByteBuffer> source = pieces(200 * 1024 * 1024)
                .doOnNext(piece -> full[0] = System.nanoTime())
                .doOnCancel(() -> cancelled.set(true));
        RingException failure = failure(path, source, StandardOpenOption.CREATE_NEW);
        long ended = System.nanoTime();
        assertThat(failure).isInstanceOf(NoSpaceException.class);
        assertThat(failure.errno()).isEqualTo(Errno.ENOSPC);
        assertThat(failure.transferredBytes().orElseThrow()).isBetween(ROOM_BYTES / 2L, (long) ROOM_BYTES);
        assertThat(Duration.ofNanos(ended - full[0])).isLessThan(Duration.ofSeconds(1));
        assertThat(ended).isGreaterThan(begun);
        assertThat(cancelled).isTrue();
        assertThat(path).doesNotExist();
        assertThat(OpenNames.below(directory)).isEmpty();
        RingGuard.awaitNoLeases(ring);
    }

    /** F2 by a limit of the process. */
    @Test
    void aLimitOfTheProcess() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "prlimit is not installed");
        long limit = 1_000_000;
        Path path = directory.resolve("limited");
        List<String> command = new ArrayList<>(List.of("/usr/bin/prlimit", "--fsize=" + limit));
        command.addAll(ChildJvm.command(Limited.class, path.toString()));
        try (ChildJvm child = ChildJvm.run(command)) {
            assertThat(child.awaitExit()).as(child.errors().toString()).isZero();
            assertThat(child.output()).containsExactly("NoSpaceException EFBIG " + limit);
        }
        assertThat(Files.size(path)).isEqualTo(limit);
        requireThere(path, limit);
        Eventually.until("nothing open", () -> OpenNames.below(directory).isEmpty());
    }

    /** The program with the limit. */
    static final class Limited {
        private Limited() {}

        /** Writes 8 MiB, and prints what comes of it. */
        public static void main(String[] arguments) {
            ReactiveRing ring = ReactiveRing.create();
            try {
                WriteOptions behind = WriteOptions.defaults().withWriteBehind(8);
                ring.files()
                        .write(Path.of(arguments[0]), pieces(8 * 1024 * 1024), behind)
                        .block(LIMIT);
                System.out.println("written");
            } catch (RingException e) {
                System.out.println(e.getClass().getSimpleName() + " " + e.errno() + " "
                        + e.transferredBytes().orElse(-1));
            } finally {
                ring.disposeLater().block(LIMIT);
            }
        }
    }
}
