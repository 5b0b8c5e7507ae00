package io.fluxring.tests.conformance;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.reactivestreams.Publisher;

/** The lines of a file, several of them in one piece. */
public class FileLinesTckTest extends RingVerification<String> {
    /** Made by TestNG. */
    public FileLinesTckTest() {
        super(1, 64);
    }

    @Override
    public Publisher<String> createPublisher(long elements) {
        byte[] lines = "a line\n".repeat((int) elements).getBytes(StandardCharsets.US_ASCII);
        return ring().files().read(FileReadTckTest.file(this, lines)).lines(StandardCharsets.US_ASCII, 100);
    }

    @Override
    public Publisher<String> createFailedPublisher() {
        return ring().files().read(Path.of("/none/such/file")).lines(StandardCharsets.US_ASCII, 100);
    }

    @Override
    public long maxElementsFromPublisher() {
        return 5000;
    }
}
