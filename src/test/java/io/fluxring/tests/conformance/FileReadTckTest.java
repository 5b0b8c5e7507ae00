package io.fluxring.tests.conformance;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.reactor.file.ReadOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.reactivestreams.Publisher;

/** {@code RingFiles.read}. A piece has 4096 bytes, so that a page is an element. */
public class FileReadTckTest extends RingVerification<Integer> {
    private static final ReadOptions PAGES = ReadOptions.defaults().withChunkBytes(4096);

    /** Made by TestNG. */
    public FileReadTckTest() {
        super(1, 64);
    }

    /** A file with so many bytes, removed after the test. */
    static Path file(RingVerification<?> test, byte[] content) {
        try {
            Path path = Files.createTempFile("tck", "");
            test.closeLater(() -> Files.deleteIfExists(path));
            return Files.write(path, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return ring().files()
                .read(file(this, new byte[(int) elements * 4096]), PAGES)
                .map(BufferLease::lengthBytes);
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ring().files().read(Path.of("/none/such/file")).map(BufferLease::lengthBytes);
    }

    @Override
    public long maxElementsFromPublisher() {
        return 5000;
    }
}
