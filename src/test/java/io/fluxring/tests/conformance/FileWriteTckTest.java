package io.fluxring.tests.conformance;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code RingFiles.write}, a Mono of one element. */
public class FileWriteTckTest extends RingVerification<Long> {
    /** Made by TestNG. */
    public FileWriteTckTest() {
        super(1, 64);
    }

    @Override
    public Publisher<Long> createPublisher(long elements) {
        Flux<ByteBuffer> buffers = Flux.range(0, 30).map(i -> ByteBuffer.allocate(10));
        Mono<Long> written = ring().files().write(FileReadTckTest.file(this, new byte[0]), buffers);
        return elements == 0 ? written.filter(count -> false) : written;
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return ring().files().write(Path.of("/none/such/file"), Flux.just(ByteBuffer.allocate(10)));
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }
}
