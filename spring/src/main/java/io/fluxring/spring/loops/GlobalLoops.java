package io.fluxring.spring.loops;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.core.publisher.Mono;
import reactor.netty.http.HttpResources;
import reactor.netty.resources.LoopResources;

/**
 * Lends the application's loops to clients and servers that are made without Spring, by {@code HttpClient.create()} for example, as long
 * as the application runs. Of several applications in one JVM the last one that has started lends its own; when it stops, the one
 * before it does, and after all of them Reactor Netty's default is back.
 */
public final class GlobalLoops implements SmartLifecycle {
    /** Those that run, in the order of their starts. The global resources are changed under its lock only. */
    private static final Deque<GlobalLoops> LENDERS = new ArrayDeque<>();

    private final ReactorResourceFactory factory;
    private volatile boolean isRunning;

    /**
     * Lends the loops of a factory.
     *
     * @param factory what makes and ends them
     */
    public GlobalLoops(ReactorResourceFactory factory) {
        this.factory = factory;
    }

    @Override
    public void start() {
        synchronized (LENDERS) {
            LENDERS.remove(this);
            LENDERS.addLast(this);
            HttpResources.set(new Lent(factory.getLoopResources()));
            isRunning = true;
        }
    }

    @Override
    public void stop() {
        synchronized (LENDERS) {
            isRunning = false;
            boolean isLast = LENDERS.peekLast() == this;
            LENDERS.remove(this);
            if (isLast) {
                GlobalLoops before = LENDERS.peekLast();
                HttpResources.set(
                        before == null
                                ? LoopResources.create("reactor-http")
                                : new Lent(before.factory.getLoopResources()));
            }
        }
    }

    /** The loops run on in a pause. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public boolean isRunning() {
        return isRunning;
    }

    /** Behind the factory, which makes the loops in phase 0, and before it at the end. */
    @Override
    public int getPhase() {
        return 1;
    }

    /** The global resources dispose of the loops that others replace, which another application of the JVM may do: not of these. */
    private record Lent(LoopResources loops) implements LoopResources {
        @Override
        public boolean daemon() {
            return loops.daemon();
        }

        @Override
        public EventLoopGroup onServer(boolean useNative) {
            return loops.onServer(useNative);
        }

        @Override
        public EventLoopGroup onServerSelect(boolean useNative) {
            return loops.onServerSelect(useNative);
        }

        @Override
        public EventLoopGroup onClient(boolean useNative) {
            return loops.onClient(useNative);
        }

        @Override
        public <C extends Channel> C onChannel(Class<C> channelType, EventLoopGroup group) {
            return loops.onChannel(channelType, group);
        }

        @Override
        public <C extends Channel> Class<? extends C> onChannelClass(Class<C> channelType, EventLoopGroup group) {
            return loops.onChannelClass(channelType, group);
        }

        @Override
        public void dispose() {}

        @Override
        public Mono<Void> disposeLater() {
            return Mono.empty();
        }

        @Override
        public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
            return Mono.empty();
        }

        @Override
        public boolean isDisposed() {
            return loops.isDisposed();
        }
    }
}
