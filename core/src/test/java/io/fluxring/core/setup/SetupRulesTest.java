package io.fluxring.core.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.ring.Ring;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.SetupFlag;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.core.sys.layout.ParamsLayout;
import io.fluxring.core.sys.layout.ResourceLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The configuration refuses what this kernel refuses, and nothing else. */
class SetupRulesTest {
    private static final long MEMORY_BYTES = 1 << 16;
    private static final long LIMIT_NANOS = 10_000_000_000L;
    private static final int ALL_FLAGS = (1 << SetupFlag.values().length) - 1;

    /** They go with everything, and are left out where every combination of all others is tried. */
    private static final int INDIFFERENT =
            Abi.SETUP_CQSIZE | Abi.SETUP_CLAMP | Abi.SETUP_R_DISABLED | Abi.SETUP_SUBMIT_ALL;

    private final Kernel kernel = Kernel.linux();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment params = arena.allocate(ParamsLayout.BYTES, 8);
    private long memory;
    private Ring polled;

    @BeforeEach
    void open() {
        memory = kernel.mapMemory(2 * MEMORY_BYTES);
        polled = Ring.open(RingConfig.defaults().withEntries(4, 8).withSqPoll(10));
        assumeTrue(polled.capabilities().supports(SetupFlag.CQE_MIXED), "needs Linux 6.18, which has all the flags");
    }

    @AfterEach
    void close() {
        polled.close();
        kernel.unmap(memory, 2 * MEMORY_BYTES);
        arena.close();
    }

    /** Asks the kernel itself, past all checks of ours. */
    private int askKernel(int flags) {
        long limit = System.nanoTime() + LIMIT_NANOS;
        int result = askOnce(flags);
        while (result == Errno.ENOMEM.result() && System.nanoTime() < limit) {
            Thread.onSpinWait(); // the memory of rings is given back some time after their close
            result = askOnce(flags);
        }
        if (result >= 0) {
            close(result, SetupFlag.REGISTERED_FD_ONLY.isIn(flags));
        }
        return Math.min(result, 0);
    }

    private void close(int ring, boolean isIndex) {
        if (!isIndex) {
            kernel.close(ring);
            return;
        }
        MemorySegment update = arena.allocate(ResourceLayout.UPDATE_BYTES, Long.BYTES);
        Access.putInt(update, ResourceLayout.UPDATE_FIRST, ring);
        int operation = RegisterOperation.UNREGISTER_RING_FDS.code() | Abi.REGISTER_USE_REGISTERED_RING;
        kernel.register(ring, operation, update.address(), 1);
    }

    private int askOnce(int flags) {
        params.fill((byte) 0);
        Access.putInt(params, ParamsLayout.FLAGS, flags);
        Access.putInt(params, ParamsLayout.CQ_ENTRIES, 8);
        Access.putInt(params, ParamsLayout.SQ_THREAD_IDLE, 1);
        if (SetupFlag.ATTACH_WQ.isIn(flags)) {
            Access.putInt(params, ParamsLayout.WQ_FD, polled.fd());
        }
        if (SetupFlag.NO_MMAP.isIn(flags)) {
            Access.putLong(params, ParamsLayout.CQ_USER_ADDRESS, memory);
            Access.putLong(params, ParamsLayout.SQ_USER_ADDRESS, memory + MEMORY_BYTES);
        }
        return kernel.setup(4, params);
    }

    @Test
    void everyCombinationOfFlagsIsRefusedExactlyWhenTheKernelRefusesIt() {
        List<String> disagreements = new ArrayList<>();
        int accepted = 0;
        for (int flags = 0; flags <= ALL_FLAGS; flags++) {
            boolean ownThread = SetupFlag.SQPOLL.isIn(flags) && !SetupFlag.ATTACH_WQ.isIn(flags);
            if ((flags & INDIFFERENT) != 0 || (ownThread && SetupFlag.SQE128.isIn(flags))) {
                continue; // a thread for each is dear: enough of them without entries of another size
            }
            int expected = SetupRules.contradiction(flags) == null ? 0 : Errno.EINVAL.result();
            int result = askKernel(flags);
            accepted += result == 0 ? 1 : 0;
            if (result != expected) {
                disagreements.add(SetupFlag.of(flags) + ": " + result + " instead of " + expected);
            }
        }
        assertThat(disagreements).isEmpty();
        assertThat(accepted).isGreaterThan(1000);
    }

    // ---- the same for all that a configuration can say

    private final List<List<Consumer<RingChoices>>> dimensions = List.of(
            each(TaskRun.values(), (choice, value) -> choice.taskRun = value),
            each(IoPolling.values(), (choice, value) -> choice.ioPolling = value),
            each(CompletionFormat.values(), (choice, value) -> choice.completionFormat = value),
            List.of(
                    choice -> choice.sqPolling = null,
                    choice -> choice.sqPolling = new SqPolling(1),
                    choice -> choice.sqPolling = new SqPolling(1, 0)),
            either((choice, value) -> choice.attachedTo = value ? polled : null),
            either((choice, value) -> choice.taskRunFlag = value),
            either((choice, value) -> choice.singleIssuer = value),
            either((choice, value) -> choice.wideSubmissions = value),
            either((choice, value) -> choice.indexArray = value),
            either((choice, value) -> choice.ownMemory = value),
            either((choice, value) -> choice.registeredOnly = value),
            either((choice, value) -> choice.startDisabled = value),
            either((choice, value) -> choice.submitAll = value));

    private static <T> List<Consumer<RingChoices>> each(T[] values, BiConsumer<RingChoices, T> set) {
        return Arrays.stream(values)
                .<Consumer<RingChoices>>map(value -> choice -> set.accept(choice, value))
                .toList();
    }

    private static List<Consumer<RingChoices>> either(BiConsumer<RingChoices, Boolean> set) {
        return each(new Boolean[] {false, true}, set);
    }

    private void visit(int dimension, RingChoices choices, Consumer<RingChoices> visitor) {
        if (dimension == dimensions.size()) {
            visitor.accept(choices);
            return;
        }
        for (Consumer<RingChoices> choice : dimensions.get(dimension)) {
            choice.accept(choices);
            visit(dimension + 1, choices, visitor);
        }
    }

    @Test
    void everyConfigurationIsRefusedExactlyWhenTheKernelRefusesIt() {
        List<String> disagreements = new ArrayList<>();
        int[] counts = new int[3]; // accepted, refused, opened in full
        RingChoices choices = new RingChoices();
        choices.submissionEntries = 4;
        choices.completionEntries = 8;
        visit(0, choices, choice -> {
            RingConfig config = configuration(choice.copy());
            boolean plain = choice.submitAll && choice.startDisabled && !choice.wideSubmissions;
            int result = config != null && plain ? openInFull(config) : askKernel(choice.setupFlags());
            counts[config == null ? 1 : 0]++;
            counts[2] += config != null && plain ? 1 : 0;
            if (result != (config == null ? Errno.EINVAL.result() : 0)) {
                disagreements.add(SetupFlag.of(choice.setupFlags()) + ": " + result);
            }
        });
        assertThat(disagreements).isEmpty();
        assertThat(counts[0]).isGreaterThan(5000);
        assertThat(counts[1]).isGreaterThan(5000);
        assertThat(counts[2]).isGreaterThan(500);
    }

    private static RingConfig configuration(RingChoices choices) {
        try {
            return RingConfig.of(choices);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Opens a ring as everybody does, and looks whether all that was asked for was granted. */
    private int openInFull(RingConfig config) {
        try (Ring ring = Ring.open(kernel, config)) {
            assertThat(ring.capabilities().setupFlags()).isEqualTo(config.setupFlags());
            return 0;
        } catch (RingUnavailableException e) {
            assertThat(e.reason()).isEqualTo(RingUnavailableException.Reason.LOCKED_MEMORY_LIMIT);
            return askKernel(SetupFlag.bits(
                    config.setupFlags())); // memory comes back late; the kernel itself is asked with patience
        }
    }

    // ---- the reasons

    @Test
    void aRefusalSaysWhy() {
        RingConfig defaults = RingConfig.defaults();
        refused(() -> defaults.withTaskRun(TaskRun.DEFERRED).withSqPoll(10), "DEFERRED task running contradicts it");
        refused(() -> defaults.withTaskRun(TaskRun.COOPERATIVE).withSqPoll(10), "COOPERATIVE task running");
        refused(() -> defaults.withSqPoll(10).withTaskRunFlag(), "which SQPOLL excludes");
        refused(() -> defaults.withTaskRun(TaskRun.IMMEDIATE).withTaskRunFlag(), "DEFERRED or COOPERATIVE");
        refused(() -> defaults.withTaskRun(TaskRun.DEFERRED).withManyIssuers(), "it needs a single issuer");
        refused(() -> defaults.withRegisteredIndexOnly(), "needs its own memory");
        refused(() -> defaults.withRegisteredWait().withImmediateStart(), "while the ring is disabled");
        refused(
                () -> defaults.withEntries(1, 1).withCompletionFormat(CompletionFormat.MIXED),
                "at least 2 completion entries");
        refused(() -> new SqPolling(0), "idleMillis must be at least 1: 0");
        refused(() -> new SqPolling(1, -2), "cpu must be a processor's number");
        assertThat(SetupRules.contradiction(Abi.SETUP_SQ_AFF)).contains("SQ_AFF needs SQPOLL");
        assertThat(SetupRules.contradiction(Abi.SETUP_HYBRID_IOPOLL)).contains("it needs IOPOLL");
        assertThat(SetupRules.contradiction(Abi.SETUP_CQE32 | Abi.SETUP_CQE_MIXED))
                .contains("not both");
    }

    @Test
    void onlyARingWithAPollingThreadHasOneToShare() {
        try (Ring plain = Ring.open(RingConfig.defaults().withEntries(4, 8))) {
            refused(() -> RingConfig.defaults().withSqPoll(1).withAttachedTo(plain), "no polling thread");
        }
    }

    private static void refused(Runnable configuration, String reason) {
        assertThatThrownBy(configuration::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void equalChoicesMakeEqualConfigurations() {
        RingConfig one = RingConfig.defaults().withSqPoll(5).withEntries(8, 16);
        RingConfig other = RingConfig.defaults().withEntries(8, 16).withSqPolling(new SqPolling(5));
        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other).isNotEqualTo(one.withSqPoll(6));
        assertThat(one)
                .hasToString("RingConfig[8 and 16 entries, [SQPOLL, CQSIZE, R_DISABLED, SUBMIT_ALL, SINGLE_ISSUER,"
                        + " NO_SQARRAY], SqPolling[idleMillis=5, cpu=-1]]");
    }

    // ---- sizes

    @ParameterizedTest
    @CsvSource({
        "1, 1, false",
        "1, 2, false",
        "8, 7, false",
        "8, 5, false",
        "8, 4, false",
        "5, 5, false",
        "5, 8, false",
        "32768, 32768, false",
        "32768, 65536, false",
        "32768, 65537, false",
        "32769, 65536, false",
        "0, 8, false",
        "8, 0, false",
        "8, 0, true",
        "0, 8, true",
        "8, 100000, true",
        "40000, 100, true",
        "40000, 40000, true",
        "33000, 32768, true",
        "32769, 32767, true",
        "100000, 100000, true",
        "16385, 16384, false",
        "16385, 16385, true"
    })
    void sizesAreRefusedExactlyWhenTheKernelRefusesThem(int submission, int completion, boolean clamp) {
        RingChoices choices = new RingChoices();
        choices.submissionEntries = submission;
        choices.completionEntries = completion;
        choices.clampEntries = clamp;
        RingConfig config = configuration(choices);
        params.fill((byte) 0);
        Access.putInt(params, ParamsLayout.FLAGS, choices.setupFlags());
        Access.putInt(params, ParamsLayout.CQ_ENTRIES, completion);
        int result = kernel.setup(submission, params);
        if (config == null) {
            assertThat(result).isEqualTo(Errno.EINVAL.result());
            return;
        }
        kernel.close(result);
        assertThat(result).isNotNegative();
        assertThat(Access.getInt(params, ParamsLayout.SQ_ENTRIES)).isEqualTo(config.roundedSubmissionEntries());
        assertThat(Access.getInt(params, ParamsLayout.CQ_ENTRIES)).isEqualTo(config.roundedCompletionEntries());
    }
}
