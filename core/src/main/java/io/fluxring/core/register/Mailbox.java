package io.fluxring.core.register;

import io.fluxring.core.ring.handle.RingHandle;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.Registers;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.core.sys.layout.SqeLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Puts completions into a ring from outside, {@code IORING_REGISTER_SEND_MSG_RING}: any thread may, it needs no ring of its own,
 * and the owner wakes from its wait. This is the one register operation that is not the owner's alone. Since Linux 6.13.
 */
public final class Mailbox {
    /** The sender has no ring. */
    private static final int NO_RING = -1;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment entry = arena.allocate(SqeLayout.BYTES, SqeLayout.BYTES);
    private final ReentrantLock lock = new ReentrantLock();
    private final Kernel kernel;
    private final int fd;
    private boolean closed;

    /**
     * Of the ring that has this handle. Holds memory until the ring is closed: one does for all senders.
     *
     * @param ring the ring's handle
     * @throws IllegalStateException when the ring is closed, or has no descriptor but a registered index only
     */
    @SuppressWarnings("exports") // users pass Ring.handle() on
    public Mailbox(RingHandle ring) {
        this.kernel = ring.kernel();
        this.fd = ring.fd();
        Access.putLong(entry, SqeLayout.ADDR, Abi.MSG_DATA);
        ring.onClose(this::close);
    }

    /**
     * Has a completion appear in the ring. A full queue does not refuse it: it waits in the kernel like others that overflow.
     *
     * @param userData the completion's; it must not equal the user data of an operation
     * @param result the completion's, any number
     * @return 0; {@code -EBADFD} while the ring is not enabled, {@code -EBADF} when it is closed, {@code -EOVERFLOW} or
     *     {@code -ENOMEM} for want of memory, {@code -EINVAL} before Linux 6.13
     */
    @Registers(RegisterOperation.SEND_MSG_RING)
    public int send(long userData, int result) {
        return send(userData, result, 0, 0);
    }

    /**
     * Like {@link #send(long, int)}, with flags for the completion.
     *
     * @param userData of the completion
     * @param result of the completion
     * @param cqeFlags {@code IORING_CQE_F_*}; the ring's reader believes them
     * @return 0, or a negated errno as of {@link #send(long, int)}
     */
    @Registers(RegisterOperation.SEND_MSG_RING)
    public int send(long userData, int result, int cqeFlags) {
        return send(userData, result, Abi.MSG_RING_FLAGS_PASS, cqeFlags);
    }

    /** The lock keeps the ring's descriptor from being closed, and its number from becoming another ring's, during the call. */
    private int send(long userData, int result, int messageFlags, int cqeFlags) {
        lock.lock();
        try {
            if (closed) {
                return Errno.EBADF.result();
            }
            Access.putLong(entry, SqeLayout.HEAD, SqeLayout.head(Opcode.MSG_RING, 0, fd));
            Access.putLong(entry, SqeLayout.OFF, userData);
            Access.putLong(entry, SqeLayout.LEN, SqeLayout.length(result, messageFlags));
            Access.putInt(entry, SqeLayout.FILE_INDEX, cqeFlags);
            return kernel.register(NO_RING, RegisterOperation.SEND_MSG_RING.code(), entry.address(), 1);
        } finally {
            lock.unlock();
        }
    }

    /** From now on nothing is sent. */
    private void close() {
        lock.lock();
        try {
            closed = true;
            arena.close();
        } finally {
            lock.unlock();
        }
    }
}
