package io.fluxring.core.ring;

import io.fluxring.core.setup.CompletionFormat;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * As {@link CompletionConsumeStress}, with completions of 32 bytes in a queue of mixed ones: the second half is written before the
 * tail shows the first, and copied before the head moves.
 */
@JCStressTest
@Outcome(id = "0, 0, [0123]", expect = Expect.ACCEPTABLE, desc = "Each completion came whole, once, and in order.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A completion was torn, stale or lost.")
@State
public class WideCompletionConsumeStress {
    private final CompletionExchange exchange = new CompletionExchange(CompletionFormat.MIXED);

    /** Fills each place as soon as it was given back. */
    @Actor
    public void kernel() {
        exchange.kernel();
    }

    /** Takes what is there. */
    @Actor
    public void application() {
        exchange.application();
    }

    /** What came of it, after the application has taken what is left. */
    @Arbiter
    public void outcome(III_Result result) {
        exchange.outcome(result);
    }
}
