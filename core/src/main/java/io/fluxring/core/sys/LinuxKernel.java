package io.fluxring.core.sys;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/**
 * The real kernel, reached through libc. The only class with method handles of native functions.
 *
 * <p>Calls report errno through a captured state. {@link #enter} reuses one segment for it and so belongs to one thread; the
 * others are rare and take a fresh one. No call is linked as {@code critical}: a thread that waits in a critical call holds up
 * the garbage collector for as long as it waits.
 */
final class LinuxKernel implements Kernel {
    private static final StructLayout ERRNO_STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET = ERRNO_STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SETUP = systemCall(JAVA_INT, ADDRESS);
    private static final MethodHandle ENTER = systemCall(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle REGISTER = systemCall(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);

    private static final MethodHandle MMAP =
            function("mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle MUNMAP = function("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle EVENTFD = function("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle EVENTFD_WRITE = function("eventfd_write", JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);
    private static final MethodHandle SOCKET = function("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle BIND = function("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle LISTEN = function("listen", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SETSOCKOPT =
            function("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle GETSOCKNAME = function("getsockname", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle GETPEERNAME = function("getpeername", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED_POPULATE = 0x1 | 0x8000;
    private static final int MAP_PRIVATE_ANONYMOUS_POPULATE = 0x2 | 0x20 | 0x8000;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x2 | 0x20 | 0x4000;

    /** Written by libc during {@link #enter} only, never by the kernel later: a collected arena is safe for it. */
    private final MemorySegment enterErrno = Arena.ofAuto().allocate(ERRNO_STATE);

    @Override
    public int setup(int entries, MemorySegment params) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(ERRNO_STATE);
            return result((long) SETUP.invokeExact(errno, (long) Abi.SYS_IO_URING_SETUP, entries, params), errno);
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public int enter(int ring, int toSubmit, int minComplete, int flags, long argument, long argumentBytes) {
        try {
            long result = (long) ENTER.invokeExact(
                    enterErrno,
                    (long) Abi.SYS_IO_URING_ENTER,
                    ring,
                    toSubmit,
                    minComplete,
                    flags,
                    argument,
                    argumentBytes);
            return result(result, enterErrno);
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public int register(int ring, int operation, long argument, int count) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(ERRNO_STATE);
            return result(
                    (long) REGISTER.invokeExact(
                            errno, (long) Abi.SYS_IO_URING_REGISTER, ring, operation, argument, count),
                    errno);
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public long map(int ring, long lengthBytes, long offset) {
        return map(lengthBytes, MAP_SHARED_POPULATE, ring, offset);
    }

    @Override
    public long mapMemory(long lengthBytes) {
        return map(lengthBytes, MAP_PRIVATE_ANONYMOUS_POPULATE, -1, 0L);
    }

    @Override
    public long reserveMemory(long lengthBytes) {
        return map(lengthBytes, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0L);
    }

    private static long map(long lengthBytes, int flags, int fd, long offset) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(ERRNO_STATE);
            long address = (long) MMAP.invokeExact(errno, 0L, lengthBytes, PROT_READ_WRITE, flags, fd, offset);
            return address == -1 ? -errno.get(JAVA_INT, ERRNO_OFFSET) : address;
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public int unmap(long address, long lengthBytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(ERRNO_STATE);
            return result((int) MUNMAP.invokeExact(errno, address, lengthBytes), errno);
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public int eventFd(int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(ERRNO_STATE);
            return result((int) EVENTFD.invokeExact(errno, 0, flags), errno);
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public int signalEventFd(int eventFd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(ERRNO_STATE);
            return result((int) EVENTFD_WRITE.invokeExact(errno, eventFd, 1L), errno);
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public int close(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(ERRNO_STATE);
            return result((int) CLOSE.invokeExact(errno, fd), errno);
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(ERRNO_STATE);
            return result((int) SOCKET.invokeExact(errno, domain, type, protocol), errno);
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public int bind(int fd, MemorySegment address) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(ERRNO_STATE);
            return result((int) BIND.invokeExact(errno, fd, address, (int) address.byteSize()), errno);
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public int listen(int fd, int backlog) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(ERRNO_STATE);
            return result((int) LISTEN.invokeExact(errno, fd, backlog), errno);
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public int setSocketOption(int fd, int level, int name, int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(ERRNO_STATE);
            MemorySegment option = arena.allocateFrom(JAVA_INT, value);
            return result((int) SETSOCKOPT.invokeExact(errno, fd, level, name, option, Integer.BYTES), errno);
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public int socketName(int fd, MemorySegment address) {
        return name(GETSOCKNAME, fd, address);
    }

    @Override
    public int peerName(int fd, MemorySegment address) {
        return name(GETPEERNAME, fd, address);
    }

    private static int name(MethodHandle call, int fd, MemorySegment address) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(ERRNO_STATE);
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) address.byteSize());
            int result = result((int) call.invokeExact(errno, fd, address, length), errno);
            return result < 0 ? result : length.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    /** libc says -1 and sets errno; everybody else here wants the negated errno itself. */
    private static int result(long returned, MemorySegment errno) {
        return returned == -1 ? -errno.get(JAVA_INT, ERRNO_OFFSET) : (int) returned;
    }

    private static MethodHandle systemCall(MemoryLayout... arguments) {
        MemoryLayout[] all = new MemoryLayout[arguments.length + 1];
        all[0] = JAVA_LONG; // the call's number
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return link("syscall", FunctionDescriptor.of(JAVA_LONG, all), Linker.Option.firstVariadicArg(1));
    }

    private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return link(name, FunctionDescriptor.of(result, arguments));
    }

    @SuppressWarnings("restricted") // linking native functions is what this class is for
    private static MethodHandle link(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        MemorySegment symbol = linker.defaultLookup()
                .find(name)
                .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no function " + name));
        Linker.Option[] all = new Linker.Option[options.length + 1];
        all[0] = Linker.Option.captureCallState("errno");
        System.arraycopy(options, 0, all, 1, options.length);
        return linker.downcallHandle(symbol, descriptor, all);
    }

    private static AssertionError unreachable(Throwable e) {
        return new AssertionError("a downcall must not throw", e);
    }
}
