package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.error.CancelledException;
import io.fluxring.reactor.error.LineTooLongException;
import io.fluxring.reactor.error.NotFoundException;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.FileRange;
import io.fluxring.reactor.file.ReadOptions;
import io.fluxring.reactor.file.RingFile;
import io.fluxring.reactor.file.RingOpenOption;
import io.fluxring.tests.support.RingGuard;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Streams of a file's bytes. */
class FileReadTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @TempDir
    Path directory;

    private ReactiveRing ring;

    @BeforeEach
    void open() {
        ring = guard.ring();
    }

    private Path file(byte[] content) throws IOException {
        return Files.write(directory.resolve("content"), content);
    }

    private static byte[] random(int bytes) {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return content;
    }

    static byte[] bytes(Flux<BufferLease> leases) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        leases.doOnNext(lease -> all.writeBytes(lease.toByteArray())).blockLast(LIMIT);
        return all.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4095, 4096, 4097, 131_071, 131_072, 131_073, 5_000_000})
    void allBytesComeInOrder(int size) throws IOException {
        byte[] content = random(size);
        Path file = file(content);
        assertThat(bytes(ring.files().read(file))).isEqualTo(content);
        ReadOptions small = ReadOptions.defaults().withChunkBytes(4096).withReadAhead(16);
        assertThat(bytes(ring.files().read(file, small))).isEqualTo(content);
    }

    @Test
    void aPartIsRead() throws IOException {
        byte[] content = random(1_000_000);
        RingFile file = ring.files().open(file(content)).block(LIMIT);
        byte[] part = bytes(file.read(12_345, 700_001));
        assertThat(part).isEqualTo(Arrays.copyOfRange(content, 12_345, 712_346));
        assertThat(bytes(file.read(999_999, 10))).hasSize(1);
        assertThat(bytes(file.read(1_000_000, 10))).isEmpty();
        assertThat(bytes(file.read(5_000_000, 10))).isEmpty();
        assertThat(bytes(file.read(10, 0))).isEmpty();
        file.close().block(LIMIT);
    }

    @Test
    void bytesBeyondFourGigabytes() throws IOException {
        Path path = directory.resolve("sparse");
        try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
            sparse.setLength(6L << 30);
            sparse.seek(5L << 30);
            sparse.write("beyond".getBytes(StandardCharsets.US_ASCII));
        }
        ReadOptions there = ReadOptions.defaults().withFrom(5L << 30).withLengthBytes(6);
        assertThat(new String(bytes(ring.files().read(path, there)), StandardCharsets.US_ASCII))
                .isEqualTo("beyond");
    }

    /** F4. */
    @ParameterizedTest
    @ValueSource(strings = {"/proc/cpuinfo", "/proc/self/limits", "/sys/kernel/mm/transparent_hugepage/enabled"})
    void aSizeThatIsALieIsNotBelieved(String name) throws IOException {
        Path path = Path.of(name);
        assertThat(Files.exists(path)).isTrue();
        assertThat(bytes(ring.files().read(path)).length).isGreaterThan(0).isEqualTo(Files.readAllBytes(path).length);
    }

    /** F6. */
    @Test
    void aDeviceWithoutAnEndIsReadAsFarAsItIsWanted() {
        List<Integer> lengths = ring.files()
                .read(Path.of("/dev/zero"))
                .asByteArray()
                .map(piece -> piece.length)
                .take(16)
                .collectList()
                .block(LIMIT);
        // the device stops where another thread wants the processor
        assertThat(lengths).hasSize(16).allSatisfy(length -> assertThat(length).isBetween(1, 131_072));
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThatThrownBy(() -> ring.files().read(directory.resolve("none")).blockLast(LIMIT))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("OPENAT")
                .hasMessageContaining("none");
    }

    @Test
    void aDirectoryHasNoBytes() {
        assertThatThrownBy(() -> ring.files().read(directory).blockLast(LIMIT))
                .isInstanceOf(RingException.class)
                .hasMessageContaining("EISDIR");
    }

    @Test
    void readsRunAheadOfDemandWithinTheirWindow() throws IOException {
        Path path = file(random(4_000_000));
        ReadOptions options = ReadOptions.defaults().withChunkBytes(65_536).withReadAhead(4);
        StepVerifier.create(ring.files().read(path, options).asByteArray(), 0)
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> assertThat(ring.loop().liveLeases()).isLessThanOrEqualTo(4))
                .thenRequest(3)
                .expectNextCount(3)
                .then(() -> assertThat(ring.loop().liveLeases()).isLessThanOrEqualTo(4))
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void aCloseEndsTheStreamsOfTheFile() throws IOException {
        RingFile file = ring.files().open(file(random(4_000_000))).block(LIMIT);
        StepVerifier.create(file.read().asByteArray(), 1)
                .expectNextCount(1)
                .then(() -> file.close().block(LIMIT))
                .expectError(CancelledException.class)
                .verify(LIMIT);
        assertThatThrownBy(() -> file.read().blockLast(LIMIT))
                .isInstanceOf(CancelledException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void theRingsEndEndsTheStreams() throws IOException {
        RingFile file = ring.files().open(file(random(4_000_000))).block(LIMIT);
        StepVerifier.create(file.read().asByteArray(), 1)
                .expectNextCount(1)
                .then(() -> ring.disposeLater().block(LIMIT))
                .expectError(CancelledException.class)
                .verify(LIMIT);
    }

    @Test
    void aSubscriberThatCancelsFromWithin() throws Exception {
        Path path = file(random(4_000_000));
        for (int i = 1; i < 20; i++) {
            CountDownLatch cancelled = new CountDownLatch(1);
            int wanted = i;
            ring.files().read(path).subscribe(new BaseSubscriber<>() {
                private int seen;

                @Override
                protected void hookOnNext(BufferLease lease) {
                    if (++seen == wanted) {
                        cancel();
                        cancelled.countDown();
                    }
                }
            });
            assertThat(cancelled.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void allOfASmallFile() throws IOException {
        byte[] content = random(100_000);
        Path path = file(content);
        assertThat(ring.files().readAll(path, 100_000).block(LIMIT)).isEqualTo(content);
        assertThatThrownBy(() -> ring.files().readAll(path, 99_999).block(LIMIT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("longer");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rangesAnywhere(boolean direct) throws IOException {
        byte[] content = random(1_000_000);
        RingFile file = ring.files()
                .open(file(content), direct ? new OpenOption[] {RingOpenOption.DIRECT} : new OpenOption[0])
                .block(LIMIT);
        Random random = new Random(1);
        List<FileRange> ranges = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            ranges.add(new FileRange(random.nextInt(1_010_000), 1 + random.nextInt(20_000)));
        }
        for (int i = 0; i < 200; i++) {
            ranges.add(new FileRange(4096L * i, 4096)); // neighbours
        }
        Map<Long, Integer> lengths = new HashMap<>();
        ranges.forEach(range -> lengths.merge(range.position(), range.lengthBytes(), Math::max));
        long pieces = file.readMany(Flux.fromIterable(ranges), 32)
                .doOnNext(piece -> {
                    byte[] bytes = piece.lease().toByteArray();
                    int from = (int) Math.min(piece.position(), content.length);
                    int longest = lengths.get(piece.position());
                    assertThat(bytes.length).isLessThanOrEqualTo(longest);
                    assertThat(bytes).isEqualTo(Arrays.copyOfRange(content, from, from + bytes.length));
                    assertThat(bytes.length == 0).isEqualTo(piece.position() >= content.length);
                })
                .count()
                .block(LIMIT);
        assertThat(pieces).isEqualTo(1200);
        StepVerifier.create(file.readMany(Flux.fromIterable(ranges).hide(), 8), 3)
                .expectNextCount(3)
                .thenRequest(5)
                .expectNextCount(5)
                .thenCancel()
                .verify(LIMIT);
        file.close().block(LIMIT);
    }

    @Test
    void aCloseEndsWhatWaitsForRanges() throws IOException {
        RingFile file = ring.files().open(file(random(1000))).block(LIMIT);
        StepVerifier.create(file.readMany(Flux.never(), 4))
                .then(() -> file.close().block(LIMIT))
                .expectError(CancelledException.class)
                .verify(LIMIT);
        assertThatThrownBy(
                        () -> file.readMany(Flux.just(new FileRange(0, 1)), 4).blockLast(LIMIT))
                .isInstanceOf(CancelledException.class);
        assertThatThrownBy(() -> ring.files().ofDescriptor(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aStreamHasNoRanges() {
        RingFile zeros = ring.files().open(Path.of("/dev/zero")).block(LIMIT);
        assertThatThrownBy(
                        () -> zeros.readMany(Flux.just(new FileRange(0, 1)), 4).blockLast(LIMIT))
                .hasMessageContaining("ESPIPE");
        zeros.close().block(LIMIT);
    }

    @Test
    void recordsOfAFile() throws IOException {
        Path path = file(new byte[] {1, '\r', 0, 0, -1, 10, 0, 7});
        List<byte[]> records =
                ring.files().read(path).records((byte) 0, 100).collectList().block(LIMIT);
        assertThat(records).containsExactly(new byte[] {1, '\r'}, new byte[0], new byte[] {-1, 10}, new byte[] {7});
        assertThatThrownBy(() -> ring.files().read(path).records((byte) 0, 1).blockLast(LIMIT))
                .isInstanceOf(LineTooLongException.class);
    }

    @Test
    void linesOfAFile() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            text.append("line ").append(i).append(i % 3 == 0 ? "\r\n" : "\n");
        }
        Path path = file(text.toString().getBytes(StandardCharsets.UTF_8));
        List<String> lines = ring.files()
                .read(path)
                .lines(StandardCharsets.UTF_8, 100)
                .collectList()
                .block(LIMIT);
        assertThat(lines).hasSize(100_000).startsWith("line 0", "line 1").endsWith("line 99999");
        StepVerifier.create(ring.files().read(path).lines(StandardCharsets.UTF_8, 100), 5)
                .expectNextCount(5)
                .thenRequest(7)
                .expectNextCount(7)
                .thenCancel()
                .verify(LIMIT);
    }
}
