package io.fluxring.spring.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.testing.Eventually;
import io.fluxring.spring.support.Mode;
import io.fluxring.spring.support.RunningApplication;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.client.MultipartBodyBuilder;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** Bodies in both directions, byte by byte. */
class BodiesTest {
    private static final int LARGE_BYTES = 64 << 20;

    /** What a body may take of direct memory at once, however large it is; the allocator takes whole chunks of some megabytes. */
    private static final long FLAT_BYTES = 24 << 20;

    private static RunningApplication application;
    private static WebClient client;
    private static BodiesApplication.Hanging hanging;

    @BeforeAll
    static void start() {
        application = RunningApplication.of(
                BodiesApplication.class,
                "fluxring.loops=2",
                Mode.PROPERTY,
                "server.compression.enabled=true",
                "server.compression.min-response-size=1KB");
        client = application.client();
        hanging = application.bean(BodiesApplication.Hanging.class);
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    private static long usedDirectBytes() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }

    private static Flux<DataBuffer> get(String path) {
        return client.get().uri(path).retrieve().bodyToFlux(DataBuffer.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4_095, 4_096, 4_097, 65_536, 1_000_003})
    void randomBytesGoBothWays(int length) {
        Flux<DataBuffer> back = client.post()
                .uri("/echo")
                .body(Bytes.flux(length), DataBuffer.class)
                .retrieve()
                .bodyToFlux(DataBuffer.class);
        assertThat(Bytes.count(back).block(Eventually.LIMIT)).isEqualTo(length);
    }

    @Test
    void manyRequestsAtOnce() {
        Long total = Flux.range(0, 60)
                .flatMap(
                        i -> Bytes.count(client.post()
                                .uri("/echo")
                                .body(Bytes.flux(i * 523L), DataBuffer.class)
                                .retrieve()
                                .bodyToFlux(DataBuffer.class)),
                        32)
                .reduce(Long::sum)
                .block(Eventually.LIMIT);
        assertThat(total).isEqualTo(523L * 59 * 60 / 2);
    }

    @Test
    void aLargeDownloadIsFlat() {
        long before = usedDirectBytes();
        AtomicLong most = new AtomicLong();
        Flux<DataBuffer> body = get("/download/" + LARGE_BYTES)
                .doOnNext(buffer -> most.accumulateAndGet(usedDirectBytes() - before, Math::max));
        assertThat(Bytes.count(body).block(Eventually.LIMIT)).isEqualTo(LARGE_BYTES);
        assertThat(most).hasValueLessThan(FLAT_BYTES);
    }

    @Test
    void aLargeUploadIsFlat() {
        long before = usedDirectBytes();
        AtomicLong most = new AtomicLong();
        String count = client.post()
                .uri("/upload")
                .body(
                        Bytes.flux(LARGE_BYTES)
                                .doOnNext(buffer -> most.accumulateAndGet(usedDirectBytes() - before, Math::max)),
                        DataBuffer.class)
                .retrieve()
                .bodyToMono(String.class)
                .block(Eventually.LIMIT);
        assertThat(count).isEqualTo(String.valueOf(LARGE_BYTES));
        assertThat(most).hasValueLessThan(FLAT_BYTES);
    }

    /** The reader stops, and so does the writer, when what lies between them is full. */
    @Test
    void aReaderThatStopsHoldsTheWriterBack() {
        AtomicLong taken = new AtomicLong();
        BaseSubscriber<DataBuffer> reader = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                request(1);
            }

            @Override
            protected void hookOnNext(DataBuffer buffer) {
                taken.incrementAndGet();
                DataBufferUtils.release(buffer);
            }
        };
        long before = hanging.sentBytes.get();
        get("/endless").subscribe(reader);
        Eventually.until("the first buffer", () -> taken.get() == 1);
        Eventually.settles("what is sent", Duration.ofMillis(300), hanging.sentBytes::get);
        assertThat(hanging.sentBytes.get() - before).isBetween(1L, 32L << 20);
        assertThat(taken).hasValue(1);
        reader.cancel();
    }

    @Test
    void partsOfAllSizes() {
        MultipartBodyBuilder parts = new MultipartBodyBuilder();
        parts.part("field", "value");
        for (int length : new int[] {0, 1, 262_144, 3_000_000}) {
            parts.part("file", new ByteArrayResource(Bytes.of(length)) {
                @Override
                public String getFilename() {
                    return "f" + length;
                }
            });
        }
        parts.part("last", "x");
        String described = client.post()
                .uri("/parts")
                .body(BodyInserters.fromMultipartData(parts.build()))
                .retrieve()
                .bodyToMono(String.class)
                .block(Eventually.LIMIT);
        assertThat(described)
                .isEqualTo("field=value, file:f0=0, file:f1=1, file:f262144=262144, file:f3000000=3000000, last=x");
    }

    @Test
    void aCompressedAnswer() throws IOException {
        String text = application.get("/text");
        assertThat(text).hasSize(21_000);
        assertThat(client.get().uri("/text").retrieve().bodyToMono(String.class).block(Eventually.LIMIT))
                .isEqualTo(text); // the client asks for it compressed, and inflates it
        HttpURLConnection plain =
                (HttpURLConnection) URI.create(application.url("/text")).toURL().openConnection();
        plain.setRequestProperty("Accept-Encoding", "gzip");
        assertThat(plain.getContentEncoding()).isEqualTo("gzip");
        try (InputStream body = plain.getInputStream()) {
            assertThat(body.readAllBytes()).hasSizeLessThan(1_000);
        }
    }

    @Test
    void aRequestThatIsGivenUpIsCancelledAtTheServer() {
        int begun = hanging.begun.get();
        int cancelled = hanging.cancelled.get();
        Disposable request =
                client.get().uri("/hang").retrieve().bodyToMono(String.class).subscribe();
        Eventually.until("the request", () -> hanging.begun.get() == begun + 1);
        request.dispose();
        Eventually.until("the cancel", () -> hanging.cancelled.get() == cancelled + 1);
        assertThat(application.get("/text")).hasSize(21_000);
    }

    @Test
    void anAnswerThatIsGivenUpInTheMiddleEnds() {
        int cancelled = hanging.cancelled.get();
        for (int i = 0; i < 20; i++) {
            long bytes = Bytes.count(get("/endless").take(1 + i)).block(Eventually.LIMIT);
            assertThat(bytes).isPositive();
        }
        Eventually.until(
                () -> "the cancels: " + (hanging.cancelled.get() - cancelled),
                Eventually.LIMIT,
                () -> hanging.cancelled.get() == cancelled + 20);
    }
}
