package io.fluxring.spring.loops;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.core.publisher.Mono;
import reactor.netty.http.HttpResources;
import reactor.netty.resources.LoopResources;

/**
 * Lends the application's loops to clients and servers that are made without Spring, by {@code HttpClient.create()} for example, as long
 * as the application runs.
 */
public final class GlobalLoops implements SmartLifecycle {
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
        HttpResources.set(new Lent(factory.getLoopResources()));
        isRunning = true;
    }

    @Override
    public void stop() {
        isRunning = false;
        HttpResources.set(LoopResources.create("reactor-http"));
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
