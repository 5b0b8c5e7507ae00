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
 * The application takes completions while the kernel writes them: each is whole when the tail shows it, and its place is given
 * back only after it was copied. Guards the acquire of the tail and the release of the head in {@link CompletionQueue#drain}.
 */
@JCStressTest
@Outcome(id = "0, 0, [0123]", expect = Expect.ACCEPTABLE, desc = "Each completion came whole, once, and in order.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A completion was torn, stale or lost.")
@State
public class CompletionConsumeStress {
    private final CompletionExchange exchange = new CompletionExchange(CompletionFormat.STANDARD);

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
