package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.RegisteredBuffer;
import io.fluxring.core.sys.Errno;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.ReactiveRingConfig;
import io.fluxring.reactor.error.CancelledException;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.FileAdvice;
import io.fluxring.reactor.file.IoFlag;
import io.fluxring.reactor.file.RingFile;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Single operations on an open file. */
class FileOperationTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long FAR = 5L << 30;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @TempDir
    Path directory;

    private ReactiveRing ring;
    private Path path;
    private RingFile file;

    @BeforeEach
    void open() throws IOException {
        ring = guard.ring(
                ReactiveRingConfig.defaults().withLoop(RingLoopConfig.defaults().withRegisteredBuffers(2)));
        path = Files.writeString(directory.resolve("file"), "0123456789");
        file = ring.files()
                .open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)
                .block(LIMIT);
    }

    @AfterEach
    void close() {
        file.close().block(LIMIT);
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String text(ByteBuffer filled) {
        return StandardCharsets.US_ASCII.decode(filled.flip()).toString();
    }

    @Test
    void aReadFillsItsBufferUpToTheEnd() {
        ByteBuffer heap = ByteBuffer.allocate(4);
        assertThat(file.read(heap, 3).block(LIMIT)).isEqualTo(4);
        assertThat(text(heap)).isEqualTo("3456");
        ByteBuffer direct = ByteBuffer.allocateDirect(100);
        assertThat(file.read(direct, 8).block(LIMIT)).isEqualTo(2);
        assertThat(text(direct)).isEqualTo("89");
        assertThat(file.read(direct.clear(), 10).block(LIMIT)).isZero();
        assertThat(file.read(ByteBuffer.allocate(0), 0).block(LIMIT)).isZero();
    }

    @Test
    void severalBuffersAreFilledInTurn() {
        List<ByteBuffer> buffers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            buffers.add(i % 2 == 0 ? ByteBuffer.allocate(1) : ByteBuffer.allocateDirect(1));
        }
        assertThat(file.read(buffers, 0).block(LIMIT)).isEqualTo(10);
        assertThat(buffers.subList(0, 10)).noneMatch(ByteBuffer::hasRemaining);
        assertThat(buffers.subList(10, 40)).allMatch(ByteBuffer::hasRemaining);
        List<ByteBuffer> written = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            written.add(text(i % 10 + ""));
        }
        assertThat(file.write(written, FAR).block(LIMIT)).isEqualTo(40);
        ByteBuffer back = ByteBuffer.allocate(40);
        assertThat(file.read(back, FAR).block(LIMIT)).isEqualTo(40);
        assertThat(text(back)).startsWith("01234567890").endsWith("6789");
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"ATOMIC", "NO_WAIT", "DONT_CACHE", "HIGH_PRIORITY"})
    void aWriteWithAFlag(IoFlag flag) throws IOException {
        ByteBuffer bytes = text("ab");
        assertThat(file.write(bytes, 4, flag).block(LIMIT)).isEqualTo(2);
        assertThat(bytes.hasRemaining()).isFalse();
        assertThat(Files.readString(path)).isEqualTo(flag == IoFlag.APPEND ? "0123456789ab" : "0123ab6789");
    }

    @Test
    void pollingNeedsARingThatPolls() {
        assertThatThrownBy(() -> file.write(text("ab"), 4, IoFlag.HIGH_PRIORITY).block(LIMIT))
                .isInstanceOf(RingException.class)
                .hasMessageContaining("polls");
    }

    @Test
    void whatWouldHaveToWaitIsRefusedOnDemand() throws IOException {
        file.sync(false).block(LIMIT);
        file.advise(0, 0, FileAdvice.DONT_NEED).block(LIMIT);
        ByteBuffer target = ByteBuffer.allocate(10);
        try {
            assertThat(file.read(target, 0, IoFlag.NO_WAIT).block(LIMIT)).isEqualTo(10); // cached after all
        } catch (RingException e) {
            assertThat(e.errno()).isEqualTo(Errno.EAGAIN);
            assertThat(target.position()).isZero();
        }
    }

    @Test
    void registeredBuffers() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(8192, 4096);
            RegisteredBuffer buffer = RingGuard.ask(
                    ring,
                    loop -> Objects.requireNonNull(loop.registeredBuffers()).add(memory, released -> {}));
            assertThat(file.readFixed(buffer, 100, 5, 2).block(LIMIT)).isEqualTo(5);
            assertThat(memory.asSlice(100, 5).toArray(ValueLayout.JAVA_BYTE))
                    .isEqualTo("23456".getBytes(StandardCharsets.US_ASCII));
            assertThat(file.writeFixed(buffer, 100, 5, FAR).block(LIMIT)).isEqualTo(5);
            assertThatThrownBy(() -> file.readFixed(buffer, 8190, 5, 0)).isInstanceOf(IndexOutOfBoundsException.class);
            ByteBuffer back = ByteBuffer.allocate(5);
            file.read(back, FAR).block(LIMIT);
            assertThat(text(back)).isEqualTo("23456");
            ring.disposeLater().block(LIMIT);
        }
    }

    @Test
    void theSizeOfAFile() throws IOException {
        file.truncate(4).block(LIMIT);
        assertThat(Files.readString(path)).isEqualTo("0123");
        file.truncate(FAR).block(LIMIT);
        assertThat(Files.size(path)).isEqualTo(FAR);
        file.truncate(0).block(LIMIT);
        file.allocate(0, 100_000).block(LIMIT);
        assertThat(Files.size(path)).isEqualTo(100_000);
        file.punchHole(4096, 4096).block(LIMIT);
        file.syncRange(0, 0).block(LIMIT);
        file.sync(true).block(LIMIT);
        file.sync(false).block(LIMIT);
        for (FileAdvice advice : FileAdvice.values()) {
            file.advise(0, 0, advice).block(LIMIT);
        }
    }

    @Test
    void badArgumentsAreRefusedAtTheCall() {
        assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1), -2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> file.truncate(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> file.allocate(-1, 5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> file.read(-1, 5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> file.read(1, -5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        file.read(ByteBuffer.allocate(1).asReadOnlyBuffer(), 0).block(LIMIT))
                .isInstanceOf(ReadOnlyBufferException.class);
    }

    @Test
    void anErrorOfTheKernelTells() {
        assertThatThrownBy(() -> file.allocate(0, 0).block(LIMIT))
                .isInstanceOf(RingException.class)
                .hasMessageContaining("FALLOCATE")
                .hasMessageContaining(path.toString())
                .hasMessageContaining("EINVAL");
    }

    @Test
    void aLockExcludesOthers() throws IOException {
        RingFile other = ring.files().open(path).block(LIMIT);
        assertThat(file.tryLock(true).block(LIMIT)).isTrue();
        assertThat(other.tryLock(true).block(LIMIT)).isTrue();
        assertThat(file.tryLock(false).block(LIMIT)).isFalse();
        other.close().block(LIMIT); // law 15: what is closed is released
        assertThat(file.tryLock(false).block(LIMIT)).isTrue();
        RingFile third = ring.files().open(path).block(LIMIT);
        assertThat(third.tryLock(false).block(LIMIT)).isFalse();
        file.unlock().block(LIMIT);
        assertThat(third.tryLock(false).block(LIMIT)).isTrue();
        third.close().block(LIMIT);
    }

    @Test
    void aChannelOfTheJdk() throws Exception {
        AsynchronousFileChannel channel = file.asChannel();
        assertThat(channel.size()).isEqualTo(10);
        ByteBuffer target = ByteBuffer.allocate(4);
        assertThat(channel.read(target, 8).get()).isEqualTo(2);
        assertThat(text(target)).isEqualTo("89");
        assertThat(channel.read(target.clear(), 10).get()).isEqualTo(-1);
        assertThat(channel.write(text("ab"), 9).get()).isEqualTo(2);
        channel.force(true);
        assertThat(channel.truncate(100).size()).isEqualTo(11);
        assertThat(channel.truncate(10).size()).isEqualTo(10);
        assertThat(Files.readString(path)).isEqualTo("012345678a");
        CompletableFuture<String> told = new CompletableFuture<>();
        channel.read(target.clear(), 0, "attached", new CompletionHandler<Integer, String>() {
            @Override
            public void completed(Integer bytes, String attachment) {
                told.complete(attachment + bytes);
            }

            @Override
            public void failed(Throwable e, String attachment) {
                told.completeExceptionally(e);
            }
        });
        assertThat(told.get()).isEqualTo("attached4");
        channel.close();
        assertThat(channel.isOpen()).isFalse();
        assertThatThrownBy(channel::size).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void aClosedFileIsCancelled() {
        file.close().block(LIMIT);
        file.close().block(LIMIT);
        assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1), 0).block(LIMIT))
                .isInstanceOf(CancelledException.class);
        assertThatThrownBy(() -> file.sync(true).block(LIMIT)).isInstanceOf(CancelledException.class);
    }
}
