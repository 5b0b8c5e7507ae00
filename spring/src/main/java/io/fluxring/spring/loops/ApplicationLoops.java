package io.fluxring.spring.loops;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.preflight.Preflight;
import io.fluxring.core.setup.RingUnavailableException;
import io.fluxring.netty.RingIoHandler;
import io.fluxring.netty.RingIoHandlerConfig;
import io.fluxring.netty.reactor.RingLoopResources;
import io.fluxring.spring.RingMode;
import io.fluxring.spring.RingProperties;
import io.fluxring.spring.RingRequiredException;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * The event loops of an application. All of them are made when the application starts, before a port is bound, so that all are on rings or
 * none is. They end with the resource factory that they were made for; a restart makes new ones. Any thread.
 */
public final class ApplicationLoops {
    /** Of the threads' names, as Reactor Netty begins those of its own loops. */
    private static final String PREFIX = "reactor-http";

    private static final Duration START_LIMIT = Duration.ofSeconds(10);

    private final RingProperties properties;
    private volatile @Nullable RingLoopResources rings;
    private volatile List<StartedLoop> started = List.of();
    private volatile @Nullable RingUnavailableException refusal;

    /**
     * Loops that are not made yet.
     *
     * @param properties how they are made
     */
    public ApplicationLoops(RingProperties properties) {
        this.properties = properties;
    }

    /**
     * {@return new loops, on rings; or those of Reactor Netty when one of the rings can't be had, as at the limit of open files}
     *
     * @throws RingRequiredException when a ring can't be had and is required
     */
    public LoopResources make() {
        RingIoHandlerConfig config = LoopConfigs.of(properties);
        Optional<RingUnavailableException> refused =
                Preflight.check(config.loop().ring()).refusal();
        if (refused.isPresent()) {
            return standIn(refused.get());
        }
        RingLoopResources made = newRings(config);
        try {
            started = start(made);
        } catch (IllegalStateException e) {
            made.dispose();
            if (e.getCause() instanceof RingUnavailableException cause) {
                return standIn(cause);
            }
            throw e;
        }
        refusal = null;
        rings = made;
        return made;
    }

    private RingLoopResources newRings(RingIoHandlerConfig config) {
        Integer loops = properties.loops();
        return loops == null
                ? RingLoopResources.create(
                        PREFIX,
                        LoopResources.DEFAULT_IO_SELECT_COUNT,
                        LoopResources.DEFAULT_IO_WORKER_COUNT,
                        true,
                        config)
                : RingLoopResources.create(PREFIX, -1, loops, true, config);
    }

    private LoopResources standIn(RingUnavailableException cause) {
        if (properties.mode() == RingMode.REQUIRED) {
            throw new RingRequiredException(cause);
        }
        rings = null;
        started = List.of();
        refusal = cause;
        Integer loops = properties.loops();
        return loops == null ? LoopResources.create(PREFIX) : LoopResources.create(PREFIX, loops, true);
    }

    /** Makes the event loops, those that accept first where they are others, and waits until all run: a ring can be used then. */
    private static List<StartedLoop> start(RingLoopResources resources) {
        Set<EventExecutor> all = new LinkedHashSet<>();
        resources.onServerSelect(true).forEach(all::add);
        resources.onServer(true).forEach(all::add);
        List<CompletableFuture<StartedLoop>> starting =
                all.stream().map(each -> StartedLoop.start((EventLoop) each)).toList();
        try {
            CompletableFuture.allOf(starting.toArray(CompletableFuture[]::new))
                    .get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the event loops did not start", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the event loops started", e);
        }
        return starting.stream().map(CompletableFuture::join).toList();
    }

    /** {@return why rings that were expected could not be had when the loops were made} */
    public Optional<RingUnavailableException> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** Whether the loops are rings, and have not ended. */
    public boolean areRings() {
        return running() != null;
    }

    private @Nullable EventLoopGroup running() {
        RingLoopResources now = rings;
        if (now == null || now.isDisposed()) {
            return null;
        }
        try {
            return now.onServer(true);
        } catch (IllegalStateException disposedMeanwhile) {
            return null;
        }
    }

    /**
     * {@return the ring's loop of the calling thread when that is an event loop of the application, of any other event loop otherwise;
     * empty when the loops are no rings, or have ended}
     */
    public Mono<RingLoop> loop() {
        return Mono.defer(() -> {
            EventLoopGroup group = running();
            if (group == null) {
                return Mono.empty();
            }
            for (EventExecutor each : group) {
                if (each.inEventLoop()) {
                    return Mono.just(RingIoHandler.loopOf((EventLoop) each));
                }
            }
            return onLoop(group.next());
        });
    }

    private static Mono<RingLoop> onLoop(EventLoop loop) {
        return Mono.create(sink -> {
            try {
                loop.execute(() -> sink.success(RingIoHandler.loopOf(loop)));
            } catch (RejectedExecutionException ended) {
                sink.success();
            }
        });
    }

    /** {@return the loops' rings, in order, by the names of their threads; empty when the loops are no rings, or have ended} */
    public List<NamedLoop> rings() {
        return running() == null
                ? List.of()
                : started.stream().map(StartedLoop::named).toList();
    }

    /**
     * {@return how each of the rings' loops is, in order, also of those that have ended since they were made; empty when the loops are no
     * rings} Nothing waits for them: the answer comes when all have given theirs, or when the limit is over.
     *
     * @param limit after which a loop is silent
     */
    public Mono<List<LoopState>> states(Duration limit) {
        return Flux.defer(() -> Flux.fromIterable(started))
                .flatMapSequential(
                        each -> each.state(limit), Integer.MAX_VALUE) // else some wait for the limit of others
                .collectList();
    }

    @Override
    public String toString() {
        return "ApplicationLoops[" + rings + "]";
    }

    /**
     * A ring's loop and its thread.
     *
     * @param name the thread's
     * @param loop the ring's
     */
    public record NamedLoop(String name, RingLoop loop) {}
}
