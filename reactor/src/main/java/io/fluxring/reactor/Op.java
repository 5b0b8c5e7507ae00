package io.fluxring.reactor;

import io.fluxring.core.fd.FileRef;
import io.fluxring.core.sys.Opcode;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;

/**
 * A request to the ring, for {@link ReactiveRing#submit}. Each completes once.
 *
 * <p><b>Ownership.</b> A buffer belongs to the kernel from the submission to the completion: it must not be changed, nor read
 * where the kernel writes. It is kept reachable meanwhile, also when the subscriber has cancelled. A descriptor that an
 * operation opens belongs to whoever gets the completion; if nobody does, it is closed.
 */
public sealed interface Op {
    /** What the kernel is asked to do. */
    Opcode opcode();

    /** Does nothing. */
    record Nop() implements Op {
        @Override
        public Opcode opcode() {
            return Opcode.NOP;
        }
    }

    /**
     * Completes with {@code -ETIME} after a time.
     *
     * @param delay not negative
     */
    record Timeout(Duration delay) implements Op {
        public Timeout {
            if (delay.isNegative()) {
                throw new IllegalArgumentException("a timeout can't be negative: " + delay);
            }
        }

        @Override
        public Opcode opcode() {
            return Opcode.TIMEOUT;
        }
    }

    /**
     * Waits for events, {@code poll(2)}. Completes with those that are there.
     *
     * @param events {@code POLLIN} and its likes
     */
    record Poll(FileRef file, int events) implements Op {
        @Override
        public Opcode opcode() {
            return Opcode.POLL_ADD;
        }
    }

    /** Accepts one connection. Completes with its descriptor. */
    record Accept(FileRef listener) implements Op {
        @Override
        public Opcode opcode() {
            return Opcode.ACCEPT;
        }
    }

    /**
     * Receives into what remains of a buffer. Completes with the number of bytes, 0 at the end; the buffer's position stays.
     *
     * @param buffer direct and writable
     */
    record Receive(FileRef file, ByteBuffer buffer) implements Op {
        public Receive {
            requireDirect(buffer);
            if (buffer.isReadOnly()) {
                throw new IllegalArgumentException("the kernel can't write into a read-only buffer");
            }
        }

        @Override
        public Opcode opcode() {
            return Opcode.RECV;
        }
    }

    /**
     * Sends what remains of a buffer. Completes with the number of bytes, which may be fewer; the buffer's position stays.
     *
     * @param buffer direct
     */
    record Send(FileRef file, ByteBuffer buffer) implements Op {
        public Send {
            requireDirect(buffer);
        }

        @Override
        public Opcode opcode() {
            return Opcode.SEND;
        }
    }

    /** Closes a descriptor. */
    record Close(FileRef file) implements Op {
        @Override
        public Opcode opcode() {
            return Opcode.CLOSE;
        }
    }

    /** Makes a socket, {@code socket(2)}. Completes with its descriptor. */
    record Socket(int domain, int type, int protocol) implements Op {
        @Override
        public Opcode opcode() {
            return Opcode.SOCKET;
        }
    }

    /** Binds a socket, {@code bind(2)}. Linux 6.11. */
    record Bind(FileRef file, InetSocketAddress address) implements Op {
        public Bind {
            if (address.isUnresolved()) {
                throw new IllegalArgumentException("unresolved host name: " + address.getHostString());
            }
        }

        @Override
        public Opcode opcode() {
            return Opcode.BIND;
        }
    }

    /** Listens, {@code listen(2)}. Linux 6.11. */
    record Listen(FileRef file, int backlog) implements Op {
        @Override
        public Opcode opcode() {
            return Opcode.LISTEN;
        }
    }

    /** Sets a socket's option that is an int, {@code setsockopt(2)}. Linux 6.7. */
    record SetSocketOption(FileRef file, int level, int name, int value) implements Op {
        @Override
        public Opcode opcode() {
            return Opcode.URING_CMD;
        }
    }

    /** Cancels all operations on a file. Completes with their number. Linux 5.19. */
    record CancelAll(FileRef file) implements Op {
        @Override
        public Opcode opcode() {
            return Opcode.ASYNC_CANCEL;
        }
    }

    private static void requireDirect(ByteBuffer buffer) {
        if (!Objects.requireNonNull(buffer).isDirect()) {
            throw new IllegalArgumentException(
                    "the kernel needs a direct buffer: the collector may move a buffer on the heap");
        }
    }
}
