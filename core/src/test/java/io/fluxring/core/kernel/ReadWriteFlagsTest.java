package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Short reads, the file's own position, and the flags of {@code preadv2(2)} and {@code pwritev2(2)}. */
class ReadWriteFlagsTest {
    private static final int PAGE_BYTES = 4096;

    private final RingFiles files = RingFiles.open();
    private final KernelRing ring = files.ring();
    private final MemorySegment memory = ring.allocate(2 * PAGE_BYTES);

    @AfterEach
    void close() {
        files.close();
    }

    @Test
    @Shows(value = Opcode.READ, behaviour = "short-read")
    void aReadEndsWhereTheFileEnds() {
        byte[] content = RingFiles.pattern(100, 1);
        int fd = files.create("file", content);
        assertThat(read(fd, 0, 0)).isEqualTo(100);
        assertThat(RingFiles.bytes(memory, 100)).isEqualTo(content);
        assertThat(read(fd, 40, 0)).isEqualTo(60);
        assertThat(RingFiles.bytes(memory, 60)).isEqualTo(Arrays.copyOfRange(content, 40, 100));
        assertThat(read(fd, 100, 0)).isZero();
        assertThat(read(fd, 5L << 30, 0)).isZero();
    }

    @Test
    @Shows(value = Opcode.READ, behaviour = "short-read")
    void aShortReadBreaksItsChain() {
        int fd = files.create("file", new byte[100]);
        assertThat(files.runAll(
                        sqe -> sqe.prepRead(fd, memory.address(), PAGE_BYTES, 0).link(), sqe -> sqe.prepNop()))
                .containsExactly(100, Errno.ECANCELED.result());
    }

    @Test
    @Shows(
            value = {Opcode.READ, Opcode.WRITE, Opcode.READV},
            behaviour = "fpos")
    void theFilesOwnPositionMovesOn() {
        byte[] content = RingFiles.pattern(1000, 2);
        MemorySegment written = files.memory(content);
        int fd = files.create("file");
        for (int at = 0; at < 1000; at += 100) {
            long from = written.address() + at;
            assertThat(files.run(sqe -> sqe.prepWrite(fd, from, 100, -1))).isEqualTo(100);
        }
        assertThat(files.content("file")).isEqualTo(content);
        files.close(fd);

        int again = files.open("file", RingFiles.READ_WRITE);
        long vectors = files.vectors(memory.asSlice(0, 300)).address();
        assertThat(files.run(sqe -> sqe.prepReadVectors(again, vectors, 1, -1))).isEqualTo(300);
        assertThat(files.run(sqe -> sqe.prepRead(again, memory.address(), 5, 700)))
                .isEqualTo(5); // a position of its own leaves the file's where it is
        assertThat(files.run(sqe -> sqe.prepRead(again, memory.address(), PAGE_BYTES, -1)))
                .isEqualTo(700);
        assertThat(RingFiles.bytes(memory, 700)).isEqualTo(Arrays.copyOfRange(content, 300, 1000));
        assertThat(files.run(sqe -> sqe.prepRead(again, memory.address(), PAGE_BYTES, -1)))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {Libc.RWF_DSYNC, Libc.RWF_SYNC})
    @Shows({Opcode.WRITE, Opcode.WRITEV})
    void aSynchronousWriteWritesAllThatItWasGiven(int flag) {
        byte[] content = RingFiles.pattern(PAGE_BYTES, 3);
        MemorySegment written = files.memory(content);
        int fd = files.create("file");
        assertThat(files.run(sqe -> sqe.prepWrite(fd, written.address(), 100, 0, flag)))
                .isEqualTo(100);
        long vectors = files.vectors(written.asSlice(100)).address();
        assertThat(files.run(sqe -> sqe.prepWriteVectors(fd, vectors, 1, 100, flag)))
                .isEqualTo(PAGE_BYTES - 100);
        assertThat(files.content("file")).isEqualTo(content);
    }

    @Test
    @Shows(Opcode.WRITE)
    void appendingDisregardsThePosition() {
        int fd = files.create("file", text("begin "));
        MemorySegment end = ring.bytes("end");
        assertThat(files.run(sqe -> sqe.prepWrite(fd, end.address(), 3, 0, Libc.RWF_APPEND)))
                .isEqualTo(3);
        assertThat(files.content("file")).isEqualTo(text("begin end"));
    }

    @Test
    @Shows(Opcode.WRITE)
    void notAppendingDisregardsHowTheFileWasOpened() {
        files.write("file", text("abcdef"));
        int fd = files.open("file", RingFiles.READ_WRITE | Libc.O_APPEND);
        MemorySegment other = ring.bytes("XY");
        int result = files.run(sqe -> sqe.prepWrite(fd, other.address(), 2, 1, Libc.RWF_NOAPPEND));
        assumeTrue(result != Errno.EOPNOTSUPP.result(), "RWF_NOAPPEND needs Linux 6.9");
        assertThat(result).isEqualTo(2);
        assertThat(files.content("file")).isEqualTo(text("aXYdef"));
        assertThat(files.run(sqe -> sqe.prepWrite(fd, other.address(), 2, 1))).isEqualTo(2);
        assertThat(files.content("file")).isEqualTo(text("aXYdefXY"));
    }

    @Test
    @Shows(Opcode.READ)
    void notWaitingReadsWhatIsCached() {
        byte[] content = RingFiles.pattern(PAGE_BYTES, 4);
        int fd = files.create("file", content);
        assertThat(read(fd, 0, Libc.RWF_NOWAIT)).isEqualTo(PAGE_BYTES);
        assertThat(RingFiles.bytes(memory, PAGE_BYTES)).isEqualTo(content);
    }

    @Test
    @Shows(Opcode.READ)
    void notWaitingOnAnEmptyPipeIsRefused() {
        int[] pipe = files.pipe();
        assertThat(read(pipe[0], -1, Libc.RWF_NOWAIT)).isEqualTo(Errno.EAGAIN.result());
    }

    @Test
    @Shows(
            value = {Opcode.READV, Opcode.FSYNC, Opcode.FADVISE},
            behaviour = "eeed8b54e0df")
    void notWaitingForWhatIsNotCachedIsRefusedAndHarmless() {
        byte[] content = RingFiles.pattern(2 * PAGE_BYTES, 5);
        int fd = files.create("file", content);
        assertThat(files.runAll(
                        sqe -> sqe.prepSync(fd, 0).link(), sqe -> sqe.prepAdvise(fd, 0, 0, Libc.POSIX_FADV_DONTNEED)))
                .containsExactly(0, 0);
        long vectors = files.vectors(memory).address();
        int result = files.run(sqe -> sqe.prepReadVectors(fd, vectors, 1, 0, Libc.RWF_NOWAIT));
        assumeTrue(result != memory.byteSize(), "the file system keeps its cache");
        assertThat(result).isEqualTo(Errno.EAGAIN.result());
        assertThat(files.run(sqe -> sqe.prepReadVectors(fd, vectors, 1, 0))).isEqualTo(content.length);
        assertThat(RingFiles.bytes(memory, content.length)).isEqualTo(content);
    }

    @Test
    @Shows({Opcode.READ, Opcode.READ_FIXED})
    void pollingForCompletionsIsForRingsThatPoll() {
        int fd = files.create("file", new byte[100]);
        files.registerBuffers(memory);
        assertThat(read(fd, 0, Libc.RWF_HIPRI)).isEqualTo(Errno.EINVAL.result());
        assertThat(files.run(sqe -> sqe.prepReadFixed(fd, memory.address(), 100, 0, 0, Libc.RWF_HIPRI)))
                .isEqualTo(Errno.EINVAL.result());
    }

    @Test
    @Shows({Opcode.READ, Opcode.WRITE_FIXED})
    void aFlagThatNobodyKnowsIsRefused() {
        int fd = files.create("file", new byte[100]);
        files.registerBuffers(memory);
        assertThat(read(fd, 0, 1 << 30)).isEqualTo(Errno.EOPNOTSUPP.result());
        assertThat(files.run(sqe -> sqe.prepWriteFixed(fd, memory.address(), 100, 0, 0, 1 << 30)))
                .isEqualTo(Errno.EOPNOTSUPP.result());
    }

    @Test
    @Shows({Opcode.READ, Opcode.WRITE})
    void theCacheIsLeftOutWhereTheFileSystemCan() {
        byte[] content = RingFiles.pattern(PAGE_BYTES, 6);
        MemorySegment written = files.memory(content);
        int fd = files.create("file");
        int result = files.run(sqe -> sqe.prepWrite(fd, written.address(), PAGE_BYTES, 0, Libc.RWF_DONTCACHE));
        assumeTrue(result != Errno.EOPNOTSUPP.result(), "RWF_DONTCACHE needs Linux 6.14 and a file system with it");
        assertThat(result).isEqualTo(PAGE_BYTES);
        assertThat(read(fd, 0, Libc.RWF_DONTCACHE)).isEqualTo(PAGE_BYTES);
        assertThat(RingFiles.bytes(memory, PAGE_BYTES)).isEqualTo(content);
    }

    @Test
    @Shows({Opcode.READ, Opcode.WRITE})
    void directAccessWantsAlignment() {
        files.write("file", new byte[PAGE_BYTES]);
        int opened =
                files.run(sqe -> sqe.prepOpen(Libc.AT_FDCWD, files.address("file"), Libc.O_RDWR | Libc.O_DIRECT, 0));
        assumeTrue(opened != Errno.EINVAL.result(), "the file system has no O_DIRECT");
        int fd = files.keep(opened);
        int result = files.run(sqe -> sqe.prepRead(fd, memory.address() + 1, 511, 1));
        assumeTrue(result != 511, "the file system aligns by itself");
        assertThat(result).isEqualTo(Errno.EINVAL.result());
        assertThat(files.run(sqe -> sqe.prepWrite(fd, memory.address() + 1, 511, 1)))
                .isEqualTo(Errno.EINVAL.result());
        assertThat(files.run(sqe -> sqe.prepRead(fd, memory.address(), PAGE_BYTES, 0)))
                .isEqualTo(PAGE_BYTES);
    }

    @Test
    @Shows({Opcode.READ, Opcode.WRITE})
    void aPriorityChangesNothingElse() {
        byte[] content = RingFiles.pattern(100, 7);
        MemorySegment written = files.memory(content);
        int fd = files.create("file");
        assertThat(files.run(sqe -> sqe.prepWrite(fd, written.address(), 100, 0).ioPriority(Libc.IOPRIO_CLASS_BE, 7)))
                .isEqualTo(100);
        assertThat(files.run(sqe -> sqe.prepRead(fd, memory.address(), 200, 0).ioPriority(Libc.IOPRIO_CLASS_IDLE, 0)))
                .isEqualTo(100);
        assertThat(RingFiles.bytes(memory, 100)).isEqualTo(content);
    }

    @Test
    @Shows({Opcode.READV, Opcode.WRITEV})
    void noVectorsAreNoBytesAndTooManyAreRefused() {
        int fd = files.create("file", new byte[100]);
        assertThat(files.run(sqe -> sqe.prepReadVectors(fd, 0, 0, 0))).isZero();
        assertThat(files.run(sqe -> sqe.prepWriteVectors(fd, 0, 0, 0))).isZero();
        MemorySegment[] pieces = new MemorySegment[1025];
        Arrays.fill(pieces, memory.asSlice(0, 1));
        long vectors = files.vectors(pieces).address();
        assertThat(files.run(sqe -> sqe.prepReadVectors(fd, vectors, 1025, 0))).isEqualTo(Errno.EINVAL.result());
        assertThat(files.run(sqe -> sqe.prepReadVectors(fd, vectors, 1024, 0))).isEqualTo(100);
    }

    @Test
    @Shows({Opcode.READ, Opcode.WRITE})
    void whatTheDescriptorIsNotForIsRefused() {
        files.create("file", new byte[100]);
        int readOnly = files.open("file", Libc.O_RDONLY);
        assertThat(files.run(sqe -> sqe.prepWrite(readOnly, memory.address(), 1, 0)))
                .isEqualTo(Errno.EBADF.result());
        int directory = files.open("", Libc.O_RDONLY | Libc.O_DIRECTORY);
        assertThat(read(directory, 0, 0)).isEqualTo(Errno.EISDIR.result());
        assertThat(read(-1, 0, 0)).isEqualTo(Errno.EBADF.result());
        assertThat(files.run(sqe -> sqe.prepRead(0, memory.address(), 1, 0).flags(Abi.SQE_FIXED_FILE)))
                .isEqualTo(Errno.EBADF.result());
    }

    private int read(int fd, long position, int rwFlags) {
        return files.run(sqe -> sqe.prepRead(fd, memory.address(), PAGE_BYTES, position, rwFlags));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
