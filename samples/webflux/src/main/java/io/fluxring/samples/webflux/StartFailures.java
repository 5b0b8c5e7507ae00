package io.fluxring.samples.webflux;

import io.fluxring.spring.RingRequiredException;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.NestedExceptionUtils;
import picocli.CommandLine.ParameterException;

/** Why the application has not started, in a line. */
final class StartFailures {
    private StartFailures() {}

    static String describe(Exception e) {
        for (Throwable each = e; each != null; each = each.getCause()) {
            if (each instanceof PortInUseException inUse) {
                return "port " + inUse.getPort() + " is in use";
            }
            if (each instanceof RingRequiredException required) {
                return oneLine(required.reason() + " " + required.remedy());
            }
        }
        if (e.getMessage() != null && (e instanceof IllegalArgumentException || e instanceof ParameterException)) {
            return oneLine(e.getMessage());
        }
        Throwable root = NestedExceptionUtils.getMostSpecificCause(e);
        return oneLine(root.getMessage() == null ? root.toString() : root.getMessage());
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\n\\s*", " ");
    }
}
