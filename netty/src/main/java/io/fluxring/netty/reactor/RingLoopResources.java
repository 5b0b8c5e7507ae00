package io.fluxring.netty.reactor;

import io.fluxring.core.preflight.Preflight;
import io.fluxring.core.setup.RingUnavailableException;
import io.fluxring.netty.RingIoHandler;
import io.fluxring.netty.RingIoHandlerConfig;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.FutureMono;
import reactor.netty.ReactorNetty;
import reactor.netty.resources.LoopResources;

/**
 * Loop resources whose event loops run on rings: whatever Reactor Netty serves or calls with them goes by io_uring.
 *
 * {@snippet :
 * LoopResources ring = RingLoopResources.create("http");
 * HttpServer.create().runOn(ring).handle((request, response) -> response.sendString(Mono.just("hello")));
 * }
 *
 * <p>The loops are made when the first server or client asks for them, all of a kind at once, before it binds or connects. Where no
 * ring can be had that fails with {@link RingUnavailableException} as the cause; {@link #createOrDefault} decides beforehand.
 *
 * <p>{@code HttpServer.runOn(EventLoopGroup)} and its likes do not know the loops of other transports: use {@code runOn(LoopResources)}.
 * UDP servers and clients must not be told {@code preferNative = false}, by which Reactor Netty means the JDK's sockets.
 *
 * <p>Any thread.
 */
public final class RingLoopResources implements LoopResources {
    private static final System.Logger LOG = System.getLogger(RingLoopResources.class.getName());

    private static final int SAME_AS_WORKERS = -1;

    /** What a loop whose time is up gets to close its channels and its ring: it begins with that only then. */
    private static final Duration CLOSING = Duration.ofSeconds(2);

    private final String prefix;
    private final int selectCount;
    private final int workerCount;
    private final boolean daemon;
    private final RingIoHandlerConfig config;

    private @Nullable EventLoopGroup workers;
    private @Nullable EventLoopGroup selectors;
    private @Nullable EventLoopGroup clients;
    private volatile boolean disposed;

    private RingLoopResources(
            String prefix, int selectCount, int workerCount, boolean daemon, RingIoHandlerConfig config) {
        if (workerCount < 1 || (selectCount < 1 && selectCount != SAME_AS_WORKERS)) {
            throw new IllegalArgumentException("there must be at least one loop: " + workerCount + ", " + selectCount);
        }
        this.prefix = prefix;
        this.selectCount = selectCount;
        this.workerCount = workerCount;
        this.daemon = daemon;
        this.config = config;
    }

    /**
     * {@return resources with as many loops as Reactor Netty's own have ({@link ReactorNetty#IO_WORKER_COUNT}, {@link
     * ReactorNetty#IO_SELECT_COUNT}), on daemon threads}
     *
     * @param prefix the threads' names begin with it
     */
    public static RingLoopResources create(String prefix) {
        return create(prefix, DEFAULT_IO_SELECT_COUNT, DEFAULT_IO_WORKER_COUNT, true, RingIoHandlerConfig.defaults());
    }

    /**
     * {@return resources with a number of loops, which accept connections as well}
     *
     * @param prefix the threads' names begin with it
     * @param workerCount how many loops, 1 or more
     * @param daemon whether a program may end while they run
     */
    public static RingLoopResources create(String prefix, int workerCount, boolean daemon) {
        return create(prefix, SAME_AS_WORKERS, workerCount, daemon, RingIoHandlerConfig.defaults());
    }

    /**
     * {@return resources as given}
     *
     * @param prefix the threads' names begin with it
     * @param selectCount how many loops accept connections, 1 or more; -1 to have the others do it
     * @param workerCount how many loops, 1 or more
     * @param daemon whether a program may end while they run
     * @param config what each loop is made of
     */
    public static RingLoopResources create(
            String prefix, int selectCount, int workerCount, boolean daemon, RingIoHandlerConfig config) {
        return new RingLoopResources(prefix, selectCount, workerCount, daemon, config);
    }

    /**
     * {@return resources on rings where the host allows them, Reactor Netty's default otherwise} As {@link #createOrDefault(String,
     * int, int, boolean, RingIoHandlerConfig)}, with as many loops as Reactor Netty's own have, on daemon threads.
     *
     * @param prefix the threads' names begin with it
     */
    public static LoopResources createOrDefault(String prefix) {
        return createOrDefault(
                prefix, DEFAULT_IO_SELECT_COUNT, DEFAULT_IO_WORKER_COUNT, true, RingIoHandlerConfig.defaults());
    }

    /**
     * {@return resources on rings where the host allows them, Reactor Netty's default otherwise} Decided here, once for all loops,
     * and said in one line of the log. All rings are made here: a host that allows one may refuse the next, at the limit of open
     * files for example.
     *
     * @param prefix the threads' names begin with it
     * @param selectCount how many loops accept connections, 1 or more; -1 to have the others do it
     * @param workerCount how many loops, 1 or more
     * @param daemon whether a program may end while they run
     * @param config what each loop is made of
     */
    public static LoopResources createOrDefault(
            String prefix, int selectCount, int workerCount, boolean daemon, RingIoHandlerConfig config) {
        RingLoopResources rings = create(prefix, selectCount, workerCount, daemon, config);
        Optional<RingUnavailableException> refusal =
                Preflight.check(config.loop().ring()).refusal().or(rings::makeLoops);
        if (refusal.isEmpty()) {
            LOG.log(System.Logger.Level.INFO, "{0}: event loops on io_uring by Fluxring", prefix);
            return rings;
        }
        LOG.log(
                System.Logger.Level.WARNING,
                "{0}: event loops of Reactor Netty''s default, because no ring can be had: {1}",
                prefix,
                refusal.get().getMessage());
        return selectCount == SAME_AS_WORKERS
                ? LoopResources.create(prefix, workerCount, daemon)
                : LoopResources.create(prefix, selectCount, workerCount, daemon);
    }

    /** {@return whether this host allows a ring} Makes one, and closes it. */
    public static boolean isAvailable() {
        return unavailabilityCause().isEmpty();
    }

    /** {@return why this host allows no ring, with the remedy; empty where it does} Makes one, and closes it. */
    public static Optional<RingUnavailableException> unavailabilityCause() {
        return Preflight.check(RingIoHandlerConfig.defaults().loop().ring()).refusal();
    }

    // ---- loops

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return workers();
    }

    @Override
    public EventLoopGroup onServerSelect(boolean useNative) {
        return selectors();
    }

    /** The server's loops: a client that is used on one of them stays on it. */
    @Override
    public EventLoopGroup onClient(boolean useNative) {
        return clients();
    }

    private EventLoopGroup workers() {
        synchronized (this) {
            EventLoopGroup made = workers;
            if (made == null) {
                made = newGroup(workerCount, "");
                workers = made;
            }
            return made;
        }
    }

    private EventLoopGroup selectors() {
        synchronized (this) {
            if (selectCount == SAME_AS_WORKERS) {
                return workers();
            }
            EventLoopGroup made = selectors;
            if (made == null) {
                made = newGroup(selectCount, "-select");
                selectors = made;
            }
            return made;
        }
    }

    private EventLoopGroup clients() {
        synchronized (this) {
            EventLoopGroup made = clients;
            if (made == null) {
                made = LoopResources.colocate(workers());
                clients = made;
            }
            return made;
        }
    }

    /** Makes all loops, or none and tells why. */
    private Optional<RingUnavailableException> makeLoops() {
        try {
            workers();
            selectors();
            return Optional.empty();
        } catch (IllegalStateException e) {
            if (e.getCause() instanceof RingUnavailableException refusal) {
                dispose();
                return Optional.of(refusal);
            }
            throw e;
        }
    }

    private EventLoopGroup newGroup(int loops, String kind) {
        if (disposed) {
            throw new IllegalStateException(this + " is disposed");
        }
        return new MultiThreadIoEventLoopGroup(
                loops, new EventLoopThreads(prefix + kind + "-ring-", daemon), RingIoHandler.newFactory(config));
    }

    @Override
    public boolean daemon() {
        return daemon;
    }

    // ---- channels

    @Override
    public <C extends Channel> C onChannel(Class<C> channelType, EventLoopGroup group) {
        return RingChannels.newChannel(channelType);
    }

    @Override
    public <C extends Channel> Class<? extends C> onChannelClass(Class<C> channelType, EventLoopGroup group) {
        return RingChannels.implementation(channelType);
    }

    // ---- the end

    @Override
    public void dispose() {
        disposeLater()
                .subscribe(done -> {}, failure -> LOG.log(System.Logger.Level.WARNING, "disposal failed", failure));
    }

    @Override
    public Mono<Void> disposeLater() {
        return disposeLater(
                Duration.ofSeconds(DEFAULT_SHUTDOWN_QUIET_PERIOD), Duration.ofSeconds(DEFAULT_SHUTDOWN_TIMEOUT));
    }

    /**
     * Ends the loops when nothing was asked of them for the quiet period, or when the time is up, and closes their channels then. No
     * new ones are made from the subscription on. Fails with an {@link IllegalStateException} when a loop has not ended 2 s after
     * the time was up, as one is held up by a handler that blocks.
     */
    @Override
    public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
        return Mono.defer(() -> {
            EventLoopGroup ofWorkers;
            EventLoopGroup ofSelectors;
            synchronized (this) {
                disposed = true;
                ofWorkers = workers;
                ofSelectors = selectors;
            }
            return Mono.when(List.of(
                            shutDown(ofWorkers, quietPeriod, timeout), shutDown(ofSelectors, quietPeriod, timeout)))
                    .timeout(
                            timeout.plus(CLOSING),
                            Mono.error(() -> new IllegalStateException(this + " did not end, "
                                    + timeout.plus(CLOSING).toMillis() + " ms after it was asked to")));
        });
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // what the future carries is not looked at
    private static Mono<Void> shutDown(@Nullable EventLoopGroup group, Duration quietPeriod, Duration timeout) {
        return group == null
                ? Mono.empty()
                : FutureMono.from((Future)
                        group.shutdownGracefully(quietPeriod.toMillis(), timeout.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Override
    public boolean isDisposed() {
        return disposed;
    }

    @Override
    public String toString() {
        return "RingLoopResources[" + prefix + ", " + workerCount + " loops"
                + (selectCount == SAME_AS_WORKERS ? "" : ", " + selectCount + " accepting") + "]";
    }
}
