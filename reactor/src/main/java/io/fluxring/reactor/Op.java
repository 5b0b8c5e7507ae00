package io.fluxring.reactor;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.fd.FileRef;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request to the ring, for {@link ReactiveRing#submit}. Each completes once. Its record refuses arguments that no kernel takes,
 * with {@link IllegalArgumentException} or {@link NullPointerException}; what a kernel refuses is the completion's result.
 *
 * <p><b>Ownership.</b> A buffer belongs to the kernel from the submission to the completion: it must not be changed, nor read
 * where the kernel writes. It is kept reachable meanwhile, also when the subscriber has cancelled. A descriptor that an
 * operation opens belongs to the subscriber that gets the completion; where there is none any more, it is closed.
 */
public sealed interface Op {
    /** {@return what the kernel is asked to do} */
    Opcode opcode();

    /** {@return the file that it works on; null for none} */
    @Nullable
    FileRef file();

    /** Does nothing. */
    record Nop() implements Op {
        @Override
        public Opcode opcode() {
            return Opcode.NOP;
        }

        @Override
        public @Nullable FileRef file() {
            return null;
        }
    }

    /**
     * Completes with 0 after a time.
     *
     * @param delay between 0 and 2<sup>63</sup> - 1 nanoseconds, which are 292 years
     */
    record Timeout(Duration delay) implements Op {
        private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

        /**
         * A time to wait, from when the kernel takes the operation.
         *
         * @throws IllegalArgumentException when the delay is negative or longer than the kernel can count
         */
        public Timeout {
            if (delay.isNegative() || delay.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("a timeout must be between 0 and " + LONGEST + ": " + delay);
            }
        }

        @Override
        public Opcode opcode() {
            return Opcode.TIMEOUT;
        }

        @Override
        public @Nullable FileRef file() {
            return null;
        }
    }

    /**
     * Waits for events, {@code poll(2)}. Completes with those that are there.
     *
     * @param events {@link Libc#POLLIN} and its likes
     * @param file the descriptor
     */
    record Poll(FileRef file, int events) implements Op {
        private static final int ALL_EVENTS = 0x3fff;

        /**
         * A wait for the first of some events; errors and hang-ups of the file end it as well.
         *
         * @throws IllegalArgumentException when a bit is no event of {@code poll(2)}
         * @throws NullPointerException when the file is null
         */
        public Poll {
            Objects.requireNonNull(file);
            if ((events & ~ALL_EVENTS) != 0) {
                throw new IllegalArgumentException("not events of poll(2): 0x" + Integer.toHexString(events));
            }
        }

        @Override
        public Opcode opcode() {
            return Opcode.POLL_ADD;
        }
    }

    /**
     * Accepts one connection. Completes with its descriptor.
     *
     * @param listener the listening socket's descriptor
     */
    record Accept(FileRef listener) implements Op {
        /**
         * A wait for one connection.
         *
         * @throws NullPointerException when the listener is null
         */
        public Accept {
            Objects.requireNonNull(listener);
        }

        @Override
        public Opcode opcode() {
            return Opcode.ACCEPT;
        }

        @Override
        public FileRef file() {
            return listener;
        }
    }

    /**
     * Connects a socket, {@code connect(2)}. Completes with 0.
     *
     * @param file the socket's descriptor
     * @param address resolved, of the socket's family
     */
    record Connect(FileRef file, InetSocketAddress address) implements Op {
        /**
         * An attempt to connect, as long as the kernel makes it.
         *
         * @throws IllegalArgumentException when the address is not resolved: names are not looked up here, because that would block
         * @throws NullPointerException when the file or the address is null
         */
        public Connect {
            Objects.requireNonNull(file);
            requireResolved(address);
        }

        @Override
        public Opcode opcode() {
            return Opcode.CONNECT;
        }
    }

    /**
     * Receives into what remains of a buffer. Completes with the number of bytes, 0 at the end; the buffer's position stays.
     *
     * @param buffer direct and writable
     * @param file the descriptor
     */
    record Receive(FileRef file, ByteBuffer buffer) implements Op {
        /**
         * A receive of at most as many bytes as remain in the buffer.
         *
         * @throws IllegalArgumentException when the buffer is on the heap or read-only
         * @throws NullPointerException when the file or the buffer is null
         */
        public Receive {
            Objects.requireNonNull(file);
            requireWritable(buffer);
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
     * @param file the descriptor
     */
    record Send(FileRef file, ByteBuffer buffer) implements Op {
        /**
         * A send of at most as many bytes as remain in the buffer.
         *
         * @throws IllegalArgumentException when the buffer is on the heap
         * @throws NullPointerException when the file or the buffer is null
         */
        public Send {
            Objects.requireNonNull(file);
            requireDirect(buffer);
        }

        @Override
        public Opcode opcode() {
            return Opcode.SEND;
        }
    }

    /**
     * Ends one direction of a socket or both, {@code shutdown(2)}.
     *
     * @param file the socket's descriptor
     * @param how {@link Libc#SHUT_RD}, {@link Libc#SHUT_WR} or {@link Libc#SHUT_RDWR}
     */
    record Shutdown(FileRef file, int how) implements Op {
        /**
         * The end of receiving, of sending, or of both.
         *
         * @throws IllegalArgumentException when {@code how} is none of the three
         * @throws NullPointerException when the file is null
         */
        public Shutdown {
            Objects.requireNonNull(file);
            if (how < Libc.SHUT_RD || how > Libc.SHUT_RDWR) {
                throw new IllegalArgumentException("not SHUT_RD, SHUT_WR or SHUT_RDWR: " + how);
            }
        }

        @Override
        public Opcode opcode() {
            return Opcode.SHUTDOWN;
        }
    }

    /**
     * Opens a file, {@code open(2)}. Completes with its descriptor, which programs that this one starts do not inherit.
     *
     * @param path absolute, or relative to the working directory; the kernel gets it as UTF-8
     * @param flags {@link Libc#O_RDONLY} and its likes
     * @param mode the permissions of a file that is made, without those of the umask, 0 to 07777
     */
    record Open(String path, int flags, int mode) implements Op {
        private static final int MOST_MODE = 07777;

        /**
         * An open of one path.
         *
         * @throws IllegalArgumentException when the path is empty or has a NUL, or the mode is out of its range
         * @throws NullPointerException when the path is null
         */
        public Open {
            if (path.isEmpty() || path.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("a path must not be empty or contain a NUL: \"" + path + '"');
            }
            if (mode < 0 || mode > MOST_MODE) {
                throw new IllegalArgumentException(
                        "a mode must be between 0 and 07777: 0" + Integer.toOctalString(mode));
            }
        }

        @Override
        public Opcode opcode() {
            return Opcode.OPENAT;
        }

        @Override
        public @Nullable FileRef file() {
            return null;
        }
    }

    /**
     * Reads into what remains of a buffer, {@code pread(2)}. Completes with the number of bytes, 0 at the end of the file; the
     * buffer's position stays.
     *
     * @param file the descriptor
     * @param buffer direct and writable
     * @param position where in the file; -1 for the file's own position, and for pipes and the like
     */
    record Read(FileRef file, ByteBuffer buffer, long position) implements Op {
        /**
         * A read of at most as many bytes as remain in the buffer.
         *
         * @throws IllegalArgumentException when the buffer is on the heap or read-only, or the position is below -1
         * @throws NullPointerException when the file or the buffer is null
         */
        public Read {
            Objects.requireNonNull(file);
            requireWritable(buffer);
            requirePosition(position);
        }

        @Override
        public Opcode opcode() {
            return Opcode.READ;
        }
    }

    /**
     * Writes what remains of a buffer, {@code pwrite(2)}. Completes with the number of bytes, which may be fewer; the buffer's
     * position stays.
     *
     * @param file the descriptor
     * @param buffer direct
     * @param position where in the file; -1 for the file's own position, and for pipes and the like
     */
    record Write(FileRef file, ByteBuffer buffer, long position) implements Op {
        /**
         * A write of at most as many bytes as remain in the buffer.
         *
         * @throws IllegalArgumentException when the buffer is on the heap, or the position is below -1
         * @throws NullPointerException when the file or the buffer is null
         */
        public Write {
            Objects.requireNonNull(file);
            requireDirect(buffer);
            requirePosition(position);
        }

        @Override
        public Opcode opcode() {
            return Opcode.WRITE;
        }
    }

    /**
     * Makes what was written to a file durable, {@code fsync(2)}.
     *
     * @param file the descriptor
     * @param dataOnly without those of the file's attributes that are not needed to read it, {@code fdatasync(2)}
     */
    record Sync(FileRef file, boolean dataOnly) implements Op {
        /**
         * A flush of what writes that have completed before have left in caches; those in flight are not waited for.
         *
         * @throws NullPointerException when the file is null
         */
        public Sync {
            Objects.requireNonNull(file);
        }

        @Override
        public Opcode opcode() {
            return Opcode.FSYNC;
        }
    }

    /**
     * Closes a descriptor.
     *
     * @param file the descriptor
     */
    record Close(FileRef file) implements Op {
        /**
         * The end of a descriptor, which is free for another file from the completion on.
         *
         * @throws NullPointerException when the file is null
         */
        public Close {
            Objects.requireNonNull(file);
        }

        @Override
        public Opcode opcode() {
            return Opcode.CLOSE;
        }
    }

    /**
     * Makes a socket, {@code socket(2)}. Completes with its descriptor, which programs that this one starts do not inherit.
     *
     * @param domain the address family, {@code AF_*}
     * @param type {@code SOCK_*}
     * @param protocol 0 for the one that domain and type imply
     */
    record Socket(int domain, int type, int protocol) implements Op {
        /**
         * A socket that is neither bound nor connected.
         *
         * @throws IllegalArgumentException when one of the three numbers is negative
         */
        public Socket {
            if (domain < 0 || type < 0 || protocol < 0) {
                throw new IllegalArgumentException(
                        "domain, type and protocol can't be negative: " + domain + ", " + type + ", " + protocol);
            }
        }

        @Override
        public Opcode opcode() {
            return Opcode.SOCKET;
        }

        @Override
        public @Nullable FileRef file() {
            return null;
        }
    }

    /**
     * Binds a socket, {@code bind(2)}. Linux 6.11.
     *
     * @param file the descriptor
     * @param address resolved
     */
    record Bind(FileRef file, InetSocketAddress address) implements Op {
        /**
         * A local address for a socket, which it has from the completion on.
         *
         * @throws IllegalArgumentException when the address is not resolved
         * @throws NullPointerException when the file or the address is null
         */
        public Bind {
            Objects.requireNonNull(file);
            requireResolved(address);
        }

        @Override
        public Opcode opcode() {
            return Opcode.BIND;
        }
    }

    /**
     * Listens, {@code listen(2)}. Linux 6.11.
     *
     * @param backlog connections that the kernel holds until they are accepted, not negative
     * @param file the descriptor
     */
    record Listen(FileRef file, int backlog) implements Op {
        /**
         * A socket that peers can connect to from the completion on.
         *
         * @throws IllegalArgumentException when the backlog is negative
         * @throws NullPointerException when the file is null
         */
        public Listen {
            Objects.requireNonNull(file);
            if (backlog < 0) {
                throw new IllegalArgumentException("a backlog can't be negative: " + backlog);
            }
        }

        @Override
        public Opcode opcode() {
            return Opcode.LISTEN;
        }
    }

    /**
     * Sets a socket's option that is an int, {@code setsockopt(2)}. Linux 6.7.
     *
     * @param file the descriptor
     * @param level {@code SOL_SOCKET} or a protocol
     * @param name the option's number
     * @param value its value
     */
    record SetSocketOption(FileRef file, int level, int name, int value) implements Op {
        /**
         * An option of a socket, and what it is set to.
         *
         * @throws IllegalArgumentException when the level or the name is negative
         * @throws NullPointerException when the file is null
         */
        public SetSocketOption {
            Objects.requireNonNull(file);
            if (level < 0 || name < 0) {
                throw new IllegalArgumentException("level and name can't be negative: " + level + ", " + name);
            }
        }

        @Override
        public Opcode opcode() {
            return Opcode.URING_CMD;
        }
    }

    /**
     * Cancels all operations on a file. Completes with their number. Linux 5.19.
     *
     * @param file a descriptor of the file
     */
    record CancelAll(FileRef file) implements Op {
        /**
         * A cancel of every operation of this ring that names the file; they end by themselves, most with {@code -ECANCELED}.
         *
         * @throws NullPointerException when the file is null
         */
        public CancelAll {
            Objects.requireNonNull(file);
        }

        @Override
        public Opcode opcode() {
            return Opcode.ASYNC_CANCEL;
        }
    }

    /**
     * Any operation that the core can prepare, for which there is no record here.
     *
     * <p><b>Ownership.</b> All that the entry points to must stay valid until the completion, for all that the {@link Sqe}'s
     * method says nothing else, and also when the subscriber has cancelled. What {@code keeps} names is kept reachable until
     * then: a direct {@code ByteBuffer}, a segment of {@code Arena.ofAuto()}. Memory of other arenas must not be closed before.
     * As with the others, a descriptor, or a slot of a direct one, that is the result and that no subscriber gets is closed.
     *
     * <p>The operation completes once: an entry that completes again and again (multishot) or takes a buffer of a group, is linked,
     * or posts no completion, fails the stream. A zero-copy send completes when the kernel lets go of the bytes. Those who need
     * more write an {@link io.fluxring.core.loop.Operation} for the loop.
     *
     * @param opcode what the preparation prepares
     * @param preparation fills the entry with one {@code prep} method of it, on the ring's thread, once a submission; what it
     *     throws fails the stream
     * @param keeps what the entry's memory belongs to
     */
    record Custom(Opcode opcode, Consumer<Sqe> preparation, List<?> keeps) implements Op {
        /**
         * An operation that keeps its memory reachable until its completion.
         *
         * @throws NullPointerException when an argument, or an element of {@code keeps}, is null
         */
        public Custom {
            Objects.requireNonNull(opcode);
            Objects.requireNonNull(preparation);
            keeps = List.copyOf(keeps);
        }

        /**
         * An operation that points to nothing, or to memory that lives long enough by other means.
         *
         * @param opcode what it does
         * @param preparation writes the entry, by one {@code prep} method
         */
        public Custom(Opcode opcode, Consumer<Sqe> preparation) {
            this(opcode, preparation, List.of());
        }

        /** Null: the entry knows. */
        @Override
        public @Nullable FileRef file() {
            return null;
        }

        @Override
        public String toString() {
            return "Custom[" + opcode + "]";
        }
    }

    private static void requireResolved(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("unresolved host name: " + address.getHostString());
        }
    }

    private static void requireWritable(ByteBuffer buffer) {
        requireDirect(buffer);
        if (buffer.isReadOnly()) {
            throw new IllegalArgumentException("the kernel can't write into a read-only buffer");
        }
    }

    private static void requireDirect(ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException(
                    "the kernel needs a direct buffer: the collector may move a buffer on the heap");
        }
    }

    private static void requirePosition(long position) {
        if (position < -1) {
            throw new IllegalArgumentException("a position can't be negative, apart from -1: " + position);
        }
    }
}
