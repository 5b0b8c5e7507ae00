package io.fluxring.tests.soak;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One direction of a connection: one send at a time, with or without a copy, and one receive at a time, into memory, a buffer of
 * the group, or many of them. Byte n of the stream is n modulo a prime, whatever was cancelled on the way.
 */
final class StreamDirection {
    private static final int PRIME = 251;
    private static final int MOST_BYTES = 4096;

    private final StreamTraffic traffic;
    private final StreamPair pair;
    private final MemorySegment outgoing;
    private final MemorySegment incoming;
    private final Send send;
    private final Send zeroCopySend;
    private final TrackedOperation receive;
    private final Receive select;
    private final Receive multishot;
    private final TrackedOperation shutdown;
    private int fromFd;
    private int toFd;
    private long sentBytes;
    private long receivedBytes;
    private boolean open;

    StreamDirection(StreamTraffic traffic, StreamPair pair) {
        this.traffic = traffic;
        this.pair = pair;
        Soak soak = traffic.soak();
        outgoing = soak.loop().memory().allocate(MOST_BYTES, 64);
        incoming = soak.loop().memory().allocate(MOST_BYTES, 64);
        send = new Send(soak, Opcode.SEND, "send") {
            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepSend(fromFd, outgoing.address(), fill(), 0);
            }
        };
        zeroCopySend = new Send(soak, Opcode.SEND_ZC, "zero-copy send") {
            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepSendZeroCopy(fromFd, outgoing.address(), fill(), 0);
            }
        };
        receive = new TrackedOperation(soak, Opcode.RECV, "receive") {
            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepReceive(toFd, incoming.address(), 1 + soak.random().nextInt(MOST_BYTES), 0);
            }

            @Override
            protected void ended(int result, int flags) {
                if (result > 0) {
                    check(incoming, result);
                }
                receiveEnded(this, result);
            }
        };
        select = new Receive(soak, "receive with a buffer of the group") {
            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepReceiveSelect(toFd, traffic.buffers().group());
            }
        };
        multishot = new Receive(soak, "multishot receive") {
            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepReceiveMultishot(toFd, traffic.buffers().group());
            }
        };
        shutdown = new TrackedOperation(soak, Opcode.SHUTDOWN, "shutdown") {
            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepShutdown(fromFd, Libc.SHUT_RDWR);
            }

            @Override
            protected void ended(int result, int flags) {
                if (wasCancelled(result)) {
                    start(); // or what runs on the connection would never end
                    return;
                }
                if (result != Errno.ENOTCONN.result()) { // the other end was first
                    expect(result, 0);
                }
                pair.settleDirections();
            }
        };
    }

    void open(int from, int to) {
        fromFd = from;
        toFd = to;
        sentBytes = 0;
        receivedBytes = 0;
        open = true;
    }

    void begin() {
        Soak soak = traffic.soak();
        if (soak.chance(0.5)) {
            if (send.isIdle() && zeroCopySend.isIdle()) {
                (soak.chance(0.3) ? zeroCopySend : send).start();
            }
        } else if (receive.isIdle() && select.isIdle() && multishot.isIdle()) {
            int which = soak.random().nextInt(3);
            (which == 0 ? receive : which == 1 ? select : multishot).start();
        }
    }

    void shutDown() {
        open = false;
        shutdown.start();
    }

    boolean isShutDown() {
        return shutdown.isIdle();
    }

    boolean isIdle() {
        return send.isIdle()
                && zeroCopySend.isIdle()
                && receive.isIdle()
                && select.isIdle()
                && multishot.isIdle()
                && shutdown.isIdle();
    }

    private int fill() {
        int lengthBytes = 1 + traffic.soak().random().nextInt(MOST_BYTES);
        for (int i = 0; i < lengthBytes; i++) {
            outgoing.set(ValueLayout.JAVA_BYTE, i, (byte) ((sentBytes + i) % PRIME));
        }
        return lengthBytes;
    }

    private void check(MemorySegment bytes, int lengthBytes) {
        for (int i = 0; i < lengthBytes; i++) {
            int wanted = (int) ((receivedBytes + i) % PRIME);
            int found = Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, i));
            if (found != wanted) {
                throw new AssertionError("byte " + (receivedBytes + i) + " of a connection is " + found + " instead of "
                        + wanted + ", in a piece of " + lengthBytes);
            }
        }
        receivedBytes += lengthBytes;
    }

    /** No bytes are an end or an error: only to be expected when the connection is being closed. */
    private void receiveEnded(TrackedOperation operation, int result) {
        if (open && result <= 0 && result != Errno.ENOBUFS.result()) {
            operation.expect(result, 1);
        }
        pair.settleDirections();
    }

    /** A send, whose bytes count with its first completion and whose memory is free with its last. */
    private abstract class Send extends TrackedOperation {
        Send(Soak soak, Opcode opcode, String kind) {
            super(soak, opcode, kind);
        }

        private void took(int result) {
            if (result > 0) {
                sentBytes += result;
            } else if (open) {
                expect(result, 1);
            }
        }

        @Override
        protected void progressed(int result, int flags) {
            took(result);
        }

        @Override
        protected void ended(int result, int flags) {
            if ((flags & Abi.CQE_F_NOTIF) == 0) {
                took(result);
            }
            pair.settleDirections();
        }
    }

    /** A receive that brings leases. */
    private abstract class Receive extends TrackedOperation {
        Receive(Soak soak, String kind) {
            super(soak, Opcode.RECV, kind);
        }

        private void take(int result, int flags) {
            BufferLease lease = traffic.buffers().take(result, flags, null);
            if (lease != null) {
                check(lease.segment(), lease.lengthBytes());
                traffic.release(lease);
            }
        }

        @Override
        protected void progressed(int result, int flags) {
            take(result, flags);
        }

        @Override
        protected void ended(int result, int flags) {
            take(result, flags);
            if (result <= 0) {
                receiveEnded(this, result);
            } else {
                pair.settleDirections();
            }
        }
    }
}
