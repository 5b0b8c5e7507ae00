package io.fluxring.core.sys.call;

import java.lang.foreign.MemorySegment;

/** Hands the ring calls to one object and all others to another. */
class ComposedKernel implements Kernel {
    private final RingCalls ring;
    private final Kernel rest;

    ComposedKernel(RingCalls ring, Kernel rest) {
        this.ring = ring;
        this.rest = rest;
    }

    // ---- the ring

    @Override
    public int setup(int entries, MemorySegment params) {
        return ring.setup(entries, params);
    }

    @Override
    public int enter(int fd, int toSubmit, int minComplete, int flags, long argument, long argumentBytes) {
        return ring.enter(fd, toSubmit, minComplete, flags, argument, argumentBytes);
    }

    @Override
    public int register(int fd, int operation, long argument, int count) {
        return ring.register(fd, operation, argument, count);
    }

    @Override
    public long mapRing(int fd, long lengthBytes, long offset) {
        return ring.mapRing(fd, lengthBytes, offset);
    }

    @Override
    public int unmapRing(long address, long lengthBytes) {
        return ring.unmapRing(address, lengthBytes);
    }

    @Override
    public int closeRing(int fd) {
        return ring.closeRing(fd);
    }

    @Override
    public long nanoTime() {
        return ring.nanoTime();
    }

    // ---- memory and descriptors

    @Override
    public long mapMemory(long lengthBytes) {
        return rest.mapMemory(lengthBytes);
    }

    @Override
    public long reserveMemory(long lengthBytes) {
        return rest.reserveMemory(lengthBytes);
    }

    @Override
    public int unmap(long address, long lengthBytes) {
        return rest.unmap(address, lengthBytes);
    }

    @Override
    public int eventFd(int flags) {
        return rest.eventFd(flags);
    }

    @Override
    public int signalEventFd(int eventFd) {
        return rest.signalEventFd(eventFd);
    }

    @Override
    public int duplicate(int fd) {
        return rest.duplicate(fd);
    }

    @Override
    public int close(int fd) {
        return rest.close(fd);
    }

    // ---- sockets

    @Override
    public int socket(int domain, int type, int protocol) {
        return rest.socket(domain, type, protocol);
    }

    @Override
    public int bind(int fd, MemorySegment address) {
        return rest.bind(fd, address);
    }

    @Override
    public int connectDatagram(int fd, MemorySegment address) {
        return rest.connectDatagram(fd, address);
    }

    @Override
    public int listen(int fd, int backlog) {
        return rest.listen(fd, backlog);
    }

    @Override
    public int shutdown(int fd, int how) {
        return rest.shutdown(fd, how);
    }

    @Override
    public int setSocketOption(int fd, int level, int name, int value) {
        return rest.setSocketOption(fd, level, name, value);
    }

    @Override
    public int setSocketOption(int fd, int level, int name, MemorySegment value) {
        return rest.setSocketOption(fd, level, name, value);
    }

    @Override
    public long getSocketOption(int fd, int level, int name) {
        return rest.getSocketOption(fd, level, name);
    }

    @Override
    public int getSocketOption(int fd, int level, int name, MemorySegment value) {
        return rest.getSocketOption(fd, level, name, value);
    }

    @Override
    public int socketName(int fd, MemorySegment address) {
        return rest.socketName(fd, address);
    }

    @Override
    public int peerName(int fd, MemorySegment address) {
        return rest.peerName(fd, address);
    }

    @Override
    public String toString() {
        return "rings of " + ring + ", the rest of " + rest;
    }

    // ---- files

    @Override
    public FileCalls files() {
        return rest.files();
    }
}
