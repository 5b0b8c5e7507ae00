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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * The event loops of an application. All of them are made when the application starts, before a port is bound, so that all are on rings or
 * none is. They end with the resource factory that they were made for; a restart makes new ones. Any thread.
 */
public final class ApplicationLoops {
    /** Of the threads' names, as Reactor Netty begins those of its own loops. */
    private static final String PREFIX = "reactor-http";

    private final RingProperties properties;
    private volatile @Nullable RingLoopResources rings;
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
            made.onServerSelect(true);
            made.onServer(true).forEach(ApplicationLoops::start);
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
        refusal = cause;
        Integer loops = properties.loops();
        return loops == null ? LoopResources.create(PREFIX) : LoopResources.create(PREFIX, loops, true);
    }

    /** An event loop runs from its first task on, and its ring can be used then. */
    private static void start(EventExecutor loop) {
        loop.execute(() -> {});
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

    /** {@return the loops' rings, in order, by the names of their threads; empty when the loops are no rings} Waits for the loops. */
    public List<NamedLoop> rings() {
        EventLoopGroup group = running();
        if (group == null) {
            return List.of();
        }
        List<CompletableFuture<NamedLoop>> found = new ArrayList<>();
        for (EventExecutor each : group) {
            found.add(CompletableFuture.supplyAsync(
                    () -> new NamedLoop(Thread.currentThread().getName(), RingIoHandler.loopOf((EventLoop) each)),
                    each));
        }
        try {
            return found.stream().map(CompletableFuture::join).toList();
        } catch (CompletionException | RejectedExecutionException ended) {
            return List.of();
        }
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
