package io.fluxring.spring.autoconfigure;

import io.fluxring.core.preflight.Preflight;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.spring.RingMode;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;
import reactor.netty.resources.LoopResources;

/** Matches where the mode and the host allow a ring; and where one is required, so that its absence is an error and not a choice. */
final class OnRing extends SpringBootCondition {
    private static final String REFUSAL = "is refused: ";

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        ConditionMessage.Builder message = ConditionMessage.forCondition("io_uring");
        RingMode mode = Binder.get(context.getEnvironment())
                .bind("fluxring.mode", RingMode.class)
                .orElse(RingMode.AUTO);
        if (mode == RingMode.OFF) {
            return ConditionOutcome.noMatch(message.because("is off by fluxring.mode"));
        }
        if (!LoopResources.DEFAULT_NATIVE) {
            return ConditionOutcome.noMatch(message.because("is off by reactor.netty.native"));
        }
        if (mode == RingMode.REQUIRED) {
            return ConditionOutcome.match(message.because("is required by fluxring.mode"));
        }
        return Preflight.check(RingConfig.defaults())
                .refusal()
                .map(cause -> ConditionOutcome.noMatch(message.because(REFUSAL + cause.getMessage())))
                .orElseGet(() -> ConditionOutcome.match(message.because("is allowed by this host")));
    }

    /** Whether an outcome is the host's, and not the application's own choice. */
    static boolean isRefusal(ConditionOutcome outcome) {
        String message = outcome.getMessage();
        return message != null && message.contains(REFUSAL);
    }
}
