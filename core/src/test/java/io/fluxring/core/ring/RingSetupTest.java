package io.fluxring.core.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.setup.CompletionFormat;
import io.fluxring.core.setup.IoPolling;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.setup.RingUnavailableException;
import io.fluxring.core.setup.SqPolling;
import io.fluxring.core.setup.TaskRun;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Feature;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.SetupFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How rings are made on kernels that lack something, and that nothing is left of those that fail. */
class RingSetupTest {
    private static final RingConfig SMALL = RingConfig.defaults().withEntries(8, 16);

    private final FaultyKernel kernel = new FaultyKernel();

    // ---- older kernels

    @ParameterizedTest
    @CsvSource({"NO_SQARRAY, true", "DEFER_TASKRUN, false", "SINGLE_ISSUER, false"})
    void whatNobodyAskedForIsDroppedOnAnOlderKernel(SetupFlag oldest, boolean deferred) {
        int unknown = 0;
        for (SetupFlag flag : List.of(SetupFlag.NO_SQARRAY, SetupFlag.DEFER_TASKRUN, SetupFlag.SINGLE_ISSUER)) {
            unknown |= flag.ordinal() >= oldest.ordinal() ? flag.bit() : 0;
        }
        try (Ring ring = Ring.open(kernel.without(unknown), SMALL)) {
            ring.enable();
            assertThat(ring.capabilities().has(oldest)).isFalse();
            assertThat(ring.capabilities().deferredTaskRun()).isEqualTo(deferred);
            assertThat(ring.submissions().claim()).isNotNull();
        }
        assertThat(kernel.left()).matches(left -> kernel.nothingLeft());
    }

    static Stream<RingConfig> whatWasAskedForByName() {
        return Stream.of(
                SMALL.withTaskRun(TaskRun.DEFERRED),
                SMALL.withTaskRun(TaskRun.COOPERATIVE),
                SMALL.withTaskRunFlag(),
                SMALL.withWideSubmissions(),
                SMALL.withCompletionFormat(CompletionFormat.WIDE),
                SMALL.withCompletionFormat(CompletionFormat.MIXED),
                SMALL.withIoPolling(IoPolling.BUSY),
                SMALL.withIoPolling(IoPolling.HYBRID),
                SMALL.withSqPoll(10),
                SMALL.withOwnMemory(),
                SMALL.withOwnMemory().withRegisteredIndexOnly(),
                SMALL.withClampedEntries());
    }

    /** For each flag that a configuration adds to the default one, a kernel that lacks it. */
    @ParameterizedTest
    @MethodSource("whatWasAskedForByName")
    void whatWasAskedForByNameIsNeverDropped(RingConfig config) {
        for (SetupFlag flag : config.setupFlags()) {
            if (flag.isIn(RingSetup.droppableFlags(config))
                    || flag == SetupFlag.CQSIZE
                    || flag == SetupFlag.R_DISABLED) {
                continue;
            }
            kernel.without(flag.bit());
            assertThatThrownBy(() -> Ring.open(kernel, config))
                    .isInstanceOf(RingUnavailableException.class)
                    .hasMessageContaining(flag.name())
                    .hasMessageContaining("since " + flag.since())
                    .hasMessageContaining(System.getProperty("os.version"));
            assertThat(kernel.left()).matches(left -> kernel.nothingLeft());
        }
    }

    @Test
    void aProcessorThatIsNotThereIsNamed() {
        RingConfig config = SMALL.withSqPolling(new SqPolling(10, 9999));
        assertThatThrownBy(() -> Ring.open(kernel, config))
                .isInstanceOf(RingUnavailableException.class)
                .hasMessageContaining("SQ_AFF on processor 9999");
        assertThat(kernel.left()).matches(left -> kernel.nothingLeft());
    }

    @Test
    void aKernelThatAnswersAndOneThatIsTriedTellTheSame() {
        Capabilities asked;
        try (Ring ring = Ring.open(kernel, SMALL)) {
            asked = ring.capabilities();
        }
        assumeTrue(asked.queried(), "needs Linux 6.18");
        try (Ring ring = Ring.open(kernel.without(RegisterOperation.QUERY), SMALL)) {
            Capabilities tried = ring.capabilities();
            assertThat(tried.queried()).isFalse();
            for (RegisterOperation operation : RegisterOperation.values()) {
                boolean query = operation == RegisterOperation.QUERY; // refused without a look at the descriptor
                assertThat(tried.supports(operation))
                        .as("%s", operation)
                        .isEqualTo(!query && asked.supports(operation));
            }
            for (SetupFlag flag : SetupFlag.values()) {
                assertThat(tried.supports(flag)).as("%s", flag).isEqualTo(asked.supports(flag));
            }
            assertThat(tried.supportsEnterFlags(0xff)).isEqualTo(asked.supportsEnterFlags(0xff));
            assertThat(tried.supportsSqeFlags(0x7f)).isEqualTo(asked.supportsSqeFlags(0x7f));
        }
    }

    @Test
    void capabilitiesAreOneReadableLine() {
        Capabilities old = new Capabilities(
                "6.1.0",
                Abi.SETUP_CQSIZE | Abi.SETUP_SUBMIT_ALL | Abi.SETUP_SINGLE_ISSUER,
                0x3ffff & ~Feature.NO_IOWAIT.bit() & ~Feature.MIN_TIMEOUT.bit(),
                new BitSet(),
                KernelProbe.of(kernel.without(RegisterOperation.QUERY), "6.1.0"),
                false);
        assertThat(old.toString())
                .startsWith("Linux 6.1.0: 0 operations, ")
                .endsWith(
                        " register operations; SUBMIT_ALL, SINGLE_ISSUER; 16 features, without MIN_TIMEOUT, NO_IOWAIT")
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource({
        "6.18.44, 6.18, true", "6.18.44, 6.19, false", "6.2-rc1, 6.12, false", "7.0, 6.18, true",
                "5.19.0-41, 6.0, false",
        "10.0, 6.18, true", "?, 5.1, false", "'', 5.1, false", "6, 6.0, true", "6, 6.1, false"
    })
    void releasesAreComparedByTheirNumbers(String release, String since, boolean has) {
        assertThat(KernelRelease.of(release).has(since)).isEqualTo(has);
    }

    // ---- failures

    static Stream<RingConfig> whatNeedsManyCalls() {
        return Stream.of(
                SMALL,
                SMALL.withOwnMemory(),
                SMALL.withOwnMemory().withRegisteredIndexOnly(),
                SMALL.withRegisteredWait(),
                SMALL.withOwnMemory().withRegisteredWait(),
                SMALL.withSqPoll(10));
    }

    /** Fails each call in turn, until a ring comes into being all the same. */
    @ParameterizedTest
    @MethodSource("whatNeedsManyCalls")
    void aFailureOnTheWayLeavesNothingBehind(RingConfig config) throws IOException {
        long mapsBefore = ringMaps();
        int failed = 0;
        int calls = 0;
        kernel.failAfter(0);
        while (kernel.failures() == calls) {
            int attempt = calls;
            try (Ring ring = Ring.open(kernel, config)) {
                assertThat(ring.capabilities())
                        .as("what is only asked may fail, call %d", attempt)
                        .isNotNull();
            } catch (RingUnavailableException e) {
                failed++;
            }
            assertThat(kernel.left()).as("after call %d", attempt).matches(left -> kernel.nothingLeft());
            if (kernel.failures() > attempt) {
                calls++;
                kernel.failAfter(calls);
            } else {
                break;
            }
        }
        assertThat(failed).isGreaterThanOrEqualTo(3);
        assertThat(ringMaps()).isEqualTo(mapsBefore);
    }

    private static long ringMaps() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains("[io_uring]")).count();
        }
    }

    @Test
    void aCloseGivesEverythingBack() {
        for (RingConfig config : whatNeedsManyCalls().toList()) {
            try (Ring ring = Ring.open(kernel, config)) {
                ring.enable();
                assertThat(kernel.nothingLeft()).isFalse();
            }
            assertThat(kernel.left()).as("%s", config).matches(left -> kernel.nothingLeft());
        }
    }

    @Test
    void aDeadPollingThreadIsSurfaced() {
        try (Ring ring = Ring.open(kernel, SMALL.withSqPoll(10))) {
            ring.enable();
            kernel.enterResult(Errno.EOWNERDEAD.result());
            for (Sqe sqe = ring.submissions().claim();
                    sqe != null;
                    sqe = ring.submissions().claim()) {
                sqe.prepNop();
            }
            assertThat(ring.awaitSubmissionSpace()).isEqualTo(Errno.EOWNERDEAD.result());
            assertThat(ring.submitAndWait(1, 1_000_000L, 0)).isEqualTo(Errno.EOWNERDEAD.result());
        }
    }

    /** Whether the kernel could have is not the question: the queues can't be replaced, and stay. */
    @Test
    void aResizeWithoutMemoryLeavesTheOldQueues() {
        try (Ring ring = Ring.open(kernel, SMALL.withOwnMemory())) {
            ring.enable();
            for (int call = 0; call < 3; call++) { // two maps, one question
                kernel.failAfter(call);
                resizeFails(ring);
                assertThat(ring.submissions().capacity()).isEqualTo(8);
                Sqe sqe = ring.submissions().claim();
                assertThat(sqe).isNotNull();
                sqe.prepNop().userData(call);
                assertThat(ring.submitAndWait(1, Ring.FOREVER, 0)).isEqualTo(1);
                assertThat(ring.completions().drain((data, result, flags) -> {}))
                        .isEqualTo(1);
            }
            assertThat(ring.resize(16, 32)).isZero();
            assertThat(ring.submissions().capacity()).isEqualTo(16);
        }
        assertThat(kernel.left()).matches(left -> kernel.nothingLeft());
    }

    private static void resizeFails(Ring ring) {
        try {
            assertThat(ring.resize(16, 32)).isEqualTo(Errno.ENOMEM.result());
        } catch (RingUnavailableException e) {
            assertThat(e).hasMessageContaining("ENOMEM");
        }
    }

    /** The kernel has let go of the old queues by then. */
    @Test
    void aResizeWhoseQueuesCannotBeMappedIsTheEndOfTheRingButNoLeak() {
        try (Ring ring = Ring.open(kernel, SMALL)) {
            ring.enable();
            for (int call = 1; call < 3; call++) {
                kernel.failAfter(call);
                assertThatThrownBy(() -> ring.resize(16, 32)).isInstanceOf(RingUnavailableException.class);
            }
        }
        assertThat(kernel.left()).matches(left -> kernel.nothingLeft());
    }

    @Test
    void aRingThatStartsAtOnceIsEnabledOnlyOnce() {
        try (Ring ring = Ring.open(kernel, SMALL.withImmediateStart())) {
            assertThat(ring.capabilities().has(SetupFlag.R_DISABLED)).isFalse();
            ring.enable();
            assertThat(ring.capabilities().registeredRing()).isTrue();
            assertThatThrownBy(ring::enable).isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(TaskRun.class)
    void eachWayToRunTasksWorks(TaskRun taskRun) {
        try (Ring ring = Ring.open(kernel, SMALL.withTaskRun(taskRun))) {
            ring.enable();
            assertThat(ring.capabilities().has(SetupFlag.DEFER_TASKRUN))
                    .isEqualTo(taskRun == TaskRun.DEFERRED || taskRun == TaskRun.AUTOMATIC);
            assertThat(ring.capabilities().has(SetupFlag.COOP_TASKRUN)).isEqualTo(taskRun == TaskRun.COOPERATIVE);
            Sqe sqe = ring.submissions().claim();
            assertThat(sqe).isNotNull();
            sqe.prepNop().userData(7);
            assertThat(ring.submitAndWait(1, Ring.FOREVER, 0)).isEqualTo(1);
            assertThat(ring.completions()
                            .drain((data, result, flags) -> assertThat(data).isEqualTo(7)))
                    .isEqualTo(1);
        }
    }

    @Test
    void aClosedRingHasNoDescriptor() {
        Ring ring = Ring.open(kernel, SMALL);
        assertThat(ring.fd()).isPositive();
        ring.close();
        assertThatThrownBy(ring::fd).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Ring.open(kernel, SMALL.withAttachedTo(ring)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }
}
