package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.Durability;
import io.fluxring.reactor.file.ReadOptions;
import io.fluxring.reactor.file.RingFile;
import io.fluxring.reactor.file.RingOpenOption;
import io.fluxring.reactor.file.WriteOptions;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** F5: direct I/O at places and of lengths that are no block's. */
class DirectFileTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int SIZE = 1 << 20;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @TempDir
    Path directory;

    private ReactiveRing ring;
    private Path path;

    @BeforeEach
    void open() {
        ring = guard.ring();
        path = directory.resolve("direct");
    }

    private static byte[] random(int bytes, int seed) {
        byte[] content = new byte[bytes];
        new Random(seed).nextBytes(content);
        return content;
    }

    private RingFile direct(OpenOption... options) {
        OpenOption[] all = Arrays.copyOf(options, options.length + 1);
        all[options.length] = RingOpenOption.DIRECT;
        try {
            return ring.files().open(path, all).block(LIMIT);
        } catch (RingException e) {
            return abort("this file system has no direct I/O: " + e.getMessage());
        }
    }

    /** The content, cut into elements of every size. */
    private static Flux<ByteBuffer> pieces(byte[] content, int mostBytes) {
        Random random = new Random(mostBytes);
        return Flux.generate(() -> 0, (at, sink) -> {
            if (at == content.length) {
                sink.complete();
                return at;
            }
            int length = Math.min(content.length - at, 1 + random.nextInt(mostBytes));
            sink.next(ByteBuffer.wrap(content, at, length));
            return at + length;
        });
    }

    @ParameterizedTest
    @CsvSource({"4096", "8704", "1048573", "0", "1", "4095", "1048576", "3000000"})
    void writtenAnywhere(long position) throws IOException {
        byte[] before = random(SIZE, 1);
        Files.write(path, before);
        byte[] bytes = random(10_007, 2);
        RingFile file = direct(StandardOpenOption.WRITE);
        assertThat(file.write(pieces(bytes, 3000), position).block(LIMIT)).isEqualTo(bytes.length);
        file.close().block(LIMIT);
        byte[] expected = Arrays.copyOf(before, (int) Math.max(SIZE, position + bytes.length));
        System.arraycopy(bytes, 0, expected, (int) position, bytes.length);
        assertThat(Files.readAllBytes(path)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 511, 512, 4096, 8704, 1_048_573})
    void readAnywhere(long position) throws IOException {
        byte[] content = random(SIZE, 1);
        Files.write(path, content);
        RingFile file = direct();
        ReadOptions options = ReadOptions.defaults()
                .withFrom(position)
                .withLengthBytes(10_007)
                .withChunkBytes(4096);
        int end = (int) Math.min(SIZE, position + 10_007);
        assertThat(FileReadTest.bytes(file.read(options))).isEqualTo(Arrays.copyOfRange(content, (int) position, end));
        assertThat(FileReadTest.bytes(file.read(position, Long.MAX_VALUE)))
                .isEqualTo(Arrays.copyOfRange(content, (int) position, SIZE));
        file.close().block(LIMIT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4096, 131_072, 131_073, 1_000_000, 3_333_333})
    void aWholeFile(int size) throws IOException {
        byte[] content = random(size, 3);
        RingFile file = direct(StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        WriteOptions durable = WriteOptions.defaults().withPosition(0).withDurability(Durability.DATA);
        assertThat(file.write(pieces(content, 200_000), durable).block(LIMIT)).isEqualTo(size);
        file.close().block(LIMIT);
        assertThat(Files.readAllBytes(path)).isEqualTo(content);
        RingFile back = direct();
        assertThat(FileReadTest.bytes(back.read())).isEqualTo(content);
        back.close().block(LIMIT);
    }

    @Test
    void leasesOfAnotherFile() throws IOException {
        byte[] content = random(777_777, 4);
        Path from = Files.write(directory.resolve("from"), content);
        RingFile file = direct(StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        Flux<BufferLease> leases =
                ring.files().read(from, ReadOptions.defaults().withChunkBytes(4096));
        assertThat(file.writeLeases(leases, WriteOptions.defaults().withPosition(100))
                        .block(LIMIT))
                .isEqualTo(content.length);
        file.close().block(LIMIT);
        byte[] written = Files.readAllBytes(path);
        assertThat(Arrays.copyOfRange(written, 100, written.length)).isEqualTo(content);
    }

    @Test
    void appended() throws IOException {
        Files.writeString(path, "begun");
        RingFile file = direct(StandardOpenOption.APPEND);
        assertThat(file.write(pieces(random(5000, 5), 100), WriteOptions.defaults())
                        .block(LIMIT))
                .isEqualTo(5000);
        file.close().block(LIMIT);
        assertThat(Files.size(path)).isEqualTo(5005);
        assertThat(Files.readString(path, StandardCharsets.ISO_8859_1)).startsWith("begun");
    }
}
