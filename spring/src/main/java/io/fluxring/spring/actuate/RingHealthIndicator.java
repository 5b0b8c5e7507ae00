package io.fluxring.spring.actuate;

import io.fluxring.spring.RingStatus;
import io.fluxring.spring.loops.ApplicationLoops;
import io.fluxring.spring.loops.LoopState;
import io.fluxring.spring.loops.LoopState.Answer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.boot.health.contributor.AbstractReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import reactor.core.publisher.Mono;

/**
 * Down when an event loop has ended, or does not answer because a handler blocks it. An application that is not on the ring, by its own
 * choice or by its host's, is up: it runs as without the starter, and the details say why. No thread waits for the loops.
 */
public final class RingHealthIndicator extends AbstractReactiveHealthIndicator {
    /** Below the second that orchestrators give a probe by default, so that the name of the loop is what they see. */
    private static final Duration LIMIT = Duration.ofMillis(500);

    private final ApplicationLoops loops;
    private final Supplier<RingStatus> status;

    /**
     * Health of an application's loops.
     *
     * @param loops the application's
     * @param status where they are
     */
    public RingHealthIndicator(ApplicationLoops loops, Supplier<RingStatus> status) {
        super("the event loops can't be asked");
        this.loops = loops;
        this.status = status;
    }

    @Override
    protected Mono<Health> doHealthCheck(Health.Builder builder) {
        return loops.states(LIMIT).map(states -> health(builder, states));
    }

    private Health health(Health.Builder builder, List<LoopState> states) {
        RingStatus now = status.get();
        builder.withDetail("onRing", now.isOnRing()).withDetail("detail", now.detail());
        if (states.isEmpty()) {
            return builder.up().build();
        }
        Map<String, Object> byName = new LinkedHashMap<>();
        states.forEach(state -> byName.put(state.name(), details(state)));
        builder.withDetail("loops", byName);
        boolean allAnswer = states.stream().allMatch(state -> state.answer() == Answer.ANSWERED);
        return (allAnswer ? builder.up() : builder.down()).build();
    }

    private static Map<String, Object> details(LoopState state) {
        if (state.answer() != Answer.ANSWERED) {
            return Map.of("state", state.answer().name().toLowerCase(Locale.ROOT), "limit", LIMIT.toMillis() + " ms");
        }
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("inFlight", state.inFlight());
        details.put("freeSlots", state.freeSlots());
        details.put("freeBuffers", state.freeBuffers());
        details.put("buffers", state.buffers());
        return details;
    }
}
