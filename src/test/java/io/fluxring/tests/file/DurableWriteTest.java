package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.sys.Opcode;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.error.CancelledException;
import io.fluxring.reactor.error.NoSpaceException;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.RingFile;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

/** A write and a sync in one chain. */
class DurableWriteTest {
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
        path = directory.resolve("file");
    }

    private RingFile file(OpenOption... options) {
        return ring.files().open(path, options).block(LIMIT);
    }

    private List<String> observe() {
        List<String> ended = Collections.synchronizedList(new ArrayList<>());
        RingGuard.ask(ring, loop -> {
            loop.observe((operation, result, flags) -> {
                if (operation.opcode() == Opcode.WRITE || operation.opcode() == Opcode.FSYNC) {
                    ended.add(operation.opcode() + " " + result);
                }
            });
            return loop;
        });
        return ended;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theSyncFollowsTheWrite(boolean direct) throws IOException {
        byte[] content = new byte[100_000];
        new Random(1).nextBytes(content);
        RingFile file = file(StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        List<String> ended = observe();
        ByteBuffer bytes =
                direct ? ByteBuffer.allocateDirect(content.length).put(content).flip() : ByteBuffer.wrap(content);
        assertThat(file.writeAndSync(bytes, 3L << 30).block(LIMIT)).isEqualTo(content.length);
        assertThat(bytes.hasRemaining()).isFalse();
        file.close().block(LIMIT); // behind all that is observed
        assertThat(ended).containsExactly("WRITE 100000", "FSYNC 0");
        try (var in = Files.newByteChannel(path)) {
            ByteBuffer read = ByteBuffer.allocate(content.length + 1);
            in.position(3L << 30);
            while (in.read(read) > 0) {
                // to the end
            }
            assertThat(read.flip()).isEqualTo(ByteBuffer.wrap(content));
        }
    }

    @Test
    void nothingIsSyncedAlone() {
        RingFile file = file(StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        List<String> ended = observe();
        assertThat(file.writeAndSync(ByteBuffer.allocate(0), 0).block(LIMIT)).isZero();
        file.close().block(LIMIT);
        assertThat(ended).containsExactly("FSYNC 0");
    }

    @Test
    void aFailedWriteIsNotSynced() throws IOException {
        Files.writeString(path, "old");
        RingFile file = file(StandardOpenOption.READ);
        List<String> ended = observe();
        assertThatThrownBy(() -> file.writeAndSync(ByteBuffer.allocate(10), 0).block(LIMIT))
                .isInstanceOf(RingException.class)
                .hasMessageContaining("WRITE")
                .hasMessageContaining("EBADF");
        file.close().block(LIMIT);
        assertThat(ended).containsExactly("WRITE -9", "FSYNC -125");
        assertThat(Files.readString(path)).isEqualTo("old");
    }

    /** A short write cuts the chain; the next one finds out why. */
    @Test
    void aFullDisk() throws IOException {
        try (Mounted mounted = new Mounted()) {
            path = mounted.memory(directory.resolve("full"), 1 << 20).resolve("file");
            RingFile file = file(StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            assertThatThrownBy(() ->
                            file.writeAndSync(ByteBuffer.allocate(3 << 20), 0).block(LIMIT))
                    .isInstanceOfSatisfying(
                            NoSpaceException.class,
                            e -> assertThat(e.transferredBytes()).hasValue(1 << 20))
                    .hasMessageContaining("WRITE");
            file.close().block(LIMIT);
        }
    }

    @Test
    void aSyncThatFails() throws IOException {
        try (Mounted mounted = new Mounted()) {
            path = mounted.deceptive(directory, 256 << 20, 16 << 20).resolve("file");
            RingFile file = file(StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            byte[] much = new byte[64 << 20];
            new Random(2).nextBytes(much);
            assertThatThrownBy(() -> file.writeAndSync(ByteBuffer.wrap(much), 0).block(LIMIT))
                    .isInstanceOf(RingException.class)
                    .hasMessageContaining("FSYNC");
            file.close().onErrorComplete().block(LIMIT);
        }
    }

    @Test
    void closedOrCancelled() {
        RingFile file = file(StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        for (int i = 0; i < 200; i++) {
            file.writeAndSync(ByteBuffer.allocate(100_000), 0).subscribe().dispose();
        }
        StepVerifier.create(file.writeAndSync(ByteBuffer.allocate(10), 0))
                .expectNext(10)
                .verifyComplete();
        file.close().block(LIMIT);
        assertThatThrownBy(() -> file.writeAndSync(ByteBuffer.allocate(10), 0).block(LIMIT))
                .isInstanceOf(CancelledException.class);
    }
}
