package io.fluxring.reactor.net;

import io.fluxring.core.fd.FileRef;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.net.StreamGroup;
import io.fluxring.reactor.error.RingException;
import java.net.InetSocketAddress;
import java.util.Objects;
import reactor.core.publisher.Mono;

/**
 * The stream sockets of one loop. {@link io.fluxring.reactor.ReactiveRing} has one; make another for a loop that is driven by a
 * foreign event loop.
 *
 * <p><b>Threads.</b> Every method may be called by any thread, apart from {@link #open}.
 */
public final class StreamSockets {
    private final StreamGroup group;
    private final OpenConnections connected;
    private final Runnable closeHook;

    private StreamSockets(StreamGroup group) {
        this.group = group;
        this.connected = new OpenConnections(group.loop(), this::connectionClosed);
        this.closeHook = connected::closeAll;
    }

    /**
     * The sockets of a loop, with a group of buffers of their own to receive into. On the loop's thread.
     *
     * @param loop runs; the sockets are closed with it
     * @param buffers number, size and kind of the buffers, which all the sockets share
     * @return no socket so far
     * @throws IllegalStateException on another thread than the loop's, or when the kernel refuses the buffers
     */
    public static StreamSockets open(RingLoop loop, BufferRingConfig buffers) {
        return new StreamSockets(new StreamGroup(loop, loop.provideBuffers(buffers)));
    }

    /**
     * Binds and listens, at once, with ordinary system calls.
     *
     * @param address where to listen; port 0 lets the kernel pick one, see {@link Listener#localAddress}. A wildcard, such as
     *     {@code new InetSocketAddress(7000)}, means IPv4 and IPv6, where the host has that and {@code java.net.preferIPv4Stack} is
     *     not set; peers that come by IPv4 have IPv4 addresses all the same
     * @param options backlog, how connections are accepted, and what they are set to
     * @return what listens
     * @throws RingException when the kernel refuses, such as {@code EADDRINUSE}, or the loop is closed
     * @throws IllegalArgumentException when the address is not resolved, or the options ask for direct descriptors of a loop
     *     that has none
     */
    public Listener listen(InetSocketAddress address, ListenOptions options) {
        if (group.loop().isClosing()) {
            throw RingException.ringClosed();
        }
        return Listener.open(group, address, options);
    }

    /**
     * Connects, once for each subscription. The subscriber closes the connection that it gets; those that are open when the ring is
     * closed are closed with it.
     *
     * <p>Fails with {@link io.fluxring.reactor.error.PeerException} when nothing answers at the address, or not within the time
     * limit; the message names the address. Fails with {@link IllegalArgumentException} when the address is not resolved: names are
     * not looked up here, because that would block.
     *
     * <p><b>Cancel:</b> calls the attempt off and closes its socket, also when it had just been connected. An operator downstream that
     * is cancelled while it is given the connection, such as {@code timeout}, drops it unseen: it stays open until the ring is
     * closed. For a time limit, use {@link ConnectOptions#withTimeout}.
     *
     * @param address resolved
     * @param options time limit, local address, and what the connection is set to
     * @return the connection
     */
    public Mono<Connection> connect(InetSocketAddress address, ConnectOptions options) {
        return MonoConnect.of(this, Objects.requireNonNull(address), Objects.requireNonNull(options));
    }

    // ---- for the loop's thread

    RingLoop loop() {
        return group.loop();
    }

    /** A socket was connected: it has its slots from here on, and is closed with the loop. */
    Connection connected(FileRef file, ConnectOptions options) {
        Connection connection = new Connection(group, connected, file, options.multishot(), options.async());
        connected.add(connection);
        if (connected.count() == 1) {
            loop().addCloseHook(closeHook); // which is called at once when the loop is ending already
        } else if (loop().isClosing()) {
            connection.dispose(); // the hook may have been called before
        }
        return connection;
    }

    private void connectionClosed() {
        if (connected.count() == 0) {
            loop().removeCloseHook(closeHook);
        }
    }
}
