package io.fluxring.tests.conformance;

import io.fluxring.reactor.ReactiveRing;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.tck.SubscriberBlackboxVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import reactor.core.publisher.Flux;

/** {@code RingFiles.write} as the subscriber of its source. */
public class FileWriteSourceTckTest extends SubscriberBlackboxVerification<ByteBuffer> {
    private final RingGuard guard = new RingGuard();
    private ReactiveRing ring;
    private Path path;

    /** Made by TestNG. */
    public FileWriteSourceTckTest() {
        super(new TestEnvironment(1000, 50));
    }

    /** Before each test. */
    @BeforeMethod
    public void openRing() throws IOException {
        guard.begin();
        ring = guard.ring();
        path = Files.createTempFile("tck", "");
    }

    /** After each test. */
    @AfterMethod(alwaysRun = true)
    public void closeRing() throws IOException {
        guard.end();
        Files.deleteIfExists(path);
    }

    /** Takes the subscriber that a write subscribes with to a source that the TCK stands behind. */
    @Override
    public Subscriber<ByteBuffer> createSubscriber() {
        Subscriber<ByteBuffer>[] seen = subscribers();
        Publisher<ByteBuffer> source = subscriber -> {
            synchronized (seen) {
                seen[0] = cast(subscriber);
                seen.notifyAll();
            }
        };
        ring.files().write(path, source).subscribe(count -> {}, failure -> {});
        synchronized (seen) {
            while (seen[0] == null) {
                try {
                    seen.wait();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            return seen[0];
        }
    }

    @SuppressWarnings("unchecked")
    private static Subscriber<ByteBuffer>[] subscribers() {
        return (Subscriber<ByteBuffer>[]) new Subscriber<?>[1];
    }

    @SuppressWarnings("unchecked")
    private static Subscriber<ByteBuffer> cast(Subscriber<? super ByteBuffer> subscriber) {
        return (Subscriber<ByteBuffer>) subscriber;
    }

    @Override
    public ByteBuffer createElement(int element) {
        return ByteBuffer.allocate(1 + element % 10);
    }

    @Override
    public Publisher<ByteBuffer> createHelperPublisher(long elements) {
        return Flux.range(0, (int) Math.min(elements, 100_000)).map(this::createElement);
    }
}
