package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.sys.Opcode;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.error.ConflictException;
import io.fluxring.reactor.error.NoSpaceException;
import io.fluxring.reactor.error.NotFoundException;
import io.fluxring.reactor.error.RingException;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** A file is replaced as a whole. */
class ReplaceTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** What decides about a power cut; the rest has no order. */
    private static final Set<Opcode> STEPS =
            EnumSet.of(Opcode.WRITE, Opcode.WRITEV, Opcode.FSYNC, Opcode.RENAMEAT, Opcode.UNLINKAT);

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @TempDir
    Path directory;

    private ReactiveRing ring;
    private Path path;

    @BeforeEach
    void open() {
        ring = guard.ring();
        path = directory.resolve("file");
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Flux<ByteBuffer> lines(int count) {
        return Flux.range(0, count).map(i -> text("line " + i + "\n"));
    }

    private void assertAlone() throws IOException {
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(path);
        }
    }

    private List<Opcode> observeSteps() {
        List<Opcode> steps = Collections.synchronizedList(new ArrayList<>());
        RingGuard.ask(ring, loop -> {
            loop.observe((operation, result, flags) -> {
                if (STEPS.contains(operation.opcode())) {
                    steps.add(operation.opcode());
                }
            });
            return loop;
        });
        return steps;
    }

    // ---- the new file

    @Test
    void aFileIsReplaced() throws IOException {
        Files.writeString(path, "old and longer than the new contents are");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw--w-"));
        Files.setAttribute(path, "unix:uid", 12345);
        Path other = Files.createLink(
                Files.createDirectory(directory.resolve("other")).resolve("name"), path);
        assertThat(ring.files().replace(path, Flux.just(text("new"))).block(LIMIT))
                .isEqualTo(3);
        assertThat(Files.readString(path)).isEqualTo("new");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-rw--w-");
        assertThat(Files.getAttribute(path, "unix:uid")).isEqualTo(12345);
        assertThat(Files.readString(other)).startsWith("old");
        Files.delete(other);
        Files.delete(other.getParent());
        assertAlone();
    }

    @Test
    void aFileIsMade() throws IOException {
        assertThat(ring.files().replace(path, lines(10_000)).block(LIMIT)).isEqualTo(98_890);
        assertThat(Files.readAllLines(path)).hasSize(10_000).endsWith("line 9999");
        ring.files().replace(path, Flux.empty()).block(LIMIT);
        assertThat(Files.size(path)).isZero();
        assertAlone();
    }

    @Test
    void aSymbolicLinkIsReplacedItself() throws IOException {
        Path target = Files.writeString(directory.resolve("target"), "kept");
        Files.createSymbolicLink(path, target);
        ring.files().replace(path, lines(1)).block(LIMIT);
        assertThat(Files.isSymbolicLink(path)).isFalse();
        assertThat(Files.readString(path)).isEqualTo("line 0\n");
        assertThat(Files.readString(target)).isEqualTo("kept");
    }

    @Test
    void namesOfTheGreatestLength() throws IOException {
        path = directory.resolve("n".repeat(255));
        ring.files().replace(path, lines(3)).block(LIMIT);
        ring.files().replace(path, lines(2)).block(LIMIT);
        assertThat(Files.readAllLines(path)).hasSize(2);
        assertAlone();
    }

    // ---- the order

    @Test
    @Tag("F8")
    void theContentsAreSyncedBeforeTheNameAndTheNameAfter() {
        List<Opcode> steps = observeSteps();
        ring.files().replace(path, lines(3)).block(LIMIT);
        assertThat(steps).last().isEqualTo(Opcode.FSYNC);
        assertThat(steps)
                .filteredOn(step -> step != Opcode.WRITE && step != Opcode.WRITEV)
                .containsExactly(Opcode.FSYNC, Opcode.RENAMEAT, Opcode.FSYNC);
        assertThat(steps.subList(0, steps.indexOf(Opcode.FSYNC))).isNotEmpty().isSubsetOf(Opcode.WRITE, Opcode.WRITEV);
    }

    @Test
    @Tag("F8")
    void directoriesThatAreMadeAreSyncedAsWell() throws IOException {
        List<Opcode> steps = observeSteps();
        Path deep = directory.resolve("a/b/c/file");
        ring.files().replace(deep, lines(3)).block(LIMIT);
        assertThat(Files.readAllLines(deep)).hasSize(3);
        assertThat(steps)
                .filteredOn(step -> step != Opcode.WRITE && step != Opcode.WRITEV)
                .containsExactly(
                        Opcode.FSYNC, // the file
                        Opcode.RENAMEAT,
                        Opcode.FSYNC, // c, with the name of the file
                        Opcode.FSYNC, // b
                        Opcode.FSYNC, // a
                        Opcode.FSYNC); // what was there, with the name of a
    }

    // ---- failures

    /** A device that has less room than its file system believes: the writes succeed. */
    @Test
    @Tag("F8")
    void aFailedSyncKeepsTheOldFileAndIsNotRepeated() throws IOException {
        try (Mounted mounted = new Mounted()) {
            Path deceptive = mounted.deceptive(directory, 256 << 20, 16 << 20);
            path = Files.writeString(deceptive.resolve("file"), "old");
            List<Opcode> steps = observeSteps();
            byte[] block = new byte[1 << 20];
            ThreadLocalRandom.current().nextBytes(block);
            Flux<ByteBuffer> much = Flux.range(0, 64).map(i -> ByteBuffer.wrap(block));
            assertThatThrownBy(() -> ring.files().replace(path, much).block(LIMIT))
                    .isInstanceOf(RingException.class)
                    .hasMessageStartingWith("FSYNC " + path + ": E");
            assertThat(steps).doesNotContain(Opcode.RENAMEAT).containsOnlyOnce(Opcode.FSYNC);
            assertThat(steps).last().isEqualTo(Opcode.UNLINKAT);
            assertThat(Files.readString(path)).isEqualTo("old");
            try (var files = Files.list(deceptive)) {
                assertThat(files.map(each -> each.getFileName().toString()))
                        .containsExactlyInAnyOrder("file", "lost+found");
            }
        }
    }

    @Test
    @Tag("F3")
    void aFullDisk() throws IOException {
        try (Mounted mounted = new Mounted()) {
            Path full = mounted.memory(directory.resolve("full"), 4 << 20);
            path = Files.writeString(full.resolve("file"), "old");
            Flux<ByteBuffer> much = Flux.range(0, 64).map(i -> ByteBuffer.allocate(1 << 20));
            assertThatThrownBy(() -> ring.files().replace(path, much).block(LIMIT))
                    .isInstanceOf(NoSpaceException.class)
                    .hasMessageContaining("WRITE")
                    .hasMessageContaining(path + ": ENOSPC");
            assertThat(Files.readString(path)).isEqualTo("old");
            try (var files = Files.list(full)) {
                assertThat(files).containsExactly(path);
            }
        }
    }

    @Test
    void theSourceFails() throws IOException {
        Files.writeString(path, "old");
        Flux<ByteBuffer> source = lines(1000).concatWith(Mono.error(new IllegalStateException("source")));
        assertThatThrownBy(() -> ring.files().replace(path, source).block(LIMIT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("source");
        assertThat(Files.readString(path)).isEqualTo("old");
        assertAlone();
    }

    @ParameterizedTest
    @ValueSource(strings = {"directory", "fifo"})
    void whatIsNoFileIsNotReplaced(String kind) throws Exception {
        if (kind.equals("fifo")) {
            new ProcessBuilder("mkfifo", path.toString()).start().waitFor();
        } else {
            Files.createDirectory(path);
        }
        Map<String, Object> before = Files.readAttributes(path, "unix:ino,mode");
        TestPublisher<ByteBuffer> source = TestPublisher.create();
        StepVerifier.create(ring.files().replace(path, source))
                .expectError(ConflictException.class)
                .verify(LIMIT);
        source.assertWasNotSubscribed();
        assertThat(Files.readAttributes(path, "unix:ino,mode")).isEqualTo(before);
        assertAlone();
    }

    @Test
    void belowAFileIsNoDirectory() throws IOException {
        Files.writeString(path, "old");
        assertThatThrownBy(() ->
                        ring.files().replace(path.resolve("below"), lines(1)).block(LIMIT))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("ENOTDIR");
        assertThat(Files.readString(path)).isEqualTo("old");
    }

    // ---- cancels

    @Test
    void aCancelWhileTheSourceIsAwaited() throws IOException {
        Files.writeString(path, "old");
        TestPublisher<ByteBuffer> source = TestPublisher.create();
        StepVerifier.create(ring.files().replace(path, source))
                .then(() -> Eventually.until(() -> "subscribed", Eventually.LIMIT, () -> isSubscribed(source)))
                .then(() -> source.next(text("some")))
                .thenCancel()
                .verify(LIMIT);
        Eventually.until(
                () -> "the old one alone",
                Eventually.LIMIT,
                () -> directory.toFile().list().length == 1);
        source.assertCancelled();
        assertThat(Files.readString(path)).isEqualTo("old");
    }

    private static boolean isSubscribed(TestPublisher<?> source) {
        return source.subscribeCount() > 0;
    }

    @Test
    void aCancelAtAnyMoment() throws IOException {
        String old = "old ".repeat(2000);
        Files.writeString(path, old);
        for (int i = 0; i < 300; i++) {
            Disposable replace = ring.files().replace(path, lines(1000)).subscribe();
            long until = System.nanoTime() + ThreadLocalRandom.current().nextLong(i < 150 ? 200_000 : 10_000_000);
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            replace.dispose();
            Eventually.until(() -> "no temporary file", Eventually.LIMIT, this::isSettled);
            String now = Files.readString(path);
            assertThat(now.equals(old) || now.endsWith("line 999\n")).isTrue();
        }
        assertAlone();
    }

    private boolean isSettled() {
        return RingGuard.ask(ring, loop -> loop.liveOperations() == 0)
                && directory.toFile().list().length == 1;
    }

    @Test
    void anEndOfTheRingKeepsTheOldFile() throws IOException {
        Files.writeString(path, "old");
        for (int i = 0; i < 20; i++) {
            ReactiveRing other = guard.ring();
            int end = i * 50;
            Flux<ByteBuffer> source = lines(1000).doOnNext(line -> {
                if (line.equals(text("line " + end + "\n"))) {
                    other.dispose();
                }
            });
            StepVerifier.create(other.files().replace(path, source).onErrorComplete())
                    .thenConsumeWhile(all -> true)
                    .verifyComplete();
            other.disposeLater().block(LIMIT);
            assertAlone();
        }
    }
}
