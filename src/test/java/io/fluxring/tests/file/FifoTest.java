package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.error.CancelledException;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.RingFile;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** FIFOs: streams whose other end may be away, or slow. */
class FifoTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @TempDir
    Path directory;

    private ReactiveRing ring;
    private Path fifo;

    @BeforeEach
    void open() throws IOException {
        ring = guard.ring();
        fifo = OpenNames.fifo(directory.resolve("fifo"));
    }

    /** Opens it for both directions, which waits for no other end. */
    private RingFile bothEnds() {
        return ring.files()
                .open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE)
                .block(LIMIT);
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void linesOfAWriterThatComesLater() throws IOException {
        CompletableFuture<List<String>> lines = ring.files()
                .read(fifo)
                .lines(StandardCharsets.US_ASCII, 100)
                .collectList()
                .toFuture();
        Files.writeString(fifo, "one\ntwo\nthree", StandardOpenOption.WRITE);
        assertThat(Flux.fromIterable(lines.join()).collectList().block(LIMIT)).containsExactly("one", "two", "three");
    }

    @Test
    void aReaderThatComesLaterGetsAll() throws Exception {
        byte[] content = new byte[1_000_000];
        new java.util.Random(1).nextBytes(content);
        CompletableFuture<byte[]> read = CompletableFuture.supplyAsync(() -> {
            try (InputStream in = Files.newInputStream(fifo)) {
                return in.readAllBytes();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        RingFile hold = bothEnds(); // a reader is there from the start
        Flux<ByteBuffer> pieces = Flux.range(0, 100)
                .map(i -> ByteBuffer.wrap(content, i * 10_000, 10_000).slice());
        long written =
                ring.files().write(fifo, pieces, StandardOpenOption.WRITE).block(LIMIT);
        assertThat(written).isEqualTo(content.length);
        hold.close().block(LIMIT);
        assertThat(read.get()).isEqualTo(content);
    }

    /** Nothing is read that is not in demand: it would be lost to the next reader. */
    @Test
    void nothingIsTakenAheadOfDemand() {
        RingFile file = bothEnds();
        file.write(Flux.just(text("first")), 0).block(LIMIT);
        StepVerifier.create(file.read().asString(StandardCharsets.US_ASCII), 1)
                .expectNext("first")
                .then(() -> file.write(Flux.just(text("second")), 0).block(LIMIT))
                .thenCancel()
                .verify(LIMIT);
        StepVerifier.create(file.read().asString(StandardCharsets.US_ASCII), 1)
                .expectNext("second")
                .thenCancel()
                .verify(LIMIT);
        file.close().block(LIMIT);
    }

    @Test
    void aCancelEndsAReadThatWaits() {
        RingFile file = bothEnds();
        Disposable reading = file.read().subscribe();
        RingGuard.ask(ring, loop -> true);
        reading.dispose();
        RingGuard.awaitNoLeases(ring);
        file.close().block(LIMIT);
    }

    /** Whether the kernel knows the name already or not, and whether it may have to make the file. */
    @Test
    void oneThatIsNotReadCannotBeWritten() {
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() ->
                            ring.files().write(fifo, Flux.just(text("lost"))).block(LIMIT))
                    .isInstanceOf(RingException.class)
                    .hasMessageContaining("ENXIO");
            assertThatThrownBy(() -> ring.files()
                            .write(fifo, Flux.just(text("lost")), StandardOpenOption.WRITE)
                            .block(LIMIT))
                    .isInstanceOf(RingException.class)
                    .hasMessageContaining("ENXIO");
        }
    }

    @Test
    void aCloseEndsWhatWaits() {
        RingFile file = bothEnds();
        AtomicReference<Throwable> stream = new AtomicReference<>();
        AtomicReference<Throwable> single = new AtomicReference<>();
        AtomicReference<Throwable> write = new AtomicReference<>();
        file.read().subscribe(lease -> {}, stream::set);
        file.read(ByteBuffer.allocate(10), -1).subscribe(count -> {}, single::set);
        RingGuard.ask(ring, loop -> true);
        file.close().block(LIMIT);
        Eventually.until("ends", () -> stream.get() != null && single.get() != null);
        RingFile full = bothEnds();
        full.write(Flux.just(ByteBuffer.allocate(10_000_000)), 0).subscribe(count -> {}, write::set);
        RingGuard.ask(ring, loop -> true);
        full.close().block(LIMIT);
        Eventually.until("the write's end", () -> write.get() != null);
        assertThat(List.of(stream.get(), single.get(), write.get())).hasOnlyElementsOfType(CancelledException.class);
    }

    /** The reader stands still: what is left of a buffer must not hold the file open for it. */
    @Test
    void aCancelEndsAWriteIntoAFullPipe() {
        RingFile file = bothEnds();
        for (int size : new int[] {100_000, 40_000_000}) { // the second has room in no batch as a whole
            Disposable writing = ring.files()
                    .write(fifo, Flux.just(ByteBuffer.allocate(size)), StandardOpenOption.WRITE)
                    .subscribe();
            Eventually.until("two are open", () -> OpenNames.below(directory).size() == 2);
            Eventually.until(
                    "the pipe is full",
                    () -> RingGuard.ask(ring, loop -> loop.liveLeases() > 0 || loop.liveOperations() > 0));
            writing.dispose();
            Eventually.until("one is open", () -> OpenNames.below(directory).size() == 1);
        }
        file.close().block(LIMIT);
    }

    @Test
    void aReaderThatGoesEndsTheWrite() throws IOException {
        RingFile file = bothEnds();
        CompletableFuture<RingFile> writer =
                ring.files().open(fifo, StandardOpenOption.WRITE).toFuture();
        RingFile to = writer.join();
        AtomicReference<Throwable> end = new AtomicReference<>();
        to.write(Flux.just(ByteBuffer.allocateDirect(200_000)), 0).subscribe(count -> {}, end::set);
        RingGuard.ask(ring, loop -> true);
        file.close().block(LIMIT);
        Eventually.until("the end", () -> end.get() != null);
        assertThat(end.get()).isInstanceOf(RingException.class).hasMessageContaining("EPIPE");
        to.close().block(LIMIT);
    }
}
