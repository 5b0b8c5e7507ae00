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

    /**
     * One completion of 32 bytes; only rings with another {@link io.fluxring.core.setup.CompletionFormat} than the standard one
     * have them. Override to read the two extra words; the default ignores them.
     *
     * @param userData the entry's
     * @param result the result, or a negated errno
     * @param flags {@code IORING_CQE_F_*}
     * @param extra1 the first word more, whose meaning is the operation's
     * @param extra2 the second
     */
    default void completedWide(long userData, int result, int flags, long extra1, long extra2) {
        completed(userData, result, flags);
    }
}
