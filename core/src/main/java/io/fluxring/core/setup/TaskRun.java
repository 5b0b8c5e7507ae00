package io.fluxring.core.setup;

/**
 * When the kernel finishes what it could not finish at submission, and posts the completion. Work of that kind always runs on
 * the thread that submitted; with a polling thread ({@link SqPolling}) it runs there, and nothing but {@link #AUTOMATIC} and
 * {@link #IMMEDIATE} makes sense.
 */
public enum TaskRun {
    /**
     * {@link #DEFERRED} where the configuration and the kernel allow it, otherwise {@link #IMMEDIATE}. The default, and the only
     * choice that may turn out differently on an older kernel.
     */
    AUTOMATIC,
    /**
     * Only inside an enter that takes completions ({@code IORING_SETUP_DEFER_TASKRUN}). The cheapest, and predictable: nothing
     * is posted behind the thread's back. Needs a single issuer. Since Linux 6.1.
     */
    DEFERRED,
    /**
     * Whenever the thread enters the kernel for any reason, without being interrupted for it
     * ({@code IORING_SETUP_COOP_TASKRUN}). For a thread that computes for long without a system call completions are late.
     * Since Linux 5.19.
     */
    COOPERATIVE,
    /** At once: the thread is interrupted wherever it is, also in a blocking call, which then may end with {@code EINTR}. */
    IMMEDIATE
}
