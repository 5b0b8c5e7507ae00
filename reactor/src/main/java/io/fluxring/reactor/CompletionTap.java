package io.fluxring.reactor;

import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.operator.CallSite;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/** Shows a loop's completions to any number of observers. Costs nothing while there is none. Belongs to the loop's thread. */
final class CompletionTap {
    /** How far an observer may fall behind. */
    private static final int BEHIND = 16384;

    private final RingLoop loop;
    private final List<FluxSink<Completion>> observers = new ArrayList<>();
    private boolean closeHooked;

    CompletionTap(RingLoop loop) {
        this.loop = loop;
    }

    Flux<Completion> flux() {
        return CallSite.name(Flux.<Completion>create(this::subscribe, FluxSink.OverflowStrategy.IGNORE)
                .onBackpressureBuffer(BEHIND));
    }

    private void subscribe(FluxSink<Completion> sink) {
        try {
            loop.execute(() -> add(sink));
        } catch (RejectedExecutionException e) {
            sink.error(RingException.rejected(loop, e));
        }
    }

    private void add(FluxSink<Completion> sink) {
        if (loop.isClosing()) {
            sink.error(RingException.ringClosed());
            return;
        }
        observers.add(sink);
        sink.onDispose(() -> loop.signal(() -> remove(sink)));
        loop.observe(this::completed);
        if (!closeHooked) {
            closeHooked = true;
            loop.addCloseHook(this::close);
        }
    }

    private void remove(FluxSink<Completion> sink) {
        observers.remove(sink);
        if (observers.isEmpty()) {
            loop.observe(null);
        }
    }

    private void completed(Operation operation, int result, int flags) {
        Completion completion = operation instanceof SubmittedOperation submitted
                ? new Completion(operation.opcode(), submitted.op(), submitted.outcome(result), flags)
                : new Completion(operation.opcode(), null, result, flags);
        for (FluxSink<Completion> sink : List.copyOf(observers)) { // one may end others from within
            sink.next(completion);
        }
    }

    private void close() {
        for (FluxSink<Completion> sink : List.copyOf(observers)) {
            sink.complete();
        }
    }
}
