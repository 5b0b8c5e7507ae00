package io.fluxring.reactor.error;

import io.fluxring.core.fd.FileRef;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * An operation has failed. The message tells operation, file and error, and what to do where that is known: {@code RECV fd=12:
 * ECONNRESET (connection reset by peer)}. The type tells how to go on, by {@link Errno.Kind}; what has no type of its own is of
 * this one: a device that fails ({@code EIO}), and requests that are wrong in themselves ({@code EINVAL}).
 */
public sealed class RingException extends RuntimeException
        permits PeerException,
                ExhaustedException,
                CancelledException,
                DeniedException,
                NotFoundException,
                ConflictException,
                NoSpaceException,
                UnsupportedException {
    private static final long serialVersionUID = 1L;

    /** The kernel's name for the operation. */
    private final String operation;

    private final transient @Nullable FileRef file;
    /** See {@link #errno()}. */
    private final Errno errno;
    /** See {@link #transferredBytes()}; negative for unknown. */
    private final long transferredBytes;

    RingException(Failure failure) {
        super(failure.message());
        this.operation = failure.operation();
        this.file = failure.file();
        this.errno = failure.errno();
        this.transferredBytes = failure.transferredBytes();
    }

    /** What an exception says. */
    record Failure(String operation, @Nullable FileRef file, Errno errno, String message, long transferredBytes) {
        Failure(String operation, @Nullable FileRef file, Errno errno, String message) {
            this(operation, file, errno, message, -1);
        }
    }

    /**
     * {@return the exception for a result}
     *
     * @param operation the kernel's name for it, such as {@code SEND}
     * @param file what it worked on, null for none
     * @param result the negated errno
     */
    public static RingException of(String operation, @Nullable FileRef file, int result) {
        return of(operation, file, "", result, Errno.ofResult(result).remedy());
    }

    /**
     * {@return the exception for a result}
     *
     * @param operation the kernel's name for it, such as {@code BIND}
     * @param file what it worked on, null for none
     * @param subject what else it worked on, such as an address; empty for nothing
     * @param result the negated errno
     * @param remedy what to do about it; empty where that is not known
     */
    public static RingException of(
            String operation, @Nullable FileRef file, String subject, int result, String remedy) {
        String message = operation
                + (file == null ? "" : " " + file)
                + (subject.isEmpty() ? "" : " " + subject)
                + ": " + Errno.describe(result)
                + (remedy.isEmpty() ? "" : "; " + remedy);
        return of(new Failure(operation, file, Errno.ofResult(result), message));
    }

    /**
     * {@return this failure, of a transfer of which a part is done}
     *
     * @param bytes how many were transferred without a gap from the first one on
     */
    public RingException transferred(long bytes) {
        String message = getMessage() + "; the first " + bytes + " bytes are written";
        return of(new Failure(operation, file, errno, message, bytes));
    }

    private static RingException of(Failure failure) {
        return switch (failure.errno().kind()) {
            case PEER -> new PeerException(failure);
            case FLOW -> new ExhaustedException(failure);
            case CANCELLED -> new CancelledException(failure);
            case DENIED -> new DeniedException(failure);
            case NOT_FOUND -> new NotFoundException(failure);
            case CONFLICT -> new ConflictException(failure);
            case NO_SPACE -> new NoSpaceException(failure);
            case UNSUPPORTED -> new UnsupportedException(failure);
            case RETRY, IO, BUG -> new RingException(failure);
        };
    }

    /**
     * {@return the exception for an operation that ends, or is not taken, because this side has closed its file}
     *
     * @param operation the kernel's name for it, such as {@code SEND}
     * @param file what is closed
     */
    public static RingException closed(String operation, FileRef file) {
        return new CancelledException(new Failure(operation, file, Errno.ECANCELED, file + " is closed"));
    }

    /** {@return the exception for an operation that ends, or is not taken, because the ring was disposed of} */
    public static RingException ringClosed() {
        return new CancelledException(new Failure("", null, Errno.ECANCELED, "the ring is closed"));
    }

    /**
     * {@return the exception for work that a loop does not take: because it is closed, or, hardly ever, because it is
     * far behind}
     *
     * @param loop which has refused
     * @param cause its refusal
     */
    public static RingException rejected(RingLoop loop, RejectedExecutionException cause) {
        RingException exception = loop.isClosing()
                ? ringClosed()
                : new ExhaustedException(new Failure("", null, Errno.EAGAIN, String.valueOf(cause.getMessage())));
        exception.initCause(cause);
        return exception;
    }

    /**
     * {@return the kernel's name for the operation, such as {@code RECV}; empty when the ring was closed before there
     * was one}
     */
    public String operation() {
        return operation;
    }

    /**
     * {@return what the operation worked on; null for none, and in an exception that was deserialized} By now its
     * number may be another file's.
     */
    public @Nullable FileRef file() {
        return file;
    }

    /**
     * {@return how many bytes a write that failed has written without a gap from its first one on; empty where that is no
     * matter, or is not known}
     */
    public OptionalLong transferredBytes() {
        return transferredBytes < 0 ? OptionalLong.empty() : OptionalLong.of(transferredBytes);
    }

    /** {@return the kernel's error} */
    public Errno errno() {
        return errno;
    }
}
