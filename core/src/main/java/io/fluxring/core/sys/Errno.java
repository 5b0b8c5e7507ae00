package io.fluxring.core.sys;

/**
 * The error numbers that the ring's calls and operations report ({@code errno(3)}, the generic numbering that x86-64, AArch64
 * and RISC-V share), each with its meaning and with what a caller can do about it.
 */
public enum Errno {
    /** Operation not permitted. */
    EPERM(1, Kind.DENIED, "operation not permitted"),
    /** No such file or directory. */
    ENOENT(2, Kind.NOT_FOUND, "no such file or directory"),
    /** Interrupted system call. */
    EINTR(4, Kind.RETRY, "interrupted system call"),
    /** Input/output error. */
    EIO(5, Kind.IO, "input/output error"),
    /** No such device or address, or the ring was closed. */
    ENXIO(6, Kind.BUG, "no such device or address, or the ring was closed"),
    /** Argument list too long. */
    E2BIG(7, Kind.BUG, "argument list too long"),
    /** Bad file descriptor. */
    EBADF(9, Kind.BUG, "bad file descriptor"),
    /** No child processes. */
    ECHILD(10, Kind.NOT_FOUND, "no child processes"),
    /** Resource temporarily unavailable. */
    EAGAIN(11, Kind.RETRY, "resource temporarily unavailable"),
    /** Cannot allocate memory. */
    ENOMEM(12, Kind.FLOW, "cannot allocate memory"),
    /** Permission denied. */
    EACCES(13, Kind.DENIED, "permission denied"),
    /** Bad address. */
    EFAULT(14, Kind.BUG, "bad address"),
    /** Device or resource busy. */
    EBUSY(16, Kind.RETRY, "device or resource busy"),
    /** File exists, or called from a thread that does not own the ring. */
    EEXIST(17, Kind.CONFLICT, "file exists"),
    /** Invalid cross-device link. */
    EXDEV(18, Kind.UNSUPPORTED, "invalid cross-device link"),
    /** No such device. */
    ENODEV(19, Kind.NOT_FOUND, "no such device"),
    /** Not a directory. */
    ENOTDIR(20, Kind.NOT_FOUND, "not a directory"),
    /** Is a directory. */
    EISDIR(21, Kind.CONFLICT, "is a directory"),
    /** Invalid argument. */
    EINVAL(22, Kind.BUG, "invalid argument"),
    /** Too many open files in system, or no free direct descriptor. */
    ENFILE(
            23,
            Kind.FLOW,
            "too many open files in system, or no free direct descriptor",
            "raise the system's limit (sysctl fs.file-max); for direct descriptors configure the loop with more"),
    /** Too many open files. */
    EMFILE(24, Kind.FLOW, "too many open files", "raise the limit of open descriptors (ulimit -n)"),
    /** Inappropriate ioctl for device. */
    ENOTTY(25, Kind.BUG, "inappropriate ioctl for device"),
    /** Text file busy. */
    ETXTBSY(26, Kind.CONFLICT, "text file busy"),
    /** File too large. */
    EFBIG(27, Kind.NO_SPACE, "file too large"),
    /** No space left on device. */
    ENOSPC(28, Kind.NO_SPACE, "no space left on device"),
    /** Illegal seek. */
    ESPIPE(29, Kind.BUG, "illegal seek"),
    /** Read-only file system. */
    EROFS(30, Kind.DENIED, "read-only file system"),
    /** Too many links. */
    EMLINK(31, Kind.NO_SPACE, "too many links"),
    /** Broken pipe. */
    EPIPE(32, Kind.PEER, "broken pipe"),
    /** Result out of range. */
    ERANGE(34, Kind.BUG, "result out of range"),
    /** File name too long. */
    ENAMETOOLONG(36, Kind.BUG, "file name too long"),
    /** Function not implemented. */
    ENOSYS(38, Kind.UNSUPPORTED, "function not implemented", "a newer kernel is needed"),
    /** Directory not empty. */
    ENOTEMPTY(39, Kind.CONFLICT, "directory not empty"),
    /** Too many symbolic links. */
    ELOOP(40, Kind.DENIED, "too many symbolic links"),
    /** Completions were dropped by the kernel. */
    EBADR(53, Kind.BUG, "completions were dropped by the kernel"),
    /** No data available. */
    ENODATA(61, Kind.NOT_FOUND, "no data available"),
    /** Timer expired. */
    ETIME(62, Kind.CANCELLED, "timer expired"),
    /** Protocol error. */
    EPROTO(71, Kind.PEER, "protocol error"),
    /** Value too large, or the target ring's queue is full. */
    EOVERFLOW(75, Kind.FLOW, "value too large, or the target ring's queue is full"),
    /** File descriptor in bad state, or the ring is disabled. */
    EBADFD(77, Kind.BUG, "file descriptor in bad state, or the ring is disabled"),
    /** Socket operation on non-socket. */
    ENOTSOCK(88, Kind.BUG, "socket operation on non-socket"),
    /** Destination address required. */
    EDESTADDRREQ(89, Kind.BUG, "destination address required"),
    /** Message too long. */
    EMSGSIZE(90, Kind.BUG, "message too long"),
    /** Protocol wrong type for socket. */
    EPROTOTYPE(91, Kind.BUG, "protocol wrong type for socket"),
    /** Protocol not available. */
    ENOPROTOOPT(92, Kind.BUG, "protocol not available"),
    /** Protocol not supported. */
    EPROTONOSUPPORT(93, Kind.UNSUPPORTED, "protocol not supported"),
    /** Operation not supported. */
    EOPNOTSUPP(95, Kind.UNSUPPORTED, "operation not supported"),
    /** Address family not supported. */
    EAFNOSUPPORT(
            97,
            Kind.UNSUPPORTED,
            "address family not supported",
            "this kernel has IPv6 switched off, or no such family"),
    /** Address already in use. */
    EADDRINUSE(98, Kind.CONFLICT, "address already in use"),
    /** Cannot assign requested address. */
    EADDRNOTAVAIL(99, Kind.NOT_FOUND, "cannot assign requested address"),
    /** Network is down. */
    ENETDOWN(100, Kind.PEER, "network is down"),
    /** Network is unreachable. */
    ENETUNREACH(101, Kind.PEER, "network is unreachable"),
    /** Connection aborted by network. */
    ENETRESET(102, Kind.PEER, "connection aborted by network"),
    /** Software caused connection abort. */
    ECONNABORTED(103, Kind.PEER, "software caused connection abort"),
    /** Connection reset by peer. */
    ECONNRESET(104, Kind.PEER, "connection reset by peer"),
    /** No buffer available. */
    ENOBUFS(105, Kind.FLOW, "no buffer available"),
    /** Socket is already connected. */
    EISCONN(106, Kind.BUG, "socket is already connected"),
    /** Socket is not connected. */
    ENOTCONN(107, Kind.PEER, "socket is not connected"),
    /** Cannot send after socket shutdown. */
    ESHUTDOWN(108, Kind.PEER, "cannot send after socket shutdown"),
    /** Connection timed out. */
    ETIMEDOUT(110, Kind.PEER, "connection timed out"),
    /** Connection refused. */
    ECONNREFUSED(111, Kind.PEER, "connection refused"),
    /** Host is down. */
    EHOSTDOWN(112, Kind.PEER, "host is down"),
    /** No route to host. */
    EHOSTUNREACH(113, Kind.PEER, "no route to host"),
    /** Operation already in progress. */
    EALREADY(114, Kind.RETRY, "operation already in progress"),
    /** Operation now in progress. */
    EINPROGRESS(115, Kind.RETRY, "operation now in progress"),
    /** Stale file handle. */
    ESTALE(116, Kind.NOT_FOUND, "stale file handle"),
    /** Disk quota exceeded. */
    EDQUOT(122, Kind.NO_SPACE, "disk quota exceeded"),
    /** Operation cancelled. */
    ECANCELED(125, Kind.CANCELLED, "operation cancelled"),
    /** The kernel's submission thread has died. */
    EOWNERDEAD(130, Kind.BUG, "the kernel's submission thread has died"),
    /** A number that this list does not name. */
    UNKNOWN(0, Kind.IO, "unknown error");

    /** What an error asks of the caller. */
    public enum Kind {
        /** The same request may be made again at once. */
        RETRY,
        /** Something ran out: buffers, descriptors, memory. Try again after some has been given back. */
        FLOW,
        /** The request was called off, by a cancel or by its time limit. */
        CANCELLED,
        /** The other side, or the way to it, has gone. */
        PEER,
        /** A right is missing. */
        DENIED,
        /** What the request names is not there: a file, a device, an address of this machine. */
        NOT_FOUND,
        /** Something else is there: a file that exists, a directory that is not empty, an address in use. */
        CONFLICT,
        /** The device is full, or a quota or the largest size of a file is reached. */
        NO_SPACE,
        /** The kernel, the file system or the socket has no such operation. */
        UNSUPPORTED,
        /** The device has failed, or an error that this list does not name. */
        IO,
        /** The request itself is wrong. Retrying cannot help. */
        BUG
    }

    private static final Errno[] BY_NUMBER = new Errno[134];

    static {
        for (Errno errno : values()) {
            BY_NUMBER[errno.number] = errno;
        }
    }

    private final int number;
    private final Kind kind;
    private final String text;
    private final String remedy;

    Errno(int number, Kind kind, String text) {
        this(number, kind, text, "");
    }

    Errno(int number, Kind kind, String text, String remedy) {
        this.number = number;
        this.kind = kind;
        this.text = text;
        this.remedy = remedy;
    }

    /** {@return the positive number} */
    public int number() {
        return number;
    }

    /** {@return the negated number, as a system call's result or a completion carries it} */
    public int result() {
        return -number;
    }

    /** {@return what this error asks of the caller} */
    public Kind kind() {
        return kind;
    }

    /** {@return the meaning in words} */
    public String text() {
        return text;
    }

    /** {@return what helps against it whatever the request was, such as a limit to raise; empty where that depends} */
    public String remedy() {
        return remedy;
    }

    /**
     * The error behind a result.
     *
     * @param result a negative result of a system call or a completion
     * @return the error, {@link #UNKNOWN} for a number that is not listed
     */
    public static Errno ofResult(int result) {
        int number = -result;
        if (number <= 0 || number >= BY_NUMBER.length || BY_NUMBER[number] == null) {
            return UNKNOWN;
        }
        return BY_NUMBER[number];
    }

    /**
     * A result in words: {@code ECONNRESET (connection reset by peer)}, or {@code errno 4095} where it is not listed.
     *
     * @param result a call's or a completion's
     * @return the words
     */
    public static String describe(int result) {
        Errno errno = ofResult(result);
        return errno == UNKNOWN ? "errno " + -result : errno.name() + " (" + errno.text + ")";
    }
}
