package io.fluxring.core.sim;

import io.fluxring.core.entry.RawSqe;
import io.fluxring.core.entry.Sqe;
import io.fluxring.core.register.FileRegistration;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.function.Consumer;

/** Names: opening, looking at, making, renaming, removing; and the table of registered files. */
final class PathScenarios {
    private static final int FIRST = 1;
    private static final int SECOND = 2;
    private static final int THIRD = 3;

    private PathScenarios() {}

    static void addTo(Map<String, Consumer<Bench>> all) {
        all.put("open", PathScenarios::open);
        all.put("open into slots", PathScenarios::openDirect);
        all.put("open in a chain", PathScenarios::openInChain);
        all.put("open by a structure", PathScenarios::openHow);
        all.put("stat", PathScenarios::stat);
        all.put("directories", PathScenarios::directories);
        all.put("rename", PathScenarios::rename);
        all.put("links", PathScenarios::links);
        all.put("attributes", PathScenarios::attributes);
        all.put("registered files", PathScenarios::registeredFiles);
        all.put("registered files, updated by an operation", PathScenarios::filesUpdate);
        all.put("descriptor of a registered file", PathScenarios::installed);
    }

    private static void run(Bench bench, Sqe sqe) {
        sqe.userData(FIRST);
        bench.submit(1);
    }

    private static Sqe one(Bench bench, Opcode opcode, String name, int length, int flags) {
        return RawSqe.write(bench.sqe(), opcode, Libc.AT_FDCWD, 0, bench.path(name), length, flags);
    }

    private static Sqe two(Bench bench, Opcode opcode, String from, String to, int flags) {
        return RawSqe.write(bench.sqe(), opcode, Libc.AT_FDCWD, bench.path(to), bench.path(from), Libc.AT_FDCWD, flags);
    }

    private static void open(Bench bench) {
        run(bench, FileScenarios.openEntry(bench, "missing", Libc.O_RDONLY, 0));
        run(bench, FileScenarios.openEntry(bench, "missing/deeper", Libc.O_CREAT, 0));
        FileScenarios.file(bench, "a", "hello");
        run(bench, FileScenarios.openEntry(bench, "a", Libc.O_CREAT | Libc.O_EXCL, 0644));
        run(bench, FileScenarios.openEntry(bench, "a/b", Libc.O_RDONLY, 0));
        run(bench, FileScenarios.openEntry(bench, "", Libc.O_WRONLY, 0));
        run(bench, FileScenarios.openEntry(bench, "a", Libc.O_DIRECTORY, 0));
        int directory = FileScenarios.open(bench, "", Libc.O_RDONLY | Libc.O_DIRECTORY);
        bench.opens(true);
        run(
                bench,
                RawSqe.write(
                        bench.sqe(),
                        Opcode.OPENAT,
                        directory,
                        0,
                        bench.arena.allocateFrom("a").address(),
                        0,
                        Libc.O_RDONLY));
        bench.owns(bench.result(0));
        run(
                bench,
                RawSqe.write(
                        bench.sqe(),
                        Opcode.OPENAT,
                        bench.result(0),
                        0,
                        bench.arena.allocateFrom("a").address(),
                        0,
                        Libc.O_RDONLY));
        run(
                bench,
                RawSqe.write(
                        bench.sqe(),
                        Opcode.OPENAT,
                        9999,
                        0,
                        bench.arena.allocateFrom("a").address(),
                        0,
                        0));
    }

    private static Sqe openInto(Bench bench, String name, int flags, int fileIndex) {
        return RawSqe.write(
                bench.sqe(), Opcode.OPENAT, 0, Libc.AT_FDCWD, 0, bench.path(name), 0644, flags, 0, fileIndex);
    }

    private static void openDirect(Bench bench) {
        FileScenarios.file(bench, "a", "hello");
        run(bench, openInto(bench, "a", 0, 1));
        run(bench, openInto(bench, "a", 0, Abi.FILE_INDEX_ALLOC));
        Bench.require(new FileRegistration(bench.ring.handle()).registerSparse(2));
        run(bench, openInto(bench, "a", 0, 1));
        run(bench, openInto(bench, "a", Libc.O_CLOEXEC, 1));
        run(bench, openInto(bench, "a", 0, 3));
        run(bench, openInto(bench, "a", 0, Abi.FILE_INDEX_ALLOC));
        run(bench, openInto(bench, "a", 0, Abi.FILE_INDEX_ALLOC));
        run(bench, openInto(bench, "a", 0, 2)); // replaces what is there
        MemorySegment target = bench.arena.allocate(8);
        run(bench, bench.sqe().prepRead(1, target.address(), 8, 0).fixedFile());
        run(bench, bench.sqe().prepRead(2, target.address(), 8, 0).fixedFile());
    }

    private static void openInChain(Bench bench) {
        Bench.require(new FileRegistration(bench.ring.handle()).registerSparse(1));
        MemorySegment bytes = bench.arena.allocateFrom("hello");
        openInto(bench, "a", Libc.O_CREAT | Libc.O_RDWR, 1).link().userData(FIRST);
        RawSqe.write(bench.sqe(), Opcode.WRITE, 0, 0, bytes.address(), 5, 0)
                .fixedFile()
                .link()
                .userData(SECOND);
        bench.sqe().prepCloseDirect(0).userData(THIRD);
        bench.submit(3);
        one(bench, Opcode.UNLINKAT, "missing", 0, 0).link().userData(FIRST);
        one(bench, Opcode.UNLINKAT, "a", 0, 0).userData(SECOND);
        bench.submit(2);
        openInto(bench, "missing", 0, 1).link().userData(FIRST);
        bench.sqe().prepNop(12).userData(SECOND);
        bench.submit(2);
    }

    private static void openHow(Bench bench) {
        FileScenarios.file(bench, "a", "hello");
        MemorySegment how = bench.arena.allocate(24, 8);
        bench.opens(true);
        run(bench, RawSqe.write(bench.sqe(), Opcode.OPENAT2, Libc.AT_FDCWD, how.address(), bench.path("a"), 24, 0));
        bench.owns(bench.result(0));
        run(bench, RawSqe.write(bench.sqe(), Opcode.OPENAT2, Libc.AT_FDCWD, how.address(), bench.path("a"), 16, 0));
        run(bench, RawSqe.write(bench.sqe(), Opcode.OPENAT2, Libc.AT_FDCWD, how.address(), bench.path("b"), 24, 0));
    }

    private static void stat(Bench bench) {
        int fd = FileScenarios.file(bench, "a", "hello");
        MemorySegment stat = bench.arena.allocate(256, 8);
        for (String name : new String[] {"a", "missing", ""}) {
            run(
                    bench,
                    RawSqe.write(
                            bench.sqe(),
                            Opcode.STATX,
                            Libc.AT_FDCWD,
                            stat.address(),
                            bench.path(name),
                            Libc.STATX_BASIC_STATS,
                            0));
            if (name.equals("a")) {
                bench.note("size " + stat.get(ValueLayout.JAVA_LONG, 40) + ", links "
                        + stat.get(ValueLayout.JAVA_INT, 16));
            }
            bench.note("mode " + Integer.toHexString(stat.get(ValueLayout.JAVA_SHORT, 28) & 0xf000));
        }
        long empty = bench.arena.allocateFrom("").address();
        run(
                bench,
                RawSqe.write(
                        bench.sqe(),
                        Opcode.STATX,
                        fd,
                        stat.address(),
                        empty,
                        Libc.STATX_BASIC_STATS,
                        Libc.AT_EMPTY_PATH));
        bench.note("size " + stat.get(ValueLayout.JAVA_LONG, 40));
    }

    private static void directories(Bench bench) {
        run(bench, one(bench, Opcode.MKDIRAT, "d", 0755, 0));
        run(bench, one(bench, Opcode.MKDIRAT, "d", 0755, 0));
        run(bench, one(bench, Opcode.MKDIRAT, "e/f", 0755, 0));
        FileScenarios.file(bench, "d/a", "hello");
        run(bench, one(bench, Opcode.UNLINKAT, "d", 0, Libc.AT_REMOVEDIR));
        run(bench, one(bench, Opcode.UNLINKAT, "d", 0, 0));
        run(bench, one(bench, Opcode.UNLINKAT, "d/a", 0, Libc.AT_REMOVEDIR));
        run(bench, one(bench, Opcode.UNLINKAT, "d/a", 0, 4));
        run(bench, one(bench, Opcode.UNLINKAT, "d/a", 0, 0));
        run(bench, one(bench, Opcode.UNLINKAT, "d/a", 0, 0));
        run(bench, one(bench, Opcode.UNLINKAT, "d", 0, Libc.AT_REMOVEDIR));
        run(bench, one(bench, Opcode.MKDIRAT, "x".repeat(300), 0755, 0));
    }

    private static void rename(Bench bench) {
        FileScenarios.file(bench, "a", "aaa");
        FileScenarios.file(bench, "b", "b");
        run(bench, two(bench, Opcode.RENAMEAT, "missing", "c", 0));
        run(bench, two(bench, Opcode.RENAMEAT, "a", "b", Libc.RENAME_NOREPLACE));
        run(bench, two(bench, Opcode.RENAMEAT, "a", "c", Libc.RENAME_EXCHANGE));
        run(bench, two(bench, Opcode.RENAMEAT, "a", "b", Libc.RENAME_EXCHANGE));
        int fd = FileScenarios.open(bench, "a", 0);
        MemorySegment target = bench.arena.allocate(8);
        run(bench, bench.sqe().prepRead(fd, target.address(), 8, 0));
        run(bench, two(bench, Opcode.RENAMEAT, "a", "b", 0));
        run(bench, bench.sqe().prepRead(fd, target.address(), 8, 0));
        run(bench, one(bench, Opcode.UNLINKAT, "a", 0, 0));
        run(bench, one(bench, Opcode.MKDIRAT, "d", 0755, 0));
        run(bench, two(bench, Opcode.RENAMEAT, "b", "d", 0));
        run(bench, two(bench, Opcode.RENAMEAT, "d", "b", 0));
        run(bench, two(bench, Opcode.RENAMEAT, "b", "d/b", 0));
        run(bench, two(bench, Opcode.RENAMEAT, "d/b", "d/b", 0));
    }

    private static void links(Bench bench) {
        FileScenarios.file(bench, "a", "hello");
        run(bench, two(bench, Opcode.LINKAT, "a", "b", 0));
        run(bench, two(bench, Opcode.LINKAT, "a", "b", 0));
        run(bench, two(bench, Opcode.LINKAT, "missing", "c", 0));
        run(bench, two(bench, Opcode.LINKAT, "", "c", 0));
        long target = bench.arena.allocateFrom("b").address();
        run(bench, RawSqe.write(bench.sqe(), Opcode.SYMLINKAT, Libc.AT_FDCWD, bench.path("s"), target, 0, 0));
        run(bench, RawSqe.write(bench.sqe(), Opcode.SYMLINKAT, Libc.AT_FDCWD, bench.path("s"), target, 0, 0));
        run(bench, one(bench, Opcode.UNLINKAT, "a", 0, 0));
        int fd = FileScenarios.open(bench, "s", 0);
        MemorySegment bytes = bench.arena.allocate(8);
        run(bench, bench.sqe().prepRead(fd, bytes.address(), 8, 0));
        run(bench, FileScenarios.openEntry(bench, "s", Libc.O_NOFOLLOW, 0));
        run(bench, one(bench, Opcode.UNLINKAT, "b", 0, 0));
        run(bench, FileScenarios.openEntry(bench, "s", 0, 0));
    }

    private static Sqe attribute(Bench bench, Opcode opcode, int fd, String name, MemorySegment value, int flags) {
        return RawSqe.write(
                bench.sqe(),
                opcode,
                fd,
                value.address(),
                bench.arena.allocateFrom(name).address(),
                (int) value.byteSize(),
                flags);
    }

    private static void attributes(Bench bench) {
        int fd = FileScenarios.file(bench, "a", "hello");
        MemorySegment value = bench.arena.allocateFrom("blue");
        MemorySegment target = bench.arena.allocate(8);
        run(bench, attribute(bench, Opcode.FSETXATTR, fd, "user.colour", value, Libc.XATTR_REPLACE));
        run(bench, attribute(bench, Opcode.FSETXATTR, fd, "user.colour", value, Libc.XATTR_CREATE));
        run(bench, attribute(bench, Opcode.FSETXATTR, fd, "user.colour", value, Libc.XATTR_CREATE));
        run(bench, attribute(bench, Opcode.FGETXATTR, fd, "user.colour", target, 0));
        bench.note(target.getString(0));
        run(bench, attribute(bench, Opcode.FGETXATTR, fd, "user.none", target, 0));
        run(bench, attribute(bench, Opcode.FGETXATTR, fd, "user.colour", target.asSlice(0, 2), 0));
        run(bench, attribute(bench, Opcode.FGETXATTR, fd, "user.colour", target.asSlice(0, 0), 0));
        Sqe set = attribute(bench, Opcode.SETXATTR, 0, "user.shape", value, 0);
        run(bench, RawSqe.address3(set, bench.path("a")));
        Sqe get = attribute(bench, Opcode.GETXATTR, 0, "user.shape", target, 0);
        run(bench, RawSqe.address3(get, bench.path("a")));
        Sqe missing = attribute(bench, Opcode.GETXATTR, 0, "user.shape", target, 0);
        run(bench, RawSqe.address3(missing, bench.path("missing")));
    }

    // ---- registered files

    private static void register(Bench bench, RegisterOperation operation, long argument, int count) {
        bench.note(operation + ": " + Bench.describe(bench.ring.register(operation, argument, count), 0));
    }

    private static MemorySegment descriptors(Bench bench, int... fds) {
        return bench.arena.allocateFrom(ValueLayout.JAVA_INT, fds);
    }

    private static void registeredFiles(Bench bench) {
        int fd = FileScenarios.file(bench, "a", "hello");
        MemorySegment bytes = bench.arena.allocate(8);
        register(bench, RegisterOperation.UNREGISTER_FILES, 0, 0);
        register(bench, RegisterOperation.FILES, descriptors(bench, fd, -1, fd).address(), 3);
        register(bench, RegisterOperation.FILES, descriptors(bench, fd).address(), 1);
        for (int slot = 0; slot < 4; slot++) {
            run(bench, bench.sqe().prepRead(slot, bytes.address(), 8, 0).fixedFile());
        }
        MemorySegment update = bench.arena.allocate(16, 8);
        update.set(ValueLayout.JAVA_INT, 0, 1);
        update.set(
                ValueLayout.JAVA_LONG,
                8,
                descriptors(bench, fd, Abi.REGISTER_FILES_SKIP).address());
        register(bench, RegisterOperation.FILES_UPDATE, update.address(), 2);
        update.set(ValueLayout.JAVA_LONG, 8, descriptors(bench, -1).address());
        register(bench, RegisterOperation.FILES_UPDATE, update.address(), 1);
        run(bench, bench.sqe().prepRead(1, bytes.address(), 8, 0).fixedFile());
        run(bench, bench.sqe().prepRead(2, bytes.address(), 8, 0).fixedFile());
        update.set(ValueLayout.JAVA_INT, 0, 3);
        register(bench, RegisterOperation.FILES_UPDATE, update.address(), 1);
        MemorySegment range = bench.arena.allocate(16, 8);
        range.set(ValueLayout.JAVA_INT, 0, 1);
        range.set(ValueLayout.JAVA_INT, 4, 1);
        register(bench, RegisterOperation.FILE_ALLOC_RANGE, range.address(), 0);
        run(bench, openInto(bench, "a", 0, Abi.FILE_INDEX_ALLOC));
        run(bench, openInto(bench, "a", 0, Abi.FILE_INDEX_ALLOC));
        range.set(ValueLayout.JAVA_INT, 4, 9);
        register(bench, RegisterOperation.FILE_ALLOC_RANGE, range.address(), 0);
        register(bench, RegisterOperation.UNREGISTER_FILES, 0, 0);
    }

    private static Sqe update(Bench bench, MemorySegment fds, int count, long offset) {
        return RawSqe.write(bench.sqe(), Opcode.FILES_UPDATE, -1, offset, fds.address(), count, 0);
    }

    private static void filesUpdate(Bench bench) {
        int fd = FileScenarios.file(bench, "a", "hello");
        MemorySegment fds = descriptors(bench, fd, fd);
        run(bench, update(bench, fds, 2, 0));
        Bench.require(new FileRegistration(bench.ring.handle()).registerSparse(3));
        run(bench, update(bench, fds, 2, 1));
        run(bench, update(bench, fds, 2, 2));
        run(bench, update(bench, fds, 0, 0));
        run(bench, update(bench, fds, 2, 0xffffffffL)); // picks the slots, and says which: one is free
        bench.note(fds.getAtIndex(ValueLayout.JAVA_INT, 0) + " " + (fds.getAtIndex(ValueLayout.JAVA_INT, 1) == fd));
    }

    private static void installed(Bench bench) {
        FileScenarios.file(bench, "a", "hello");
        Bench.require(new FileRegistration(bench.ring.handle()).registerSparse(1));
        run(bench, openInto(bench, "a", 0, 1));
        bench.opens(true);
        run(
                bench,
                RawSqe.write(bench.sqe(), Opcode.FIXED_FD_INSTALL, 0, 0, 0, 0, 0)
                        .fixedFile());
        bench.opens(false);
        int fd = bench.result(0);
        bench.owns(fd);
        run(bench, RawSqe.write(bench.sqe(), Opcode.FIXED_FD_INSTALL, fd, 0, 0, 0, 0));
        run(bench, bench.sqe().prepCloseDirect(0));
        MemorySegment bytes = bench.arena.allocate(8);
        run(bench, bench.sqe().prepRead(fd, bytes.address(), 8, 0));
    }
}
