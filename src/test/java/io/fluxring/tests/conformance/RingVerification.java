package io.fluxring.tests.conformance;

import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.tests.support.PeerStep;
import io.fluxring.tests.support.RingGuard;
import io.fluxring.tests.support.Server;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;

/**
 * A verification with a ring of its own for each test, which must leave nothing behind.
 *
 * @param <T> what the publisher emits
 */
public abstract class RingVerification<T> extends PublisherVerification<T> {
    private static final long SIGNAL_MILLIS = 1000;
    private static final long SILENCE_MILLIS = 50;

    private final RingGuard guard = new RingGuard();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final int buffers;
    private final int bufferBytes;

    private ReactiveRing ring;

    /** A verification on rings with such buffers. */
    protected RingVerification(int buffers, int bufferBytes) {
        super(new TestEnvironment(SIGNAL_MILLIS, SILENCE_MILLIS));
        this.buffers = buffers;
        this.bufferBytes = bufferBytes;
    }

    /** Before each test. */
    @BeforeMethod
    public void openRing() {
        guard.begin();
        // The TCK looks what happens to signals that nobody wants any more.
        ring = guard.ring(buffers, bufferBytes);
    }

    /** After each test. */
    @AfterMethod(alwaysRun = true)
    public void closeRing() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        open.clear();
        guard.end();
    }

    /** The ring of this test. */
    protected final ReactiveRing ring() {
        return ring;
    }

    /** Has something closed after the test. */
    protected final <C extends AutoCloseable> C closeLater(C closeable) {
        open.addFirst(closeable);
        return closeable;
    }

    /** Both ends of a connection. */
    protected final Server.Pair pair() {
        try {
            Server server = new Server(ring);
            Server.Pair pair = closeLater(server.pair());
            server.stop();
            return pair;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A connection whose peer has sent so many bytes, and then the end. */
    protected final Server.Pair pairWith(long bytes) {
        Server.Pair pair = pair();
        PeerStep.now(() -> pair.peer().send((int) bytes).endOutput());
        return pair;
    }

    /** A connection that is closed already. */
    protected final Server.Pair closedPair() {
        Server.Pair pair = pair();
        pair.connection().close().block(Eventually.LIMIT);
        return pair;
    }
}
