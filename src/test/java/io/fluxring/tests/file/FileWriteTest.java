package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.error.CancelledException;
import io.fluxring.reactor.error.ConflictException;
import io.fluxring.reactor.error.NotFoundException;
import io.fluxring.reactor.file.Durability;
import io.fluxring.reactor.file.RingFile;
import io.fluxring.reactor.file.WriteOptions;
import io.fluxring.tests.support.RingGuard;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** Streams that are written to a file. */
class FileWriteTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @TempDir
    Path directory;

    private ReactiveRing ring;
    private Path path;

    @BeforeEach
    void open() {
        ring = guard.ring();
        path = directory.resolve("written");
    }

    /** Buffers of every size, on the heap and not, and what they come to. */
    private static List<ByteBuffer> buffers(int count, int mostBytes, ByteArrayOutputStream all) {
        Random random = new Random(count);
        List<ByteBuffer> buffers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] bytes = new byte[random.nextInt(mostBytes + 1)];
            random.nextBytes(bytes);
            all.writeBytes(bytes);
            buffers.add(
                    random.nextBoolean()
                            ? ByteBuffer.wrap(bytes)
                            : ByteBuffer.allocateDirect(bytes.length).put(0, bytes));
        }
        return buffers;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 10_000, 300_000})
    void allBuffersAreWrittenInOrder(int mostBytes) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List<ByteBuffer> buffers = buffers(100, mostBytes, all);
        long written = ring.files().write(path, Flux.fromIterable(buffers)).block(LIMIT);
        assertThat(written).isEqualTo(all.size());
        assertThat(Files.readAllBytes(path)).isEqualTo(all.toByteArray());
        assertThat(buffers).allSatisfy(buffer -> assertThat(buffer.position()).isZero());
    }

    @Test
    void aSourceOfAnotherThread() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List<ByteBuffer> buffers = buffers(2000, 5000, all);
        Flux<ByteBuffer> source = Flux.fromIterable(buffers).publishOn(Schedulers.parallel());
        assertThat(ring.files().write(path, source).block(LIMIT)).isEqualTo(all.size());
        assertThat(Files.readAllBytes(path)).isEqualTo(all.toByteArray());
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void asDurableAsAsked(Durability durability) throws IOException {
        WriteOptions options = WriteOptions.defaults().withDurability(durability);
        Flux<ByteBuffer> source = Flux.range(0, 50).map(i -> text("line " + i + "\n"));
        assertThat(ring.files().write(path, source, options).block(LIMIT)).isEqualTo(390);
        assertThat(Files.readAllLines(path)).hasSize(50).endsWith("line 49");
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void inTheMiddleOfAFile() throws IOException {
        Files.writeString(path, "0123456789");
        RingFile file = ring.files().open(path, StandardOpenOption.WRITE).block(LIMIT);
        assertThat(file.write(Flux.just(text("ab"), text("c")), 4).block(LIMIT)).isEqualTo(3);
        assertThat(file.write(Flux.just(text("beyond")), 5L << 30).block(LIMIT)).isEqualTo(6);
        file.close().block(LIMIT);
        assertThat(Files.size(path)).isEqualTo((5L << 30) + 6);
        byte[] start = Files.newInputStream(path).readNBytes(10);
        assertThat(new String(start, StandardCharsets.US_ASCII)).isEqualTo("0123abc789");
    }

    @Test
    void appendedAtTheEnd() throws IOException {
        Files.writeString(path, "begun\n");
        for (int i = 0; i < 3; i++) {
            String line = "line " + i + "\n";
            ring.files()
                    .write(path, Flux.just(text(line)), StandardOpenOption.APPEND)
                    .block(LIMIT);
        }
        assertThat(Files.readAllLines(path)).containsExactly("begun", "line 0", "line 1", "line 2");
    }

    @Test
    void nothingIsWrittenAsAnEmptyFile() throws IOException {
        assertThat(ring.files().write(path, Flux.empty()).block(LIMIT)).isZero();
        assertThat(Files.size(path)).isZero();
        assertThat(ring.files()
                        .write(path, Flux.just(ByteBuffer.allocate(0), ByteBuffer.allocate(0)))
                        .block(LIMIT))
                .isZero();
    }

    @Test
    void aFileIsCopiedByLeases() throws IOException {
        byte[] content = new byte[3_000_000];
        new Random(1).nextBytes(content);
        Path from = Files.write(directory.resolve("from"), content);
        RingFile to = ring.files()
                .open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE)
                .block(LIMIT);
        assertThat(to.writeLeases(ring.files().read(from), WriteOptions.defaults())
                        .block(LIMIT))
                .isEqualTo(content.length);
        to.close().block(LIMIT);
        assertThat(Files.readAllBytes(path)).isEqualTo(content);
    }

    @Test
    void aFileThatIsThereIsNoNewOne() throws IOException {
        Files.writeString(path, "kept");
        TestPublisher<ByteBuffer> source = TestPublisher.create();
        assertThatThrownBy(() -> ring.files()
                        .write(path, source, StandardOpenOption.CREATE_NEW)
                        .block(LIMIT))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("written");
        source.assertWasNotSubscribed();
        assertThat(Files.readString(path)).isEqualTo("kept");
    }

    @Test
    void aDirectoryThatIsMissing() {
        assertThatThrownBy(() -> ring.files()
                        .write(directory.resolve("none/file"), Flux.just(text("lost")))
                        .block(LIMIT))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void whenTheSourceFailsAFileOfOursIsRemoved() {
        Flux<ByteBuffer> source = Flux.just(text("some")).concatWith(Mono.error(new IllegalStateException("source")));
        assertThatThrownBy(() -> ring.files()
                        .write(path, source, StandardOpenOption.CREATE_NEW)
                        .block(LIMIT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("source");
        assertThat(path).doesNotExist();
    }

    @Test
    void whenTheSubscriberCancelsAFileOfOursIsRemoved() throws Exception {
        Sinks.Many<ByteBuffer> source = Sinks.many().unicast().onBackpressureBuffer();
        source.tryEmitNext(text("some"));
        StepVerifier.create(ring.files().write(path, source.asFlux(), StandardOpenOption.CREATE_NEW))
                .then(() -> Eventually.until(() -> "bytes", Eventually.LIMIT, () -> Files.exists(path)))
                .thenCancel()
                .verify(LIMIT);
        Eventually.until(() -> "removed", Eventually.LIMIT, () -> !Files.exists(path));
    }

    @Test
    void aFileThatHasTheNameOfOursByNowStays() throws IOException {
        Flux<ByteBuffer> source = Flux.range(0, 300).map(i -> text("some")).doOnNext(each -> {
            try {
                if (Files.deleteIfExists(path)) {
                    Files.writeString(path, "another's");
                    throw new IllegalStateException("source");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThatThrownBy(() -> ring.files()
                        .write(path, source, StandardOpenOption.CREATE_NEW)
                        .block(LIMIT))
                .hasMessage("source");
        assertThat(Files.readString(path)).isEqualTo("another's");
    }

    @Test
    void whatIsAppendedStaysInOnePiece() throws IOException {
        RingFile log = ring.files()
                .open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                .block(LIMIT);
        for (int length : new int[] {80, 3000, 40_000, 131_072}) {
            int count = 2_000_000 / length;
            Flux.range(0, 4)
                    .flatMap(
                            i -> log.append(Flux.range(0, count)
                                    .map(k -> text((i + "").repeat(length - 1) + "\n"))
                                    .publishOn(Schedulers.boundedElastic())),
                            4)
                    .blockLast(LIMIT);
        }
        log.close().block(LIMIT);
        assertThat(Files.readAllLines(path))
                .allSatisfy(line -> assertThat(line.chars().distinct().count()).isEqualTo(1));
    }

    @Test
    void aPublisherThatIsMissingHarmsNoFile() throws IOException {
        Files.writeString(path, "precious");
        assertThatThrownBy(() -> ring.files().write(path, null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ring.files().replace(path, null)).isInstanceOf(NullPointerException.class);
        assertThat(Files.readString(path)).isEqualTo("precious");
    }

    @Test
    void aPositionKeepsTheRestOfAFile() throws IOException {
        Files.writeString(path, "hello world");
        WriteOptions there = WriteOptions.defaults().withPosition(6);
        assertThat(ring.files().write(path, Flux.just(text("W")), there).block(LIMIT))
                .isEqualTo(1);
        assertThat(Files.readString(path)).isEqualTo("hello World");
        assertThatThrownBy(() -> ring.files().write(path, Flux.just(text("W")), there, StandardOpenOption.APPEND))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDeviceIsNotSynced() {
        WriteOptions durable = WriteOptions.defaults().withDurability(Durability.FULL);
        assertThat(ring.files()
                        .write(Path.of("/dev/null"), Flux.just(text("W")), durable)
                        .block(LIMIT))
                .isEqualTo(1);
    }

    @Test
    void aCloseEndsTheWrite() {
        RingFile file = ring.files()
                .open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE)
                .block(LIMIT);
        TestPublisher<ByteBuffer> source = TestPublisher.create();
        StepVerifier.create(file.write(source, 0))
                .then(() -> source.next(text("some")))
                .then(() -> file.close().block(LIMIT))
                .expectError(CancelledException.class)
                .verify(LIMIT);
        source.assertCancelled();
    }
}
