package io.fluxring.core.stress;

import io.fluxring.core.sys.call.FileCalls;
import io.fluxring.core.sys.call.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/** A kernel that knows nothing but one eventfd, whose writes it counts. */
public final class StubKernel implements Kernel {
    private static final int EVENT_FD = 7;

    private final AtomicInteger writes = new AtomicInteger();
    private final AtomicInteger writesBehindClose = new AtomicInteger();
    private volatile boolean closed;

    /** How often the eventfd was written to. */
    public int eventFdWrites() {
        return writes.get();
    }

    /** How often that was after its close. */
    public int writesBehindClose() {
        return writesBehindClose.get();
    }

    @Override
    public int eventFd(int flags) {
        return EVENT_FD;
    }

    @Override
    public int signalEventFd(int eventFd) {
        writes.incrementAndGet();
        if (closed) {
            writesBehindClose.incrementAndGet();
        }
        return 0;
    }

    @Override
    public int close(int fd) {
        closed = true;
        return 0;
    }

    @Override
    public int register(int ring, int operation, long argument, int count) {
        return 0;
    }

    @Override
    public int duplicate(int fd) {
        throw unknown();
    }

    @Override
    public int setup(int entries, MemorySegment params) {
        throw unknown();
    }

    @Override
    public int enter(int ring, int toSubmit, int minComplete, int flags, long argument, long argumentBytes) {
        throw unknown();
    }

    @Override
    public long mapRing(int ring, long lengthBytes, long offset) {
        throw unknown();
    }

    @Override
    public int unmapRing(long address, long lengthBytes) {
        throw unknown();
    }

    @Override
    public int closeRing(int ring) {
        throw unknown();
    }

    @Override
    public int unmap(long address, long lengthBytes) {
        throw unknown();
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        throw unknown();
    }

    @Override
    public int connectDatagram(int fd, MemorySegment address) {
        throw unknown();
    }

    @Override
    public int bind(int fd, MemorySegment address) {
        throw unknown();
    }

    @Override
    public int listen(int fd, int backlog) {
        throw unknown();
    }

    @Override
    public int shutdown(int fd, int how) {
        throw unknown();
    }

    @Override
    public int setSocketOption(int fd, int level, int name, int value) {
        throw unknown();
    }

    @Override
    public int setSocketOption(int fd, int level, int name, MemorySegment value) {
        throw unknown();
    }

    @Override
    public long getSocketOption(int fd, int level, int name) {
        throw unknown();
    }

    @Override
    public int getSocketOption(int fd, int level, int name, MemorySegment value) {
        throw unknown();
    }

    @Override
    public int socketName(int fd, MemorySegment address) {
        throw unknown();
    }

    @Override
    public int peerName(int fd, MemorySegment address) {
        throw unknown();
    }

    @Override
    public FileCalls files() {
        throw unknown();
    }

    private static UnsupportedOperationException unknown() {
        return new UnsupportedOperationException("this kernel knows nothing but an eventfd");
    }
}
