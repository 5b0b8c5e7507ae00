package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.sys.Errno;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.ReadOptions;
import io.fluxring.reactor.file.RingFile;
import io.fluxring.reactor.file.RingOpenOption;
import io.fluxring.reactor.file.WriteOptions;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Direct I/O with lengths, places and memory as they come: what is written and read is the same as through the page cache. */
class DirectRandomTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int SEEDS = 60;
    private static final int FILE_BYTES = 900_000;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @TempDir
    Path directory;

    private ReactiveRing ring;

    @BeforeEach
    void open() {
        ring = guard.ring();
    }

    private RingFile direct(Path path) {
        try {
            return ring.files()
                    .open(
                            path,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.CREATE,
                            RingOpenOption.DIRECT)
                    .block(LIMIT);
        } catch (RingException e) {
            assumeTrue(e.errno() != Errno.EINVAL, "the file system of temporary files has no direct I/O");
            throw e;
        }
    }

    /** Buffers of any length, on the heap or not, whose memory begins anywhere. */
    private static List<ByteBuffer> cut(byte[] content, int from, int to, SplittableRandom random) {
        List<ByteBuffer> buffers = new ArrayList<>();
        int most = 1 << 1 + random.nextInt(18);
        for (int at = from; at < to; ) {
            int length = Math.min(to - at, random.nextInt(4) == 0 ? 4096 : 1 + random.nextInt(most));
            if (random.nextBoolean()) {
                buffers.add(ByteBuffer.wrap(content, at, length));
            } else {
                int odd = random.nextInt(9);
                buffers.add(ByteBuffer.allocateDirect(length + odd)
                        .put(odd, content, at, length)
                        .position(odd));
            }
            at += length;
        }
        return buffers;
    }

    @Test
    void whateverIsWrittenIsThere() throws IOException {
        for (int seed = 1; seed <= SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] content = new byte[FILE_BYTES];
            random.nextBytes(content);
            Path path = Files.write(directory.resolve("written"), content);
            random.nextBytes(content);
            byte[] before = Files.readAllBytes(path);
            int from = random.nextInt(3) == 0 ? random.nextInt(30) * 4096 : random.nextInt(FILE_BYTES / 2);
            int to = from + random.nextInt(FILE_BYTES - from);
            Flux<ByteBuffer> source = Flux.fromIterable(cut(content, from, to, random));
            RingFile file = direct(path);
            WriteOptions options = WriteOptions.defaults().withPosition(from).withWriteBehind(1 + random.nextInt(8));
            long written = file.write(random.nextBoolean() ? source : source.publishOn(Schedulers.parallel()), options)
                    .block(LIMIT);
            file.close().block(LIMIT);
            System.arraycopy(content, from, before, from, to - from);
            assertThat(written).as("seed " + seed).isEqualTo(to - from);
            assertThat(Arrays.mismatch(Files.readAllBytes(path), before))
                    .as("seed " + seed + ", " + from + " to " + to)
                    .isEqualTo(-1);
        }
    }

    @Test
    void whateverIsReadIsWhatIsThere() throws IOException {
        byte[] content = new byte[FILE_BYTES + 77];
        new SplittableRandom(1).nextBytes(content);
        RingFile file = direct(Files.write(directory.resolve("read"), content));
        for (int seed = 1; seed <= SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int from = random.nextInt(content.length + 5000);
            int length = random.nextInt(content.length);
            ReadOptions options = ReadOptions.defaults()
                    .withFrom(from)
                    .withLengthBytes(length)
                    .withChunkBytes(4096 << random.nextInt(6))
                    .withReadAhead(1 + random.nextInt(8));
            int to = Math.min(content.length, from + length);
            byte[] expected = from < to ? Arrays.copyOfRange(content, from, to) : new byte[0];
            assertThat(Arrays.mismatch(FileReadTest.bytes(file.read(options)), expected))
                    .as("seed " + seed + ", " + options)
                    .isEqualTo(-1);
        }
        file.close().block(LIMIT);
    }

    /** The end of the file lies in the midst of what is written, and what was there before is a hole. */
    @Test
    void aFileThatBeginsEmpty() throws IOException {
        for (int seed = 1; seed <= SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] content = new byte[1 + random.nextInt(300_000)];
            random.nextBytes(content);
            Path path = directory.resolve("new" + seed);
            long written = ring.files()
                    .write(
                            path,
                            Flux.fromIterable(cut(content, 0, content.length, random)),
                            StandardOpenOption.CREATE_NEW,
                            RingOpenOption.DIRECT)
                    .block(LIMIT);
            assertThat(written).as("seed " + seed).isEqualTo(content.length);
            assertThat(Arrays.mismatch(Files.readAllBytes(path), content))
                    .as("seed " + seed)
                    .isEqualTo(-1);
        }
    }
}
