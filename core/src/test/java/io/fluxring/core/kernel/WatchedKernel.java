package io.fluxring.core.kernel;

import io.fluxring.core.sys.Kernel;
import io.fluxring.core.sys.RegisterOperation;
import java.lang.foreign.MemorySegment;

/** The real kernel, with a note of each register operation. */
final class WatchedKernel implements Kernel {
    private final Kernel kernel = Kernel.linux();
    private int ring = -1;

    /** The ring that was made last. */
    int ring() {
        return ring;
    }

    @Override
    public int setup(int entries, MemorySegment params) {
        ring = kernel.setup(entries, params);
        return ring;
    }

    @Override
    public int enter(int ring, int toSubmit, int minComplete, int flags, long argument, long argumentBytes) {
        return kernel.enter(ring, toSubmit, minComplete, flags, argument, argumentBytes);
    }

    @Override
    public int register(int ring, int operation, long argument, int count) {
        int code = operation & Integer.MAX_VALUE; // without USE_REGISTERED_RING
        if (code < RegisterOperation.values().length) {
            KernelUse.saw(RegisterOperation.of(code));
        }
        return kernel.register(ring, operation, argument, count);
    }

    @Override
    public long map(int ring, long lengthBytes, long offset) {
        return kernel.map(ring, lengthBytes, offset);
    }

    @Override
    public long mapMemory(long lengthBytes) {
        return kernel.mapMemory(lengthBytes);
    }

    @Override
    public int unmap(long address, long lengthBytes) {
        return kernel.unmap(address, lengthBytes);
    }

    @Override
    public int eventFd(int flags) {
        return kernel.eventFd(flags);
    }

    @Override
    public int signalEventFd(int eventFd) {
        return kernel.signalEventFd(eventFd);
    }

    @Override
    public int close(int fd) {
        return kernel.close(fd);
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        return kernel.socket(domain, type, protocol);
    }

    @Override
    public int bind(int fd, MemorySegment address) {
        return kernel.bind(fd, address);
    }

    @Override
    public int listen(int fd, int backlog) {
        return kernel.listen(fd, backlog);
    }

    @Override
    public int setSocketOption(int fd, int level, int name, int value) {
        return kernel.setSocketOption(fd, level, name, value);
    }

    @Override
    public int socketName(int fd, MemorySegment address) {
        return kernel.socketName(fd, address);
    }

    @Override
    public int peerName(int fd, MemorySegment address) {
        return kernel.peerName(fd, address);
    }
}
