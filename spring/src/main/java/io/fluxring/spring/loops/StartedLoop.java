package io.fluxring.spring.loops;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.netty.RingIoHandler;
import io.fluxring.spring.loops.ApplicationLoops.NamedLoop;
import io.fluxring.spring.loops.LoopState.Answer;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** An event loop that has begun to run, and what can be asked of it without waiting. Any thread. */
final class StartedLoop {
    private final EventLoop eventLoop;
    private final String name;
    private final RingLoop ring;

    /** The question that the loop has not come to yet: a loop that is held up is not given more and more of them. */
    private final AtomicReference<Sinks.@Nullable One<LoopState>> question = new AtomicReference<>();

    private StartedLoop(EventLoop eventLoop, String name, RingLoop ring) {
        this.eventLoop = eventLoop;
        this.name = name;
        this.ring = ring;
    }

    /** Has an event loop begin, which it does with its first task. Fails when its ring can't be made ready. */
    static CompletableFuture<StartedLoop> start(EventLoop eventLoop) {
        CompletableFuture<StartedLoop> started = new CompletableFuture<>();
        eventLoop
                .terminationFuture()
                .addListener(ended -> started.completeExceptionally(
                        new IllegalStateException("an event loop did not start, its thread has logged why")));
        eventLoop.execute(() -> started.complete(
                new StartedLoop(eventLoop, Thread.currentThread().getName(), RingIoHandler.loopOf(eventLoop))));
        return started;
    }

    NamedLoop named() {
        return new NamedLoop(name, ring);
    }

    /** How the loop is, which it says itself, or how long it has not. The signal comes on its thread, or on another one. */
    Mono<LoopState> state(Duration limit) {
        return Mono.defer(this::ask).timeout(limit, Mono.fromSupplier(this::silent));
    }

    private Mono<LoopState> ask() {
        Sinks.One<LoopState> mine = Sinks.one();
        Sinks.One<LoopState> pending = question.compareAndExchange(null, mine);
        if (pending != null) {
            return pending.asMono();
        }
        try {
            eventLoop.execute(() -> {
                question.set(null);
                mine.tryEmitValue(LoopState.of(name, ring));
            });
        } catch (RejectedExecutionException ended) {
            question.set(null);
            mine.tryEmitValue(LoopState.without(name, Answer.ENDED)); // those that have joined meanwhile wait for it
        }
        return mine.asMono();
    }

    private LoopState silent() {
        return LoopState.without(name, eventLoop.isShuttingDown() ? Answer.ENDED : Answer.SILENT);
    }
}
