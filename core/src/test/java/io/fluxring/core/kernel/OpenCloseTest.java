package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.layout.OpenHowLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Opening, into ordinary descriptors and into slots, and closing. */
class OpenCloseTest {
    private final RingFiles files = RingFiles.open();
    private final KernelRing ring = files.ring();
    private final MemorySegment memory = ring.allocate(4096);

    @AfterEach
    void close() {
        files.close();
    }

    @Test
    @Shows(
            value = {Opcode.OPENAT, Opcode.CLOSE},
            behaviour = "open-close")
    void aFileIsMadeOpenedAndClosed() throws IOException {
        int made = open("file", Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_CLOEXEC, 0600);
        assertThat(made).isNotNegative();
        assertThat(Files.getPosixFilePermissions(files.path("file")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(open("file", Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL, 0600))
                .isEqualTo(Errno.EEXIST.result());
        assertThat(open("nothing", Libc.O_RDONLY, 0)).isEqualTo(Errno.ENOENT.result());
        assertThat(open("file/below", Libc.O_RDONLY, 0)).isEqualTo(Errno.ENOTDIR.result());
        assertThat(files.run(sqe -> sqe.prepClose(made))).isZero();
        assertThat(files.run(sqe -> sqe.prepClose(made))).isEqualTo(Errno.EBADF.result());
    }

    @Test
    @Shows(
            value = {Opcode.OPENAT, Opcode.READ},
            behaviour = "open-close")
    void aRelativePathStartsAtItsDirectory() {
        byte[] content = RingFiles.pattern(100, 1);
        files.write("file", content);
        int directory = files.open("", Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC);
        int fd = files.keep(files.run(sqe -> sqe.prepOpen(directory, files.text("file"), Libc.O_RDONLY, 0)));
        assertThat(files.run(sqe -> sqe.prepRead(fd, memory.address(), 4096, 0)))
                .isEqualTo(100);
        assertThat(RingFiles.bytes(memory, 100)).isEqualTo(content);
    }

    @Test
    @Shows(
            value = {Opcode.OPENAT, Opcode.CLOSE, Opcode.READ},
            behaviour = "open-close")
    void aReadThatRunsOutlivesTheDescriptor() {
        int[] pipe = files.pipe();
        long read = ring.add(sqe -> sqe.prepRead(pipe[0], memory.address(), 4096, -1));
        files.close(pipe[0]);
        MemorySegment text = ring.bytes("still here");
        assertThat(files.run(sqe -> sqe.prepWrite(pipe[1], text.address(), 10, -1)))
                .isEqualTo(10);
        assertThat(ring.awaitOf(read).result()).isEqualTo(10);
        assertThat(RingFiles.bytes(memory, 10)).isEqualTo(RingFiles.bytes(text, 10));
        assertThat(open("nothing", Libc.O_RDONLY, 0)).isEqualTo(Errno.ENOENT.result());
    }

    @Test
    @Shows(
            value = {Opcode.OPENAT2, Opcode.WRITE},
            behaviour = "openat2")
    void aFileIsOpenedByRules() {
        int directory = files.open("", Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC);
        long made = how(Libc.O_RDWR | Libc.O_CREAT | Libc.O_CLOEXEC, 0640, Libc.RESOLVE_BENEATH);
        int fd = files.keep(files.run(sqe -> sqe.prepOpenHow(directory, files.text("file"), made)));
        MemorySegment text = ring.bytes("by rules");
        assertThat(files.run(sqe -> sqe.prepWrite(fd, text.address(), 8, 0))).isEqualTo(8);
        assertThat(files.content("file")).isEqualTo(RingFiles.bytes(text, 8));
        long beneath = how(Libc.O_RDONLY, 0, Libc.RESOLVE_BENEATH);
        assertThat(files.run(sqe -> sqe.prepOpenHow(directory, files.text("../escape"), beneath)))
                .isEqualTo(Errno.EXDEV.result());
        assertThat(files.run(sqe -> sqe.prepOpenHow(directory, files.address("file"), beneath)))
                .as("an absolute path")
                .isEqualTo(Errno.EXDEV.result());
        assertThat(files.run(sqe -> sqe.prepOpenHow(directory, files.text("file"), how(Libc.O_RDONLY, 0600, 0))))
                .as("a mode though nothing is made")
                .isEqualTo(Errno.EINVAL.result());
        assertThat(files.run(sqe -> sqe.prepOpenHow(directory, files.text("file"), how(0x20000000, 0, 0))))
                .as("an unknown flag")
                .isEqualTo(Errno.EINVAL.result());
    }

    @Test
    @Shows(
            value = {Opcode.OPENAT2, Opcode.CLOSE},
            behaviour = "openat2")
    void aFileIsOpenedByRulesIntoASlot() {
        byte[] content = RingFiles.pattern(50, 2);
        files.write("file", content);
        files.registerSlots(4);
        long path = files.address("file");
        long how = how(Libc.O_RDONLY, 0, 0);
        assertThat(files.run(sqe -> sqe.prepOpenHow(Libc.AT_FDCWD, path, how).intoSlot(3)))
                .isZero();
        assertThat(readSlot(3)).isEqualTo(content);
        assertThat(files.run(sqe -> sqe.prepOpenHow(Libc.AT_FDCWD, path, how).intoFreeSlot()))
                .isZero();
        assertThat(readSlot(0)).isEqualTo(content);
        assertThat(files.run(sqe -> sqe.prepCloseDirect(3))).isZero();
    }

    @Test
    @Shows(
            value = {Opcode.OPENAT, Opcode.READ, Opcode.CLOSE},
            behaviour = "open-direct-link")
    void aChainOpensReadsAndClosesASlot() {
        byte[] content = RingFiles.pattern(200, 3);
        files.write("file", content);
        files.registerSlots(4);
        long path = files.address("file");
        assertThat(files.runAll(
                        sqe -> sqe.prepOpen(Libc.AT_FDCWD, path, Libc.O_RDONLY, 0)
                                .intoSlot(2)
                                .link(),
                        sqe -> sqe.prepRead(2, memory.address(), 200, 0)
                                .fixedFile()
                                .link(),
                        sqe -> sqe.prepCloseDirect(2)))
                .containsExactly(0, 200, 0);
        assertThat(RingFiles.bytes(memory, 200)).isEqualTo(content);
        assertThat(files.run(sqe -> sqe.prepRead(2, memory.address(), 200, 0).fixedFile()))
                .isEqualTo(Errno.EBADF.result());
    }

    @Test
    @Shows(
            value = {Opcode.OPENAT, Opcode.READ, Opcode.CLOSE},
            behaviour = "open-direct-link")
    void aChainEndsWhereItsFileIsMissing() {
        files.registerSlots(4);
        long path = files.address("nothing");
        assertThat(files.runAll(
                        sqe -> sqe.prepOpen(Libc.AT_FDCWD, path, Libc.O_RDONLY, 0)
                                .intoSlot(2)
                                .link(),
                        sqe -> sqe.prepRead(2, memory.address(), 200, 0)
                                .fixedFile()
                                .link(),
                        sqe -> sqe.prepCloseDirect(2)))
                .containsExactly(Errno.ENOENT.result(), Errno.ECANCELED.result(), Errno.ECANCELED.result());
    }

    @Test
    @Shows(
            value = {Opcode.OPENAT, Opcode.CLOSE},
            behaviour = "open-direct-pick")
    void theKernelPicksFreeSlotsUntilNoneIsLeft() {
        files.write("file", new byte[1]);
        files.registerSlots(3);
        int[] slots = {openFree("file"), openFree("file"), openFree("file")};
        Arrays.sort(slots);
        assertThat(slots).containsExactly(0, 1, 2);
        assertThat(openFree("file")).isEqualTo(Errno.ENFILE.result());
        assertThat(files.run(sqe -> sqe.prepCloseDirect(1))).isZero();
        assertThat(openFree("file")).isEqualTo(1);
    }

    @Test
    @Shows({Opcode.OPENAT, Opcode.CLOSE})
    void aSlotTakesANewFileForAnOld() {
        byte[] first = RingFiles.pattern(10, 4);
        byte[] second = RingFiles.pattern(20, 5);
        files.write("first", first);
        files.write("second", second);
        files.registerSlots(1);
        assertThat(openInto(0, "first")).isZero();
        assertThat(readSlot(0)).isEqualTo(first);
        assertThat(openInto(0, "second")).isZero();
        assertThat(readSlot(0)).isEqualTo(second);
        assertThat(openInto(1, "first")).as("no such slot").isEqualTo(Errno.EINVAL.result());
        assertThat(files.run(sqe -> sqe.prepCloseDirect(0))).isZero();
        assertThat(files.run(sqe -> sqe.prepCloseDirect(0))).isEqualTo(Errno.EBADF.result());
        assertThat(files.run(sqe -> sqe.prepCloseDirect(1))).isEqualTo(Errno.EINVAL.result());
    }

    @Test
    @Shows(Opcode.OPENAT)
    void aSlotKnowsNoCloseOnExec() {
        files.write("file", new byte[1]);
        files.registerSlots(1);
        int flags = Libc.O_RDONLY | Libc.O_CLOEXEC;
        assertThat(files.run(sqe -> sqe.prepOpen(Libc.AT_FDCWD, files.address("file"), flags, 0)
                        .intoFreeSlot()))
                .isEqualTo(Errno.EINVAL.result());
    }

    @Test
    @Shows(Opcode.OPENAT)
    void withoutATableThereIsNoSlot() {
        files.write("file", new byte[1]);
        assertThat(openInto(0, "file")).isEqualTo(Errno.ENXIO.result());
        assertThat(openFree("file")).isEqualTo(Errno.ENFILE.result());
    }

    private int open(String name, int openFlags, int mode) {
        return files.run(sqe -> sqe.prepOpen(Libc.AT_FDCWD, files.address(name), openFlags, mode));
    }

    private int openFree(String name) {
        return files.run(sqe -> sqe.prepOpen(Libc.AT_FDCWD, files.address(name), Libc.O_RDONLY, 0)
                .intoFreeSlot());
    }

    private int openInto(int slot, String name) {
        return files.run(sqe -> sqe.prepOpen(Libc.AT_FDCWD, files.address(name), Libc.O_RDONLY, 0)
                .intoSlot(slot));
    }

    private long how(int openFlags, int mode, int resolve) {
        MemorySegment how = ring.allocate(OpenHowLayout.BYTES);
        OpenHowLayout.put(how, openFlags, mode, resolve);
        return how.address();
    }

    private byte[] readSlot(int slot) {
        int read =
                files.run(sqe -> sqe.prepRead(slot, memory.address(), 4096, 0).fixedFile());
        assertThat(read).isNotNegative();
        return RingFiles.bytes(memory, read);
    }
}
