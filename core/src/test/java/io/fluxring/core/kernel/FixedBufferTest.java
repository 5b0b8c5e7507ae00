package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies within a registered buffer, and what doesn't. */
class FixedBufferTest {
    private static final int BLOCK_BYTES = 4096;
    private static final int FILE_BYTES = 64 * 1024;

    private final RingFiles files = RingFiles.open();
    private final KernelRing ring = files.ring();

    @AfterEach
    void close() {
        files.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 512, 4096, 4096 + 512, 12 * 1024, 28 * 1024 + 1536})
    @Shows(value = Opcode.READ_FIXED, behaviour = "fixed-seg")
    void aReadMayStartAnywhereInTheBuffer(int offset) {
        byte[] content = RingFiles.pattern(FILE_BYTES, 1);
        files.write("file", content);
        long path = files.address("file");
        int opened = files.run(sqe -> sqe.prepOpen(Libc.AT_FDCWD, path, Libc.O_RDONLY | Libc.O_DIRECT, 0));
        assumeTrue(opened != Errno.EINVAL.result(), "the file system has no O_DIRECT");
        int fd = files.keep(opened);
        MemorySegment memory = ring.allocate(FILE_BYTES);
        files.registerBuffers(memory);
        for (int length : new int[] {BLOCK_BYTES, 2 * BLOCK_BYTES, 7 * BLOCK_BYTES}) {
            memory.fill((byte) 0);
            long address = memory.address() + offset;
            int result = files.run(sqe -> sqe.prepReadFixed(fd, address, length, 3 * BLOCK_BYTES, 0));
            assumeTrue(result != Errno.EINVAL.result(), "the device wants memory aligned to more than 512 bytes");
            assertThat(result).isEqualTo(length);
            byte[] expected = new byte[FILE_BYTES];
            System.arraycopy(content, 3 * BLOCK_BYTES, expected, offset, length);
            assertThat(RingFiles.bytes(memory, FILE_BYTES)).isEqualTo(expected);
        }
    }

    @Test
    @Shows(value = Opcode.READ_FIXED, behaviour = "fixed-link")
    void linkedReadsFillTheirBuffers() {
        int fd = files.open("/dev/zero", Libc.O_RDONLY);
        MemorySegment[] buffers = new MemorySegment[8];
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = ring.allocate(BLOCK_BYTES).fill((byte) 'x');
        }
        files.registerBuffers(buffers);
        for (int i = 0; i < buffers.length; i++) {
            int index = i;
            ring.add(sqe -> {
                sqe.prepReadFixed(fd, buffers[index].address(), BLOCK_BYTES, 0, index);
                if (index < buffers.length - 1) {
                    sqe.link();
                }
            });
        }
        assertThat(ring.await(buffers.length))
                .extracting(Cqe::result)
                .isEqualTo(Collections.nCopies(buffers.length, BLOCK_BYTES));
        for (MemorySegment buffer : buffers) {
            assertThat(RingFiles.bytes(buffer, BLOCK_BYTES)).containsOnly(0);
        }
    }

    @Test
    @Shows({Opcode.READ_FIXED, Opcode.WRITE_FIXED})
    void whatReachesBeyondTheBufferIsRefused() {
        int fd = files.create("file", new byte[3 * BLOCK_BYTES]);
        MemorySegment memory = ring.allocate(3 * BLOCK_BYTES);
        MemorySegment registered = memory.asSlice(BLOCK_BYTES, BLOCK_BYTES);
        files.registerBuffers(registered);
        long start = registered.address();
        for (long address : List.of(memory.address(), start - 1, start + 1, start + BLOCK_BYTES)) {
            assertThat(files.run(sqe -> sqe.prepReadFixed(fd, address, BLOCK_BYTES, 0, 0)))
                    .as("address %d from the buffer's start", address - start)
                    .isEqualTo(Errno.EFAULT.result());
            assertThat(files.run(sqe -> sqe.prepWriteFixed(fd, address, BLOCK_BYTES, 0, 0)))
                    .isEqualTo(Errno.EFAULT.result());
        }
        assertThat(files.run(sqe -> sqe.prepReadFixed(fd, start, BLOCK_BYTES, 0, 0)))
                .isEqualTo(BLOCK_BYTES);
        assertThat(files.run(sqe -> sqe.prepReadFixed(fd, start, BLOCK_BYTES, 0, 1)))
                .as("a buffer that is not registered")
                .isEqualTo(Errno.EFAULT.result());
    }

    @Test
    @Shows(
            value = {Opcode.READV_FIXED, Opcode.WRITEV_FIXED},
            behaviour = "vec-regbuf")
    void vectorsMayShareTheBufferInAnyOrder() {
        files.needs(Opcode.READV_FIXED);
        byte[] content = RingFiles.pattern(FILE_BYTES, 2);
        int source = files.create("source", content);
        int target = files.create("target");
        MemorySegment memory = ring.allocate(FILE_BYTES);
        files.registerBuffers(memory);
        MemorySegment last = memory.asSlice(50_000, 1_000);
        MemorySegment first = memory.asSlice(1, 7_999);
        MemorySegment middle = memory.asSlice(9_000, 31_000);
        long vectors = files.vectors(last, first, middle).address();
        assertThat(files.run(sqe -> sqe.prepReadVectorsFixed(source, vectors, 3, 100, 0)))
                .isEqualTo(40_000 - 1);
        assertThat(RingFiles.bytes(last, 1_000)).isEqualTo(Arrays.copyOfRange(content, 100, 1_100));
        assertThat(RingFiles.bytes(first, 7_999)).isEqualTo(Arrays.copyOfRange(content, 1_100, 9_099));
        assertThat(RingFiles.bytes(middle, 31_000)).isEqualTo(Arrays.copyOfRange(content, 9_099, 40_099));
        long reversed = files.vectors(middle, first, last).address();
        assertThat(files.run(sqe -> sqe.prepWriteVectorsFixed(target, reversed, 3, 0, 0, Libc.RWF_DSYNC)))
                .isEqualTo(40_000 - 1);
        byte[] written = files.content("target");
        assertThat(Arrays.copyOfRange(written, 0, 31_000)).isEqualTo(Arrays.copyOfRange(content, 9_099, 40_099));
        assertThat(Arrays.copyOfRange(written, 31_000, 38_999)).isEqualTo(Arrays.copyOfRange(content, 1_100, 9_099));
        assertThat(Arrays.copyOfRange(written, 38_999, 39_999)).isEqualTo(Arrays.copyOfRange(content, 100, 1_100));
    }

    @Test
    @Shows(
            value = {Opcode.READV_FIXED, Opcode.WRITEV_FIXED},
            behaviour = "vec-regbuf")
    void aVectorOutsideTheBufferIsRefused() {
        files.needs(Opcode.READV_FIXED);
        int fd = files.create("file", new byte[FILE_BYTES]);
        MemorySegment memory = ring.allocate(2 * FILE_BYTES);
        files.registerBuffers(memory.asSlice(0, FILE_BYTES));
        MemorySegment inside = memory.asSlice(0, 100);
        long beyond =
                files.vectors(inside, memory.asSlice(FILE_BYTES - 50, 100)).address();
        assertThat(files.run(sqe -> sqe.prepReadVectorsFixed(fd, beyond, 2, 0, 0)))
                .isEqualTo(Errno.EFAULT.result());
        assertThat(files.run(sqe -> sqe.prepWriteVectorsFixed(fd, beyond, 2, 0, 0)))
                .isEqualTo(Errno.EFAULT.result());
        assertThat(files.run(sqe -> sqe.prepReadVectorsFixed(fd, beyond, 1, 0, 0)))
                .isEqualTo(100);
        assertThat(files.run(sqe -> sqe.prepReadVectorsFixed(fd, beyond, 1, 0, 7)))
                .as("a buffer that is not registered")
                .isEqualTo(Errno.EFAULT.result());
    }
}
