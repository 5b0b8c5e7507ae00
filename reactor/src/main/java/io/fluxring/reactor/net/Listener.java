package io.fluxring.reactor.net;

import io.fluxring.core.fd.FileRef;
import io.fluxring.core.fd.RawFd;
import io.fluxring.core.loop.Deadline;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.net.AcceptHandler;
import io.fluxring.core.net.Acceptor;
import io.fluxring.core.net.StreamGroup;
import io.fluxring.reactor.error.RingException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A listening socket. Connections wait in the kernel's backlog until a subscriber of {@link #handle} or {@link #accept} takes
 * them.
 *
 * <p><b>Ownership.</b> The code that opened the listener closes it; its connections live on, see {@link #closeGracefully}. Closing
 * the ring closes both.
 *
 * <p><b>Threads.</b> Every method may be called by any thread.
 */
public final class Listener implements Disposable {
    static {
        SocketFailure.prepare(); // a listener is where descriptors run out
    }

    /** The loop's clock may begin anywhere: half its range is left for that. */
    private static final long LONGEST_NANOS = Long.MAX_VALUE / 2;

    private final RingLoop loop;
    private final StreamGroup group;
    private final ListenOptions options;
    private final RawFd file;
    private final InetSocketAddress localAddress;
    private final Acceptor acceptor;
    private final OpenConnections connections;
    private final CloseSignal closed = new CloseSignal();
    private final CloseSignal over = new CloseSignal();
    private final Runnable closeHook = this::closeAll;

    private @Nullable HandleSubscription handling; // the last one, whose handlers may still run
    private @Nullable Deadline limit; // of a graceful close

    private Listener(StreamGroup group, ListenOptions options, ListeningSocket socket) {
        this.loop = group.loop();
        this.group = group;
        this.options = options;
        this.file = socket.file();
        this.localAddress = socket.address();
        this.connections = new OpenConnections(loop, this::connectionClosed);
        this.acceptor = new Acceptor(
                loop, file, ListeningSocket.text(localAddress), options.forAcceptor(), this::descriptorClosed);
    }

    /**
     * Binds and listens, at once, with ordinary system calls.
     *
     * @param group of which the connections will be
     * @param address where to listen
     * @throws RingException when the kernel refuses, such as {@code EADDRINUSE}
     * @throws IllegalArgumentException when the address is not resolved, or the options ask for direct descriptors of a loop
     *     that has none
     */
    static Listener open(StreamGroup group, InetSocketAddress address, ListenOptions options) {
        RingLoop loop = group.loop();
        if (options.direct() && loop.files() == null) {
            throw new IllegalArgumentException(
                    "direct descriptors were asked for, but the loop was configured with none");
        }
        ListeningSocket socket = ListeningSocket.open(loop.kernel(), address, options);
        try {
            Listener listener = new Listener(group, options, socket);
            loop.execute(() -> loop.addCloseHook(listener.closeHook));
            return listener;
        } catch (RejectedExecutionException e) { // it was disposed of meanwhile
            loop.kernel().close(socket.file().number());
            throw RingException.rejected(loop, e);
        }
    }

    /** {@return where this listens, with the port that the kernel picked} */
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    /**
     * Serves every connection by a handler: what a server needs. Any number of handlers run at the same time. When a handler's
     * publisher ends, its connection is closed, whether that was a completion, an error, a throw of the handler, or null instead
     * of a publisher; an error is logged and concerns no other connection. Errors that are ordinary in the life of a server, a
     * {@link io.fluxring.reactor.error.PeerException} or a {@link io.fluxring.reactor.error.CancelledException}, are logged at the
     * level of debug.
     *
     * <pre>{@code listener.handle(connection -> connection.send(connection.receive())).block();}</pre>
     *
     * <p>Accepts while there is a subscription. Completes when the listener is closed; handlers that run then go on, see {@link
     * #closeGracefully}. As for {@link #accept}, a want of descriptors is no error, and there is one subscriber at a time.
     *
     * <p><b>Threads:</b> the handler is called on the ring's thread, and must not block it.
     *
     * <p><b>Cancel:</b> closes the listener, cancels the publishers of the handlers that run, and closes their connections.
     *
     * @param handler gives the publisher that serves a connection
     * @return the end of serving
     */
    public Mono<Void> handle(Function<? super Connection, ? extends Publisher<Void>> handler) {
        return MonoHandle.of(this, Objects.requireNonNull(handler));
    }

    /**
     * Connections, as requested, for those who want to serve them in a way of their own; see {@link #handle}. The subscriber
     * closes each connection that it got. Completes when the listener is closed. One subscriber at a time; when it cancels, the
     * connections that come later wait in the backlog for the next.
     *
     * <p>{@code accept().flatMap(f)} serves 256 connections and no more until one of them ends, because that is how many
     * publishers {@code flatMap} runs at a time; the first of them that fails ends the accepting.
     *
     * <p>A want of descriptors or memory is not an error of the stream: it is logged once, counted, and overcome by waiting.
     *
     * <p><b>Backpressure:</b> small requests are served by single accepts, large ones by a multishot accept with a high mark.
     * No more connections are accepted than the ring has slots for.
     *
     * <p><b>Discard Support:</b> connections that were accepted and not delivered are closed, on cancel and on close. One that was
     * delivered belongs to the subscriber: an operator that queues or drops elements, such as {@code publishOn}, {@code concatMap}
     * or {@code filter}, needs {@code doOnDiscard(Connection.class, Connection::dispose)} behind it. Reactor looks for that behind
     * the operator that discards, so that this method can't do it.
     *
     * @return the connections
     */
    public Flux<Connection> accept() {
        return FluxAccept.of(this);
    }

    /**
     * Stops listening. Completes when the descriptor is closed. Begins when it is subscribed to.
     *
     * @return the end of it
     */
    public Mono<Void> close() {
        return Mono.defer(() -> {
            dispose();
            return closed.mono();
        });
    }

    /**
     * Stops listening, lets the connections that there are end by themselves, and closes those that are left when the time is up;
     * handlers that still run then are cancelled. Completes when the listener and all its connections are closed. Begins when it
     * is subscribed to; a cancel of the subscription does not end it. A later call sets the time anew.
     *
     * @param atMost how long the connections have, from the subscription on; zero closes them at once
     * @return the end of the listener and its connections
     * @throws IllegalArgumentException when it is negative
     */
    public Mono<Void> closeGracefully(Duration atMost) {
        if (atMost.isNegative()) {
            throw new IllegalArgumentException("the time to close can't be negative: " + atMost);
        }
        long nanos = Math.min(TimeUnit.NANOSECONDS.convert(atMost), LONGEST_NANOS);
        return Mono.defer(() -> {
            loop.signal(() -> closeWithin(nanos));
            return over.mono();
        });
    }

    /** Begins to close the listener and does not wait for it. */
    @Override
    public void dispose() {
        loop.signal(acceptor::close);
    }

    /** Whether the listener is closed, and its descriptor with it. */
    @Override
    public boolean isDisposed() {
        return closed.hasCome();
    }

    // ---- for the loop's thread

    private void closeWithin(long nanos) {
        acceptor.close();
        forgetLimit();
        if (nanos == 0) {
            closeConnections();
        } else if (!over.hasCome()) {
            limit = loop.schedule(this::closeConnections, nanos);
        }
    }

    private void closeAll() {
        acceptor.close();
        closeConnections();
    }

    private void closeConnections() {
        HandleSubscription handlers = handling;
        if (handlers != null) {
            handlers.cancelHandlers();
        }
        connections.closeAll();
    }

    RingLoop loop() {
        return loop;
    }

    RawFd file() {
        return file;
    }

    Acceptor acceptor() {
        return acceptor;
    }

    /** Makes a subscription of {@link #handle} the one that is given connections; false when there is another subscriber. */
    boolean handledBy(HandleSubscription next, AcceptHandler accepting) {
        if (acceptor.attach(accepting)) {
            handling = next;
            return true;
        }
        return false;
    }

    IllegalStateException acceptedFromAlready() {
        return new IllegalStateException(this + " is being accepted from already");
    }

    /** A connection was accepted: it has its slots from here on. */
    Connection opened(FileRef accepted) {
        Connection connection = new Connection(group, connections, accepted, options.multishot(), options.async());
        connections.add(connection);
        return connection;
    }

    private void connectionClosed() {
        forgetWhenOver();
        acceptor.placeFreed();
    }

    private void descriptorClosed() {
        closed.emit();
        forgetWhenOver();
    }

    /** The loop has nothing to close for a listener that is closed and whose connections are. */
    private void forgetWhenOver() {
        if (closed.hasCome() && connections.count() == 0) {
            loop.removeCloseHook(closeHook);
            forgetLimit();
            over.emit();
        }
    }

    private void forgetLimit() {
        Deadline pending = limit;
        if (pending != null) {
            limit = null;
            loop.unschedule(pending);
        }
    }

    @Override
    public String toString() {
        return "Listener[" + localAddress + ", " + file + ", " + connections + ", " + acceptor + "]";
    }
}
