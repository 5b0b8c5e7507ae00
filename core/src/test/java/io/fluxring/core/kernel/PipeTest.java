package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pipes, made by the ring: bytes, their order, and the end. */
class PipeTest {
    private final RingFiles files = RingFiles.open();
    private final KernelRing ring = files.ring();
    private final MemorySegment memory = ring.allocate(4096);
    private final MemorySegment fds = ring.allocate(8);

    @BeforeEach
    void needsPipe() {
        files.needs(Opcode.PIPE);
        fds.fill((byte) 0x55);
    }

    @AfterEach
    void close() {
        files.close();
    }

    @Test
    @Shows(
            value = {Opcode.PIPE, Opcode.READ, Opcode.WRITE},
            behaviour = "pipe")
    void aPipeOfOrdinaryDescriptors() {
        assertThat(files.run(sqe -> sqe.prepPipe(fds.address(), Libc.O_CLOEXEC)))
                .isZero();
        int reading = files.keep(end(0));
        int writing = files.keep(end(1));
        assertThat(reading).isNotEqualTo(writing);
        assertThat(transfer(reading, writing, false)).isEqualTo("through the pipe");
        assertThat(files.run(sqe -> sqe.prepWrite(reading, memory.address(), 1, -1)))
                .as("writing to the reading end")
                .isEqualTo(Errno.EBADF.result());
    }

    @Test
    @Shows(
            value = {Opcode.PIPE, Opcode.READ, Opcode.WRITE},
            behaviour = "pipe")
    void aPipeOfFreeSlots() {
        files.registerSlots(4);
        assertThat(files.run(sqe -> sqe.prepPipe(fds.address(), 0).intoFreeSlot()))
                .isZero();
        assertThat(List.of(end(0), end(1))).containsExactly(0, 1);
        assertThat(transfer(0, 1, true)).isEqualTo("through the pipe");
        assertThat(files.run(sqe -> sqe.prepPipe(fds.address(), 0).intoFreeSlot()))
                .isZero();
        assertThat(List.of(end(0), end(1))).containsExactly(2, 3);
        assertThat(files.run(sqe -> sqe.prepPipe(fds.address(), 0).intoFreeSlot()))
                .as("no slot is left")
                .isEqualTo(Errno.ENFILE.result());
    }

    @Test
    @Shows(
            value = {Opcode.PIPE, Opcode.READ, Opcode.WRITE},
            behaviour = "pipe")
    void aPipeOfGivenSlots() {
        files.registerSlots(4);
        assertThat(files.run(sqe -> sqe.prepPipe(fds.address(), 0).intoSlot(2))).isZero();
        assertThat(transfer(2, 3, true)).isEqualTo("through the pipe");
        assertThat(List.of(end(0), end(1))).containsExactly(2, 3);
    }

    @Test
    @Shows(value = Opcode.PIPE, behaviour = "pipe")
    void whatAPipeCannotBe() {
        files.registerSlots(4);
        assertThat(files.run(sqe -> sqe.prepPipe(fds.address(), Libc.O_APPEND))).isEqualTo(Errno.EINVAL.result());
        assertThat(files.run(sqe -> sqe.prepPipe(fds.address(), Libc.O_CLOEXEC).intoFreeSlot()))
                .isEqualTo(Errno.EINVAL.result());
        assertThat(files.run(sqe -> sqe.prepPipe(1, 0))).isEqualTo(Errno.EFAULT.result());
        assertThat(files.run(sqe -> sqe.prepPipe(fds.address(), 0).intoSlot(3)))
                .as("the writing end has no slot")
                .isEqualTo(Errno.EINVAL.result());
        assertThat(files.run(sqe -> sqe.prepRead(3, memory.address(), 1, -1).fixedFile()))
                .as("and so the reading end has none either")
                .isEqualTo(Errno.EBADF.result());
    }

    @Test
    @Shows(
            value = {Opcode.PIPE, Opcode.READ, Opcode.WRITE},
            behaviour = "pipe")
    void packetsKeepTheirBounds() {
        assertThat(files.run(sqe -> sqe.prepPipe(fds.address(), Libc.O_CLOEXEC | Libc.O_DIRECT)))
                .isZero();
        int reading = files.keep(end(0));
        int writing = files.keep(end(1));
        assertThat(files.run(sqe -> sqe.prepWrite(writing, memory.address(), 3, -1)))
                .isEqualTo(3);
        assertThat(files.run(sqe -> sqe.prepWrite(writing, memory.address(), 4, -1)))
                .isEqualTo(4);
        assertThat(files.run(sqe -> sqe.prepRead(reading, memory.address(), 100, -1)))
                .isEqualTo(3);
        assertThat(files.run(sqe -> sqe.prepRead(reading, memory.address(), 100, -1)))
                .isEqualTo(4);
    }

    @Test
    @Shows(
            value = {Opcode.READ, Opcode.CLOSE},
            behaviour = "pipe-eof")
    void aReadEndsWhenNobodyWritesAnyMore() {
        int[] pipe = files.pipe();
        long read = ring.add(sqe -> sqe.prepRead(pipe[0], memory.address(), 100, -1));
        assertThat(ring.takeReady()).as("a pipe that somebody may write to").isEmpty();
        files.close(pipe[1]);
        assertThat(ring.awaitOf(read).result()).isZero();
        assertThat(files.run(sqe -> sqe.prepRead(pipe[0], memory.address(), 100, -1)))
                .isZero();
    }

    @Test
    @Shows(
            value = {Opcode.READ, Opcode.WRITE, Opcode.CLOSE},
            behaviour = "pipe-eof")
    void theLastBytesComeBeforeTheEnd() {
        int[] pipe = files.pipe();
        MemorySegment last = ring.bytes("last");
        assertThat(files.runAll(
                        sqe -> sqe.prepWrite(pipe[1], last.address(), 4, -1).link(),
                        sqe -> sqe.prepRead(pipe[0], memory.address(), 4, -1).link(),
                        sqe -> sqe.prepRead(pipe[0], memory.address(), 0, -1)))
                .containsExactly(4, 4, 0);
        assertThat(files.run(sqe -> sqe.prepWrite(pipe[1], last.address(), 4, -1)))
                .isEqualTo(4);
        files.close(pipe[1]);
        assertThat(files.run(sqe -> sqe.prepRead(pipe[0], memory.address(), 100, -1)))
                .isEqualTo(4);
        assertThat(files.run(sqe -> sqe.prepRead(pipe[0], memory.address(), 100, -1)))
                .isZero();
    }

    @Test
    @Shows({Opcode.WRITE, Opcode.CLOSE})
    void writingToNobodyIsABrokenPipeAndNoSignal() {
        int[] pipe = files.pipe();
        files.close(pipe[0]);
        assertThat(files.run(sqe -> sqe.prepWrite(pipe[1], memory.address(), 10, -1)))
                .isEqualTo(Errno.EPIPE.result());
    }

    private int end(int index) {
        return fds.getAtIndex(ValueLayout.JAVA_INT, index);
    }

    private String transfer(int reading, int writing, boolean slots) {
        MemorySegment text = ring.bytes("through the pipe");
        int lengthBytes = (int) text.byteSize();
        int flags = slots ? Abi.SQE_FIXED_FILE : 0;
        List<Integer> results = files.runAll(
                sqe -> sqe.prepWrite(writing, text.address(), lengthBytes, -1)
                        .flags(flags)
                        .link(),
                sqe -> sqe.prepRead(reading, memory.address(), lengthBytes, -1).flags(flags));
        assertThat(results).containsExactly(lengthBytes, lengthBytes);
        return new String(RingFiles.bytes(memory, lengthBytes), StandardCharsets.UTF_8);
    }
}
