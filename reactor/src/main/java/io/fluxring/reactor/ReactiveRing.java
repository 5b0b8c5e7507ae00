package io.fluxring.reactor;

import io.fluxring.core.loop.RingCounters;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.ring.Capabilities;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.RingFiles;
import io.fluxring.reactor.net.ConnectOptions;
import io.fluxring.reactor.net.Connection;
import io.fluxring.reactor.net.ListenOptions;
import io.fluxring.reactor.net.Listener;
import io.fluxring.reactor.net.StreamSockets;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * An io_uring with a thread of its own, as publishers.
 *
 * <p><b>Threads.</b> Every method may be called by any thread. All signals are given on the ring's thread, which must not be
 * blocked; use {@code publishOn} to leave it.
 *
 * <p><b>Life.</b> Dispose of it at the end: listeners and connections are closed, what the kernel still has is called off and
 * awaited, then memory and descriptors are given back.
 */
public final class ReactiveRing implements Disposable {
    private final RingLoop loop;
    private final StreamSockets sockets;
    private final CompletionTap completions;
    private final RingFiles files;

    /** Whether the loop ends with this ring. */
    private final boolean ownsLoop;

    private ReactiveRing(RingLoop loop, StreamSockets sockets, boolean ownsLoop) {
        this.loop = loop;
        this.ownsLoop = ownsLoop;
        this.sockets = sockets;
        this.completions = new CompletionTap(loop);
        this.files = new RingFiles(loop);
    }

    /**
     * A ring with the default configuration.
     *
     * @return the ring, which is running
     */
    public static ReactiveRing create() {
        return create(ReactiveRingConfig.defaults());
    }

    /**
     * A ring on this machine's kernel.
     *
     * @param config loop, buffers and name
     * @return the ring, which is running
     * @throws io.fluxring.core.setup.RingUnavailableException when none can be had, with the cause and the remedy
     * @throws IllegalStateException when the kernel refuses buffers or descriptors that were configured
     */
    public static ReactiveRing create(ReactiveRingConfig config) {
        return over(RingLoop.open(config.loop()), config);
    }

    /**
     * A ring on a given kernel, such as a simulated one.
     *
     * @param kernel what the ring talks to
     * @param config loop, buffers and name
     * @return the ring, which is running
     */
    @SuppressWarnings("exports") // of use to Fluxring's own modules only
    public static ReactiveRing create(Kernel kernel, ReactiveRingConfig config) {
        return over(RingLoop.open(kernel, config.loop()), config);
    }

    /**
     * A ring over a loop that a foreign thread ticks, such as an event loop of Netty: operations, files and connections share its ring
     * and its thread. It has buffers of its own. The loop ends when the one who ticks it ends it, and closes then what was opened
     * here; disposing of the ring before does nothing. Any thread; when it is not the loop's, waits for that.
     *
     * @param loop attached to a thread
     * @param config of which the buffers matter alone
     * @return the ring, which is running
     * @throws java.util.concurrent.RejectedExecutionException when the loop has ended
     * @throws IllegalStateException when the kernel refuses the buffers
     */
    public static ReactiveRing on(RingLoop loop, ReactiveRingConfig config) {
        try {
            StreamSockets sockets = loop.inLoop()
                    ? StreamSockets.open(loop, config.buffers())
                    : CompletableFuture.supplyAsync(() -> StreamSockets.open(loop, config.buffers()), loop)
                            .join();
            return new ReactiveRing(loop, sockets, false);
        } catch (CompletionException e) {
            throw e.getCause() instanceof IllegalStateException cause ? cause : e;
        }
    }

    private static ReactiveRing over(RingLoop loop, ReactiveRingConfig config) {
        loop.start(task -> new RingThread(config.name(), task));
        CompletableFuture<StreamSockets> sockets =
                CompletableFuture.supplyAsync(() -> StreamSockets.open(loop, config.buffers()), loop);
        try {
            return new ReactiveRing(loop, sockets.join(), true);
        } catch (CompletionException e) {
            RuntimeException failure = e.getCause() instanceof IllegalStateException cause ? cause : e;
            loop.close();
            loop.closed()
                    .exceptionally(incomplete -> {
                        failure.addSuppressed(incomplete);
                        return null;
                    })
                    .join();
            throw failure;
        }
    }

    /**
     * Submits operations, and emits a completion for each, in the order in which they complete. An operation's error is its
     * completion's result, not the end of the stream. Completes when the publisher has and all its operations have.
     *
     * <p><b>Backpressure:</b> the publisher is asked for the least of what was requested and is not spoken for, the entries left
     * in the submission queue, and the free slots.
     *
     * <p><b>Cancel:</b> operations that the kernel has are called off. Their completions are awaited and disposed of: a
     * descriptor that one of them opened is closed.
     *
     * <p><b>Errors:</b> an operation that can't be prepared, such as a {@link Op.Custom} that throws, ends the stream with that
     * error, behind the completions of those that the kernel has.
     *
     * <p><b>Discard Support:</b> operations that were requested and not submitted are discarded on cancel. An operator behind this
     * one that queues completions needs {@code doOnDiscard(Completion.class, ...)} behind it where they carry descriptors.
     *
     * @param operations what to submit
     * @return the completions
     */
    public Flux<Completion> submit(Publisher<? extends Op> operations) {
        return FluxSubmit.of(loop, operations);
    }

    /**
     * {@return every completion of the ring from the subscription on: those of {@link #submit}, and those of the
     * operations that listeners and connections make}
     *
     * <p><b>Backpressure:</b> the ring does not wait for an observer. One that is more than 16,384 completions behind gets an
     * overflow error.
     */
    public Flux<Completion> completions() {
        return completions.flux();
    }

    /**
     * Listens with the default options. See {@link #listen(InetSocketAddress, ListenOptions)}.
     *
     * @param address where; port 0 lets the kernel pick one
     * @return what listens
     */
    public Listener listen(InetSocketAddress address) {
        return listen(address, ListenOptions.defaults());
    }

    /**
     * Binds and listens, at once.
     *
     * @param address where; port 0 lets the kernel pick one, see {@link Listener#localAddress}. A wildcard, such as {@code new
     *     InetSocketAddress(7000)}, means IPv4 and IPv6, where the host has that and {@code java.net.preferIPv4Stack} is not set;
     *     peers that come by IPv4 have IPv4 addresses all the same
     * @param options backlog, how connections are accepted, and what they are set to
     * @return what listens
     * @throws io.fluxring.reactor.error.RingException when the kernel refuses, such as {@code EADDRINUSE}; a
     *     {@link io.fluxring.reactor.error.CancelledException} when the ring is disposed
     */
    public Listener listen(InetSocketAddress address, ListenOptions options) {
        return sockets.listen(address, options);
    }

    /**
     * Listens for as long as there is a subscription, and emits what connects.
     *
     * <p><b>Backpressure</b> and <b>Discard Support:</b> as {@link Listener#accept}.
     *
     * @param address where; port 0 lets the kernel pick one
     * @return the connections
     */
    public Flux<Connection> accept(InetSocketAddress address) {
        return Flux.usingWhen(Mono.fromSupplier(() -> listen(address)), Listener::accept, Listener::close);
    }

    /**
     * Connects with the default options. See {@link #connect(InetSocketAddress, ConnectOptions)}.
     *
     * @param address resolved
     * @return the connection
     */
    public Mono<Connection> connect(InetSocketAddress address) {
        return connect(address, ConnectOptions.defaults());
    }

    /**
     * Connects, once for each subscription; see {@link StreamSockets#connect}. The subscriber closes the connection that it gets.
     *
     * @param address resolved
     * @param options time limit, local address, and what the connection is set to
     * @return the connection
     */
    public Mono<Connection> connect(InetSocketAddress address, ConnectOptions options) {
        return sockets.connect(address, options);
    }

    /** {@return the files of this machine, read and written by this ring} */
    public RingFiles files() {
        return files;
    }

    /** {@return what the ring has done so far} */
    public RingCounters counters() {
        return loop.counters();
    }

    /** {@return what the kernel gave} */
    public Capabilities capabilities() {
        return loop.capabilities();
    }

    /** {@return the loop under it, for those who make operations of their own} */
    public RingLoop loop() {
        return loop;
    }

    /** {@return what is in flight, an operation a line} */
    public Mono<String> dump() {
        return Mono.create(sink -> {
            try {
                loop.execute(() -> sink.success(loop.dump()));
            } catch (RejectedExecutionException e) {
                sink.error(RingException.rejected(loop, e));
            }
        });
    }

    /** Begins the disposal and does not wait for it. Does nothing on a foreign loop, see {@link #on}. */
    @Override
    public void dispose() {
        if (ownsLoop) {
            loop.close();
        }
    }

    /**
     * Disposes of the ring. Completes when everything is given back. Begins when it is subscribed to. On a foreign loop it only waits
     * for the end, see {@link #on}.
     *
     * <p>Ends with an {@link io.fluxring.core.loop.IncompleteCloseException} when the kernel does not give everything back in
     * time ({@link io.fluxring.core.loop.RingLoopConfig#closeTimeoutNanos}): what is left then stays for ever. The time that
     * subscribers take on the ring's thread is no part of that.
     *
     * @return the end
     */
    public Mono<Void> disposeLater() {
        return Mono.fromFuture(() -> {
            dispose();
            return loop.closed();
        });
    }

    @Override
    public boolean isDisposed() {
        return loop.isClosing();
    }

    @Override
    public String toString() {
        return "ReactiveRing[" + loop + "]";
    }
}
