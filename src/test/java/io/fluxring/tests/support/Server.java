package io.fluxring.tests.support;

import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.net.Connection;
import io.fluxring.reactor.net.ListenOptions;
import io.fluxring.reactor.net.Listener;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;

/** Accepts connections and keeps them for the test, which holds both ends then. */
public final class Server {
    private final Listener listener;
    private final BlockingQueue<Connection> accepted = new LinkedBlockingQueue<>();
    private final Disposable accepting;

    /** A server on a ring, with the default options. */
    public Server(ReactiveRing ring) {
        this(ring, ListenOptions.defaults());
    }

    /** A server on a ring. */
    public Server(ReactiveRing ring, ListenOptions options) {
        listener = ring.listen(Echo.anyPort(), options);
        accepting = listener.accept().subscribe(accepted::add);
    }

    /** The listener. */
    public Listener listener() {
        return listener;
    }

    /** A client, not waited for by anybody yet. */
    public Peer connect() throws IOException {
        return Peer.connect(listener.localAddress());
    }

    /** The next connection that was accepted. */
    public Connection take() {
        try {
            Connection connection = accepted.poll(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (connection == null) {
                throw new AssertionError("no connection was accepted");
            }
            return connection;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Both ends of a new connection. */
    public Pair pair() throws IOException {
        Peer peer = connect();
        return new Pair(take(), peer);
    }

    /** Accepts no more. */
    public void stop() {
        accepting.dispose();
    }

    /** Both ends of a connection. Closes both. */
    public record Pair(Connection connection, Peer peer) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            connection.close().block(Eventually.LIMIT);
            peer.close();
        }
    }
}
