package io.fluxring.core.setup;

import io.fluxring.core.sys.Abi;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a configuration consists of. Its fields change only before it is given to one. */
final class RingChoices {
    int submissionEntries = 1024;
    int completionEntries = 16384;
    boolean clampEntries;
    TaskRun taskRun = TaskRun.AUTOMATIC;
    boolean taskRunFlag;
    boolean singleIssuer = true;
    boolean submitAll = true;
    boolean startDisabled = true;

    @Nullable
    SqPolling sqPolling;

    IoPolling ioPolling = IoPolling.NONE;
    CompletionFormat completionFormat = CompletionFormat.STANDARD;
    boolean wideSubmissions;
    boolean indexArray;
    boolean ownMemory;
    boolean registeredOnly;
    boolean registeredWait;

    @Nullable
    AttachTarget attachedTo;

    RingChoices copy() {
        RingChoices copy = new RingChoices();
        copy.submissionEntries = submissionEntries;
        copy.completionEntries = completionEntries;
        copy.clampEntries = clampEntries;
        copy.taskRun = taskRun;
        copy.taskRunFlag = taskRunFlag;
        copy.singleIssuer = singleIssuer;
        copy.submitAll = submitAll;
        copy.startDisabled = startDisabled;
        copy.sqPolling = sqPolling;
        copy.ioPolling = ioPolling;
        copy.completionFormat = completionFormat;
        copy.wideSubmissions = wideSubmissions;
        copy.indexArray = indexArray;
        copy.ownMemory = ownMemory;
        copy.registeredOnly = registeredOnly;
        copy.registeredWait = registeredWait;
        copy.attachedTo = attachedTo;
        return copy;
    }

    /** The {@code IORING_SETUP_*} that say all this, on a kernel that has them all. */
    int setupFlags() {
        return Abi.SETUP_CQSIZE
                | flag(clampEntries, Abi.SETUP_CLAMP)
                | taskRunFlags()
                | flag(singleIssuer, Abi.SETUP_SINGLE_ISSUER)
                | flag(submitAll, Abi.SETUP_SUBMIT_ALL)
                | flag(startDisabled, Abi.SETUP_R_DISABLED)
                | sqPollingFlags()
                | ioPollingFlags()
                | flag(completionFormat == CompletionFormat.WIDE, Abi.SETUP_CQE32)
                | flag(completionFormat == CompletionFormat.MIXED, Abi.SETUP_CQE_MIXED)
                | flag(wideSubmissions, Abi.SETUP_SQE128)
                | flag(!indexArray, Abi.SETUP_NO_SQARRAY)
                | flag(ownMemory, Abi.SETUP_NO_MMAP)
                | flag(registeredOnly, Abi.SETUP_REGISTERED_FD_ONLY)
                | flag(attachedTo != null, Abi.SETUP_ATTACH_WQ);
    }

    private int taskRunFlags() {
        boolean canDefer = singleIssuer && sqPolling == null;
        boolean defer = taskRun == TaskRun.DEFERRED || (taskRun == TaskRun.AUTOMATIC && canDefer);
        return flag(defer, Abi.SETUP_DEFER_TASKRUN)
                | flag(taskRun == TaskRun.COOPERATIVE, Abi.SETUP_COOP_TASKRUN)
                | flag(taskRunFlag, Abi.SETUP_TASKRUN_FLAG);
    }

    private int sqPollingFlags() {
        SqPolling polling = sqPolling;
        return polling == null ? 0 : Abi.SETUP_SQPOLL | flag(polling.cpu() != SqPolling.ANY_CPU, Abi.SETUP_SQ_AFF);
    }

    private int ioPollingFlags() {
        return switch (ioPolling) {
            case NONE -> 0;
            case BUSY -> Abi.SETUP_IOPOLL;
            case HYBRID -> Abi.SETUP_IOPOLL | Abi.SETUP_HYBRID_IOPOLL;
        };
    }

    private static int flag(boolean set, int flag) {
        return set ? flag : 0;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RingChoices that
                && setupFlags() == that.setupFlags()
                && taskRun == that.taskRun
                && registeredWait == that.registeredWait
                && submissionEntries == that.submissionEntries
                && completionEntries == that.completionEntries
                && Objects.equals(sqPolling, that.sqPolling)
                && attachedTo == that.attachedTo;
    }

    @Override
    public int hashCode() {
        return Objects.hash(setupFlags(), taskRun, submissionEntries, completionEntries, sqPolling);
    }
}
