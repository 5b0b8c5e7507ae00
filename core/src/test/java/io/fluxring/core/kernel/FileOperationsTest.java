package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What concerns whole files and parts of them: syncs, sizes, advice. */
class FileOperationsTest {
    private static final int PAGE_BYTES = 4096;
    private static final int FILE_BYTES = 16 * PAGE_BYTES;

    private final RingFiles files = RingFiles.open();
    private final KernelRing ring = files.ring();

    @AfterEach
    void close() {
        files.close();
    }

    @Test
    @Shows(
            value = {Opcode.FSYNC, Opcode.WRITE},
            behaviour = "fsync")
    void aSyncFollowsTheWriteThatItIsLinkedTo() {
        byte[] content = RingFiles.pattern(FILE_BYTES, 1);
        MemorySegment written = files.memory(content);
        int fd = files.create("file");
        assertThat(files.runAll(
                        sqe -> sqe.prepWrite(fd, written.address(), FILE_BYTES, 0)
                                .link(),
                        sqe -> sqe.prepSync(fd, 0).link(),
                        sqe -> sqe.prepSync(fd, Abi.FSYNC_DATASYNC).link(),
                        sqe -> sqe.prepSync(fd, Abi.FSYNC_DATASYNC, PAGE_BYTES, PAGE_BYTES)
                                .link(),
                        sqe -> sqe.prepSync(fd, 0, 5L << 30, PAGE_BYTES)))
                .containsExactly(FILE_BYTES, 0, 0, 0, 0);
        assertThat(files.content("file")).isEqualTo(content);
    }

    @Test
    @Shows(value = Opcode.FSYNC, behaviour = "fsync")
    void aSyncOfWhatHasNoDeviceIsRefused() {
        int fd = files.create("file");
        assertThat(files.run(sqe -> sqe.prepSync(fd, 1 << 5)))
                .as("an unknown flag")
                .isEqualTo(Errno.EINVAL.result());
        int[] pipe = files.pipe();
        assertThat(files.run(sqe -> sqe.prepSync(pipe[1], 0))).isEqualTo(Errno.EINVAL.result());
        assertThat(files.run(sqe -> sqe.prepSync(-1, 0))).isEqualTo(Errno.EBADF.result());
    }

    @Test
    @Shows(
            value = {Opcode.SYNC_FILE_RANGE, Opcode.WRITE},
            behaviour = "fsync")
    void partsOfAFileAreWrittenOut() {
        int fd = files.create("file", new byte[FILE_BYTES]);
        int all = Libc.SYNC_FILE_RANGE_WAIT_BEFORE | Libc.SYNC_FILE_RANGE_WRITE | Libc.SYNC_FILE_RANGE_WAIT_AFTER;
        MemorySegment written = ring.allocate(PAGE_BYTES);
        assertThat(files.runAll(
                        sqe -> sqe.prepWrite(fd, written.address(), PAGE_BYTES, PAGE_BYTES)
                                .link(),
                        sqe -> sqe.prepSyncRange(fd, PAGE_BYTES, PAGE_BYTES, Libc.SYNC_FILE_RANGE_WRITE)
                                .link(),
                        sqe -> sqe.prepSyncRange(fd, 0, 0, all)))
                .containsExactly(PAGE_BYTES, 0, 0);
        assertThat(files.run(sqe -> sqe.prepSyncRange(fd, 0, 0, 1 << 10))).isEqualTo(Errno.EINVAL.result());
        int[] pipe = files.pipe();
        assertThat(files.run(sqe -> sqe.prepSyncRange(pipe[1], 0, 0, all))).isEqualTo(Errno.ESPIPE.result());
    }

    @Test
    @Shows(value = Opcode.FALLOCATE, behaviour = "fallocate")
    void spaceIsAllocatedWithinAndBeyondTheFile() throws IOException {
        int fd = files.create("file");
        assertThat(allocate(fd, 0, 0, 1 << 20)).isZero();
        assertThat(Files.size(files.path("file"))).isEqualTo(1 << 20);
        assertThat(allocate(fd, Libc.FALLOC_FL_KEEP_SIZE, 1 << 20, 1 << 20)).isZero();
        assertThat(Files.size(files.path("file"))).isEqualTo(1 << 20);
        assertThat(allocate(fd, 0, 5L << 30, PAGE_BYTES)).isZero();
        assertThat(Files.size(files.path("file"))).isEqualTo((5L << 30) + PAGE_BYTES);
    }

    @Test
    @Shows(value = Opcode.FALLOCATE, behaviour = "fallocate")
    void aHoleReadsAsZeros() {
        byte[] content = RingFiles.pattern(FILE_BYTES, 2);
        int fd = files.create("file", content);
        int punch = Libc.FALLOC_FL_PUNCH_HOLE | Libc.FALLOC_FL_KEEP_SIZE;
        int result = allocate(fd, punch, PAGE_BYTES, (2L * PAGE_BYTES));
        assumeTrue(result != Errno.EOPNOTSUPP.result(), "the file system has no holes");
        assertThat(result).isZero();
        Arrays.fill(content, PAGE_BYTES, 3 * PAGE_BYTES, (byte) 0);
        assertThat(files.content("file")).isEqualTo(content);
        assertThat(allocate(fd, punch, 5L << 30, 1L << 32))
                .as("a length whose lower 32 bits are 0, behind the end")
                .isZero();
        assertThat(allocate(fd, punch, 8L * PAGE_BYTES, 1L << 32)).isZero();
        Arrays.fill(content, 8 * PAGE_BYTES, FILE_BYTES, (byte) 0);
        assertThat(files.content("file")).isEqualTo(content);
    }

    @Test
    @Shows(value = Opcode.FALLOCATE, behaviour = "fallocate")
    void allocationIsForWrittenFiles() {
        files.create("file", new byte[FILE_BYTES]);
        int readOnly = files.open("file", Libc.O_RDONLY);
        assertThat(allocate(readOnly, 0, 0, PAGE_BYTES)).isEqualTo(Errno.EBADF.result());
        int fd = files.open("file", RingFiles.READ_WRITE);
        assertThat(allocate(fd, 0, 0, 0)).isEqualTo(Errno.EINVAL.result());
        assertThat(allocate(fd, Libc.FALLOC_FL_PUNCH_HOLE, 0, PAGE_BYTES))
                .as("a hole without keeping the size")
                .isEqualTo(Errno.EOPNOTSUPP.result());
        assertThat(allocate(files.pipe()[1], 0, 0, PAGE_BYTES)).isEqualTo(Errno.ESPIPE.result());
    }

    private int allocate(int fd, int mode, long position, long lengthBytes) {
        return files.run(sqe -> sqe.prepAllocate(fd, mode, position, lengthBytes));
    }

    @Test
    @Shows(value = Opcode.FTRUNCATE, behaviour = "truncate")
    void aFileIsCutAndLengthened() throws IOException {
        files.needs(Opcode.FTRUNCATE);
        byte[] content = RingFiles.pattern(FILE_BYTES, 3);
        int fd = files.create("file", content);
        assertThat(truncate(fd, 100)).isZero();
        assertThat(files.content("file")).isEqualTo(Arrays.copyOf(content, 100));
        assertThat(truncate(fd, 200)).isZero();
        assertThat(files.content("file")).isEqualTo(Arrays.copyOf(Arrays.copyOf(content, 100), 200));
        assertThat(truncate(fd, (5L << 30) + 3)).isZero();
        assertThat(Files.size(files.path("file"))).isEqualTo((5L << 30) + 3);
        assertThat(truncate(fd, 0)).isZero();
        assertThat(Files.size(files.path("file"))).isZero();
    }

    @Test
    @Shows(value = Opcode.FTRUNCATE, behaviour = "truncate")
    void whatIsNotWrittenToIsNotCut() {
        files.needs(Opcode.FTRUNCATE);
        files.create("file", new byte[FILE_BYTES]);
        int readOnly = files.open("file", Libc.O_RDONLY);
        assertThat(truncate(readOnly, 1)).isEqualTo(Errno.EINVAL.result());
        assertThat(truncate(-1, 1)).isEqualTo(Errno.EBADF.result());
        assertThat(truncate(files.pipe()[1], 1)).isEqualTo(Errno.EINVAL.result());
        assertThat(files.content("file")).hasSize(FILE_BYTES);
    }

    private int truncate(int fd, long lengthBytes) {
        return files.run(sqe -> sqe.prepTruncate(fd, lengthBytes));
    }

    @Test
    @Shows({Opcode.FALLOCATE, Opcode.FSYNC, Opcode.SYNC_FILE_RANGE, Opcode.FADVISE, Opcode.FTRUNCATE, Opcode.CLOSE})
    void aFileInASlotIsTreatedLikeAnyOther() throws IOException {
        files.needs(Opcode.FTRUNCATE);
        files.write("file", new byte[100]);
        files.registerSlots(2);
        long path = files.address("file");
        assertThat(files.runAll(
                        sqe -> sqe.prepOpen(Libc.AT_FDCWD, path, Libc.O_RDWR, 0)
                                .intoSlot(1)
                                .link(),
                        sqe -> sqe.prepAllocate(1, 0, 0, PAGE_BYTES).fixedFile().link(),
                        sqe -> sqe.prepSync(1, 0).fixedFile().link(),
                        sqe -> sqe.prepSyncRange(1, 0, 0, Libc.SYNC_FILE_RANGE_WRITE)
                                .fixedFile()
                                .link(),
                        sqe -> sqe.prepAdvise(1, 0, 0, Libc.POSIX_FADV_DONTNEED)
                                .fixedFile()
                                .link(),
                        sqe -> sqe.prepTruncate(1, 77).fixedFile().link(),
                        sqe -> sqe.prepCloseDirect(1)))
                .containsOnly(0);
        assertThat(Files.size(files.path("file"))).isEqualTo(77);
    }

    @Test
    @Shows(
            value = {Opcode.FADVISE, Opcode.READ},
            behaviour = "fadvise")
    void adviceLeavesTheContentsAlone() {
        byte[] content = RingFiles.pattern(FILE_BYTES, 4);
        MemorySegment memory = ring.allocate(FILE_BYTES);
        int fd = files.create("file", content);
        for (int advice : new int[] {
            Libc.POSIX_FADV_SEQUENTIAL, Libc.POSIX_FADV_WILLNEED, Libc.POSIX_FADV_DONTNEED, Libc.POSIX_FADV_NORMAL
        }) {
            assertThat(files.run(sqe -> sqe.prepAdvise(fd, 0, 0, advice))).isZero();
            assertThat(files.run(sqe -> sqe.prepAdvise(fd, PAGE_BYTES, PAGE_BYTES, advice)))
                    .isZero();
            assertThat(files.run(sqe -> sqe.prepAdvise(fd, 5L << 30, 6L << 30, advice)))
                    .isZero();
            assertThat(files.run(sqe -> sqe.prepRead(fd, memory.address(), FILE_BYTES, 0)))
                    .isEqualTo(FILE_BYTES);
            assertThat(RingFiles.bytes(memory, FILE_BYTES)).isEqualTo(content);
        }
    }

    @Test
    @Shows(value = Opcode.FADVISE, behaviour = "fadvise")
    void adviceThatMakesNoSenseIsRefused() {
        int fd = files.create("file");
        assertThat(files.run(sqe -> sqe.prepAdvise(fd, 0, 0, 77))).isEqualTo(Errno.EINVAL.result());
        int[] pipe = files.pipe();
        assertThat(files.run(sqe -> sqe.prepAdvise(pipe[0], 0, 0, Libc.POSIX_FADV_WILLNEED)))
                .isEqualTo(Errno.ESPIPE.result());
    }

    @Test
    @Shows(value = Opcode.MADVISE, behaviour = "madvise")
    void memoryThatIsNotNeededReadsAsZeros() {
        MemorySegment memory = ring.allocate(1 << 20).fill((byte) 7);
        long middle = memory.address() + PAGE_BYTES;
        assertThat(files.run(sqe -> sqe.prepAdviseMemory(middle, 2 * PAGE_BYTES, Libc.MADV_DONTNEED)))
                .isZero();
        byte[] expected = new byte[1 << 20];
        Arrays.fill(expected, (byte) 7);
        Arrays.fill(expected, PAGE_BYTES, 3 * PAGE_BYTES, (byte) 0);
        assertThat(RingFiles.bytes(memory, 1 << 20)).isEqualTo(expected);
    }

    @Test
    @Shows(value = Opcode.MADVISE, behaviour = "madvise")
    void adviceOnMemoryThatIsNotThereIsRefused() {
        MemorySegment memory = ring.allocate(1 << 20);
        assertThat(files.run(sqe -> sqe.prepAdviseMemory(memory.address() + 1, PAGE_BYTES, Libc.MADV_WILLNEED)))
                .isEqualTo(Errno.EINVAL.result());
        assertThat(files.run(sqe -> sqe.prepAdviseMemory(PAGE_BYTES, PAGE_BYTES, Libc.MADV_WILLNEED)))
                .isEqualTo(Errno.ENOMEM.result());
        assertThat(files.run(sqe -> sqe.prepAdviseMemory(memory.address(), 1L << 40, Libc.MADV_WILLNEED)))
                .as("a length whose lower 32 bits are 0, far beyond the memory")
                .isEqualTo(Errno.ENOMEM.result());
        assertThat(files.run(sqe -> sqe.prepAdviseMemory(memory.address(), 0, Libc.MADV_WILLNEED)))
                .isZero();
    }
}
