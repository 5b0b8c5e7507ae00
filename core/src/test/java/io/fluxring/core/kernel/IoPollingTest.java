package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.setup.IoPolling;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.SetupFlag;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rings that poll the device for completions. */
class IoPollingTest {
    private static final int BLOCK = 4096;

    @TempDir
    private Path directory;

    private static KernelRing open(IoPolling polling) {
        return KernelRing.open(RingConfig.defaults().withEntries(8, 16).withIoPolling(polling));
    }

    /** A device without queues for polling refuses; one with such queues reads. Both is said by the completion. */
    @ParameterizedTest
    @EnumSource(
            value = IoPolling.class,
            names = {"BUSY", "HYBRID"})
    @Shows(Opcode.READ)
    void aDirectReadIsPolledForOrRefused(IoPolling polling) throws IOException {
        byte[] content = new byte[BLOCK];
        Arrays.fill(content, (byte) 0x5a);
        Path file = Files.write(directory.resolve("block"), content);
        try (KernelRing opener = KernelRing.open();
                KernelRing ring = open(polling)) {
            assertThat(ring.ring().capabilities().has(SetupFlag.IOPOLL)).isTrue();
            assertThat(ring.ring().capabilities().has(SetupFlag.HYBRID_IOPOLL)).isEqualTo(polling == IoPolling.HYBRID);
            long path = opener.text(file.toString()).address();
            int fd = opener.run(sqe -> sqe.prepOpen(Libc.AT_FDCWD, path, Libc.O_DIRECT, 0))
                    .result();
            assertThat(fd).as("a file system with direct reads").isPositive();
            MemorySegment buffer = ring.allocate(BLOCK);
            Cqe cqe = ring.run(sqe -> sqe.prepRead(fd, buffer.address(), BLOCK, 0));
            opener.run(sqe -> sqe.prepClose(fd));
            if (cqe.result() == BLOCK) {
                assertThat(buffer.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(content);
            } else {
                assertThat(cqe.result()).isEqualTo(Errno.EOPNOTSUPP.result());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = IoPolling.class,
            names = {"BUSY", "HYBRID"})
    @Shows({Opcode.NOP, Opcode.TIMEOUT})
    void whatCannotBePolledForIsRefused(IoPolling polling) {
        try (KernelRing ring = open(polling)) {
            assertThat(ring.run(sqe -> sqe.prepNop(7)).result()).isEqualTo(7);
            MemorySegment second = ring.allocate(16);
            second.set(ValueLayout.JAVA_LONG, 0, 1);
            Cqe cqe = ring.run(sqe -> sqe.prepTimeout(second.address(), 0, 0));
            assertThat(cqe.result()).isEqualTo(Errno.EINVAL.result());
        }
    }
}
