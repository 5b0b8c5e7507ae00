package io.fluxring.core.sim;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.call.FileCalls;
import java.lang.foreign.MemorySegment;

/** The simulated kernel's calls for files: what a loop asks at once. It has no device that could be waited for. */
final class SimulatedFileCalls implements FileCalls {
    private static final byte[] PIPE = pipe();

    private final SimulatedKernel kernel;

    SimulatedFileCalls(SimulatedKernel kernel) {
        this.kernel = kernel;
    }

    private static byte[] pipe() {
        byte[] stat = new byte[256];
        stat[29] = 0x10; // S_IFIFO
        return stat;
    }

    @Override
    public int stat(int fd, int mask, MemorySegment stat) {
        byte[] answer = switch (kernel.file(fd)) {
            case OpenFile file -> PathRequests.describe(file.node);
            case StreamFile stream -> PIPE;
            default -> null;
        };
        if (answer == null) {
            return Errno.EBADF.result();
        }
        stat.copyFrom(MemorySegment.ofArray(answer));
        return 0;
    }

    @Override
    public long seek(int fd, long position, int whence) {
        return Errno.ENOSYS.result();
    }

    @Override
    public long copyRange(int fdFrom, long positionFrom, int fdTo, long positionTo, long lengthBytes) {
        return Errno.ENOSYS.result();
    }

    @Override
    public int truncate(int fd, long lengthBytes) {
        return Errno.ENOSYS.result();
    }

    @Override
    public int changeOwner(int fd, int user, int group) {
        return Errno.ENOSYS.result();
    }

    @Override
    public int changeMode(int fd, int mode) {
        return Errno.ENOSYS.result();
    }

    @Override
    public int changeTimes(int fd, MemorySegment times) {
        return Errno.ENOSYS.result();
    }

    @Override
    public int statusFlags(int fd) {
        return kernel.file(fd) instanceof OpenFile file ? file.flags : Errno.EBADF.result();
    }

    @Override
    public int setStatusFlags(int fd, int flags) {
        return kernel.file(fd) == null ? Errno.EBADF.result() : 0;
    }

    @Override
    public int readLink(MemorySegment path, MemorySegment target) {
        return Errno.ENOSYS.result();
    }

    @Override
    public int listAttributes(MemorySegment path, MemorySegment names, boolean follow) {
        return Errno.ENOSYS.result();
    }

    @Override
    public int removeAttribute(MemorySegment path, MemorySegment name, boolean follow) {
        return Errno.ENOSYS.result();
    }

    @Override
    public int lock(int fd, int operation) {
        return Errno.ENOSYS.result();
    }
}
