package io.fluxring.spring.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.file.RingOpenOption;
import io.fluxring.reactor.file.WriteOptions;
import io.fluxring.spring.RingProperties;
import io.fluxring.spring.loops.ApplicationLoops;
import io.fluxring.spring.support.BufferLeaks;
import io.fluxring.spring.support.RunningApplication;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Data buffers to files, with and without a ring: the same bytes, and no buffer that is not released. */
@ParameterizedClass
@ValueSource(strings = {"required", "off"})
class RingDataBuffersWriteTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final OpenOption[] NEW = {StandardOpenOption.CREATE_NEW};

    private static RunningApplication application;
    private static RingDataBuffers buffers;

    @Parameter
    String mode;

    @TempDir
    Path directory;

    private final Queue<ByteBuf> made = new ConcurrentLinkedQueue<>();
    private final ByteArrayOutputStream expected = new ByteArrayOutputStream();
    private final Random random = new Random(11);
    private final BufferLeaks leaks = new BufferLeaks();

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @BeforeParameterizedClassInvocation
    static void start(String mode) {
        application = RunningApplication.of(Application.class, "fluxring.mode=" + mode);
        buffers = new RingDataBuffers(
                application.bean(ApplicationLoops.class),
                application.bean(RingProperties.class).files());
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        application.close();
    }

    @AfterEach
    void allIsReleased() {
        // a thread may still be writing one when the result is there
        Eventually.until("all buffers are released", () -> made.stream().allMatch(each -> each.refCnt() == 0));
        try (leaks) {
            leaks.assertNone();
        }
    }

    // ---- buffers of each kind

    private DataBuffer buffer(int index) {
        byte[] bytes = new byte[index % 7 == 3 ? 0 : 1 + random.nextInt(index % 5 == 0 ? 100_000 : 3_000)];
        random.nextBytes(bytes);
        expected.writeBytes(bytes);
        return switch (index % 4) {
            case 0 -> netty(PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(bytes));
            case 1 -> netty(PooledByteBufAllocator.DEFAULT.heapBuffer().writeBytes(bytes));
            case 2 -> netty(composite(bytes));
            default -> DefaultDataBufferFactory.sharedInstance.wrap(bytes);
        };
    }

    private static ByteBuf composite(byte... bytes) {
        int half = bytes.length / 2;
        return PooledByteBufAllocator.DEFAULT
                .compositeBuffer()
                .addComponent(
                        true, PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(bytes, 0, half))
                .addComponent(
                        true, PooledByteBufAllocator.DEFAULT.heapBuffer().writeBytes(bytes, half, bytes.length - half));
    }

    private DataBuffer netty(ByteBuf bytes) {
        made.add(bytes);
        return new NettyDataBufferFactory(PooledByteBufAllocator.DEFAULT).wrap(bytes);
    }

    private Flux<DataBuffer> source(int count) {
        return Flux.range(0, count).map(this::buffer);
    }

    // ---- the bytes

    @Test
    void writesBuffersOfAllKinds() throws Exception {
        Path file = directory.resolve("all");
        Files.writeString(file, "old contents");
        assertThat(buffers.write(source(400), file).block(LIMIT)).isEqualTo(expected.size());
        assertThat(file).hasBinaryContent(expected.toByteArray());
    }

    @Test
    void writesAtAPositionAndAppends() throws Exception {
        Path file = directory.resolve("part");
        expected.writeBytes(new byte[] {'o', 'l', 'd'});
        Files.writeString(file, "old contents");
        long bytes = buffers.write(source(50), file, WriteOptions.defaults().withPosition(3))
                .block(LIMIT);
        assertThat(bytes).isEqualTo(expected.size() - 3L);
        buffers.write(source(50), file, StandardOpenOption.APPEND).block(LIMIT);
        assertThat(file).hasBinaryContent(expected.toByteArray());
    }

    @Test
    void writesPastThePageCache() {
        assumeTrue(mode.equals("required"), "an option of the ring's files");
        Path file = directory.resolve("direct");
        long bytes = buffers.write(source(200), file, StandardOpenOption.CREATE, RingOpenOption.DIRECT)
                .block(LIMIT);
        assertThat(bytes).isEqualTo(expected.size());
        assertThat(file).hasBinaryContent(expected.toByteArray());
    }

    @Test
    void replacesContentsWhenAllOfThemAreThere() throws Exception {
        Path file = directory.resolve("below/replaced");
        buffers.replace(source(3), file).block(LIMIT);
        assertThat(file).hasBinaryContent(expected.toByteArray());
        byte[] old = expected.toByteArray();
        Flux<DataBuffer> torn = source(100).concatWith(Flux.error(new IllegalStateException("torn")));
        assertThatThrownBy(() -> buffers.replace(torn, file).block(LIMIT)).hasMessageContaining("torn");
        assertThat(file).hasBinaryContent(old);
        try (Stream<Path> names = Files.list(file.getParent())) {
            assertThat(names).containsExactly(file);
        }
    }

    @Test
    void replacesNoDirectory() throws Exception {
        Path taken = Files.createDirectory(directory.resolve("taken"));
        assertThatThrownBy(() -> buffers.replace(Flux.empty(), taken).block(LIMIT))
                .isInstanceOf(Exception.class);
        assertThat(taken).isEmptyDirectory();
    }

    // ---- ends that are no good ones

    @Test
    void removesItsFileWhenTheSourceFails() {
        Path file = directory.resolve("torn");
        Flux<DataBuffer> torn = source(100).concatWith(Flux.error(new IllegalStateException("torn")));
        assertThatThrownBy(() -> buffers.write(torn, file, NEW).block(LIMIT)).hasMessageContaining("torn");
        assertThat(file).doesNotExist();
    }

    @Test
    void doesNotSubscribeWhereItCanNotOpen() throws Exception {
        Path file = Files.createFile(directory.resolve("taken"));
        AtomicInteger subscriptions = new AtomicInteger();
        Flux<DataBuffer> source = source(1).doOnSubscribe(s -> subscriptions.incrementAndGet());
        assertThatThrownBy(() -> buffers.write(source, file, NEW).block(LIMIT)).isInstanceOf(Exception.class);
        assertThat(subscriptions).hasValue(0);
    }

    @Test
    void releasesWhatADeviceRefuses() {
        Path full = Path.of("/dev/full");
        assumeTrue(!Files.isRegularFile(full), "a test has replaced the device by a file");
        AtomicInteger cancels = new AtomicInteger();
        Flux<DataBuffer> source = source(300).doOnCancel(cancels::incrementAndGet);
        assertThatThrownBy(() ->
                        buffers.write(source, full, StandardOpenOption.WRITE).block(LIMIT))
                .hasStackTraceContaining("space");
        assertThat(cancels).hasValue(1);
    }

    @Test
    void cancelReleasesAndRemoves() throws Exception {
        Path file = directory.resolve("cancelled");
        Sinks.Many<DataBuffer> sink = Sinks.many().unicast().onBackpressureBuffer();
        Disposable writing = buffers.write(sink.asFlux(), file, NEW).subscribe();
        for (int i = 0; i < 100; i++) {
            sink.tryEmitNext(buffer(i)).orThrow();
        }
        Eventually.until(
                "the source is subscribed to",
                () -> sink.currentSubscriberCount() == 1); // before that the buffers are the sink's
        writing.dispose();
        Eventually.until("the file is removed", () -> !Files.exists(file));
    }

    @Test
    void holdsFewBuffersAtATime() {
        AtomicLong held = new AtomicLong();
        Flux<DataBuffer> source = Flux.range(0, 20_000).map(i -> {
            made.removeIf(each -> each.refCnt() == 0);
            held.accumulateAndGet(made.size(), Math::max);
            return netty(PooledByteBufAllocator.DEFAULT.directBuffer(4096).writeZero(4096));
        });
        buffers.write(source, directory.resolve("long")).block(LIMIT);
        assertThat(held.get()).isLessThan(200);
    }

    @Test
    void writesTheSameTwice() {
        Path file = directory.resolve("again");
        List<Long> counts = Flux.range(0, 2)
                .concatMap(i -> buffers.write(source(10), file))
                .collectList()
                .block(LIMIT);
        assertThat(counts).hasSize(2);
        assertThat(counts.get(0) + counts.get(1)).isEqualTo(expected.size());
    }
}
