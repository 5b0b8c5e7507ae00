package io.fluxring.core.sys.call;

import static io.fluxring.core.sys.call.NativeFunctions.control;
import static io.fluxring.core.sys.call.NativeFunctions.function;
import static io.fluxring.core.sys.call.NativeFunctions.systemCall;
import static io.fluxring.core.sys.call.NativeFunctions.unreachable;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.fluxring.core.sys.Abi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The real kernel, reached through libc.
 *
 * <p>Calls report errno through a captured state. {@link #enter} has a segment of its own for it and so belongs to one thread; the
 * others, of any thread, share a spare {@link Scratch}. No call is linked as {@code critical}: a thread that waits in a critical call holds up
 * the garbage collector for as long as it waits.
 */
final class LinuxKernel implements Kernel {
    private static final MethodHandle SETUP = systemCall(JAVA_INT, ADDRESS);
    private static final MethodHandle ENTER = systemCall(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle REGISTER = systemCall(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);

    private static final MethodHandle MMAP =
            function("mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle MUNMAP = function("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle EVENTFD = function("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle EVENTFD_WRITE = function("eventfd_write", JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle FCNTL = control("fcntl", JAVA_INT, JAVA_INT);
    private static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);
    private static final MethodHandle SOCKET = function("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle BIND = function("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle CONNECT = function("connect", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle LISTEN = function("listen", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SHUTDOWN = function("shutdown", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SETSOCKOPT =
            function("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle GETSOCKOPT =
            function("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle GETSOCKNAME = function("getsockname", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle GETPEERNAME = function("getpeername", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED_POPULATE = 0x1 | 0x8000;
    private static final int MAP_PRIVATE_ANONYMOUS_POPULATE = 0x2 | 0x20 | 0x8000;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x2 | 0x20 | 0x4000;

    /** Written by libc during {@link #enter} only, never by the kernel later: a collected arena is safe for it. */
    private final MemorySegment enterErrno = Arena.ofAuto().allocate(NativeFunctions.ERRNO_STATE);

    private final AtomicReference<@Nullable Scratch> spare = new AtomicReference<>();

    /**
     * Memory for one call: its errno, a number that goes in or comes out, and the length of a segment, which goes in as room and
     * comes out as what was filled. The spare one serves all calls but those that overlap with another thread's, which make their
     * own: an arena for each call would cost more than some of the calls.
     */
    private final class Scratch implements AutoCloseable {
        final MemorySegment errno;
        final MemorySegment number;
        final MemorySegment length;

        Scratch() {
            Arena arena = Arena.ofAuto(); // libc has done with it when the call returns
            errno = arena.allocate(NativeFunctions.ERRNO_STATE);
            number = arena.allocate(JAVA_INT);
            length = arena.allocate(JAVA_INT);
        }

        void room(MemorySegment segment) {
            length.set(JAVA_INT, 0, (int) segment.byteSize());
        }

        int length() {
            return length.get(JAVA_INT, 0);
        }

        int result(long returned) {
            return (int) NativeFunctions.result(returned, errno);
        }

        @Override
        public void close() {
            spare.setRelease(this);
        }
    }

    private Scratch scratch() {
        Scratch scratch = spare.getAndSet(null);
        return scratch == null ? new Scratch() : scratch;
    }

    // ---- the ring

    @Override
    public int setup(int entries, MemorySegment params) {
        try (Scratch scratch = scratch()) {
            return scratch.result(
                    (long) SETUP.invokeExact(scratch.errno, (long) Abi.SYS_IO_URING_SETUP, entries, params));
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
            return (int) NativeFunctions.result(result, enterErrno);
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public int register(int ring, int operation, long argument, int count) {
        try (Scratch scratch = scratch()) {
            return scratch.result((long) REGISTER.invokeExact(
                    scratch.errno, (long) Abi.SYS_IO_URING_REGISTER, ring, operation, argument, count));
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public long mapRing(int ring, long lengthBytes, long offset) {
        return map(lengthBytes, MAP_SHARED_POPULATE, ring, offset);
    }

    @Override
    public int unmapRing(long address, long lengthBytes) {
        return unmap(address, lengthBytes);
    }

    @Override
    public int closeRing(int ring) {
        return close(ring);
    }

    // ---- memory and descriptors

    @Override
    public long mapMemory(long lengthBytes) {
        return map(lengthBytes, MAP_PRIVATE_ANONYMOUS_POPULATE, -1, 0L);
    }

    @Override
    public long reserveMemory(long lengthBytes) {
        return map(lengthBytes, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0L);
    }

    private long map(long lengthBytes, int flags, int fd, long offset) {
        try (Scratch scratch = scratch()) {
            long address = (long) MMAP.invokeExact(scratch.errno, 0L, lengthBytes, PROT_READ_WRITE, flags, fd, offset);
            return NativeFunctions.result(address, scratch.errno);
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public int unmap(long address, long lengthBytes) {
        try (Scratch scratch = scratch()) {
            return scratch.result((int) MUNMAP.invokeExact(scratch.errno, address, lengthBytes));
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public int eventFd(int flags) {
        try (Scratch scratch = scratch()) {
            return scratch.result((int) EVENTFD.invokeExact(scratch.errno, 0, flags));
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public int signalEventFd(int eventFd) {
        try (Scratch scratch = scratch()) {
            return scratch.result((int) EVENTFD_WRITE.invokeExact(scratch.errno, eventFd, 1L));
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public int duplicate(int fd) {
        try (Scratch scratch = scratch()) {
            return scratch.result((int) FCNTL.invokeExact(scratch.errno, fd, F_DUPFD_CLOEXEC, 0));
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public int close(int fd) {
        try (Scratch scratch = scratch()) {
            return scratch.result((int) CLOSE.invokeExact(scratch.errno, fd));
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    // ---- sockets

    @Override
    public int socket(int domain, int type, int protocol) {
        try (Scratch scratch = scratch()) {
            return scratch.result((int) SOCKET.invokeExact(scratch.errno, domain, type, protocol));
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public int bind(int fd, MemorySegment address) {
        try (Scratch scratch = scratch()) {
            return scratch.result((int) BIND.invokeExact(scratch.errno, fd, address, (int) address.byteSize()));
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public int connectDatagram(int fd, MemorySegment address) {
        try (Scratch scratch = scratch()) {
            return scratch.result((int) CONNECT.invokeExact(scratch.errno, fd, address, (int) address.byteSize()));
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public int listen(int fd, int backlog) {
        try (Scratch scratch = scratch()) {
            return scratch.result((int) LISTEN.invokeExact(scratch.errno, fd, backlog));
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public int shutdown(int fd, int how) {
        try (Scratch scratch = scratch()) {
            return scratch.result((int) SHUTDOWN.invokeExact(scratch.errno, fd, how));
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public int setSocketOption(int fd, int level, int name, int value) {
        try (Scratch scratch = scratch()) {
            scratch.number.set(JAVA_INT, 0, value);
            return setSocketOption(scratch, fd, level, name, scratch.number);
        }
    }

    @Override
    public int setSocketOption(int fd, int level, int name, MemorySegment value) {
        try (Scratch scratch = scratch()) {
            return setSocketOption(scratch, fd, level, name, value);
        }
    }

    private static int setSocketOption(Scratch scratch, int fd, int level, int name, MemorySegment value) {
        try {
            int bytes = (int) value.byteSize();
            return scratch.result((int) SETSOCKOPT.invokeExact(scratch.errno, fd, level, name, value, bytes));
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    @Override
    public long getSocketOption(int fd, int level, int name) {
        try (Scratch scratch = scratch()) {
            scratch.number.set(JAVA_INT, 0, 0); // an option of fewer bytes leaves the others as they are
            int result = getSocketOption(scratch, fd, level, name, scratch.number);
            return result < 0 ? result : Integer.toUnsignedLong(scratch.number.get(JAVA_INT, 0));
        }
    }

    @Override
    public int getSocketOption(int fd, int level, int name, MemorySegment value) {
        try (Scratch scratch = scratch()) {
            return getSocketOption(scratch, fd, level, name, value);
        }
    }

    private static int getSocketOption(Scratch scratch, int fd, int level, int name, MemorySegment value) {
        try {
            scratch.room(value);
            int result =
                    scratch.result((int) GETSOCKOPT.invokeExact(scratch.errno, fd, level, name, value, scratch.length));
            return result < 0 ? result : scratch.length();
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

    private int name(MethodHandle call, int fd, MemorySegment address) {
        try (Scratch scratch = scratch()) {
            scratch.room(address);
            int result = scratch.result((int) call.invokeExact(scratch.errno, fd, address, scratch.length));
            return result < 0 ? result : scratch.length();
        } catch (Throwable e) {
            throw unreachable(e);
        }
    }

    // ---- files

    @Override
    public FileCalls files() {
        return LinuxFileCalls.INSTANCE;
    }
}
