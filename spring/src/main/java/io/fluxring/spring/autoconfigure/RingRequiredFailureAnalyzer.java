package io.fluxring.spring.autoconfigure;

import io.fluxring.core.setup.RingUnavailableException;
import io.fluxring.spring.RingRequiredException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says why an application that requires the ring does not start, and what to do. */
final class RingRequiredFailureAnalyzer extends AbstractFailureAnalyzer<RingRequiredException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, RingRequiredException cause) {
        RingUnavailableException refusal = cause.refusal();
        return new FailureAnalysis(
                "fluxring.mode is \"required\", and this host allows no io_uring: " + refusal.found(),
                refusal.remedy() + "\n\nOr set fluxring.mode to \"auto\", to run without the ring where there is none.",
                cause);
    }
}
