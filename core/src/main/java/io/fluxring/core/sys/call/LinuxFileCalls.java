package io.fluxring.core.sys.call;

import static io.fluxring.core.sys.call.NativeFunctions.unreachable;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandle;
import java.util.function.ToIntFunction;

/** The real kernel's calls for files. Made for work that takes longer than a call's memory: each call has an arena of its own. */
final class LinuxFileCalls implements FileCalls {
    static final LinuxFileCalls INSTANCE = new LinuxFileCalls();

    private static final MethodHandle STATX =
            NativeFunctions.function("statx", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle LSEEK =
            NativeFunctions.function("lseek", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle COPY_FILE_RANGE = NativeFunctions.function(
            "copy_file_range", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle FTRUNCATE = NativeFunctions.function("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle FCHOWN =
            NativeFunctions.function("fchown", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle FCHMOD = NativeFunctions.function("fchmod", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle FUTIMENS = NativeFunctions.function("futimens", JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle READLINK =
            NativeFunctions.function("readlink", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle LISTXATTR =
            NativeFunctions.function("listxattr", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle LLISTXATTR =
            NativeFunctions.function("llistxattr", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle REMOVEXATTR = NativeFunctions.function("removexattr", JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle LREMOVEXATTR =
            NativeFunctions.function("lremovexattr", JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle FLOCK = NativeFunctions.function("flock", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle FCNTL = NativeFunctions.control("fcntl", JAVA_INT, JAVA_INT);

    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_STATX_DONT_SYNC = 0x4000;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;

    private static final MemorySegment NO_PATH = Arena.global().allocateFrom("");

    private LinuxFileCalls() {}

    @Override
    public int stat(int fd, int mask, MemorySegment stat) {
        return call(errno -> {
            try {
                return (int) STATX.invokeExact(errno, fd, NO_PATH, AT_EMPTY_PATH | AT_STATX_DONT_SYNC, mask, stat);
            } catch (Throwable e) {
                throw unreachable(e);
            }
        });
    }

    @Override
    public long seek(int fd, long position, int whence) {
        return longCall((errno, memory) -> {
            try {
                return (long) LSEEK.invokeExact(errno, fd, position, whence);
            } catch (Throwable e) {
                throw unreachable(e);
            }
        });
    }

    @Override
    public long copyRange(int fdFrom, long positionFrom, int fdTo, long positionTo, long lengthBytes) {
        return longCall((errno, memory) -> {
            MemorySegment from = memory.allocateFrom(JAVA_LONG, positionFrom);
            MemorySegment to = memory.allocateFrom(JAVA_LONG, positionTo);
            try {
                return (long) COPY_FILE_RANGE.invokeExact(errno, fdFrom, from, fdTo, to, lengthBytes, 0);
            } catch (Throwable e) {
                throw unreachable(e);
            }
        });
    }

    @Override
    public int truncate(int fd, long lengthBytes) {
        return call(errno -> {
            try {
                return (int) FTRUNCATE.invokeExact(errno, fd, lengthBytes);
            } catch (Throwable e) {
                throw unreachable(e);
            }
        });
    }

    @Override
    public int changeOwner(int fd, int user, int group) {
        return call(errno -> {
            try {
                return (int) FCHOWN.invokeExact(errno, fd, user, group);
            } catch (Throwable e) {
                throw unreachable(e);
            }
        });
    }

    @Override
    public int changeMode(int fd, int mode) {
        return call(errno -> {
            try {
                return (int) FCHMOD.invokeExact(errno, fd, mode);
            } catch (Throwable e) {
                throw unreachable(e);
            }
        });
    }

    @Override
    public int changeTimes(int fd, MemorySegment times) {
        return call(errno -> {
            try {
                return (int) FUTIMENS.invokeExact(errno, fd, times);
            } catch (Throwable e) {
                throw unreachable(e);
            }
        });
    }

    @Override
    public int statusFlags(int fd) {
        return control(fd, F_GETFL, 0);
    }

    @Override
    public int setStatusFlags(int fd, int flags) {
        return control(fd, F_SETFL, flags);
    }

    private static int control(int fd, int command, int argument) {
        return call(errno -> {
            try {
                return (int) FCNTL.invokeExact(errno, fd, command, argument);
            } catch (Throwable e) {
                throw unreachable(e);
            }
        });
    }

    @Override
    public int readLink(MemorySegment path, MemorySegment target) {
        return (int) longCall((errno, memory) -> {
            try {
                return (long) READLINK.invokeExact(errno, path, target, target.byteSize());
            } catch (Throwable e) {
                throw unreachable(e);
            }
        });
    }

    @Override
    public int listAttributes(MemorySegment path, MemorySegment names, boolean follow) {
        MethodHandle list = follow ? LISTXATTR : LLISTXATTR;
        return (int) longCall((errno, memory) -> {
            try {
                return (long) list.invokeExact(errno, path, names, names.byteSize());
            } catch (Throwable e) {
                throw unreachable(e);
            }
        });
    }

    @Override
    public int removeAttribute(MemorySegment path, MemorySegment name, boolean follow) {
        MethodHandle remove = follow ? REMOVEXATTR : LREMOVEXATTR;
        return call(errno -> {
            try {
                return (int) remove.invokeExact(errno, path, name);
            } catch (Throwable e) {
                throw unreachable(e);
            }
        });
    }

    @Override
    public int lock(int fd, int operation) {
        return call(errno -> {
            try {
                return (int) FLOCK.invokeExact(errno, fd, operation);
            } catch (Throwable e) {
                throw unreachable(e);
            }
        });
    }

    private static int call(ToIntFunction<MemorySegment> call) {
        return (int) longCall((errno, memory) -> call.applyAsInt(errno));
    }

    private static long longCall(Call call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(NativeFunctions.ERRNO_STATE);
            return NativeFunctions.result(call.make(errno, arena), errno);
        }
    }

    /** One call of libc. */
    private interface Call {
        long make(MemorySegment errno, SegmentAllocator memory);
    }
}
