package io.fluxring.reactor.net;

import io.fluxring.core.fd.FileRef;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.net.StreamGroup;
import io.fluxring.core.net.StreamSocket;
import io.fluxring.reactor.LeaseFlux;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.operator.LeasePieces;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * A connected stream socket.
 *
 * <p><b>Ownership.</b> The subscriber that got the connection closes it: {@link #close}. Neither the end of what is received nor of
 * what is sent does that. Closing the ring closes its connections.
 *
 * <p><b>Threads.</b> Every method may be called by any thread; all signals are given on the ring's. Do not block there.
 */
public final class Connection implements Disposable {
    private static final AtomicReferenceFieldUpdater<Connection, @Nullable SocketProperties> PROPERTIES =
            AtomicReferenceFieldUpdater.newUpdater(Connection.class, SocketProperties.class, "properties");

    private final StreamSocket socket;
    private final OpenConnections account;
    private final SendLine line;
    private final CloseSignal closed = new CloseSignal();

    @Nullable
    Connection older; // in the account

    @Nullable
    Connection newer;

    private volatile @Nullable SocketProperties properties; // made when first asked for: most connections never are

    /** A connection that owns a descriptor. On the loop's thread. */
    Connection(StreamGroup group, OpenConnections account, FileRef file, boolean multishot, boolean async) {
        this.account = account;
        this.socket = new StreamSocket(group, file, multishot, async, this::descriptorClosed);
        this.line = new SendLine(socket);
    }

    // ---- for users

    /**
     * {@return what arrives} Each lease is lent for the time of {@code onNext}, see {@link LeaseFlux}. Completes when
     * the peer has closed its direction and all that it sent was handed over; fails with {@link
     * io.fluxring.reactor.error.PeerException} when it went away, with {@link
     * io.fluxring.reactor.error.CancelledException} when this side was closed before all was handed over.
     *
     * <p>One subscriber at a time. A subscriber that cancels loses nothing for the next one: what had arrived waits.
     *
     * <p><b>Backpressure:</b> pieces without demand stay in the ring's buffers up to a quota; then the peer waits.
     *
     * <p><b>Discard Support:</b> pieces that are still waiting when the connection is closed are discarded, and released behind the
     * hooks.
     */
    public LeaseFlux receive() {
        return LeaseFlux.of(new FluxReceive(socket), texts -> FluxText.of(socket, texts));
    }

    /**
     * {@return what arrives, each piece turned into something else by a function that may look at the bytes while it
     * runs} Otherwise as {@link #receive()}.
     *
     * @param mapper must not return null
     * @param <T> what the pieces are turned into
     */
    public <T> Flux<T> receive(Function<? super BufferLease, ? extends T> mapper) {
        return receive().map(mapper);
    }

    /**
     * Sends bytes from where they are and releases each lease when its last byte is sent; a lease that is only lent, by {@link
     * #receive()} of this or another connection, is kept until then. Completes when all was handed to the socket. Sends are made
     * one after the other, in the order of their subscription.
     *
     * <p><b>Backpressure:</b> at most 16 leases are requested ahead of the socket.
     *
     * <p><b>Cancel:</b> what was handed to the kernel is sent to its end, so that a later send doesn't follow half a message.
     *
     * <p><b>Discard Support:</b> leases that were requested and not sent are discarded, and released behind the hooks, on cancel and
     * on error.
     *
     * @param leases in the order of the stream
     * @return the end of sending
     */
    public Mono<Void> send(Publisher<BufferLease> leases) {
        return MonoSend.of(line, leases, LeasePieces.INSTANCE);
    }

    /**
     * Sends byte buffers, from their position to their limit, which stay as they are. A direct buffer is sent from where it is and
     * must not be changed until the send has completed, or 16 further ones were requested; a heap buffer is copied by then.
     * Otherwise like {@link #send}.
     *
     * @param buffers in the order of the stream
     * @return the end of sending
     */
    public Mono<Void> sendBytes(Publisher<ByteBuffer> buffers) {
        return MonoSend.of(line, buffers, new ByteBufferPieces(socket));
    }

    /**
     * Sends byte arrays, which stay as they are. An array is copied and must not be changed until the send has completed, or 16
     * further ones were requested. Otherwise like {@link #send}.
     *
     * @param arrays in the order of the stream
     * @return the end of sending
     */
    public Mono<Void> sendByteArray(Publisher<byte[]> arrays) {
        return sendBytes(Flux.from(arrays).map(ByteBuffer::wrap));
    }

    /**
     * Sends the bytes of an array, once for each subscription. See {@link #sendByteArray(Publisher)}.
     *
     * @param array not changed until the send has completed
     * @return the end of sending
     */
    public Mono<Void> sendByteArray(byte[] array) {
        return sendBytes(Mono.fromSupplier(() -> ByteBuffer.wrap(array)));
    }

    /**
     * Sends texts. Characters that the charset does not have are replaced, as {@code String.getBytes} does; each text is encoded
     * for itself, so that it must not end within a surrogate pair. Otherwise like {@link #send}.
     *
     * @param texts in the order of the stream
     * @param charset how characters are written
     * @return the end of sending
     */
    public Mono<Void> sendString(Publisher<? extends CharSequence> texts, Charset charset) {
        Objects.requireNonNull(charset);
        return sendBytes(Flux.from(texts).map(text -> encoded(text, charset)));
    }

    /**
     * Sends a text, once for each subscription. See {@link #sendString(Publisher, Charset)}.
     *
     * @param text encoded as a whole at the subscription, and not changed before it
     * @param charset one that can encode; otherwise the send fails with {@link UnsupportedOperationException}
     * @return the end of sending
     */
    public Mono<Void> sendString(CharSequence text, Charset charset) {
        Objects.requireNonNull(charset);
        return sendBytes(Mono.fromSupplier(() -> encoded(text, charset)));
    }

    private static ByteBuffer encoded(CharSequence text, Charset charset) {
        return ByteBuffer.wrap(text.toString().getBytes(charset));
    }

    /**
     * Tells the peer that nothing more will be sent, {@code shutdown(2)}; receiving goes on. Subscribe after the last send has
     * completed.
     *
     * @return the end of it
     */
    public Mono<Void> shutdownOutput() {
        return Mono.create(sink -> onLoop(
                sink,
                () -> socket.shutdownOutput(result -> {
                    if (result < 0) {
                        sink.error(SocketFailure.of("SHUTDOWN", socket.file(), result));
                    } else {
                        sink.success();
                    }
                })));
    }

    /**
     * Has a task run when nothing has arrived for a time, and again after each such time, until the connection is closed: to close
     * it, or to send something that keeps it alive. Takes the place of the task before. Costs a message no more than a look at the
     * clock.
     *
     * @param idle the time, from the call or the last bytes on; zero to have no task run any more
     * @param task run on the ring's thread
     * @return this
     * @throws IllegalArgumentException when the time is negative
     */
    public Connection onReadIdle(Duration idle, Runnable task) {
        long nanos = idleNanos(idle);
        loop().signal(() -> socket.onReceiveIdle(nanos, task));
        return this;
    }

    /**
     * {@return as {@link #onReadIdle}, for what is sent: bytes count when the kernel has taken them, so that a peer
     * which does not read makes this idle}
     *
     * @param idle the time, from the call or the last bytes on; zero to have no task run any more
     * @param task run on the ring's thread
     */
    public Connection onWriteIdle(Duration idle, Runnable task) {
        long nanos = idleNanos(idle);
        loop().signal(() -> socket.onSendIdle(nanos, task));
        return this;
    }

    private static long idleNanos(Duration idle) {
        if (idle.isNegative()) {
            throw new IllegalArgumentException("the time to be idle can't be negative: " + idle);
        }
        return Math.min(TimeUnit.NANOSECONDS.convert(idle), RingLoop.FOREVER / 2); // the clock may begin anywhere
    }

    /**
     * Closes the connection: what is in flight is called off, then the descriptor is closed. Completes after that. Begins when
     * it is subscribed to; subscribing again only waits.
     *
     * @return the end of it
     */
    public Mono<Void> close() {
        return Mono.defer(() -> {
            dispose();
            return closed.mono();
        });
    }

    /** Begins to close the connection and does not wait for it. */
    @Override
    public void dispose() {
        loop().signal(this::closeNow);
    }

    /** Whether the connection is closed, and its descriptor with it. */
    @Override
    public boolean isDisposed() {
        return closed.hasCome();
    }

    /**
     * Completes when the connection is closed. Does not close it.
     *
     * @return the end of the connection
     */
    public Mono<Void> onClose() {
        return closed.mono();
    }

    /**
     * {@return this side's address, which the kernel is asked for at the first call: ask while the connection is open}
     *
     * <p>For a direct descriptor that takes Linux 6.8, three system calls, and on another thread than the ring's a wait for the
     * ring.
     *
     * @throws io.fluxring.reactor.error.CancelledException when the connection was closed before the first call
     */
    public InetSocketAddress localAddress() {
        return properties().local(socket);
    }

    /** {@return the peer's address, also when it has gone} Otherwise as {@link #localAddress}. */
    public InetSocketAddress remoteAddress() {
        return properties().remote(socket);
    }

    /**
     * Sets an option of the socket. Any thread; what it costs is said at {@link #localAddress}.
     *
     * @param <T> the type of its value
     * @param option of {@link java.net.StandardSocketOptions} or {@code jdk.net.ExtendedSocketOptions}: {@code TCP_NODELAY}, {@code
     *     TCP_QUICKACK}, {@code SO_KEEPALIVE}, {@code TCP_KEEPIDLE}, {@code TCP_KEEPINTERVAL}, {@code TCP_KEEPCOUNT}, {@code SO_RCVBUF},
     *     {@code SO_SNDBUF}, {@code SO_LINGER}, {@code SO_REUSEADDR}, {@code SO_REUSEPORT}
     * @param value what it is set to
     * @return this
     * @throws UnsupportedOperationException when it is another one
     * @throws IllegalArgumentException when the value can't be one
     * @throws RingException when the kernel refuses; a {@link io.fluxring.reactor.error.CancelledException} when the connection is
     *     closed
     */
    public <T> Connection setOption(SocketOption<T> option, T value) {
        SocketProperties.set(socket, option, value);
        return this;
    }

    /**
     * {@return an option of the socket, as for {@link #setOption}} The kernel may have rounded what was set.
     *
     * @param <T> the type of its value
     * @param option as for {@link #setOption}
     */
    public <T> T getOption(SocketOption<T> option) {
        return SocketProperties.get(socket, option);
    }

    private SocketProperties properties() {
        SocketProperties known = properties;
        while (known == null) {
            SocketProperties made = new SocketProperties();
            known = PROPERTIES.compareAndSet(this, null, made) ? made : properties;
        }
        return known;
    }

    private void onLoop(MonoSink<?> sink, Runnable task) {
        try {
            loop().execute(task);
        } catch (RejectedExecutionException e) {
            sink.error(RingException.rejected(loop(), e));
        }
    }

    // ---- for the loop's thread

    private RingLoop loop() {
        return socket.loop();
    }

    void closeNow() {
        if (socket.isOpen()) {
            try {
                socket.close();
            } finally {
                line.close();
            }
        }
    }

    private void descriptorClosed() {
        try {
            line.close(); // where the socket was closed by itself, senders still wait
            closed.emit();
        } finally {
            account.closed(this); // behind it: where all connections are closed, each of them says so
        }
    }

    @Override
    public String toString() {
        return "Connection[" + socket + ", " + line + "]";
    }
}
