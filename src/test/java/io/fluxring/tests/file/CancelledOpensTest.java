package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** F1: opens that are cancelled while the kernel does them. */
class CancelledOpensTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int TIMES = 10_000;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @TempDir
    Path directory;

    private ReactiveRing ring;

    @BeforeEach
    void open() {
        ring = guard.ring();
    }

    /** Cancels 0 to 200 microseconds after the subscription. */
    private static void cancelSoon(Disposable running, int turn) {
        long until = System.nanoTime() + turn % 200 * 1000L;
        while (System.nanoTime() - until < 0) {
            Thread.onSpinWait();
        }
        running.dispose();
    }

    private void requireNothingOpen() {
        Eventually.until(
                () -> "no file open, but " + OpenNames.below(directory),
                Eventually.LIMIT,
                () -> OpenNames.below(directory).isEmpty());
    }

    @Test
    void noDescriptorIsLeft() throws IOException {
        Path there = Files.writeString(directory.resolve("there"), "some");
        for (int i = 0; i < TIMES; i++) {
            Disposable running = switch (i % 3) {
                case 0 -> ring.files().read(there).subscribe();
                case 1 ->
                    ring.files()
                            .open(there)
                            .doOnNext(file -> file.close().subscribe())
                            .subscribe();
                default ->
                    ring.files()
                            .open(directory.resolve("made"), StandardOpenOption.WRITE, StandardOpenOption.CREATE)
                            .doOnNext(file -> file.close().subscribe())
                            .subscribe();
            };
            cancelSoon(running, i);
        }
        requireNothingOpen();
    }

    /** The kernel has made the file, and is asked to cancel that: it must not stay, or a second try finds it. */
    @Test
    void noFileIsLeftThatWasToBeNew() {
        for (int i = 0; i < TIMES / 4; i++) {
            Path made = directory.resolve("made" + i);
            cancelSoon(
                    ring.files()
                            .write(made, Flux.<ByteBuffer>never(), StandardOpenOption.CREATE_NEW)
                            .subscribe(),
                    i);
        }
        requireNothingOpen();
        Eventually.until("an empty directory", () -> {
            try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
                return !left.iterator().hasNext();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** Each of them waits for the other end of its FIFO. */
    @Test
    void opensThatWaitHoldUpNothing() throws IOException {
        Path fifo = OpenNames.fifo(directory.resolve("fifo"));
        Path unread = OpenNames.fifo(directory.resolve("unread"));
        Flux<ByteBuffer> text = Flux.just(ByteBuffer.wrap("text".getBytes(StandardCharsets.US_ASCII)));
        List<Disposable> waiting = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            waiting.add(ring.files().read(fifo).subscribe());
            waiting.add(ring.files().write(unread, text).subscribe(count -> {}, failure -> {}));
        }
        Path other = directory.resolve("other");
        assertThat(ring.files().write(other, text).block(LIMIT)).isEqualTo(4);
        waiting.forEach(Disposable::dispose);
        requireNothingOpen();
    }
}
