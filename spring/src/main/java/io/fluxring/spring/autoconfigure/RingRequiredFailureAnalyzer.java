package io.fluxring.spring.autoconfigure;

import io.fluxring.spring.RingRequiredException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.util.StringUtils;

/** Says why an application that requires the ring does not start, and what to do. */
final class RingRequiredFailureAnalyzer extends AbstractFailureAnalyzer<RingRequiredException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, RingRequiredException cause) {
        return new FailureAnalysis(
                "The application requires io_uring (fluxring.mode=required). " + cause.reason(),
                StringUtils.capitalize(cause.remedy())
                        + ".\n\nOr set fluxring.mode to \"auto\", to run without io_uring where there is none.",
                cause);
    }
}
