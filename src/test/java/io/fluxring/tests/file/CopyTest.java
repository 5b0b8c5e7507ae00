package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.error.CancelledException;
import io.fluxring.reactor.error.ConflictException;
import io.fluxring.reactor.error.NoSpaceException;
import io.fluxring.reactor.error.NotFoundException;
import io.fluxring.reactor.file.CopyOptions;
import io.fluxring.reactor.file.CopyProgress;
import io.fluxring.reactor.file.Durability;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

/** A file is copied to another. */
class CopyTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int BLOCK_BYTES = 8 << 20;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @TempDir
    Path directory;

    private ReactiveRing ring;
    private Path from;
    private Path to;

    @BeforeEach
    void open() {
        ring = guard.ring();
        from = directory.resolve("from");
        to = directory.resolve("to");
    }

    private static Path fill(Path path, long bytes) throws IOException {
        byte[] block = new byte[(int) Math.min(bytes, BLOCK_BYTES)];
        new Random(bytes).nextBytes(block);
        try (OutputStream out = Files.newOutputStream(path)) {
            long left = bytes;
            while (left > 0) {
                out.write(block, 0, (int) Math.min(left, block.length));
                left -= Math.min(left, block.length);
            }
        }
        return path;
    }

    private CopyProgress copy(CopyOptions options) {
        return ring.files().copy(from, to, options).blockLast(LIMIT);
    }

    private void assertCopied() throws IOException {
        assertThat(Files.mismatch(from, to)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 4096, 1_000_003, 30_000_000})
    void anySize(long bytes) throws IOException {
        fill(from, bytes);
        assertThat(copy(CopyOptions.defaults())).isEqualTo(new CopyProgress(bytes, bytes));
        assertCopied();
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void asDurableAsAsked(Durability durability) throws IOException {
        fill(from, 100_000);
        copy(CopyOptions.defaults().withDurability(durability));
        assertCopied();
    }

    @Test
    void progressGrowsToTheWhole() throws IOException {
        fill(from, 64 << 20);
        List<CopyProgress> all = ring.files().copy(from, to).collectList().block(LIMIT);
        assertThat(all).isSortedAccordingTo((a, b) -> Long.compare(a.copiedBytes(), b.copiedBytes()));
        assertThat(all).filteredOn(each -> each.fraction() == 1).containsExactly(all.getLast());
        assertThat(all)
                .hasSizeGreaterThan(1)
                .allSatisfy(each -> assertThat(each.totalBytes()).isEqualTo(64 << 20));
    }

    @Test
    void theLatestProgressWinsWithoutDemand() throws IOException {
        fill(from, 64 << 20);
        StepVerifier.create(ring.files().copy(from, to), 0)
                .then(() -> Eventually.until("both files closed", () -> isWhole(64 << 20) && isClosed()))
                .then(() -> RingGuard.awaitOperations(ring, 0)) // the close's own
                .thenRequest(1)
                .expectNext(new CopyProgress(64 << 20, 64 << 20))
                .verifyComplete();
    }

    private boolean isWhole(long bytes) {
        return to.toFile().length() == bytes;
    }

    /** Whether no file is open: of a target that has its length, that the copy has ended. */
    private boolean isClosed() {
        return OpenNames.below(directory).isEmpty();
    }

    // ---- holes and sizes

    private void island(long position, int bytes) throws IOException {
        byte[] island = new byte[bytes];
        new Random(position).nextBytes(island);
        try (SeekableByteChannel out =
                Files.newByteChannel(from, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            out.position(position).write(ByteBuffer.wrap(island));
        }
    }

    private static long usedBytes(Path path) throws IOException {
        Process du = new ProcessBuilder("du", "-B1", path.toString()).start();
        String said = new String(du.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        return Long.parseLong(said.split("\\s")[0]);
    }

    /** Three islands and a hole at the end, which needs a size that no write has made. */
    private List<Long> makeSparse(long size) throws IOException {
        Files.createFile(from);
        setSize(size);
        island(1 << 20, 300_000);
        island(5L << 30, 1_000_000);
        island(size - (1L << 29), 4096);
        return List.of(1L << 20, 5L << 30, size - (1L << 29));
    }

    private void setSize(long size) throws IOException {
        Process truncate = new ProcessBuilder("truncate", "-s", Long.toString(size), from.toString()).start();
        assertThat(truncate.onExit().join().exitValue()).isZero();
    }

    /** The islands are the same, and there is no room for anything besides: reading zeros for minutes would tell no more. */
    private static void assertSameIslands(Path from, Path to, List<Long> islands) throws IOException {
        assertThat(Files.size(to)).isEqualTo(Files.size(from));
        for (long island : islands) {
            assertThat(around(to, island)).isEqualTo(around(from, island));
        }
        assertThat(usedBytes(to)).isBetween(1_300_000L, 1_500_000L);
    }

    private static byte[] around(Path path, long island) throws IOException {
        byte[] bytes = new byte[2 << 20];
        try (FileChannel in = FileChannel.open(path)) {
            in.read(ByteBuffer.wrap(bytes), island - (1 << 19));
        }
        return bytes;
    }

    @Test
    @Tag("F7")
    void holesStayHoles() throws IOException {
        long size = 10L << 30;
        List<Long> islands = makeSparse(size);
        List<CopyProgress> all = ring.files().copy(from, to).collectList().block(LIMIT);
        assertThat(all.getLast()).isEqualTo(new CopyProgress(size, size));
        assertSameIslands(from, to, islands);
    }

    @Test
    @Tag("F7")
    void holesStayHolesOnAnotherFileSystem() throws IOException {
        try (Mounted mounted = new Mounted()) {
            to = mounted.memory(directory.resolve("mounted"), 16 << 20).resolve("to");
            long size = 6L << 30;
            List<Long> islands = makeSparse(size);
            assertThat(copy(CopyOptions.defaults())).isEqualTo(new CopyProgress(size, size));
            assertSameIslands(from, to, islands);
            Path back = directory.resolve("back");
            ring.files().copy(to, back).blockLast(LIMIT);
            assertSameIslands(from, back, islands);
        }
    }

    @Test
    void holesAreFilledOnRequest() throws IOException {
        island(0, 10);
        setSize(3_000_000);
        copy(CopyOptions.defaults().withHoles(false));
        assertCopied();
    }

    @Test
    void aFileOfHolesAlone() throws IOException {
        Files.createFile(from);
        Process truncate = new ProcessBuilder("truncate", "-s", "5000000000", from.toString()).start();
        assertThat(truncate.onExit().join().exitValue()).isZero();
        assertThat(copy(CopyOptions.defaults())).isEqualTo(new CopyProgress(5_000_000_000L, 5_000_000_000L));
        assertThat(Files.size(to)).isEqualTo(5_000_000_000L);
        assertThat(usedBytes(to)).isZero();
    }

    /** More than one call of the kernel copies, and more than an int counts. */
    @Test
    @Tag("F7")
    void aDenseFileOfMoreThanTwoGibibytes() throws IOException {
        long size = 2_147_479_553L;
        fill(from, size);
        assertThat(copy(CopyOptions.defaults())).isEqualTo(new CopyProgress(size, size));
        assertCopied();
    }

    // ---- sources that are none

    @ParameterizedTest
    @Tag("F7")
    @ValueSource(
            strings = {
                "/proc/filesystems",
                "/proc/version",
                "/sys/kernel/mm/transparent_hugepage/enabled",
                "/etc/passwd"
            })
    void aSourceWhoseSizeIsALie(String source) throws IOException {
        from = Path.of(source);
        byte[] content = Files.readAllBytes(from);
        assertThat(copy(CopyOptions.defaults())).isEqualTo(new CopyProgress(content.length, content.length));
        assertThat(Files.readAllBytes(to)).isEqualTo(content);
    }

    @Test
    void aPipeIsCopiedToItsEnd() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", from.toString()).start().waitFor())
                .isZero();
        byte[] content = new byte[3_000_000];
        new Random(3).nextBytes(content);
        Thread writer = Thread.ofPlatform().start(() -> {
            try {
                Files.write(from, content, StandardOpenOption.WRITE);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(copy(CopyOptions.defaults())).isEqualTo(new CopyProgress(content.length, content.length));
        writer.join();
        assertThat(Files.readAllBytes(to)).isEqualTo(content);
    }

    @Test
    void aPipeThatNoneWritesIsLeft() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", from.toString()).start().waitFor())
                .isZero();
        StepVerifier.create(ring.files().copy(from, to))
                .then(() -> RingGuard.awaitOperations(ring, 1))
                .thenCancel()
                .verify(LIMIT);
        Eventually.until(() -> "removed", Eventually.LIMIT, () -> !Files.exists(to));
    }

    @Test
    void intoADevice() throws IOException {
        fill(from, 1_000_000);
        to = Path.of("/dev/null");
        assertThat(copy(CopyOptions.defaults().withReplacing(true)).copiedBytes())
                .isEqualTo(1_000_000);
        assertThat(to).exists();
    }

    @Test
    void aSourceThatGrowsAndShrinks() throws Exception {
        fill(from, 200 << 20);
        AtomicBoolean done = new AtomicBoolean();
        Thread changer = Thread.ofPlatform().start(() -> {
            try (SeekableByteChannel out = Files.newByteChannel(from, StandardOpenOption.WRITE)) {
                for (long size = 210 << 20; !done.get(); size = (long) (100 << 20) + size % (100 << 20)) {
                    out.position(size).write(ByteBuffer.wrap(new byte[1]));
                    out.truncate(size);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        for (int i = 0; i < 5; i++) {
            CopyProgress last = copy(CopyOptions.defaults().withReplacing(true));
            assertThat(Files.size(to)).isEqualTo(last.copiedBytes());
        }
        done.set(true);
        changer.join();
        copy(CopyOptions.defaults().withReplacing(true));
        assertCopied();
    }

    // ---- targets

    @Test
    void aTargetThatIsThereIsKeptUnlessReplaced() throws IOException {
        fill(from, 100_000);
        fill(to, 200_000);
        assertThatThrownBy(() -> copy(CopyOptions.defaults()))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("OPENAT " + to + ": EEXIST");
        assertThat(Files.size(to)).isEqualTo(200_000);
        copy(CopyOptions.defaults().withReplacing(true));
        assertCopied();
    }

    @Test
    void aFileIsNotCopiedToItself() throws IOException {
        fill(from, 100_000);
        for (Path same : List.of(
                from,
                Files.createLink(directory.resolve("link"), from),
                Files.createSymbolicLink(directory.resolve("symbolic"), from))) {
            to = same;
            assertThatThrownBy(() -> copy(CopyOptions.defaults().withReplacing(true)))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("same file");
            assertThat(Files.size(from)).isEqualTo(100_000);
            assertThat(same).exists();
        }
    }

    @Test
    void permissionsAndTimesAreKeptOnRequest() throws IOException {
        fill(from, 100_000);
        Files.setPosixFilePermissions(from, PosixFilePermissions.fromString("rwxrw-rw-"));
        FileTime time = FileTime.from(Instant.parse("2001-02-03T04:05:06.123456789Z"));
        Files.setLastModifiedTime(from, time);
        copy(CopyOptions.defaults().withPermissions(true).withTimes(true));
        assertThat(Files.getLastModifiedTime(to)).isEqualTo(time);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(to)))
                .isEqualTo("rwxrw-rw-");
    }

    @Test
    void whatIsMissingOrNoFile() throws IOException {
        assertThatThrownBy(() -> copy(CopyOptions.defaults()))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("OPENAT " + from + ": ENOENT");
        assertThat(to).doesNotExist();
        fill(from, 10);
        assertThatThrownBy(() ->
                        ring.files().copy(from, directory.resolve("none/to")).blockLast(LIMIT))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("none/to");
        assertThatThrownBy(() -> ring.files().copy(directory, to).blockLast(LIMIT))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("EISDIR");
        assertThatThrownBy(() -> ring.files()
                        .copy(from, directory, CopyOptions.defaults().withReplacing(true))
                        .blockLast(LIMIT))
                .isInstanceOf(ConflictException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFullDiskIsToldAndLeavesNoPart(boolean there) throws IOException {
        try (Mounted mounted = new Mounted()) {
            to = mounted.memory(directory.resolve("mounted"), 16 << 20).resolve("to");
            fill(from, 64 << 20);
            if (there) {
                Files.createFile(to);
            }
            assertThatThrownBy(() -> copy(CopyOptions.defaults().withReplacing(there)))
                    .isInstanceOf(NoSpaceException.class)
                    .hasMessageContaining("WRITE " + to + ": ENOSPC");
            assertThat(Files.exists(to)).isEqualTo(there);
        }
    }

    @Test
    @Tag("F3")
    void aFullDiskWithinOneFileSystem() throws IOException {
        try (Mounted mounted = new Mounted()) {
            Path full = mounted.memory(directory.resolve("mounted"), 48 << 20);
            from = fill(full.resolve("from"), 32 << 20);
            to = full.resolve("to");
            assertThatThrownBy(() -> copy(CopyOptions.defaults())).isInstanceOf(NoSpaceException.class);
            assertThat(to).doesNotExist();
        }
    }

    // ---- cancels

    @Test
    void aCancelRemovesTheTarget() throws Exception {
        fill(from, 256 << 20);
        for (int i = 0; i < 30; i++) {
            Disposable copy = ring.files().copy(from, to).subscribe();
            long until = System.nanoTime() + ThreadLocalRandom.current().nextLong(i < 15 ? 1_000_000 : 60_000_000);
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            copy.dispose();
            RingGuard.awaitOperations(ring, 0);
            Eventually.until(
                    () -> "no target, or a whole one", Eventually.LIMIT, () -> !Files.exists(to) || isWhole(256 << 20));
            Files.deleteIfExists(to);
        }
    }

    @Test
    void aCancelAtTheFirstProgress() throws IOException {
        fill(from, 256 << 20);
        ring.files().copy(from, to).take(1).blockLast(LIMIT);
        Eventually.until(() -> "removed", Eventually.LIMIT, () -> !Files.exists(to));
    }

    @Test
    void anEndOfTheRingRemovesTheTarget() throws IOException {
        fill(from, 256 << 20);
        for (int i = 0; i < 3; i++) {
            ReactiveRing other = guard.ring();
            StepVerifier.create(other.files().copy(from, to).doOnNext(first -> other.dispose()))
                    .expectNextCount(1)
                    .thenConsumeWhile(more -> true)
                    .verifyError(CancelledException.class);
            other.disposeLater().block(LIMIT);
            assertThat(to).doesNotExist();
        }
    }
}
