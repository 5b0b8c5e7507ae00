package io.fluxring.core.sim;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.layout.EpollEventLayout;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Operations that a {@link MixedProgram} throws in, of which little can be said but that they complete once, and in their turn. */
final class VariousOperations {
    /** The user data of messages that the ring sends to itself. */
    static final long MESSAGE = -1;

    private static final int GROUP = 5;
    private static final int BUFFER_BYTES = 8;
    private static final long UNKNOWN = -2; // user data that no operation has

    /** One of them. */
    record Various(Opcode opcode, Consumer<Sqe> preparation) {}

    private final List<Various> all = new ArrayList<>();
    private final Arena arena;
    private int nextBuffer;

    VariousOperations(Arena arena, int ringFd, int file, int epoll, int eventFd) {
        this.arena = arena;
        onFile(file);
        onPaths();
        onRing(ringFd);
        long event = arena.allocate(EpollEventLayout.BYTES, 8).address();
        add(Opcode.EPOLL_CTL, sqe -> sqe.prepEpollControl(epoll, Libc.EPOLL_CTL_ADD, eventFd, event));
        add(Opcode.EPOLL_CTL, sqe -> sqe.prepEpollControl(epoll, Libc.EPOLL_CTL_DEL, eventFd, 0));
    }

    List<Various> all() {
        return all;
    }

    private void add(Opcode opcode, Consumer<Sqe> preparation) {
        all.add(new Various(opcode, preparation));
    }

    private void onFile(int file) {
        long name = text("user.name");
        long value = text("value");
        long scratch = arena.allocate(64, 8).address();
        add(Opcode.SYNC_FILE_RANGE, sqe -> sqe.prepSyncRange(file, 0, 10, 0));
        add(Opcode.FADVISE, sqe -> sqe.prepAdvise(file, 0, 10, 0));
        add(Opcode.MADVISE, sqe -> sqe.prepAdviseMemory(scratch, 64, 0));
        add(Opcode.FALLOCATE, sqe -> sqe.prepAllocate(file, Libc.FALLOC_FL_KEEP_SIZE, 0, 10));
        add(Opcode.FSETXATTR, sqe -> sqe.prepSetAttribute(file, name, value, 5, 0));
        add(Opcode.FGETXATTR, sqe -> sqe.prepGetAttribute(file, name, fresh(16), 16));
        add(Opcode.SETXATTR, sqe -> sqe.prepSetPathAttribute(text("/d/file"), name, value, 5, 0));
    }

    private void onPaths() {
        long attribute = text("user.name");
        add(Opcode.STATX, sqe -> sqe.prepStat(Libc.AT_FDCWD, text("/d/file"), 0, 0x7ff, fresh(256)));
        add(Opcode.GETXATTR, sqe -> sqe.prepGetPathAttribute(text("/d/file"), attribute, fresh(16), 16));
        int here = Libc.AT_FDCWD;
        long first = text("/d/first");
        long second = text("/d/second");
        add(Opcode.MKDIRAT, sqe -> sqe.prepCreateDirectory(here, first, 0755));
        add(Opcode.UNLINKAT, sqe -> sqe.prepUnlink(here, second, 0));
        add(Opcode.RENAMEAT, sqe -> sqe.prepRename(here, first, here, second, 0));
        add(Opcode.LINKAT, sqe -> sqe.prepCreateHardLink(here, text("/d/file"), here, second, 0));
        add(Opcode.SYMLINKAT, sqe -> sqe.prepCreateSymbolicLink(second, here, first));
    }

    private void onRing(int ringFd) {
        long word = arena.allocate(4, 4).address();
        int flags = Libc.FUTEX2_SIZE_U32 | Libc.FUTEX2_PRIVATE;
        add(Opcode.FUTEX_WAIT, sqe -> sqe.prepFutexWait(word, 1, Libc.FUTEX_BITSET_MATCH_ANY, flags));
        add(Opcode.FUTEX_WAKE, sqe -> sqe.prepFutexWake(word, 1, Libc.FUTEX_BITSET_MATCH_ANY, flags));
        add(Opcode.POLL_REMOVE, sqe -> sqe.prepPollRemove(UNKNOWN));
        add(Opcode.TIMEOUT_REMOVE, sqe -> sqe.prepTimeoutRemove(UNKNOWN));
        add(Opcode.REMOVE_BUFFERS, sqe -> sqe.prepRemoveBuffers(2, GROUP));
        add(Opcode.PROVIDE_BUFFERS, sqe -> {
            long memory = arena.allocate(BUFFER_BYTES).address();
            sqe.prepProvideBuffers(memory, BUFFER_BYTES, 1, GROUP, nextBuffer++);
        });
        add(Opcode.MSG_RING, sqe -> sqe.prepMessage(ringFd, 7, MESSAGE));
    }

    /** Memory that nobody else has. */
    private long fresh(int bytes) {
        return arena.allocate(bytes, 8).address();
    }

    private long text(String text) {
        return arena.allocateFrom(text).address();
    }
}
