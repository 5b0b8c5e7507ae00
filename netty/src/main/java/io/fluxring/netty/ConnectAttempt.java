package io.fluxring.netty;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.net.ConnectHandler;
import io.fluxring.core.net.Connector;
import io.fluxring.core.sys.Errno;
import io.fluxring.netty.socket.SocketExceptions;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.function.Function;

/** A channel's attempt to connect, and the promise that waits for it. Belongs to the event loop's thread. */
final class ConnectAttempt implements ConnectHandler {
    private final AbstractRingStreamChannel channel;
    private final SocketAddress peer;
    private final ChannelPromise promise;
    private final Connector connector;
    private final int timeoutMillis;

    /**
     * An attempt, not started.
     *
     * @param channel whose descriptor is to be connected
     * @param peer as the user named it
     * @param promise tells the user
     * @param toPeer the attempt on a loop, which reports to the one that it is given
     */
    ConnectAttempt(
            AbstractRingStreamChannel channel,
            SocketAddress peer,
            ChannelPromise promise,
            Function<ConnectHandler, Connector> toPeer) {
        this.channel = channel;
        this.peer = peer;
        this.promise = promise;
        this.timeoutMillis = channel.settings().getConnectTimeoutMillis();
        this.connector = toPeer.apply(this);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the promise itself
    void start() {
        connector.start(timeoutMillis > 0 ? timeoutMillis * 1_000_000L : RingLoop.FOREVER);
        promise.addListener(future -> {
            if (future.isCancelled()) {
                channel.close();
            }
        });
    }

    void cancel() {
        connector.cancel();
    }

    @Override
    public void connected(RawFd file) {
        channel.connected(file, peer);
        channel.ringUnsafe().fulfil(promise);
    }

    @Override
    public void closing() {
        channel.descriptor().isGone();
    }

    @Override
    public void failed(int result) {
        channel.connectFailed();
        channel.ringUnsafe().fail(promise, cause(result), peer);
    }

    private IOException cause(int result) {
        return result == Errno.ETIMEDOUT.result()
                ? new ConnectTimeoutException("connection timed out after " + timeoutMillis + " ms: " + peer)
                : SocketExceptions.of("connect", result);
    }
}
