package io.fluxring.reactor.net;

import io.fluxring.core.loop.RingLoop;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a connection is made, and how it works. Immutable; start from {@link #defaults()}.
 *
 * @param timeout for how long to try; the kernel gives up by itself after about two minutes
 * @param localAddress where the connection comes from; port 0 lets the kernel pick one; null leaves both to it
 * @param noDelay whether small writes are sent at once ({@code TCP_NODELAY})
 * @param multishot whether one request receives again and again (Linux 6.0); otherwise each asks anew
 * @param async whether operations are handed to the kernel's worker threads at once ({@code IOSQE_ASYNC})
 * @param socketOptions further options of the JDK, each with a value of its type; see {@link #withOption}
 */
public record ConnectOptions(
        Duration timeout,
        @Nullable InetSocketAddress localAddress,
        boolean noDelay,
        boolean multishot,
        boolean async,
        Map<SocketOption<?>, Object> socketOptions) {

    private static final ConnectOptions DEFAULTS =
            new ConnectOptions(Duration.ofSeconds(30), null, true, true, false, Map.of());

    /** The loop's clock may begin anywhere: half its range is left for that. */
    private static final Duration LONGEST = Duration.ofNanos(RingLoop.FOREVER / 2);

    /** Options as given. Throws {@link IllegalArgumentException} for a time limit that is not above zero. */
    public ConnectOptions {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("the time to connect must be above zero: " + timeout);
        }
        socketOptions = SocketProperties.checked(socketOptions);
    }

    /** {@return thirty seconds, from an address of the kernel's choice, no delay, multishot; the rest off} */
    public static ConnectOptions defaults() {
        return DEFAULTS;
    }

    /**
     * {@return these options with another time limit}
     *
     * @param newTimeout above zero
     */
    public ConnectOptions withTimeout(Duration newTimeout) {
        return new ConnectOptions(newTimeout, localAddress, noDelay, multishot, async, socketOptions);
    }

    /**
     * {@return these options with an address to connect from, of the same family as the one to connect to}
     *
     * @param address of this machine; port 0 lets the kernel pick one
     */
    public ConnectOptions withLocalAddress(InetSocketAddress address) {
        return new ConnectOptions(timeout, Objects.requireNonNull(address), noDelay, multishot, async, socketOptions);
    }

    /**
     * {@return these options with {@code TCP_NODELAY} on or off}
     *
     * @param on whether small writes are sent at once
     */
    public ConnectOptions withNoDelay(boolean on) {
        return new ConnectOptions(timeout, localAddress, on, multishot, async, socketOptions);
    }

    /**
     * {@return these options with multishot on or off}
     *
     * @param on whether one request receives again and again
     */
    public ConnectOptions withMultishot(boolean on) {
        return new ConnectOptions(timeout, localAddress, noDelay, on, async, socketOptions);
    }

    /**
     * {@return these options with {@code IOSQE_ASYNC} on or off}
     *
     * @param on whether operations go to the kernel's worker threads at once
     */
    public ConnectOptions withAsync(boolean on) {
        return new ConnectOptions(timeout, localAddress, noDelay, multishot, on, socketOptions);
    }

    /**
     * {@return these options with one of the socket more, such as {@code SO_RCVBUF}, set before it is bound and
     * connected}
     *
     * @param <T> the type of its value
     * @param option one that {@link Connection#setOption} takes
     * @param value what it is set to
     * @throws UnsupportedOperationException when it does not
     * @throws IllegalArgumentException when the value can't be one
     */
    public <T> ConnectOptions withOption(SocketOption<T> option, T value) {
        Map<SocketOption<?>, Object> options = new HashMap<>(socketOptions);
        options.put(option, value);
        return new ConnectOptions(timeout, localAddress, noDelay, multishot, async, options);
    }

    /** The time limit as the loop takes it. */
    long timeoutNanos() {
        return timeout.compareTo(LONGEST) < 0 ? timeout.toNanos() : RingLoop.FOREVER;
    }
}
