package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.register.FileRegistration;
import io.fluxring.core.ring.Capabilities;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.setup.RingUnavailableException;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Feature;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.SetupFlag;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.core.sys.layout.ParamsLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How rings come into being, and who may use them. */
class SetupTest {
    private static final RingConfig SMALL = RingConfig.defaults().withEntries(8, 32);
    private static final RingConfig INDEX_ONLY = SMALL.withOwnMemory().withRegisteredIndexOnly();

    /** What the kernel says to parameters as they stand. */
    private static Errno refusal(int entries, int flags, int completionEntries, int reserved) {
        Kernel kernel = Kernel.linux();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = arena.allocate(ParamsLayout.BYTES, 8);
            Access.putInt(params, ParamsLayout.FLAGS, flags);
            Access.putInt(params, ParamsLayout.CQ_ENTRIES, completionEntries);
            Access.putInt(params, 32, reserved);
            int result = kernel.setup(entries, params);
            if (result >= 0) {
                kernel.closeRing(result);
            }
            assertThat(result).isNegative();
            return Errno.ofResult(result);
        }
    }

    /** Runs something on a thread of its own, and has its result. */
    private static <T> T elsewhere(Supplier<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(task.get());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        thread.start();
        return result.orTimeout(10, TimeUnit.SECONDS).join();
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "32769, 0, 0", "-1, 0, 0", "8, 0x40000000, 0", "8, 0x80000000, 0", "8, 0, 1"})
    @Shows(behaviour = "io_uring_setup")
    void badParametersAreRefused(int entries, String flags, int reserved) {
        assertThat(refusal(entries, Long.decode(flags).intValue(), 0, reserved)).isEqualTo(Errno.EINVAL);
    }

    @ParameterizedTest
    @CsvSource({"8, 8, 8, 8", "8, 9, 8, 16", "5, 100, 8, 128", "1, 1, 1, 1", "3000, 5000, 4096, 8192"})
    @Shows(behaviour = "cq-size")
    void queuesHaveTheSizesThatWereAskedForRoundedUp(int submission, int completion, int sq, int cq) {
        try (KernelRing ring = KernelRing.open(RingConfig.defaults().withEntries(submission, completion))) {
            assertThat(ring.ring().submissions().capacity()).isEqualTo(sq);
            assertThat(ring.ring().completions().capacity()).isEqualTo(cq);
        }
        assertThat(refusal(2 * sq, Abi.SETUP_CQSIZE, sq, 0)).isEqualTo(Errno.EINVAL);
        assertThat(refusal(8, Abi.SETUP_CQSIZE, 0, 0)).isEqualTo(Errno.EINVAL);
    }

    @Test
    void sizesAboveTheLimitsAreTheLimitsWhenTheyAreClamped() {
        RingConfig huge = RingConfig.defaults().withClampedEntries().withEntries(1_000_000, 1_000_000);
        try (KernelRing ring = KernelRing.open(huge)) {
            assertThat(ring.ring().submissions().capacity()).isEqualTo(RingConfig.MAX_SUBMISSION_ENTRIES);
            assertThat(ring.ring().completions().capacity()).isEqualTo(RingConfig.MAX_COMPLETION_ENTRIES);
        }
    }

    // ---- what the kernel has

    @Test
    @Shows(registers = RegisterOperation.PROBE, behaviour = "probe")
    void theProbeNamesTheOperations() {
        try (KernelRing ring = KernelRing.open()) {
            Capabilities capabilities = ring.ring().capabilities();
            for (Opcode opcode : List.of(Opcode.NOP, Opcode.READ, Opcode.SEND, Opcode.MSG_RING, Opcode.SOCKET)) {
                assertThat(capabilities.supports(opcode)).as("%s", opcode).isTrue();
            }
            assertThat(capabilities.operationCount()).isGreaterThanOrEqualTo(48);
        }
    }

    @Test
    @Shows(registers = RegisterOperation.QUERY, behaviour = "ring-query")
    void aKernelThatCanBeAskedKnowsAllThatIsWrittenDownHere() {
        try (KernelRing ring = KernelRing.open()) {
            Capabilities capabilities = ring.ring().capabilities();
            assumeTrue(capabilities.queried(), "needs Linux 6.18");
            assertThat(Opcode.values()).allMatch(capabilities::supports);
            assertThat(RegisterOperation.values()).allMatch(capabilities::supports);
            assertThat(SetupFlag.values()).allMatch(capabilities::supports);
            assertThat(capabilities.features()).containsExactly(Feature.values());
            assertThat(capabilities.supportsEnterFlags(0xff)).isTrue();
            assertThat(capabilities.supportsSqeFlags(0x7f)).isTrue();
            assertThat(capabilities.supportsSqeFlags(0x80)).isFalse();
            assertThat(capabilities.toString())
                    .matches("Linux \\S+: \\d+ operations, \\d+ register operations; SUBMIT_ALL, SINGLE_ISSUER,"
                            + " DEFER_TASKRUN, NO_SQARRAY, registered ring; all 18 features");
        }
    }

    // ---- memory of one's own

    @Test
    @Shows(behaviour = "no-mmap-inval")
    void memoryThatCannotBeTheRingsIsRefused() {
        Kernel kernel = Kernel.linux();
        long memory = kernel.mapMemory(16384);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = arena.allocate(ParamsLayout.BYTES, 8);
            assertThat(setupIn(kernel, params, 0, 0)).isEqualTo(Errno.EFAULT.result());
            assertThat(setupIn(kernel, params, memory + 8, memory + 8192)).isEqualTo(Errno.EINVAL.result());
            assertThat(setupIn(kernel, params, memory, memory + 8200)).isEqualTo(Errno.EINVAL.result());
            assertThat(setupIn(kernel, params, memory, 4096)).isEqualTo(Errno.EFAULT.result());
            int ring = setupIn(kernel, params, memory, memory + 8192);
            assertThat(ring).isPositive();
            assertThat(kernel.mapRing(ring, 4096, Abi.OFFSET_RINGS))
                    .as("nothing to map")
                    .isNegative();
            kernel.closeRing(ring);
        } finally {
            kernel.unmap(memory, 16384);
        }
    }

    private static int setupIn(Kernel kernel, MemorySegment params, long rings, long entries) {
        params.fill((byte) 0);
        Access.putInt(params, ParamsLayout.FLAGS, Abi.SETUP_NO_MMAP);
        Access.putLong(params, ParamsLayout.CQ_USER_ADDRESS, rings);
        Access.putLong(params, ParamsLayout.SQ_USER_ADDRESS, entries);
        return kernel.setup(8, params);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 1024, 8192})
    @Shows(value = Opcode.NOP, behaviour = "init-mem")
    void aRingWorksInMemoryOfItsOwn(int entries) {
        try (KernelRing ring = KernelRing.open(
                RingConfig.defaults().withEntries(entries, 2 * entries).withOwnMemory())) {
            assertThat(ring.ring().capabilities().has(SetupFlag.NO_MMAP)).isTrue();
            for (int round = 0; round < 5; round++) {
                fillAndDrain(ring, entries);
            }
        }
    }

    private static void fillAndDrain(KernelRing ring, int entries) {
        List<Long> sent = new ArrayList<>();
        for (int i = 0; i < entries; i++) {
            sent.add(ring.add(sqe -> sqe.prepNop()));
        }
        assertThat(ring.submit()).isEqualTo(entries);
        assertThat(ring.await(entries)).extracting(Cqe::userData).isEqualTo(sent);
    }

    // ---- rings without a descriptor

    @Test
    @Shows(value = Opcode.NOP, registers = RegisterOperation.PROBE, behaviour = "reg-fd-only")
    void aRingCanBeKnownByItsIndexAlone() {
        try (KernelRing ring = KernelRing.open(INDEX_ONLY)) {
            fillAndDrain(ring, 8);
            assertThat(ring.ring().capabilities().registeredRing()).isTrue();
            assertThat(ring.ring().toString()).startsWith("Ring[index=");
            assertThatThrownBy(() -> ring.ring().fd())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("no descriptor");
            assertThat(elsewhere(() -> ring.ring().submit()))
                    .as("from another thread")
                    .isNegative();
        }
    }

    @Test
    void aThreadHasSixteenPlacesForRingsWithoutADescriptor() {
        elsewhere(() -> {
            List<Ring> rings = new ArrayList<>();
            try {
                for (int i = 0; i < 16; i++) {
                    rings.add(Ring.open(INDEX_ONLY));
                }
                assertThatThrownBy(() -> Ring.open(INDEX_ONLY)).isInstanceOf(RingUnavailableException.class);
                rings.removeFirst().close();
                rings.add(Ring.open(INDEX_ONLY));
            } finally {
                rings.forEach(Ring::close);
            }
            return rings;
        });
    }

    @Test
    @Shows(registers = RegisterOperation.FILES2, behaviour = "reg-reg-ring")
    void registerCallsGoByTheIndexToo() {
        try (KernelRing ring = KernelRing.open(INDEX_ONLY)) {
            assumeTrue(ring.ring().capabilities().has(Feature.REG_REG_RING), "needs Linux 6.3");
            assertThat(new FileRegistration(ring.ring().handle()).registerSparse(4))
                    .isZero();
            assertThat(new FileRegistration(ring.ring().handle()).unregister()).isZero();
            int foreign = elsewhere(
                    () -> ring.ring().register(RegisterOperation.UNREGISTER_FILES, 0L, 0)); // no such index there
            assertThat(Errno.ofResult(foreign)).isIn(Errno.EBADF, Errno.EINVAL);
        }
    }

    // ---- threads

    private static Errno enterElsewhere(KernelRing ring) {
        return elsewhere(() -> {
            int fd = ring.ring().fd();
            int result = ring.ring().kernel().enter(fd, 0, 0, Abi.ENTER_GETEVENTS, 0, 0);
            return result < 0 ? Errno.ofResult(result) : null;
        });
    }

    @Test
    @Shows(registers = RegisterOperation.ENABLE_RINGS, behaviour = "single-issuer")
    void theThreadThatEnablesADisabledRingIsItsOnlyOne() {
        try (KernelRing ring = elsewhere(() -> KernelRing.openDisabled(SMALL))) {
            assertThat(ring.ring().submit()).isEqualTo(Errno.EBADFD.result());
            ring.ring().enable();
            fillAndDrain(ring, 8);
            assertThat(enterElsewhere(ring)).isEqualTo(Errno.EEXIST);
            assertThatThrownBy(() -> ring.ring().enable()).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    @Shows(Opcode.NOP)
    void aRingThatStartsAtOnceBelongsToTheThreadThatOpensIt() {
        try (KernelRing ring = KernelRing.openDisabled(SMALL.withImmediateStart())) {
            fillAndDrain(ring, 8);
            assertThat(enterElsewhere(ring)).isEqualTo(Errno.EEXIST);
        }
        KernelRing foreign = elsewhere(() -> KernelRing.openDisabled(SMALL.withImmediateStart()));
        assertThat(foreign.ring().submit()).isEqualTo(Errno.EEXIST.result());
        foreign.close();
    }

    @Test
    void pollingThreadsAndManyIssuersExemptFromTheRule() {
        for (RingConfig config : List.of(SMALL.withSqPoll(10), SMALL.withManyIssuers())) {
            try (KernelRing ring = KernelRing.open(config)) {
                assertThat(enterElsewhere(ring)).as("%s", config).isNull();
            }
        }
    }

    @Test
    @Shows(Opcode.NOP)
    void manyIssuersSubmitInTurn() {
        try (KernelRing ring = KernelRing.open(SMALL.withManyIssuers())) {
            fillAndDrain(ring, 8);
            elsewhere(() -> {
                fillAndDrain(ring, 8);
                return ring;
            });
            fillAndDrain(ring, 8);
            assertThat(ring.ring().capabilities().registeredRing()).isFalse();
        }
    }

    @Test
    @Shows(registers = RegisterOperation.FILES, behaviour = "ring-leak")
    void aRingCannotHoldARingAndSoNoneKeepsItselfAlive() {
        try (KernelRing ring = KernelRing.open();
                KernelRing other = KernelRing.open()) {
            int[] both = {ring.ring().fd(), other.ring().fd()};
            for (int fd : both) {
                assertThat(new FileRegistration(ring.ring().handle()).register(new int[] {fd}))
                        .isEqualTo(Errno.EBADF.result());
            }
        }
    }
}
