package io.fluxring.core.sys;

import java.lang.foreign.MemorySegment;

/** The real kernel, for tests that watch or spoil some of its calls: they override those. */
public class ForwardingKernel implements Kernel {
    private final Kernel kernel = Kernel.linux();

    @Override
    public int setup(int entries, MemorySegment params) {
        return kernel.setup(entries, params);
    }

    @Override
    public int enter(int ring, int toSubmit, int minComplete, int flags, long argument, long argumentBytes) {
        return kernel.enter(ring, toSubmit, minComplete, flags, argument, argumentBytes);
    }

    @Override
    public int register(int ring, int operation, long argument, int count) {
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
    public long reserveMemory(long lengthBytes) {
        return kernel.reserveMemory(lengthBytes);
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
