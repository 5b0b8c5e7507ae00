package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Names in the file system: what is there, what is new, what is gone. */
class PathOperationsTest {
    private static final int TYPE_MASK = 0170000;
    private static final int REGULAR = 0100000;
    private static final int SYMBOLIC_LINK = 0120000;

    private final RingFiles files = RingFiles.open();
    private final KernelRing ring = files.ring();

    @AfterEach
    void close() {
        files.close();
    }

    @Test
    @Shows(value = Opcode.STATX, behaviour = "statx")
    void aFilesStateIsTheOneThatJavaSees() throws IOException {
        files.write("file", new byte[12_345]);
        Path path = files.path("file");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
        Files.createLink(files.path("other"), path);
        Files.setLastModifiedTime(path, FileTime.from(Instant.ofEpochSecond(1_234_567_890, 123_456_789)));
        MemorySegment stat = stat("file", 0);
        assertThat(stat.get(ValueLayout.JAVA_INT, StatLayout.MASK) & Libc.STATX_BASIC_STATS)
                .isEqualTo(Libc.STATX_BASIC_STATS);
        assertThat(stat.get(ValueLayout.JAVA_LONG, StatLayout.SIZE)).isEqualTo(12_345);
        assertThat(stat.get(ValueLayout.JAVA_INT, StatLayout.LINKS)).isEqualTo(2);
        assertThat(mode(stat)).isEqualTo(REGULAR | 0640);
        assertThat(stat.get(ValueLayout.JAVA_LONG, StatLayout.INODE)).isEqualTo(Files.getAttribute(path, "unix:ino"));
        assertThat(stat.get(ValueLayout.JAVA_INT, StatLayout.USER)).isEqualTo(Files.getAttribute(path, "unix:uid"));
        assertThat(stat.get(ValueLayout.JAVA_INT, StatLayout.GROUP)).isEqualTo(Files.getAttribute(path, "unix:gid"));
        assertThat(stat.get(ValueLayout.JAVA_LONG, StatLayout.MODIFY_TIME)).isEqualTo(1_234_567_890);
        assertThat(stat.get(ValueLayout.JAVA_INT, StatLayout.MODIFY_TIME + StatLayout.NANOS))
                .isEqualTo(123_456_789);
        FileTime accessed = (FileTime) Files.getAttribute(path, "lastAccessTime");
        assertThat(stat.get(ValueLayout.JAVA_LONG, StatLayout.ACCESS_TIME)).isEqualTo(accessed.to(TimeUnit.SECONDS));
    }

    @Test
    @Shows(value = Opcode.STATX, behaviour = "statx")
    void aSizeBeyondFourGibibytesIsTold() {
        int fd = files.create("file");
        assertThat(files.run(sqe -> sqe.prepAllocate(fd, 0, 5L << 30, 10))).isZero();
        MemorySegment stat = ring.allocate(StatLayout.BYTES);
        long empty = files.text("");
        assertThat(files.run(sqe -> sqe.prepStat(fd, empty, Libc.AT_EMPTY_PATH, Libc.STATX_SIZE, stat.address())))
                .isZero();
        assertThat(stat.get(ValueLayout.JAVA_LONG, StatLayout.SIZE)).isEqualTo((5L << 30) + 10);
    }

    @Test
    @Shows(value = Opcode.STATX, behaviour = "statx")
    void aLinkIsFollowedUnlessItIsNot() throws IOException {
        files.write("file", new byte[100]);
        Files.createSymbolicLink(files.path("link"), Path.of("file"));
        assertThat(mode(stat("link", 0)) & TYPE_MASK).isEqualTo(REGULAR);
        MemorySegment link = stat("link", Libc.AT_SYMLINK_NOFOLLOW);
        assertThat(mode(link) & TYPE_MASK).isEqualTo(SYMBOLIC_LINK);
        assertThat(link.get(ValueLayout.JAVA_LONG, StatLayout.SIZE)).isEqualTo("file".length());
        MemorySegment memory = ring.allocate(StatLayout.BYTES);
        assertThat(files.run(sqe -> sqe.prepStat(
                        Libc.AT_FDCWD, files.address("nothing"), 0, Libc.STATX_BASIC_STATS, memory.address())))
                .isEqualTo(Errno.ENOENT.result());
    }

    private MemorySegment stat(String name, int statFlags) {
        MemorySegment stat = ring.allocate(StatLayout.BYTES);
        assertThat(files.run(sqe -> sqe.prepStat(
                        Libc.AT_FDCWD, files.address(name), statFlags, Libc.STATX_BASIC_STATS, stat.address())))
                .isZero();
        return stat;
    }

    private static int mode(MemorySegment stat) {
        return Short.toUnsignedInt(stat.get(ValueLayout.JAVA_SHORT, StatLayout.MODE));
    }

    @Test
    @Shows(value = Opcode.RENAMEAT, behaviour = "rename")
    void aFileGetsAnotherName() {
        byte[] content = RingFiles.pattern(10, 1);
        files.write("old", content);
        assertThat(rename("old", "new", 0)).isZero();
        assertThat(files.path("old")).doesNotExist();
        assertThat(files.content("new")).isEqualTo(content);
        files.write("replaced", new byte[3]);
        assertThat(rename("new", "replaced", 0)).isZero();
        assertThat(files.content("replaced")).isEqualTo(content);
        assertThat(rename("new", "replaced", 0)).isEqualTo(Errno.ENOENT.result());
    }

    @Test
    @Shows(value = Opcode.RENAMEAT, behaviour = "rename")
    void aNameIsNotReplacedWhenItMustNot() {
        byte[] first = RingFiles.pattern(10, 2);
        byte[] second = RingFiles.pattern(20, 3);
        files.write("first", first);
        files.write("second", second);
        int result = rename("first", "second", Libc.RENAME_NOREPLACE);
        assumeTrue(result != Errno.EINVAL.result(), "the file system knows no flags of renameat2");
        assertThat(result).isEqualTo(Errno.EEXIST.result());
        assertThat(files.content("first")).isEqualTo(first);
        assertThat(files.content("second")).isEqualTo(second);
        assertThat(rename("first", "second", Libc.RENAME_EXCHANGE)).isZero();
        assertThat(files.content("first")).isEqualTo(second);
        assertThat(files.content("second")).isEqualTo(first);
        assertThat(rename("first", "second", 1 << 20)).isEqualTo(Errno.EINVAL.result());
    }

    @Test
    @Shows({Opcode.RENAMEAT, Opcode.MKDIRAT})
    void bothNamesHaveADirectoryOfTheirOwn() {
        assertThat(makeDirectory("from")).isZero();
        assertThat(makeDirectory("to")).isZero();
        files.write("from/file", new byte[5]);
        int from = files.open("from", Libc.O_RDONLY | Libc.O_DIRECTORY);
        int to = files.open("to", Libc.O_RDONLY | Libc.O_DIRECTORY);
        long name = files.text("file");
        assertThat(files.run(sqe -> sqe.prepRename(from, name, to, files.text("moved"), 0)))
                .isZero();
        assertThat(files.content("to/moved")).hasSize(5);
        assertThat(files.run(sqe -> sqe.prepCreateHardLink(to, files.text("moved"), from, name, 0)))
                .isZero();
        assertThat(files.content("from/file")).hasSize(5);
    }

    @Test
    @Shows({
        Opcode.OPENAT,
        Opcode.OPENAT2,
        Opcode.RENAMEAT,
        Opcode.UNLINKAT,
        Opcode.MKDIRAT,
        Opcode.SYMLINKAT,
        Opcode.LINKAT
    })
    void aDirectoryIsNeverASlot() {
        files.registerSlots(1);
        long path = files.address("");
        assertThat(files.run(sqe -> sqe.prepOpen(Libc.AT_FDCWD, path, Libc.O_RDONLY | Libc.O_DIRECTORY, 0)
                        .intoSlot(0)))
                .isZero();
        long name = files.text("name");
        MemorySegment how = ring.allocate(OpenHowLayout.BYTES);
        assertThat(files.runAll(
                        sqe -> sqe.prepOpen(0, name, Libc.O_RDONLY, 0).fixedFile(),
                        sqe -> sqe.prepOpenHow(0, name, how.address()).fixedFile(),
                        sqe -> sqe.prepStat(
                                        0,
                                        name,
                                        0,
                                        Libc.STATX_SIZE,
                                        ring.allocate(StatLayout.BYTES).address())
                                .fixedFile(),
                        sqe -> sqe.prepRename(0, name, 0, name, 0).fixedFile(),
                        sqe -> sqe.prepUnlink(0, name, 0).fixedFile(),
                        sqe -> sqe.prepCreateDirectory(0, name, 0700).fixedFile(),
                        sqe -> sqe.prepCreateSymbolicLink(name, 0, name).fixedFile(),
                        sqe -> sqe.prepCreateHardLink(0, name, 0, name, 0).fixedFile()))
                .containsOnly(Errno.EBADF.result());
    }

    private int rename(String from, String to, int renameFlags) {
        return files.run(sqe ->
                sqe.prepRename(Libc.AT_FDCWD, files.address(from), Libc.AT_FDCWD, files.address(to), renameFlags));
    }

    @Test
    @Shows(value = Opcode.UNLINKAT, behaviour = "unlink")
    void aNameIsRemoved() throws IOException {
        files.write("file", new byte[1]);
        Files.createDirectories(files.path("directory/below"));
        assertThat(unlink("file", Libc.AT_REMOVEDIR)).isEqualTo(Errno.ENOTDIR.result());
        assertThat(unlink("file", 0)).isZero();
        assertThat(files.path("file")).doesNotExist();
        assertThat(unlink("file", 0)).isEqualTo(Errno.ENOENT.result());
        assertThat(unlink("directory", 0)).isEqualTo(Errno.EISDIR.result());
        assertThat(unlink("directory", Libc.AT_REMOVEDIR)).isEqualTo(Errno.ENOTEMPTY.result());
        assertThat(unlink("directory/below", Libc.AT_REMOVEDIR)).isZero();
        assertThat(unlink("directory", Libc.AT_REMOVEDIR)).isZero();
        assertThat(files.path("directory")).doesNotExist();
        assertThat(unlink("directory", 1)).isEqualTo(Errno.EINVAL.result());
    }

    private int unlink(String name, int unlinkFlags) {
        return files.run(sqe -> sqe.prepUnlink(Libc.AT_FDCWD, files.address(name), unlinkFlags));
    }

    @Test
    @Shows(value = Opcode.MKDIRAT, behaviour = "mkdir")
    void aDirectoryIsMade() throws IOException {
        assertThat(makeDirectory("directory")).isZero();
        assertThat(files.path("directory")).isDirectory();
        assertThat(Files.getPosixFilePermissions(files.path("directory")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(makeDirectory("directory")).isEqualTo(Errno.EEXIST.result());
        assertThat(makeDirectory("nothing/below")).isEqualTo(Errno.ENOENT.result());
    }

    private int makeDirectory(String name) {
        return files.run(sqe -> sqe.prepCreateDirectory(Libc.AT_FDCWD, files.address(name), 0700));
    }

    @Test
    @Shows(value = Opcode.SYMLINKAT, behaviour = "symlink")
    void aSymbolicLinkSaysWhatItWasGiven() throws IOException {
        long target = files.text("any/where");
        assertThat(files.run(sqe -> sqe.prepCreateSymbolicLink(target, Libc.AT_FDCWD, files.address("link"))))
                .isZero();
        assertThat(Files.readSymbolicLink(files.path("link"))).isEqualTo(Path.of("any/where"));
        assertThat(files.run(sqe -> sqe.prepCreateSymbolicLink(target, Libc.AT_FDCWD, files.address("link"))))
                .isEqualTo(Errno.EEXIST.result());
        assertThat(files.run(sqe -> sqe.prepCreateSymbolicLink(target, Libc.AT_FDCWD, files.address("nothing/link"))))
                .isEqualTo(Errno.ENOENT.result());
    }

    @Test
    @Shows(value = Opcode.LINKAT, behaviour = "hardlink")
    void aFileGetsOneMoreName() throws IOException {
        files.write("file", RingFiles.pattern(10, 4));
        Files.createSymbolicLink(files.path("symbolic"), Path.of("file"));
        assertThat(link("file", "second", 0)).isZero();
        assertThat(Files.isSameFile(files.path("file"), files.path("second"))).isTrue();
        assertThat(link("file", "second", 0)).isEqualTo(Errno.EEXIST.result());
        assertThat(link("nothing", "third", 0)).isEqualTo(Errno.ENOENT.result());
        assertThat(link("symbolic", "third", Libc.AT_SYMLINK_FOLLOW)).isZero();
        assertThat(Files.isSymbolicLink(files.path("third"))).isFalse();
        assertThat(link("symbolic", "fourth", 0)).isZero();
        assertThat(Files.isSymbolicLink(files.path("fourth"))).isTrue();
        assertThat(Files.getAttribute(files.path("file"), "unix:nlink")).isEqualTo(3);
    }

    private int link(String from, String to, int linkFlags) {
        return files.run(sqe -> sqe.prepCreateHardLink(
                Libc.AT_FDCWD, files.address(from), Libc.AT_FDCWD, files.address(to), linkFlags));
    }
}
