package io.fluxring.tests.conformance;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.reactor.net.Connection;
import org.reactivestreams.Publisher;

/** {@code Connection.receiveLeases}. Each buffer has room for one byte, so that a byte is an element. */
public class ReceiveLeasesTckTest extends RingVerification<BufferLease> {
    /** Made by TestNG. */
    public ReceiveLeasesTckTest() {
        super(64, 1);
    }

    @Override
    public Publisher<BufferLease> createPublisher(long elements) {
        return receive(pairWith(elements).connection());
    }

    @Override
    public Publisher<BufferLease> createFailedPublisher() {
        return receive(closedPair().connection());
    }

    /** The TCK does not know that its elements want to be released. */
    private static Publisher<BufferLease> receive(Connection connection) {
        return connection.receive().retain().doOnNext(BufferLease::release);
    }

    @Override
    public long maxElementsFromPublisher() {
        return 5000;
    }
}
