package io.fluxring.reactor.net;

import io.fluxring.core.net.AcceptOptions;
import java.net.SocketOption;
import java.util.HashMap;
import java.util.Map;

/**
 * How a listener listens, and how its connections work. Immutable; start from {@link #defaults()}.
 *
 * @param backlog connections that the kernel holds until they are accepted; it caps this at {@code net.core.somaxconn}
 * @param reusePort whether several listeners may share the port, the kernel spreading connections over them
 * @param noDelay whether small writes are sent at once ({@code TCP_NODELAY}); set on the listener, inherited by connections
 * @param multishot whether one request accepts, or receives, again and again (Linux 6.0); otherwise each asks anew
 * @param direct whether connections are direct descriptors of the ring, which needs a loop configured with some
 * @param async whether operations are handed to the kernel's worker threads at once ({@code IOSQE_ASYNC})
 * @param socketOptions further options of the JDK, each with a value of its type; see {@link #withOption}
 */
public record ListenOptions(
        int backlog,
        boolean reusePort,
        boolean noDelay,
        boolean multishot,
        boolean direct,
        boolean async,
        Map<SocketOption<?>, Object> socketOptions) {

    private static final ListenOptions DEFAULTS = new ListenOptions(4096, false, true, true, false, false, Map.of());

    /**
     * Options as given.
     *
     * @throws IllegalArgumentException when the backlog is below 1, or a value can't be one of its option
     * @throws UnsupportedOperationException when an option is not one of these sockets
     */
    public ListenOptions {
        if (backlog < 1) {
            throw new IllegalArgumentException("backlog must be at least 1: " + backlog);
        }
        socketOptions = SocketProperties.checked(socketOptions);
    }

    /** {@return a backlog of 4,096, no delay, multishot; the rest off} */
    public static ListenOptions defaults() {
        return DEFAULTS;
    }

    /**
     * {@return these options with another backlog}
     *
     * @param connections how many may wait to be accepted, 1 or more; the kernel caps this at {@code net.core.somaxconn}
     * @throws IllegalArgumentException when it is below 1
     */
    public ListenOptions withBacklog(int connections) {
        return new ListenOptions(connections, reusePort, noDelay, multishot, direct, async, socketOptions);
    }

    /**
     * {@return these options with the port shared or not}
     *
     * @param on whether other listeners of the same user may bind the port as well, the kernel spreading connections over all
     */
    public ListenOptions withReusePort(boolean on) {
        return new ListenOptions(backlog, on, noDelay, multishot, direct, async, socketOptions);
    }

    /**
     * {@return these options with {@code TCP_NODELAY} on or off}
     *
     * @param on whether small writes are sent at once; off, the kernel collects them while bytes are unacknowledged
     */
    public ListenOptions withNoDelay(boolean on) {
        return new ListenOptions(backlog, reusePort, on, multishot, direct, async, socketOptions);
    }

    /**
     * {@return these options with multishot on or off}
     *
     * @param on whether one request accepts, or receives, again and again; off, each accept and receive asks anew
     */
    public ListenOptions withMultishot(boolean on) {
        return new ListenOptions(backlog, reusePort, noDelay, on, direct, async, socketOptions);
    }

    /**
     * {@return these options with direct descriptors on or off}
     *
     * @param on whether connections are direct descriptors of the ring, so that listening is refused on a loop without a table of them
     */
    public ListenOptions withDirect(boolean on) {
        return new ListenOptions(backlog, reusePort, noDelay, multishot, on, async, socketOptions);
    }

    /**
     * {@return these options with {@code IOSQE_ASYNC} on or off}
     *
     * @param on whether accepts, receives and sends go to the kernel's worker threads at once, without a try on the ring's thread
     */
    public ListenOptions withAsync(boolean on) {
        return new ListenOptions(backlog, reusePort, noDelay, multishot, direct, on, socketOptions);
    }

    /**
     * {@return these options with one of the socket more, such as {@code SO_RCVBUF}} It is set on the listener before
     * it is bound, and connections inherit it.
     *
     * @param <T> the type of its value
     * @param option one that {@link Connection#setOption} takes
     * @param value what it is set to
     * @throws UnsupportedOperationException when it does not
     * @throws IllegalArgumentException when the value can't be one
     */
    public <T> ListenOptions withOption(SocketOption<T> option, T value) {
        Map<SocketOption<?>, Object> options = new HashMap<>(socketOptions);
        options.put(option, value);
        return new ListenOptions(backlog, reusePort, noDelay, multishot, direct, async, options);
    }

    AcceptOptions forAcceptor() {
        return new AcceptOptions(backlog, multishot, direct, async);
    }
}
