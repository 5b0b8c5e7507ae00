package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bytes that go from one descriptor to another without coming by. */
class SpliceTest {
    private static final int PIPE_BYTES = 32 * 1024; // half of what a pipe holds

    private final RingFiles files = RingFiles.open();
    private final KernelRing ring = files.ring();
    private final MemorySegment memory = ring.allocate(PIPE_BYTES);

    @AfterEach
    void close() {
        files.close();
    }

    @Test
    @Shows(value = Opcode.SPLICE, behaviour = "splice")
    void bytesGoFromAFileThroughAPipeToAFile() {
        byte[] content = RingFiles.pattern(2 * PIPE_BYTES, 1);
        int source = files.create("source", content);
        int target = files.create("target");
        int[] pipe = files.pipe();
        assertThat(files.runAll(
                        sqe -> sqe.prepSplice(source, 1000, pipe[1], -1, PIPE_BYTES, 0)
                                .link(),
                        sqe -> sqe.prepSplice(pipe[0], -1, target, 50, PIPE_BYTES, Libc.SPLICE_F_MOVE)))
                .containsExactly(PIPE_BYTES, PIPE_BYTES);
        byte[] expected = new byte[50 + PIPE_BYTES];
        System.arraycopy(content, 1000, expected, 50, PIPE_BYTES);
        assertThat(files.content("target")).isEqualTo(expected);
    }

    @Test
    @Shows(
            value = {Opcode.SPLICE, Opcode.READ},
            behaviour = "splice")
    void theFilesOwnPositionMovesOn() {
        byte[] content = RingFiles.pattern(300, 2);
        int source = files.create("source", content);
        int[] pipe = files.pipe();
        assertThat(files.run(sqe -> sqe.prepSplice(source, -1, pipe[1], -1, 100, 0)))
                .isEqualTo(100);
        assertThat(files.run(sqe -> sqe.prepSplice(source, -1, pipe[1], -1, PIPE_BYTES, 0)))
                .isEqualTo(200);
        assertThat(files.run(sqe -> sqe.prepSplice(source, -1, pipe[1], -1, PIPE_BYTES, 0)))
                .as("the end")
                .isZero();
        assertThat(files.run(sqe -> sqe.prepRead(pipe[0], memory.address(), PIPE_BYTES, -1)))
                .isEqualTo(300);
        assertThat(RingFiles.bytes(memory, 300)).isEqualTo(content);
    }

    @Test
    @Shows(
            value = {Opcode.SPLICE, Opcode.READ},
            behaviour = "splice")
    void aShortSpliceLeavesItsBytesInThePipeOfABrokenChain() {
        byte[] content = RingFiles.pattern(100, 3);
        int source = files.create("source", content);
        int target = files.create("target");
        int[] pipe = files.pipe();
        assertThat(files.runAll(
                        sqe -> sqe.prepSplice(source, 0, pipe[1], -1, 200, 0).link(),
                        sqe -> sqe.prepSplice(pipe[0], -1, target, 0, 200, 0)))
                .containsExactly(100, Errno.ECANCELED.result());
        assertThat(files.content("target")).isEmpty();
        assertThat(files.run(sqe -> sqe.prepRead(pipe[0], memory.address(), PIPE_BYTES, -1)))
                .isEqualTo(100);
        assertThat(RingFiles.bytes(memory, 100)).isEqualTo(content);
        assertThat(files.runAll(
                        sqe -> sqe.prepSplice(source, 0, pipe[1], -1, 200, 0).hardLink(),
                        sqe -> sqe.prepSplice(pipe[0], -1, target, 0, 200, 0)))
                .containsExactly(100, 100);
        assertThat(files.content("target")).isEqualTo(content);
    }

    @Test
    @Shows(
            value = {Opcode.SPLICE, Opcode.OPENAT},
            behaviour = "splice")
    void bothEndsMayBeSlots() {
        byte[] content = RingFiles.pattern(PIPE_BYTES, 4);
        files.write("source", content);
        files.write("target", new byte[0]);
        files.registerSlots(4);
        int[] pipe = files.pipe();
        long source = files.address("source");
        long target = files.address("target");
        assertThat(files.runAll(
                        sqe -> sqe.prepOpen(Libc.AT_FDCWD, source, Libc.O_RDONLY, 0)
                                .intoSlot(1)
                                .link(),
                        sqe -> sqe.prepOpen(Libc.AT_FDCWD, target, Libc.O_WRONLY, 0)
                                .intoSlot(2)
                                .link(),
                        sqe -> sqe.prepSplice(1, 0, pipe[1], -1, PIPE_BYTES, Abi.SPLICE_F_FD_IN_FIXED)
                                .link(),
                        sqe -> sqe.prepSplice(pipe[0], -1, 2, 0, PIPE_BYTES, 0).fixedFile()))
                .containsExactly(0, 0, PIPE_BYTES, PIPE_BYTES);
        assertThat(files.content("target")).isEqualTo(content);
    }

    @Test
    @Shows(value = Opcode.SPLICE, behaviour = "splice")
    void positionsMayLieBeyondFourGibibytes() {
        byte[] content = RingFiles.pattern(100, 5);
        MemorySegment written = files.memory(content);
        long far = (5L << 30) + 7;
        int fd = files.create("file");
        int[] pipe = files.pipe();
        assertThat(files.runAll(
                        sqe -> sqe.prepWrite(fd, written.address(), 100, far).link(),
                        sqe -> sqe.prepSplice(fd, far, pipe[1], -1, 100, 0).link(),
                        sqe -> sqe.prepSplice(pipe[0], -1, fd, 2 * far, 100, 0).link(),
                        sqe -> sqe.prepRead(fd, memory.address(), 100, 2 * far)))
                .containsExactly(100, 100, 100, 100);
        assertThat(RingFiles.bytes(memory, 100)).isEqualTo(content);
    }

    @Test
    @Shows(value = Opcode.SPLICE, behaviour = "splice")
    void withoutAPipeNothingIsSpliced() {
        int source = files.create("source", new byte[100]);
        int target = files.create("target");
        int[] pipe = files.pipe();
        assertThat(files.run(sqe -> sqe.prepSplice(source, 0, target, 0, 100, 0)))
                .isEqualTo(Errno.EINVAL.result());
        assertThat(files.run(sqe -> sqe.prepSplice(pipe[0], 5, target, 0, 100, 0)))
                .as("a position in a pipe")
                .isEqualTo(Errno.ESPIPE.result());
        assertThat(files.run(sqe -> sqe.prepSplice(-1, 0, pipe[1], -1, 100, 0))).isEqualTo(Errno.EBADF.result());
        assertThat(files.run(sqe -> sqe.prepSplice(source, 0, pipe[1], -1, 100, 1 << 20)))
                .as("an unknown flag")
                .isEqualTo(Errno.EINVAL.result());
        assertThat(files.run(sqe -> sqe.prepSplice(pipe[0], -1, target, 0, 100, Libc.SPLICE_F_NONBLOCK)))
                .as("an empty pipe")
                .isEqualTo(Errno.EAGAIN.result());
        assertThat(files.run(sqe -> sqe.prepSplice(source, 0, pipe[1], -1, 0, 0)))
                .isZero();
    }

    @Test
    @Shows(
            value = {Opcode.TEE, Opcode.READ},
            behaviour = "splice")
    void aCopyLeavesTheBytesInTheFirstPipe() {
        byte[] content = RingFiles.pattern(1000, 6);
        MemorySegment written = files.memory(content);
        int[] first = files.pipe();
        int[] second = files.pipe();
        assertThat(files.run(sqe -> sqe.prepWrite(first[1], written.address(), 1000, -1)))
                .isEqualTo(1000);
        assertThat(files.run(sqe -> sqe.prepTee(first[0], second[1], 600, 0))).isEqualTo(600);
        assertThat(files.run(sqe -> sqe.prepRead(second[0], memory.address(), PIPE_BYTES, -1)))
                .isEqualTo(600);
        assertThat(RingFiles.bytes(memory, 600)).isEqualTo(Arrays.copyOf(content, 600));
        assertThat(files.run(sqe -> sqe.prepRead(first[0], memory.address(), PIPE_BYTES, -1)))
                .isEqualTo(1000);
        assertThat(RingFiles.bytes(memory, 1000)).isEqualTo(content);
        assertThat(files.run(sqe -> sqe.prepTee(first[0], second[1], 600, Libc.SPLICE_F_NONBLOCK)))
                .as("an empty pipe")
                .isEqualTo(Errno.EAGAIN.result());
        int file = files.create("file", content);
        assertThat(files.run(sqe -> sqe.prepTee(file, second[1], 600, 0))).isEqualTo(Errno.EINVAL.result());
    }
}
