package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reads into buffers that the kernel picks, once and again and again. */
class ReadSelectTest {
    private static final int GROUP = 7;
    private static final int BUFFER_BYTES = 256;

    private final RingFiles files = RingFiles.open();
    private final KernelRing ring = files.ring();
    private final List<BufferLease> leases = new ArrayList<>();

    @AfterEach
    void close() {
        leases.forEach(BufferLease::release);
        files.close();
    }

    @Test
    @Shows(
            value = Opcode.READ,
            registers = {RegisterOperation.PBUF_RING},
            behaviour = "ringbuf-read")
    void aFileIsReadIntoProvidedBuffers() {
        BufferRing buffers = files.provide(GROUP, BufferRingConfig.of(4, BUFFER_BYTES));
        byte[] content = RingFiles.pattern(900, 1);
        int fd = files.create("file", content);
        assertThat(take(buffers, ring.run(sqe -> sqe.prepReadSelect(fd, GROUP, BUFFER_BYTES, 0))))
                .isEqualTo(Arrays.copyOf(content, BUFFER_BYTES));
        assertThat(take(buffers, ring.run(sqe -> sqe.prepReadSelect(fd, GROUP, 10, 300))))
                .as("less than a buffer")
                .isEqualTo(Arrays.copyOfRange(content, 300, 310));
        assertThat(take(buffers, ring.run(sqe -> sqe.prepReadSelect(fd, GROUP, 4096, 500))))
                .as("more than a buffer")
                .isEqualTo(Arrays.copyOfRange(content, 500, 500 + BUFFER_BYTES));
        assertThat(take(buffers, ring.run(sqe -> sqe.prepReadSelect(fd, GROUP, 0, 800))))
                .as("as much as it holds")
                .isEqualTo(Arrays.copyOfRange(content, 800, 900));
        Cqe none = ring.run(sqe -> sqe.prepReadSelect(fd, GROUP, BUFFER_BYTES, 0));
        assertThat(none.result()).isEqualTo(Errno.ENOBUFS.result());
        assertThat(none.hasBuffer()).isFalse();
        leases.removeFirst().release();
        assertThat(take(buffers, ring.run(sqe -> sqe.prepReadSelect(fd, GROUP, BUFFER_BYTES, 512))))
                .isEqualTo(Arrays.copyOfRange(content, 512, 512 + BUFFER_BYTES));
    }

    @Test
    @Shows(
            value = Opcode.READ,
            registers = {RegisterOperation.PBUF_RING},
            behaviour = "ringbuf-loop")
    void buffersThatComeBackServeAFileOfAnyLength() {
        BufferRing buffers = files.provide(GROUP, BufferRingConfig.of(2, BUFFER_BYTES));
        byte[] content = RingFiles.pattern(100 * BUFFER_BYTES + 1, 5);
        int fd = files.create("file", content);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        Cqe cqe = ring.run(sqe -> sqe.prepReadSelect(fd, GROUP, 0, -1));
        while (cqe.result() > 0) {
            received.writeBytes(take(buffers, cqe));
            leases.removeFirst().release();
            cqe = ring.run(sqe -> sqe.prepReadSelect(fd, GROUP, 0, -1));
        }
        assertThat(cqe.result()).isZero();
        assertThat(received.toByteArray()).isEqualTo(content);
    }

    @Test
    @Shows(
            value = Opcode.READ,
            registers = {RegisterOperation.PBUF_RING},
            behaviour = "read-inc-file")
    void readsShareABufferUntilItIsUsedUp() {
        assumeTrue(ring.ring().capabilities().minimalWait(), "incremental buffers need Linux 6.12");
        int sharedBytes = 4 * BUFFER_BYTES;
        BufferRing buffers =
                files.provide(GROUP, BufferRingConfig.of(2, sharedBytes).withIncremental());
        byte[] content = RingFiles.pattern(sharedBytes, 6);
        int fd = files.create("file", content);
        for (int at = 0; at < sharedBytes; at += BUFFER_BYTES) {
            long position = at;
            Cqe cqe = ring.run(sqe -> sqe.prepReadSelect(fd, GROUP, BUFFER_BYTES, position));
            assertThat(cqe.buffer()).as("position %d", at).isZero();
            assertThat((cqe.flags() & Abi.CQE_F_BUF_MORE) != 0)
                    .as("the buffer stays with the kernel after position %d", at)
                    .isEqualTo(at + BUFFER_BYTES < sharedBytes);
            assertThat(take(buffers, cqe)).isEqualTo(Arrays.copyOfRange(content, at, at + BUFFER_BYTES));
        }
        Cqe next = ring.run(sqe -> sqe.prepReadSelect(fd, GROUP, BUFFER_BYTES, 0));
        assertThat(next.buffer()).isEqualTo(1);
        assertThat(take(buffers, next)).isEqualTo(Arrays.copyOf(content, BUFFER_BYTES));
    }

    @Test
    @Shows(
            value = {Opcode.READ_MULTISHOT, Opcode.WRITE},
            behaviour = "read-inc-buf-more")
    void aMultishotReadSharesItsBufferToo() {
        files.needs(Opcode.READ_MULTISHOT);
        assumeTrue(ring.ring().capabilities().minimalWait(), "incremental buffers need Linux 6.12");
        BufferRing buffers =
                files.provide(GROUP, BufferRingConfig.of(2, BUFFER_BYTES).withIncremental());
        int[] pipe = files.pipe();
        long read = ring.add(sqe -> sqe.prepReadMultishot(pipe[0], GROUP));
        byte[] content = RingFiles.pattern(BUFFER_BYTES, 7);
        for (int at = 0; at < BUFFER_BYTES; at += BUFFER_BYTES / 4) {
            byte[] piece = Arrays.copyOfRange(content, at, at + BUFFER_BYTES / 4);
            write(pipe[1], piece);
            Cqe cqe = ring.awaitOf(read);
            assertThat(cqe.more()).isTrue();
            assertThat(cqe.buffer()).isZero();
            assertThat((cqe.flags() & Abi.CQE_F_BUF_MORE) != 0)
                    .as("the buffer stays with the kernel after %d", at)
                    .isEqualTo(at + BUFFER_BYTES / 4 < BUFFER_BYTES);
            assertThat(take(buffers, cqe)).isEqualTo(piece);
        }
        files.close(pipe[1]);
        Cqe end = ring.awaitOf(read);
        assertThat(end.result()).isZero();
        assertThat(end.more()).isFalse();
    }

    @Test
    @Shows({Opcode.READ, Opcode.READV, Opcode.WRITE})
    void whatCannotSelectIsRefused() {
        BufferRing buffers = files.provide(GROUP, BufferRingConfig.of(4, BUFFER_BYTES));
        byte[] content = RingFiles.pattern(100, 2);
        int fd = files.create("file", content);
        MemorySegment one = files.vectors(ring.allocate(50));
        assertThat(take(
                        buffers,
                        ring.run(sqe ->
                                sqe.prepReadVectors(fd, one.address(), 1, 0).selectBuffer(GROUP))))
                .as("one vector, for its length")
                .isEqualTo(Arrays.copyOf(content, 50));
        MemorySegment two = files.vectors(ring.allocate(50), ring.allocate(50));
        assertThat(files.run(sqe -> sqe.prepReadVectors(fd, two.address(), 2, 0).selectBuffer(GROUP)))
                .isEqualTo(Errno.EINVAL.result());
        assertThat(files.run(sqe -> sqe.prepWrite(fd, 0, 0, 0).selectBuffer(GROUP)))
                .isEqualTo(Errno.EOPNOTSUPP.result());
        assertThat(files.run(sqe -> sqe.prepReadSelect(fd, GROUP + 1, 50, 0)))
                .as("a group that nobody has registered")
                .isEqualTo(Errno.ENOBUFS.result());
    }

    @Test
    @Shows(
            value = {Opcode.READ_MULTISHOT, Opcode.WRITE},
            behaviour = "read-mshot")
    void eachWriteToAPipeIsACompletionUntilTheEnd() {
        files.needs(Opcode.READ_MULTISHOT);
        BufferRing buffers = files.provide(GROUP, BufferRingConfig.of(4, BUFFER_BYTES));
        int[] pipe = files.pipe();
        long read = ring.add(sqe -> sqe.prepReadMultishot(pipe[0], GROUP));
        for (int i = 0; i < 10; i++) {
            byte[] content = RingFiles.pattern(100 + i, i);
            write(pipe[1], content);
            Cqe cqe = ring.awaitOf(read);
            assertThat(cqe.more()).isTrue();
            assertThat(take(buffers, cqe)).isEqualTo(content);
            leases.removeFirst().release();
        }
        files.close(pipe[1]);
        Cqe end = ring.awaitOf(read);
        assertThat(end.result()).isZero();
        assertThat(end.more()).isFalse();
        assertThat(end.hasBuffer()).isFalse();
    }

    @Test
    @Shows(
            value = {Opcode.READ_MULTISHOT, Opcode.WRITE},
            behaviour = "read-mshot")
    void aGroupThatRunsDryEndsItAndLosesNothing() {
        files.needs(Opcode.READ_MULTISHOT);
        BufferRing buffers = files.provide(GROUP, BufferRingConfig.of(2, BUFFER_BYTES));
        int[] pipe = files.pipe();
        byte[] content = RingFiles.pattern(3 * BUFFER_BYTES, 3);
        write(pipe[1], content);
        long read = ring.add(sqe -> sqe.prepReadMultishot(pipe[0], GROUP));
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        for (int i = 0; i < 2; i++) {
            Cqe cqe = ring.awaitOf(read);
            assertThat(cqe.more()).isTrue();
            received.writeBytes(take(buffers, cqe));
        }
        Cqe dry = ring.awaitOf(read);
        assertThat(dry.result()).isEqualTo(Errno.ENOBUFS.result());
        assertThat(dry.more()).isFalse();
        assertThat(dry.hasBuffer()).isFalse();
        leases.removeFirst().release();
        Cqe rest = ring.run(sqe -> sqe.prepReadMultishot(pipe[0], GROUP));
        received.writeBytes(take(buffers, rest));
        assertThat(received.toByteArray()).isEqualTo(content);
        assertThat(rest.more()).isTrue();
        assertThat(ring.takeReady()).isEmpty(); // it waits for bytes, without a buffer
        files.close(pipe[1]);
        Cqe end = ring.awaitOf(rest.userData());
        assertThat(end.result()).as("no buffer to look for the end with").isEqualTo(Errno.ENOBUFS.result());
        assertThat(end.more()).isFalse();
    }

    @Test
    @Shows(
            value = {Opcode.READ_MULTISHOT, Opcode.WRITE, Opcode.ASYNC_CANCEL},
            behaviour = "read-mshot-empty")
    void onePipeFullOfBytesIsDrainedBeforeItWaits() {
        files.needs(Opcode.READ_MULTISHOT);
        BufferRing buffers = files.provide(GROUP, BufferRingConfig.of(16, BUFFER_BYTES));
        int[] pipe = files.pipe();
        byte[] content = RingFiles.pattern(10 * BUFFER_BYTES + 1, 4);
        write(pipe[1], content);
        long read = ring.add(sqe -> sqe.prepReadMultishot(pipe[0], GROUP));
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        for (int i = 0; i < 11; i++) {
            Cqe cqe = ring.awaitOf(read);
            assertThat(cqe.more()).isTrue();
            received.writeBytes(take(buffers, cqe));
        }
        assertThat(received.toByteArray()).isEqualTo(content);
        assertThat(ring.takeReady()).as("an empty pipe").isEmpty();
        assertThat(files.run(sqe -> sqe.prepCancel(read))).isZero();
        Cqe end = ring.awaitOf(read);
        assertThat(end.result()).isEqualTo(Errno.ECANCELED.result());
        assertThat(end.more()).isFalse();
    }

    @Test
    @Shows(value = Opcode.READ_MULTISHOT, behaviour = "read-mshot")
    void aFileCannotBeWaitedFor() {
        files.needs(Opcode.READ_MULTISHOT);
        files.provide(GROUP, BufferRingConfig.of(2, BUFFER_BYTES));
        int fd = files.create("file", new byte[100]);
        Cqe cqe = ring.run(sqe -> sqe.prepReadMultishot(fd, GROUP));
        assertThat(cqe.result()).isEqualTo(Errno.EBADFD.result());
        assertThat(cqe.more()).isFalse();
        assertThat(cqe.hasBuffer()).isFalse();
    }

    private void write(int fd, byte[] content) {
        MemorySegment written = files.memory(content);
        assertThat(files.run(sqe -> sqe.prepWrite(fd, written.address(), content.length, -1)))
                .isEqualTo(content.length);
    }

    /** What a completion has brought; its buffer stays with the test. */
    private byte[] take(BufferRing buffers, Cqe cqe) {
        BufferLease lease = buffers.take(cqe.result(), cqe.flags(), null);
        assertThat(lease).as("a buffer of %s", cqe).isNotNull();
        leases.add(lease);
        return lease.toByteArray();
    }
}
