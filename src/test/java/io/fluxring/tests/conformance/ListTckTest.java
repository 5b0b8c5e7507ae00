package io.fluxring.tests.conformance;

import io.fluxring.core.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.reactivestreams.Publisher;

/** {@code RingFiles.list}. */
public class ListTckTest extends RingVerification<Path> {
    /** Made by TestNG. */
    public ListTckTest() {
        super(1, 64);
    }

    @Override
    public Publisher<Path> createPublisher(long elements) {
        return ring().files().list(directory((int) elements));
    }

    private Path directory(int files) {
        try {
            Path directory = Files.createTempDirectory("fluxring-list");
            closeLater(() -> remove(directory));
            for (int i = 0; i < files; i++) {
                Files.createFile(directory.resolve("file" + i));
            }
            return directory;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    @Override
    public Publisher<Path> createFailedPublisher() {
        Path directory = directory(1);
        ring().disposeLater().block(Eventually.LIMIT);
        return ring().files().list(directory);
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1_000;
    }
}
