package io.fluxring.core.ring;

/**
 * How a ring is made. Immutable; start from {@link #defaults()} and change what you need.
 *
 * @param submissionEntries SQ entries, 1 to 32,768, rounded up to a power of two by the kernel. The queue is empty again after
 *     each enter, so it bounds one tick's batch and not what is in flight.
 * @param completionEntries CQ entries, up to 65,536, at least {@code submissionEntries}. It bounds how many operations may be
 *     in flight.
 * @param sqPoll whether a kernel thread takes submissions ({@code IORING_SETUP_SQPOLL}): no enter to submit, at the price of a
 *     busy processor
 * @param sqPollIdleMillis after how long without work that thread goes to sleep, in milliseconds, at least 1
 */
public record RingConfig(int submissionEntries, int completionEntries, boolean sqPoll, int sqPollIdleMillis) {

    private static final RingConfig DEFAULTS = new RingConfig(1024, 16384, false, 1000);

    public RingConfig {
        requireBetween("submissionEntries", submissionEntries, 1, 32768);
        requireBetween("completionEntries", completionEntries, submissionEntries, 65536);
        requireBetween("sqPollIdleMillis", sqPollIdleMillis, 1, Integer.MAX_VALUE);
    }

    /** 1,024 submission entries, 16,384 completion entries, no polling thread. */
    public static RingConfig defaults() {
        return DEFAULTS;
    }

    /** This configuration with other queue sizes. */
    public RingConfig withEntries(int submission, int completion) {
        return new RingConfig(submission, completion, sqPoll, sqPollIdleMillis);
    }

    /** This configuration with a kernel thread that polls for submissions and sleeps after {@code idleMillis} without any. */
    public RingConfig withSqPoll(int idleMillis) {
        return new RingConfig(submissionEntries, completionEntries, true, idleMillis);
    }

    private static void requireBetween(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be between " + least + " and " + most + ": " + value);
        }
    }
}
