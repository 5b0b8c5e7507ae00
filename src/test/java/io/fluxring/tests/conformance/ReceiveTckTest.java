package io.fluxring.tests.conformance;

import io.fluxring.reactor.net.Connection;
import org.reactivestreams.Publisher;

/** {@code Connection.receive} with a mapper. Each buffer has room for one byte, so that a byte is an element. */
public class ReceiveTckTest extends RingVerification<Byte> {
    /** Made by TestNG. */
    public ReceiveTckTest() {
        super(64, 1);
    }

    @Override
    public Publisher<Byte> createPublisher(long elements) {
        return receive(pairWith(elements).connection());
    }

    @Override
    public Publisher<Byte> createFailedPublisher() {
        return receive(closedPair().connection());
    }

    private static Publisher<Byte> receive(Connection connection) {
        return connection.receive(lease -> lease.get(0));
    }

    @Override
    public long maxElementsFromPublisher() {
        return 5000;
    }
}
