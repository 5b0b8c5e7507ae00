package io.fluxring.core.setup;

import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.Registers;
import io.fluxring.core.sys.SetupFlag;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a ring is made. Immutable; start from {@link #defaults()} and change what you need. A change that contradicts what is
 * chosen already throws an {@link IllegalArgumentException} that says why; the kernel would only say {@code EINVAL}.
 *
 * <p>On an older kernel a ring does without what was not asked for by name: no index array (6.6), deferred task running
 * (6.1), a single issuer (6.0). All other choices stand: a kernel that lacks one of them makes
 * {@link io.fluxring.core.ring.Ring#open} fail with a {@link RingUnavailableException} that names it.
 */
public final class RingConfig {
    /** The most submission entries that the kernel gives. */
    public static final int MAX_SUBMISSION_ENTRIES = 32768;

    /** The most completion entries that the kernel gives. */
    public static final int MAX_COMPLETION_ENTRIES = 65536;

    private static final RingConfig DEFAULTS = new RingConfig(new RingChoices());

    private final RingChoices choices;

    private RingConfig(RingChoices choices) {
        this.choices = choices;
        requireEntries();
        if (choices.completionFormat == CompletionFormat.MIXED && roundedCompletionEntries() < 2) {
            throw new IllegalArgumentException(
                    "a MIXED queue needs at least 2 completion entries, for one that is wide");
        }
        String contradiction = SetupRules.contradiction(choices.setupFlags());
        if (contradiction != null) {
            throw new IllegalArgumentException(contradiction);
        }
        if (choices.registeredWait && !choices.startDisabled) {
            throw new IllegalArgumentException("a region for waits can only be registered while the ring is disabled");
        }
        AttachTarget shared = choices.attachedTo;
        if (shared != null && choices.sqPolling != null && !shared.hasPollingThread()) {
            throw new IllegalArgumentException("the ring to attach to has no polling thread that could be shared");
        }
    }

    private void requireEntries() {
        boolean clamp = choices.clampEntries;
        int submission = choices.submissionEntries;
        int completion = choices.completionEntries;
        requireBetween("submissionEntries", submission, 1, clamp ? Integer.MAX_VALUE : MAX_SUBMISSION_ENTRIES);
        requireBetween("completionEntries", completion, 1, clamp ? Integer.MAX_VALUE : MAX_COMPLETION_ENTRIES);
        if (roundedCompletionEntries() < roundedSubmissionEntries()) {
            throw new IllegalArgumentException("completionEntries must be at least submissionEntries: " + completion
                    + " is less than " + submission);
        }
    }

    /** {@return SQ entries as the kernel makes them: a power of two} */
    public int roundedSubmissionEntries() {
        return rounded(choices.submissionEntries, MAX_SUBMISSION_ENTRIES);
    }

    /** {@return CQ entries as the kernel makes them: a power of two} */
    public int roundedCompletionEntries() {
        return rounded(choices.completionEntries, MAX_COMPLETION_ENTRIES);
    }

    private static int rounded(int entries, int most) {
        return entries >= most ? most : Integer.highestOneBit(2 * entries - 1);
    }

    private static void requireBetween(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be between " + least + " and " + most + ": " + value);
        }
    }

    /** A configuration of what was chosen; the choices must not change any more. */
    static RingConfig of(RingChoices choices) {
        return new RingConfig(choices);
    }

    private RingConfig with(Consumer<RingChoices> change) {
        RingChoices changed = choices.copy();
        change.accept(changed);
        return new RingConfig(changed);
    }

    /**
     * 1,024 submission entries, 16,384 completion entries, deferred task running for one issuer, every entry of a batch submitted
     * whatever becomes of the others, disabled until its owner enables it; no polling, standard entries.
     *
     * @return the configuration
     */
    public static RingConfig defaults() {
        return DEFAULTS;
    }

    /**
     * Other queue sizes. The kernel rounds them up to powers of two.
     *
     * @param submission SQ entries, 1 to 32,768. The queue is empty again after each enter, so it bounds one tick's batch and not
     *     what is in flight.
     * @param completion CQ entries ({@code IORING_SETUP_CQSIZE}), up to 65,536, at least as many as SQ entries. It bounds how many
     *     operations may be in flight. A completion that needs two entries of a {@link CompletionFormat#MIXED} queue takes two.
     * @return the changed copy
     */
    public RingConfig withEntries(int submission, int completion) {
        return with(choice -> {
            choice.submissionEntries = submission;
            choice.completionEntries = completion;
        });
    }

    /**
     * Queue sizes above the kernel's limits mean its limits ({@code IORING_SETUP_CLAMP}); call before {@link #withEntries}.
     *
     * @return the changed copy
     */
    public RingConfig withClampedEntries() {
        return with(choice -> choice.clampEntries = true);
    }

    /**
     * When completion work runs.
     *
     * @param taskRun when
     * @return the changed copy
     */
    public RingConfig withTaskRun(TaskRun taskRun) {
        return with(choice -> choice.taskRun = taskRun);
    }

    /**
     * The kernel says in the ring when completion work waits for an enter ({@code IORING_SETUP_TASKRUN_FLAG}), so that
     * {@link io.fluxring.core.ring.Ring#needsFlush} knows of it. Needs deferred or cooperative task running. Since Linux 5.19.
     *
     * @return the changed copy
     */
    public RingConfig withTaskRunFlag() {
        return with(choice -> choice.taskRunFlag = true);
    }

    /**
     * Any thread may submit, one at a time: the queues are not made for several at once. Without this the kernel refuses every
     * thread but the one that enabled the ring ({@code IORING_SETUP_SINGLE_ISSUER}).
     *
     * @return the changed copy
     */
    public RingConfig withManyIssuers() {
        return with(choice -> choice.singleIssuer = false);
    }

    /**
     * A batch ends at the first entry that can't be submitted; what is behind it stays in the queue for the next enter. Without
     * this all entries are submitted and the bad one has a completion of its own ({@code IORING_SETUP_SUBMIT_ALL}).
     *
     * @return the changed copy
     */
    public RingConfig withStopAtFailure() {
        return with(choice -> choice.submitAll = false);
    }

    /**
     * The ring works as soon as it is open, for the thread that opens it. Without this it is disabled
     * ({@code IORING_SETUP_R_DISABLED}) until some thread calls {@link io.fluxring.core.ring.Ring#enable} and owns it from then
     * on; only a disabled ring can be given restrictions and a wait region.
     *
     * @return the changed copy
     */
    public RingConfig withImmediateStart() {
        return with(choice -> choice.startDisabled = false);
    }

    /**
     * A kernel thread on any processor takes submissions: no enter to submit, at the price of a busy processor.
     *
     * @param idleMillis after how long without work it sleeps, in milliseconds, at least 1
     * @return the changed copy
     */
    public RingConfig withSqPoll(int idleMillis) {
        return withSqPolling(new SqPolling(idleMillis));
    }

    /**
     * A kernel thread takes submissions ({@code IORING_SETUP_SQPOLL}, and {@code IORING_SETUP_SQ_AFF} for a processor
     * of its own).
     *
     * @param polling the thread's processor and patience
     * @return the changed copy
     */
    public RingConfig withSqPolling(SqPolling polling) {
        return with(choice -> choice.sqPolling = polling);
    }

    /**
     * Completions are polled from the device.
     *
     * @param polling whether, and how
     * @return the changed copy
     */
    public RingConfig withIoPolling(IoPolling polling) {
        return with(choice -> choice.ioPolling = polling);
    }

    /**
     * Completions of another size.
     *
     * @param format the size
     * @return the changed copy
     */
    public RingConfig withCompletionFormat(CompletionFormat format) {
        return with(choice -> choice.completionFormat = format);
    }

    /**
     * Submission entries of 128 bytes ({@code IORING_SETUP_SQE128}), for commands that need the room. Since Linux 5.19.
     *
     * @return the changed copy
     */
    public RingConfig withWideSubmissions() {
        return with(choice -> choice.wideSubmissions = true);
    }

    /**
     * The kernel reads entries through an array of indices, as it always did before 6.6; costs memory traffic and
     * gains nothing.
     *
     * @return the changed copy
     */
    public RingConfig withIndexArray() {
        return with(choice -> choice.indexArray = true);
    }

    /**
     * The queues lie in anonymous memory of this process instead of the kernel's, and are not mapped from the ring's descriptor
     * ({@code IORING_SETUP_NO_MMAP}). Since Linux 6.5; before 6.10 or so more than one page may be refused.
     *
     * @return the changed copy
     */
    public RingConfig withOwnMemory() {
        return with(choice -> choice.ownMemory = true);
    }

    /**
     * The ring has no descriptor, only an index in the table of registered rings of the thread that opens it
     * ({@code IORING_SETUP_REGISTERED_FD_ONLY}); no other thread can use it, or close it. A thread has 16 places. Needs
     * {@link #withOwnMemory}. Since Linux 6.5.
     *
     * @return the changed copy
     */
    public RingConfig withRegisteredIndexOnly() {
        return with(choice -> choice.registeredOnly = true);
    }

    /**
     * The polling thread of another ring serves this one too ({@code IORING_SETUP_ATTACH_WQ}); it lives until the last of its rings
     * is gone. Without {@link #withSqPolling} this has no effect on kernels since 5.12, whose workers belong to threads.
     *
     * @param other a ring that is open when this one is opened, and has a descriptor
     * @return the changed copy
     */
    public RingConfig withAttachedTo(AttachTarget other) {
        return with(choice -> choice.attachedTo = other);
    }

    /**
     * The arguments of a wait lie in a registered region instead of being copied each time
     * ({@code IORING_ENTER_EXT_ARG_REG}). A ring has one region. Since Linux 6.13.
     *
     * @return the changed copy
     */
    @Registers(RegisterOperation.MEM_REGION)
    public RingConfig withRegisteredWait() {
        return with(choice -> choice.registeredWait = true);
    }

    /** {@return SQ entries, as asked for} */
    public int submissionEntries() {
        return choices.submissionEntries;
    }

    /** {@return CQ entries, as asked for} */
    public int completionEntries() {
        return choices.completionEntries;
    }

    /** {@return when completion work runs} */
    public TaskRun taskRun() {
        return choices.taskRun;
    }

    /** {@return the polling thread, or null for none} */
    public @Nullable SqPolling sqPolling() {
        return choices.sqPolling;
    }

    /** {@return whether completions are polled from the device} */
    public IoPolling ioPolling() {
        return choices.ioPolling;
    }

    /** {@return how large completions are} */
    public CompletionFormat completionFormat() {
        return choices.completionFormat;
    }

    /** {@return whether submission entries have 128 bytes} */
    public boolean wideSubmissions() {
        return choices.wideSubmissions;
    }

    /** {@return whether the ring waits for {@link io.fluxring.core.ring.Ring#enable}} */
    public boolean startDisabled() {
        return choices.startDisabled;
    }

    /** {@return whether the ring has no descriptor} */
    public boolean registeredIndexOnly() {
        return choices.registeredOnly;
    }

    /** {@return whether the queues lie in memory of this process} */
    public boolean ownMemory() {
        return choices.ownMemory;
    }

    /** {@return whether the arguments of waits lie in a registered region} */
    public boolean registeredWait() {
        return choices.registeredWait;
    }

    /** {@return the ring whose polling thread is shared, or null} */
    public @Nullable AttachTarget attachedTo() {
        return choices.attachedTo;
    }

    /** {@return the {@code IORING_SETUP_*} that are asked for, first of all} */
    public Set<SetupFlag> setupFlags() {
        return SetupFlag.of(choices.setupFlags());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RingConfig that && choices.equals(that.choices);
    }

    @Override
    public int hashCode() {
        return choices.hashCode();
    }

    @Override
    public String toString() {
        SqPolling polling = sqPolling();
        return "RingConfig[" + submissionEntries() + " and " + completionEntries() + " entries, " + setupFlags()
                + (polling == null ? "" : ", " + polling) + "]";
    }
}
