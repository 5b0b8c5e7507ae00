package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.ReadOptions;
import io.fluxring.tests.support.ChildJvm;
import io.fluxring.tests.support.RingGuard;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A device that can't give a part of its bytes: a loop device over a file that was cut short. Needs root. */
class FailingDeviceTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int GOOD_BYTES = 2 * 1024 * 1024;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @TempDir
    Path directory;

    private final byte[] content = new byte[2 * GOOD_BYTES];
    private ReactiveRing ring;
    private Path device = Path.of("");

    @BeforeEach
    void open() throws IOException {
        ring = guard.ring();
        new Random(5).nextBytes(content);
        Path backing = Files.write(directory.resolve("backing"), content);
        assumeTrue(Files.exists(Path.of("/dev/loop-control")), "there are no loop devices");
        try (ChildJvm losetup = ChildJvm.run(List.of("losetup", "-f", "--show", backing.toString()))) {
            assumeTrue(losetup.awaitExit() == 0, "a loop device can't be made: " + losetup.errors());
            device = Path.of(losetup.output().getFirst());
        }
        try (RandomAccessFile file = new RandomAccessFile(backing.toFile(), "rw")) {
            file.setLength(GOOD_BYTES);
        }
    }

    @AfterEach
    void removeDevice() throws IOException {
        if (device.isAbsolute()) {
            try (ChildJvm losetup = ChildJvm.run(List.of("losetup", "-d", device.toString()))) {
                losetup.awaitExit();
            }
        }
    }

    private static Throwable failure(Mono<?> operation) {
        return operation
                .map(result -> new AssertionError("no failure: " + result))
                .cast(Throwable.class)
                .onErrorResume(Mono::just)
                .block(LIMIT);
    }

    @Test
    void allThatCanBeReadComesBeforeTheError() {
        for (int chunkBytes : new int[] {4096, 131_072}) {
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            Throwable failure = failure(ring.files()
                    .read(device, ReadOptions.defaults().withChunkBytes(chunkBytes))
                    .doOnNext(lease -> read.writeBytes(lease.toByteArray()))
                    .then(Mono.just("the end")));
            assertThat(failure).isInstanceOf(RingException.class).hasMessageContaining(device.toString());
            assertThat(((RingException) failure).errno()).isEqualTo(Errno.EIO);
            assertThat(read.toByteArray()).isEqualTo(Arrays.copyOf(content, GOOD_BYTES));
            RingGuard.awaitNoLeases(ring);
            Eventually.until("no device open", () -> OpenNames.below(device).isEmpty());
        }
    }

    /** What was asked for before the bad part is whole. */
    @Test
    void aPartBeforeTheBadOneIsRead() {
        ReadOptions good = ReadOptions.defaults().withFrom(GOOD_BYTES - 300_000).withLengthBytes(200_000);
        assertThat(FileReadTest.bytes(ring.files().read(device, good)))
                .isEqualTo(Arrays.copyOfRange(content, GOOD_BYTES - 300_000, GOOD_BYTES - 100_000));
    }

    @Test
    void aWriteToAFullDeviceTells() {
        Throwable failure = failure(ring.files()
                .write(
                        Path.of("/dev/full"),
                        Flux.just(ByteBuffer.allocate(10), ByteBuffer.allocateDirect(5000)),
                        StandardOpenOption.WRITE));
        assertThat(((RingException) failure).errno()).isEqualTo(Errno.ENOSPC);
        assertThat(((RingException) failure).transferredBytes().orElse(-1)).isZero();
    }
}
