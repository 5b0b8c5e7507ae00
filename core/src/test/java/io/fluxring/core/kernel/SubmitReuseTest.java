package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.kernel.RingFiles.Preparation;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.layout.OpenHowLayout;
import io.fluxring.core.sys.layout.StatLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What is read during submission may be used anew at once. Each operation stands behind a read that waits, and what it
 * was given is overwritten before that read ends.
 */
class SubmitReuseTest {
    private static final int HERE = Libc.AT_FDCWD;

    private final RingFiles files = RingFiles.open();
    private final KernelRing ring = files.ring();
    private final MemorySegment memory = ring.allocate(4096);

    @AfterEach
    void close() {
        files.close();
    }

    @Test
    @Shows(
            value = {Opcode.READV, Opcode.WRITEV},
            behaviour = "submit-reuse")
    void vectors() {
        byte[] content = RingFiles.pattern(100, 1);
        MemorySegment written = files.memory(content);
        int fd = files.create("file");
        MemorySegment from = files.vectors(written.asSlice(0, 60), written.asSlice(60, 40));
        assertThat(runLate(sqe -> sqe.prepWriteVectors(fd, from.address(), 2, 0), from))
                .isEqualTo(100);
        assertThat(files.content("file")).isEqualTo(content);
        MemorySegment into = files.vectors(memory.asSlice(50, 50), memory.asSlice(0, 50));
        assertThat(runLate(sqe -> sqe.prepReadVectors(fd, into.address(), 2, 0), into))
                .isEqualTo(100);
        assertThat(RingFiles.bytes(memory.asSlice(50), 50)).isEqualTo(Arrays.copyOf(content, 50));
        assertThat(RingFiles.bytes(memory, 50)).isEqualTo(Arrays.copyOfRange(content, 50, 100));
    }

    @Test
    @Shows(
            value = {Opcode.READV_FIXED, Opcode.WRITEV_FIXED},
            behaviour = "submit-reuse")
    void vectorsInARegisteredBuffer() {
        files.needs(Opcode.READV_FIXED);
        byte[] content = RingFiles.pattern(100, 2);
        int source = files.create("source", content);
        int target = files.create("target");
        files.registerBuffers(memory);
        MemorySegment into = files.vectors(memory.asSlice(50, 50), memory.asSlice(0, 50));
        assertThat(runLate(sqe -> sqe.prepReadVectorsFixed(source, into.address(), 2, 0, 0), into))
                .isEqualTo(100);
        MemorySegment from = files.vectors(memory.asSlice(50, 50), memory.asSlice(0, 50));
        assertThat(runLate(sqe -> sqe.prepWriteVectorsFixed(target, from.address(), 2, 0, 0), from))
                .isEqualTo(100);
        assertThat(files.content("target")).isEqualTo(content);
    }

    @Test
    @Shows(
            value = {Opcode.OPENAT, Opcode.OPENAT2},
            behaviour = "submit-reuse")
    void pathsThatAreOpened() {
        MemorySegment path = path("opened");
        int flags = RingFiles.READ_WRITE | Libc.O_CREAT;
        files.keep(runLate(sqe -> sqe.prepOpen(HERE, path.address(), flags, 0600), path));
        assertThat(files.path("opened")).exists();
        MemorySegment path2 = path("byRules");
        MemorySegment how = ring.allocate(OpenHowLayout.BYTES);
        OpenHowLayout.put(how, flags, 0600, 0);
        files.keep(runLate(sqe -> sqe.prepOpenHow(HERE, path2.address(), how.address()), path2, how));
        assertThat(files.path("byRules")).exists();
    }

    @Test
    @Shows(value = Opcode.STATX, behaviour = "submit-reuse")
    void aPathThatIsLookedAt() {
        files.write("file", new byte[123]);
        MemorySegment path = path("file");
        assertThat(runLate(sqe -> sqe.prepStat(HERE, path.address(), 0, Libc.STATX_SIZE, memory.address()), path))
                .isZero();
        assertThat(memory.get(ValueLayout.JAVA_LONG, StatLayout.SIZE)).isEqualTo(123);
    }

    @Test
    @Shows(
            value = {Opcode.RENAMEAT, Opcode.LINKAT, Opcode.UNLINKAT},
            behaviour = "submit-reuse")
    void pathsThatAreRenamedLinkedAndRemoved() {
        files.write("file", new byte[1]);
        MemorySegment from = path("file");
        MemorySegment to = path("renamed");
        assertThat(runLate(sqe -> sqe.prepRename(HERE, from.address(), HERE, to.address(), 0), from, to))
                .isZero();
        assertThat(files.path("renamed")).exists();
        MemorySegment old = path("renamed");
        MemorySegment added = path("linked");
        assertThat(runLate(sqe -> sqe.prepCreateHardLink(HERE, old.address(), HERE, added.address(), 0), old, added))
                .isZero();
        assertThat(files.path("linked")).exists();
        MemorySegment gone = path("renamed");
        assertThat(runLate(sqe -> sqe.prepUnlink(HERE, gone.address(), 0), gone))
                .isZero();
        assertThat(files.path("renamed")).doesNotExist();
    }

    @Test
    @Shows(
            value = {Opcode.MKDIRAT, Opcode.SYMLINKAT},
            behaviour = "submit-reuse")
    void pathsThatAreMade() throws IOException {
        MemorySegment directory = path("directory");
        assertThat(runLate(sqe -> sqe.prepCreateDirectory(HERE, directory.address(), 0700), directory))
                .isZero();
        assertThat(files.path("directory")).isDirectory();
        MemorySegment target = ring.text("target");
        MemorySegment link = path("link");
        assertThat(runLate(sqe -> sqe.prepCreateSymbolicLink(target.address(), HERE, link.address()), target, link))
                .isZero();
        assertThat(Files.readSymbolicLink(files.path("link"))).isEqualTo(Path.of("target"));
    }

    @Test
    @Shows(
            value = {Opcode.SETXATTR, Opcode.GETXATTR, Opcode.FSETXATTR, Opcode.FGETXATTR},
            behaviour = "submit-reuse")
    void namesAndValuesOfAttributes() {
        int fd = files.create("file");
        MemorySegment value = ring.bytes("value");
        MemorySegment name = ring.text("user.first");
        MemorySegment path = path("file");
        int set = runLate(
                sqe -> sqe.prepSetPathAttribute(path.address(), name.address(), value.address(), 5, 0),
                path,
                name,
                value);
        assumeTrue(set != Errno.EOPNOTSUPP.result(), "the file system has no user attributes");
        assertThat(set).isZero();
        MemorySegment read = ring.text("user.first");
        MemorySegment readPath = path("file");
        assertThat(runLate(
                        sqe -> sqe.prepGetPathAttribute(readPath.address(), read.address(), memory.address(), 10),
                        readPath,
                        read))
                .isEqualTo(5);
        assertThat(RingFiles.bytes(memory, 5)).isEqualTo(RingFiles.bytes(ring.bytes("value"), 5));
        MemorySegment second = ring.text("user.second");
        MemorySegment other = ring.bytes("other");
        assertThat(runLate(sqe -> sqe.prepSetAttribute(fd, second.address(), other.address(), 5, 0), second, other))
                .isZero();
        MemorySegment again = ring.text("user.second");
        assertThat(runLate(sqe -> sqe.prepGetAttribute(fd, again.address(), memory.address(), 10), again))
                .isEqualTo(5);
        assertThat(RingFiles.bytes(memory, 5)).isEqualTo(RingFiles.bytes(ring.bytes("other"), 5));
    }

    private MemorySegment path(String name) {
        return ring.text(files.path(name).toString());
    }

    /** Submits an operation that can't start yet, overwrites what it was given, lets it start, and takes its result. */
    private int runLate(Preparation operation, MemorySegment... given) {
        int[] pipe = files.pipe();
        MemorySegment start = ring.allocate(1);
        ring.add(sqe -> sqe.prepRead(pipe[0], start.address(), 1, -1).link());
        long late = ring.add(operation);
        assertThat(ring.submit()).isEqualTo(2);
        for (MemorySegment each : given) {
            each.fill((byte) -1);
        }
        assertThat(files.run(sqe -> sqe.prepWrite(pipe[1], start.address(), 1, -1)))
                .isEqualTo(1);
        return ring.awaitOf(late).result();
    }
}
