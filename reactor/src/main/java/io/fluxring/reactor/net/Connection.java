package io.fluxring.reactor.net;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.fd.DirectFd;
import io.fluxring.core.fd.FileRef;
import io.fluxring.core.fd.OwnedFd;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.reactor.error.RingException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/**
 * A connected stream socket.
 *
 * <p><b>Ownership.</b> Whoever got the connection closes it: {@link #close}. Neither the end of what is received nor of what is
 * sent does that. Closing the ring closes its connections.
 *
 * <p><b>Threads.</b> Every method may be called by any thread; all signals are given on the ring's. Do not block there.
 */
public final class Connection {
    /** Slots that a connection needs at the same time at most: one receive, and one send or close. */
    static final int SLOTS = 2;

    private final RingLoop loop;
    private final ConnectionOwner owner;
    private final OwnedFd file;
    private final ListenOptions options;
    private final Inbound inbound;
    private final Outbound outbound;
    private final boolean hasSlots;
    private final Sinks.Empty<Void> closed = Sinks.empty();

    Connection(
            RingLoop loop,
            ConnectionOwner owner,
            FileRef file,
            ListenOptions options,
            BufferRing buffers,
            boolean hasSlots) {
        this.hasSlots = hasSlots;
        this.loop = loop;
        this.owner = owner;
        this.file = new OwnedFd(file);
        this.options = options;
        this.inbound = new Inbound(this, loop, buffers);
        this.outbound = new Outbound(this, loop);
    }

    // ---- for users

    /**
     * What arrives, each piece turned into something else by a function that may look at the bytes while it runs and must not
     * keep them. Completes when the peer has closed its direction; fails with
     * {@link io.fluxring.reactor.error.PeerException} when it went away, with
     * {@link io.fluxring.reactor.error.CancelledException} when this side was closed.
     *
     * <p>One subscriber at a time. A subscriber that cancels loses nothing for the next one: what had arrived waits.
     *
     * <p><b>Backpressure:</b> pieces that nobody requested stay in the ring's buffers up to a quota; then the peer waits.
     *
     * <p><b>Discard Support:</b> pieces that are still waiting when the connection is closed are released.
     *
     * @param mapper must not return null, nor release the lease
     */
    public <T> Flux<T> receive(Function<? super BufferLease, ? extends T> mapper) {
        return FluxReceive.of(loop, inbound, mapper);
    }

    /**
     * Like {@link #receive}, handing the bytes over: whoever gets a lease releases it, or passes it on, as to {@link #send}.
     * Leases that are not released are missing in the ring's buffers, and a connection with too many pauses.
     *
     * <p><b>Discard Support:</b> as {@link #receive}. Operators downstream that drop elements need a
     * {@code doOnDiscard(BufferLease.class, BufferLease::release)} behind them.
     */
    public Flux<BufferLease> receiveLeases() {
        return FluxReceive.of(loop, inbound, null);
    }

    /**
     * Sends bytes from where they are and releases each lease when its last byte is sent. Completes when all was handed to the
     * socket. Sends are made one after the other, in the order of their subscription.
     *
     * <p><b>Backpressure:</b> at most 16 leases are requested ahead of the socket.
     *
     * <p><b>Cancel:</b> what was handed to the kernel is sent to its end, so that a later send doesn't follow half a message.
     *
     * <p><b>Discard Support:</b> leases that were requested and not sent are released, on cancel and on error.
     */
    public Mono<Void> send(Publisher<BufferLease> leases) {
        return MonoSend.of(outbound, leases, LeasePieces.INSTANCE);
    }

    /**
     * Sends byte buffers, from their position to their limit. A direct buffer is sent from where it is and must not be changed
     * until the next one is requested; a heap buffer is copied. Otherwise like {@link #send}.
     */
    public Mono<Void> sendBytes(Publisher<ByteBuffer> buffers) {
        return MonoSend.of(outbound, buffers, new ByteBufferPieces(loop));
    }

    /**
     * Tells the peer that nothing more will be sent, {@code shutdown(2)}; receiving goes on. Subscribe after the last send has
     * completed.
     */
    public Mono<Void> shutdownOutput() {
        return Mono.create(sink -> loop.execute(() -> shutdown(sink)));
    }

    /**
     * Closes the connection: what is in flight is called off, then the descriptor is closed. Completes after that. Begins when
     * it is subscribed to; subscribing again only waits.
     */
    public Mono<Void> close() {
        return Mono.defer(() -> {
            loop.signal(this::closeNow);
            return closed.asMono();
        });
    }

    /** Completes when the connection is closed. Does not close it. */
    public Mono<Void> onClose() {
        return closed.asMono();
    }

    /**
     * The peer's address.
     *
     * <p>Fails with {@link UnsupportedOperationException} for a direct descriptor, which only operations of the ring can name.
     */
    public Mono<InetSocketAddress> remoteAddress() {
        return Mono.create(sink -> loop.execute(() -> findRemoteAddress(sink)));
    }

    // ---- for the loop's thread

    private void findRemoteAddress(MonoSink<InetSocketAddress> sink) {
        if (file() instanceof DirectFd) {
            sink.error(new UnsupportedOperationException("the address of a direct descriptor can't be asked for"));
            return;
        }
        if (!file.isOpen()) {
            sink.error(RingException.closed(describe()));
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(SocketAddresses.MAX_BYTES, Integer.BYTES);
            int result = loop.kernel().peerName(file().number(), address);
            if (result < 0) {
                sink.error(RingException.of("getpeername " + describe(), result));
            } else {
                sink.success(SocketAddresses.decode(address));
            }
        }
    }

    private void shutdown(MonoSink<Void> sink) {
        if (!file.isOpen()) {
            sink.error(RingException.closed(describe()));
            return;
        }
        operationBegins();
        loop.submit(new ShutdownOperation(sink));
    }

    void closeNow() {
        if (!file.isOpen()) {
            return;
        }
        boolean idle = file.close();
        outbound.refuse(); // before anybody is told, who might send
        try {
            inbound.close();
        } finally {
            outbound.close();
            if (idle) {
                loop.submit(new CloseOperation());
            }
        }
    }

    /** Whether slots were set aside for it; others may have taken the last ones while it was being accepted. */
    boolean hasSlots() {
        return hasSlots;
    }

    FileRef file() {
        return file.file();
    }

    ListenOptions options() {
        return options;
    }

    /** The {@code IOSQE_*} flags of every operation on this connection. */
    int operationFlags() {
        return file().sqeFlags() | (options.async() ? Abi.SQE_ASYNC : 0);
    }

    void operationBegins() {
        file.begin();
    }

    void operationEnded() {
        if (file.end()) {
            loop.submit(new CloseOperation());
        }
    }

    private void descriptorClosed(int result) {
        if (result == Errno.ECANCELED.result() && !(file() instanceof DirectFd)) {
            loop.kernel().close(file().number()); // the teardown called the close off
        }
        owner.connectionClosed(this);
        closed.tryEmitEmpty();
    }

    String describe() {
        return file().toString();
    }

    @Override
    public String toString() {
        return "Connection[" + file + ", " + inbound + ", " + outbound + "]";
    }

    private final class CloseOperation extends Operation {
        CloseOperation() {
            super(Opcode.CLOSE);
        }

        @Override
        protected void prepare(Sqe sqe) {
            if (file() instanceof DirectFd(int slot)) {
                sqe.prepCloseDirect(slot);
            } else {
                sqe.prepClose(file().number());
            }
        }

        @Override
        protected void completed(int result, int flags) {
            descriptorClosed(result);
        }

        @Override
        protected String describe() {
            return Connection.this.describe();
        }
    }

    private final class ShutdownOperation extends Operation {
        private final MonoSink<Void> sink;

        ShutdownOperation(MonoSink<Void> sink) {
            super(Opcode.SHUTDOWN);
            this.sink = sink;
        }

        @Override
        protected void prepare(Sqe sqe) {
            sqe.prepShutdown(file().number(), Libc.SHUT_WR).flags(file().sqeFlags());
        }

        @Override
        protected void completed(int result, int flags) {
            operationEnded();
            if (result < 0) {
                sink.error(RingException.of("SHUTDOWN " + Connection.this.describe(), result));
            } else {
                sink.success();
            }
        }

        @Override
        protected String describe() {
            return Connection.this.describe();
        }
    }
}
