package io.fluxring.core.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** System calls that tests hold the ring's operations against, and that have no operation. */
final class LibcCalls {
    private static final MethodHandle POLL = function("poll", ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle EPOLL_CREATE = function("epoll_create1", JAVA_INT);
    private static final MethodHandle KILL = function("kill", JAVA_INT, JAVA_INT);
    private static final MethodHandle SPAWN =
            function("posix_spawn", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);

    private static final int EPOLL_CLOEXEC = 0x80000;

    private LibcCalls() {}

    /** {@code poll(2)} of one descriptor, without a wait: the events that are there. */
    static int poll(int fd, int events) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment poll = arena.allocate(8, 8);
            poll.set(JAVA_INT, 0, fd);
            poll.set(JAVA_SHORT, 4, (short) events);
            assertThat((int) POLL.invokeExact(poll, 1L, 0)).isNotNegative();
            return Short.toUnsignedInt(poll.get(JAVA_SHORT, 6));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** {@code epoll_create1(2)}. */
    static int epollCreate() {
        try {
            return (int) EPOLL_CREATE.invokeExact(EPOLL_CLOEXEC);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** {@code kill(2)}. */
    static void kill(int pid, int signal) {
        try {
            assertThat((int) KILL.invokeExact(pid, signal)).isZero();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Starts a program that {@link Process} knows nothing of, and so does not wait for. */
    static int spawn(String... command) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(ADDRESS, command.length + 1);
            for (int i = 0; i < command.length; i++) {
                arguments.setAtIndex(ADDRESS, i, arena.allocateFrom(command[i]));
            }
            MemorySegment pid = arena.allocate(JAVA_INT);
            MemorySegment noEnvironment = arena.allocate(ADDRESS);
            int error = (int) SPAWN.invokeExact(
                    pid,
                    arguments.getAtIndex(ADDRESS, 0),
                    MemorySegment.NULL,
                    MemorySegment.NULL,
                    arguments,
                    noEnvironment);
            assertThat(error).as("errno of posix_spawn").isZero();
            return pid.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("restricted") // linking native functions is what this class is for
    private static MethodHandle function(String name, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        MemorySegment symbol = linker.defaultLookup().find(name).orElseThrow();
        return linker.downcallHandle(symbol, FunctionDescriptor.of(JAVA_INT, arguments));
    }
}
