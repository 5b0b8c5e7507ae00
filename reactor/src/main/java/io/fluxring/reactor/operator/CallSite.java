package io.fluxring.reactor.operator;

import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Names the line of the user's code that asked for a publisher, for {@code Hooks.onOperatorDebug}: by itself that names the first
 * line outside of Reactor, which is one of this module.
 */
public final class CallSite {
    private static final StackWalker STACK = StackWalker.getInstance();

    private CallSite() {}

    /** A publisher as {@code onAssembly} gave it, with the caller's line when it was assembled for debugging. */
    public static <T> Flux<T> name(Flux<T> assembled) {
        return isDebugged(assembled) ? assembled.checkpoint(line()) : assembled;
    }

    /** A publisher as {@code onAssembly} gave it, with the caller's line when it was assembled for debugging. */
    public static <T> Mono<T> name(Mono<T> assembled) {
        return isDebugged(assembled) ? assembled.checkpoint(line()) : assembled;
    }

    private static boolean isDebugged(Object assembled) {
        return Scannable.from(assembled).scanOrDefault(Scannable.Attr.ACTUAL_METADATA, false);
    }

    private static String line() {
        return STACK.walk(frames -> frames.filter(frame -> !isGlue(frame.getClassName()))
                .findFirst()
                .map(frame -> "at " + frame.toStackTraceElement())
                .orElse(""));
    }

    private static boolean isGlue(String type) {
        return type.startsWith("io.fluxring.reactor.") || type.startsWith("reactor.core.publisher.");
    }
}
