package io.fluxring.core.ring;

/** Takes completions as three primitives, so that none costs an object. */
@FunctionalInterface
public interface CompletionSink {
    /**
     * One completion.
     *
     * @param userData what the SQE carried
     * @param result the operation's result, or a negated errno
     * @param flags {@code IORING_CQE_F_*}; an operation has ended when {@code F_MORE} is absent, whatever the result
     */
    void completed(long userData, int result, int flags);
}
