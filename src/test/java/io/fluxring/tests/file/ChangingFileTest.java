package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.file.ReadOptions;
import io.fluxring.tests.support.RingGuard;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

/** Files that others change while they are read. */
class ChangingFileTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final ReadOptions SMALL =
            ReadOptions.defaults().withChunkBytes(4096).withReadAhead(4);

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @TempDir
    Path directory;

    private final byte[] content = new byte[1_000_000];
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private ReactiveRing ring;
    private Path path;

    @BeforeEach
    void open() throws IOException {
        ring = guard.ring();
        new Random(3).nextBytes(content);
        path = Files.write(directory.resolve("content"), content);
    }

    private void took(BufferLease lease) {
        read.writeBytes(lease.toByteArray());
    }

    private void resize(long bytes) {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void oneThatIsCutShortEndsWhereItDoes() {
        StepVerifier.create(ring.files().read(path, SMALL).doOnNext(this::took), 10)
                .expectNextCount(10)
                .then(() -> resize(500_123))
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(lease -> true)
                .verifyComplete();
        assertThat(read.toByteArray()).isEqualTo(Arrays.copyOf(content, 500_123));
    }

    @Test
    void oneThatIsCutToNothingEnds() {
        StepVerifier.create(ring.files().read(path, SMALL).doOnNext(this::took), 1)
                .expectNextCount(1)
                .then(() -> resize(0))
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(lease -> true)
                .verifyComplete();
        assertThat(read.toByteArray()).isEqualTo(Arrays.copyOf(content, read.size()));
        assertThat(read.size()).isLessThanOrEqualTo(6 * 4096); // what was read ahead
    }

    /** The size at the opening is a hint and not the end. */
    @Test
    void oneThatGrowsIsReadToItsNewEnd() {
        byte[] more = new byte[300_001];
        new Random(4).nextBytes(more);
        StepVerifier.create(ring.files().read(path, SMALL).doOnNext(this::took), 10)
                .expectNextCount(10)
                .then(() -> {
                    try {
                        Files.write(path, more, StandardOpenOption.APPEND);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                })
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(lease -> true)
                .verifyComplete();
        byte[] all = Arrays.copyOf(content, content.length + more.length);
        System.arraycopy(more, 0, all, content.length, more.length);
        assertThat(read.toByteArray()).isEqualTo(all);
    }

    @Test
    void oneThatIsRemovedIsReadAllTheSame() {
        StepVerifier.create(ring.files().read(path, SMALL).doOnNext(this::took), 1)
                .expectNextCount(1)
                .then(() -> assertThat(path.toFile().delete()).isTrue())
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(lease -> true)
                .expectComplete()
                .verify(LIMIT);
        assertThat(read.toByteArray()).isEqualTo(content);
    }
}
