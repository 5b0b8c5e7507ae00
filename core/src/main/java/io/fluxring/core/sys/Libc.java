package io.fluxring.core.sys;

/**
 * Flags and numbers of the calls that operations stand for ({@code open(2)}, {@code send(2)}, {@code poll(2)}, ...), by their
 * names in the manual. They are those of x86-64 and aarch64; where the two differ the value is found at run time.
 */
public final class Libc {
    private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");

    private Libc() {}

    // poll(2) events.
    /** There is something to read. */
    public static final int POLLIN = 1;
    /** There is something out of the ordinary, such as urgent data. */
    public static final int POLLPRI = 2;
    /** Writing does not block. */
    public static final int POLLOUT = 4;
    /** An error is pending; always reported. */
    public static final int POLLERR = 8;
    /** Both directions have ended; always reported. */
    public static final int POLLHUP = 0x10;
    /** The peer sends no more. */
    public static final int POLLRDHUP = 0x2000;

    // epoll_ctl(2); its events are those of poll(2), and these.
    /** Adds a descriptor. */
    public static final int EPOLL_CTL_ADD = 1;
    /** Removes a descriptor. */
    public static final int EPOLL_CTL_DEL = 2;
    /** Changes a descriptor's events. */
    public static final int EPOLL_CTL_MOD = 3;
    /** One of several waiting instances is woken. */
    public static final int EPOLLEXCLUSIVE = 1 << 28;
    /** Reported once, until it is changed. */
    public static final int EPOLLONESHOT = 1 << 30;
    /** Edge-triggered. */
    public static final int EPOLLET = 1 << 31;

    // open(2) and openat2(2).
    /** Relative paths start at the working directory. */
    public static final int AT_FDCWD = -100;
    /** To read. */
    public static final int O_RDONLY = 0;
    /** To write. */
    public static final int O_WRONLY = 1;
    /** To read and to write. */
    public static final int O_RDWR = 2;
    /** Makes the file when it is not there. */
    public static final int O_CREAT = 0x40;
    /** Fails when it is there. */
    public static final int O_EXCL = 0x80;
    /** Empties it. */
    public static final int O_TRUNC = 0x200;
    /** Writes at the end. */
    public static final int O_APPEND = 0x400;
    /** Operations do not block. */
    public static final int O_NONBLOCK = 0x800;
    /** A write ends when the data is on the device. */
    public static final int O_DSYNC = 0x1000;
    /** Past the page cache. */
    public static final int O_DIRECT = ARM ? 0x10000 : 0x4000;
    /** Fails for what is no directory. */
    public static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
    /** Fails for a symbolic link. */
    public static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;
    /** Closed in programs that are executed. */
    public static final int O_CLOEXEC = 0x80000;
    /** Does not change the time of the last access. */
    public static final int O_NOATIME = 0x40000;
    /** As {@link #O_DSYNC}, with the metadata. */
    public static final int O_SYNC = 0x101000;
    /** Names the file without opening it. */
    public static final int O_PATH = 0x200000;
    /** A file without a name, in the directory that the path names. */
    public static final int O_TMPFILE = 0x400000 | O_DIRECTORY;
    /** The path must stay beneath the directory that it starts at. */
    public static final int RESOLVE_BENEATH = 8;

    // Flags of preadv2(2) and pwritev2(2).
    /** Polls the device for the end, where the ring does so. */
    public static final int RWF_HIPRI = 1;
    /** As {@link #O_DSYNC}, for this write. */
    public static final int RWF_DSYNC = 2;
    /** The metadata is on the device as well. */
    public static final int RWF_SYNC = 4;
    /** Fails with {@code -EAGAIN} instead of waiting for the device. */
    public static final int RWF_NOWAIT = 8;
    /** As {@link #O_APPEND}, for this write. */
    public static final int RWF_APPEND = 0x10;
    /** Writes at the position in spite of {@link #O_APPEND}. Since Linux 6.9. */
    public static final int RWF_NOAPPEND = 0x20;
    /** All or nothing of it survives a power failure. Since Linux 6.11. */
    public static final int RWF_ATOMIC = 0x40;
    /** Leaves nothing in the page cache. Since Linux 6.14. */
    public static final int RWF_DONTCACHE = 0x80;

    // ioprio_set(2).
    /** What the process's nice value implies. */
    public static final int IOPRIO_CLASS_NONE = 0;
    /** Before all others. */
    public static final int IOPRIO_CLASS_RT = 1;
    /** The usual one. */
    public static final int IOPRIO_CLASS_BE = 2;
    /** When no other class has anything to do. */
    public static final int IOPRIO_CLASS_IDLE = 3;
    /** Where the class begins in a priority. */
    public static final int IOPRIO_CLASS_SHIFT = 13;

    // sync_file_range(2), fallocate(2), posix_fadvise(2), madvise(2).
    /** Waits first for what is being written already. */
    public static final int SYNC_FILE_RANGE_WAIT_BEFORE = 1;
    /** Starts to write what is dirty. */
    public static final int SYNC_FILE_RANGE_WRITE = 2;
    /** Waits for it. */
    public static final int SYNC_FILE_RANGE_WAIT_AFTER = 4;
    /** The file's size stays. */
    public static final int FALLOC_FL_KEEP_SIZE = 1;
    /** Frees space; with {@link #FALLOC_FL_KEEP_SIZE}. */
    public static final int FALLOC_FL_PUNCH_HOLE = 2;
    /** No advice. */
    public static final int POSIX_FADV_NORMAL = 0;
    /** Of {@code posix_fadvise(2)}: here and there. */
    public static final int POSIX_FADV_RANDOM = 1;
    /** Read from front to back. */
    public static final int POSIX_FADV_SEQUENTIAL = 2;
    /** Needed soon. */
    public static final int POSIX_FADV_WILLNEED = 3;
    /** Not needed soon. */
    public static final int POSIX_FADV_DONTNEED = 4;
    /** Needed soon. */
    public static final int MADV_WILLNEED = 3;
    /** Given up: the contents are lost. */
    public static final int MADV_DONTNEED = 4;

    // statx(2), renameat2(2), unlinkat(2), linkat(2), setxattr(2).
    /** All that {@code stat(2)} has. */
    public static final int STATX_BASIC_STATS = 0x7ff;
    /** The size. */
    public static final int STATX_SIZE = 0x200;
    /** Of {@code statx(2)}: the time when the file was made. */
    public static final int STATX_BTIME = 0x800;
    /** Of {@code statx(2)}: the mount's number. Since Linux 5.8. */
    public static final int STATX_MNT_ID = 0x1000;
    /** Of {@code statx(2)}: what {@link #O_DIRECT} needs. Since Linux 6.1. */
    public static final int STATX_DIOALIGN = 0x2000;
    /** In a mode: which bits tell the type. */
    public static final int S_IFMT = 0xf000;
    /** In a mode: a pipe with or without a name. */
    public static final int S_IFIFO = 0x1000;
    /** In a mode: a device that is read and written byte by byte, such as a terminal. */
    public static final int S_IFCHR = 0x2000;
    /** In a mode: a directory. */
    public static final int S_IFDIR = 0x4000;
    /** In a mode: a device of blocks, such as a disk. */
    public static final int S_IFBLK = 0x6000;
    /** In a mode: an ordinary file. */
    public static final int S_IFREG = 0x8000;
    /** In a mode: a symbolic link. */
    public static final int S_IFLNK = 0xa000;
    /** In a mode: a socket. */
    public static final int S_IFSOCK = 0xc000;

    // flock(2).
    /** A lock that several may have. */
    public static final int LOCK_SH = 1;
    /** A lock that one may have. */
    public static final int LOCK_EX = 2;
    /** Fails where another has it. */
    public static final int LOCK_NB = 4;
    /** Gives it back. */
    public static final int LOCK_UN = 8;

    // lseek(2).
    /** From the start. */
    public static final int SEEK_SET = 0;
    /** From the present position. */
    public static final int SEEK_CUR = 1;
    /** From the end. */
    public static final int SEEK_END = 2;
    /** To where data begins, at or behind the position. */
    public static final int SEEK_DATA = 3;
    /** To where a hole begins, at or behind the position; the end counts as one. */
    public static final int SEEK_HOLE = 4;
    /** An empty path means the descriptor itself. */
    public static final int AT_EMPTY_PATH = 0x1000;
    /** A symbolic link itself is meant. */
    public static final int AT_SYMLINK_NOFOLLOW = 0x100;
    /** What a symbolic link points to is meant. */
    public static final int AT_SYMLINK_FOLLOW = 0x400;
    /** Removes a directory. */
    public static final int AT_REMOVEDIR = 0x200;
    /** Fails when the new name exists. */
    public static final int RENAME_NOREPLACE = 1;
    /** Swaps the two names. */
    public static final int RENAME_EXCHANGE = 2;
    /** Fails when the attribute exists. */
    public static final int XATTR_CREATE = 1;
    /** Fails when the attribute does not exist. */
    public static final int XATTR_REPLACE = 2;

    // splice(2).
    /** A hint to move pages, which the kernel ignores today. */
    public static final int SPLICE_F_MOVE = 1;
    /** Does not wait for the pipe. */
    public static final int SPLICE_F_NONBLOCK = 2;
    /** More follows. */
    public static final int SPLICE_F_MORE = 4;

    // Flags of send(2) and recv(2).
    /** Leaves what it receives in the socket. */
    public static final int MSG_PEEK = 2;
    /** In a result: control data was cut. */
    public static final int MSG_CTRUNC = 8;
    /** In a result: a datagram was cut. As a flag: reports its real length. */
    public static final int MSG_TRUNC = 0x20;
    /** Fails with {@code -EAGAIN} instead of waiting. */
    public static final int MSG_DONTWAIT = 0x40;
    /** All bytes, not some. */
    public static final int MSG_WAITALL = 0x100;
    /** No SIGPIPE. */
    public static final int MSG_NOSIGNAL = 0x4000;
    /** More follows: a packet that is not full may wait. */
    public static final int MSG_MORE = 0x8000;

    // socket(2), setsockopt(2), shutdown(2).
    /** Local sockets. */
    public static final int AF_UNIX = 1;
    /** No family: takes an address back. */
    public static final int AF_UNSPEC = 0;
    /** IPv4. */
    public static final int AF_INET = 2;
    /** IPv6. */
    public static final int AF_INET6 = 10;
    /** A stream of bytes. */
    public static final int SOCK_STREAM = 1;
    /** Datagrams. */
    public static final int SOCK_DGRAM = 2;
    /** Operations do not block. */
    public static final int SOCK_NONBLOCK = 0x800;
    /** Closed in programs that are executed. */
    public static final int SOCK_CLOEXEC = 0x80000;
    /** Level of the options that all sockets have. */
    public static final int SOL_SOCKET = 1;
    /** Binds an address that closed connections still use. */
    public static final int SO_REUSEADDR = 2;
    /** The pending error. */
    public static final int SO_ERROR = 4;
    /** Sends to broadcast addresses. */
    public static final int SO_BROADCAST = 6;
    /** Size of the send buffer. */
    public static final int SO_SNDBUF = 7;
    /** Size of the receive buffer. */
    public static final int SO_RCVBUF = 8;
    /** Probes a silent peer. */
    public static final int SO_KEEPALIVE = 9;
    /** What a close does with bytes that were not sent yet. */
    public static final int SO_LINGER = 13;
    /** Several sockets share an address. */
    public static final int SO_REUSEPORT = 15;
    /** Who the peer of a Unix socket is. */
    public static final int SO_PEERCRED = 17;
    /** The address of the peer, also of one that has reset the connection. */
    public static final int SO_PEERNAME = 28;
    /** Received packets have their time. */
    public static final int SO_TIMESTAMP = 29;
    /** Packets have their time, as configured. */
    public static final int SO_TIMESTAMPING = 37;
    /** Microseconds for which a receive polls the device. */
    public static final int SO_BUSY_POLL = 46;
    /** Level of the options of IPv4. */
    public static final int IPPROTO_IP = 0;
    /** The type of service of IPv4 packets. */
    public static final int IP_TOS = 1;
    /** Binds addresses that no interface has yet. */
    public static final int IP_FREEBIND = 15;
    /** Binds addresses of other hosts, for transparent proxies. */
    public static final int IP_TRANSPARENT = 19;
    /** Chooses the port as late as the connect. */
    public static final int IP_BIND_ADDRESS_NO_PORT = 24;
    /** The interface that multicast leaves by. */
    public static final int IP_MULTICAST_IF = 32;
    /** Joins a group. */
    public static final int MCAST_JOIN_GROUP = 42;
    /** Takes no more of a source. */
    public static final int MCAST_BLOCK_SOURCE = 43;
    /** Leaves a group. */
    public static final int MCAST_LEAVE_GROUP = 45;
    /** Joins what a source sends to a group. */
    public static final int MCAST_JOIN_SOURCE_GROUP = 46;
    /** Leaves that. */
    public static final int MCAST_LEAVE_SOURCE_GROUP = 47;
    /** How many routers multicast passes. */
    public static final int IP_MULTICAST_TTL = 33;
    /** Multicast comes back to this host. */
    public static final int IP_MULTICAST_LOOP = 34;
    /** Messages of every group that any socket has joined are delivered. */
    public static final int IP_MULTICAST_ALL = 49;
    /** Level of UDP's options. */
    public static final int IPPROTO_UDP = 17;
    /** The size of the datagrams that one send is cut into. */
    public static final int UDP_SEGMENT = 103;
    /** Several datagrams of a peer are received as one. */
    public static final int UDP_GRO = 104;
    /** Level of TCP's options. */
    public static final int IPPROTO_TCP = 6;
    /** Level of the options of IPv6. */
    public static final int IPPROTO_IPV6 = 41;
    /** The interface that multicast leaves by. */
    public static final int IPV6_MULTICAST_IF = 17;
    /** How many routers multicast passes. */
    public static final int IPV6_MULTICAST_HOPS = 18;
    /** Multicast comes back to this host. */
    public static final int IPV6_MULTICAST_LOOP = 19;
    /** Whether an IPv6 socket takes IPv6 peers only, and not IPv4 ones by mapped addresses. */
    public static final int IPV6_V6ONLY = 26;
    /** Messages of every group that any socket has joined are delivered. */
    public static final int IPV6_MULTICAST_ALL = 29;
    /** The traffic class of IPv6 packets. */
    public static final int IPV6_TCLASS = 67;
    /** Small packets are sent at once. */
    public static final int TCP_NODELAY = 1;
    /** Small packets wait until there is a full one. */
    public static final int TCP_CORK = 3;
    /** Seconds of silence before a peer is probed. */
    public static final int TCP_KEEPIDLE = 4;
    /** Seconds between two probes. */
    public static final int TCP_KEEPINTVL = 5;
    /** How many probes without an answer mean that the peer has gone. */
    public static final int TCP_KEEPCNT = 6;
    /** Seconds for which an accept waits for the first bytes. */
    public static final int TCP_DEFER_ACCEPT = 9;
    /** The next acknowledgements are sent at once. */
    public static final int TCP_QUICKACK = 12;
    /** The name of the congestion control. */
    public static final int TCP_CONGESTION = 13;
    /** Milliseconds for which sent bytes may stay without an answer. */
    public static final int TCP_USER_TIMEOUT = 18;
    /** How many connections may wait that came with data. */
    public static final int TCP_FASTOPEN = 23;
    /** Unsent bytes from which on the socket is not writable. */
    public static final int TCP_NOTSENT_LOWAT = 25;
    /** The first write goes out with the connect. */
    public static final int TCP_FASTOPEN_CONNECT = 30;
    /** The receiving direction. */
    public static final int SHUT_RD = 0;
    /** The sending direction. */
    public static final int SHUT_WR = 1;
    /** Both directions. */
    public static final int SHUT_RDWR = 2;

    // eventfd(2).
    /** Closed in programs that are executed. */
    public static final int EFD_CLOEXEC = 0x80000;
    /** Operations do not block. */
    public static final int EFD_NONBLOCK = 0x800;

    // waitid(2).
    /** Any child. */
    public static final int P_ALL = 0;
    /** The child with a process number. */
    public static final int P_PID = 1;
    /** Children of a process group. */
    public static final int P_PGID = 2;
    /** The child of a process descriptor. */
    public static final int P_PIDFD = 3;
    /** Does not wait. */
    public static final int WNOHANG = 1;
    /** Children that were stopped. */
    public static final int WSTOPPED = 2;
    /** Children that have ended. */
    public static final int WEXITED = 4;
    /** Children that go on. */
    public static final int WCONTINUED = 8;
    /** Leaves the news for another wait. */
    public static final int WNOWAIT = 0x1000000;
    /** The child has ended by itself. */
    public static final int CLD_EXITED = 1;
    /** A signal has ended the child. */
    public static final int CLD_KILLED = 2;
    /** A signal has stopped the child. */
    public static final int CLD_STOPPED = 5;
    /** The child goes on. */
    public static final int CLD_CONTINUED = 6;

    // futex_wait(2), futex_wake(2), futex_waitv(2).
    /** The futex has 4 bytes. */
    public static final int FUTEX2_SIZE_U32 = 2;
    /** Used within this process alone. */
    public static final int FUTEX2_PRIVATE = 128;
    /** A mask that matches every other. */
    public static final long FUTEX_BITSET_MATCH_ANY = 0xffffffffL;
    /** The most futexes of one wait. */
    public static final int FUTEX_WAITV_MAX = 128;

    // clock_gettime(2).
    /** The clock that never jumps. */
    public static final int CLOCK_MONOTONIC = 1;
    /** The same, which goes on while the machine sleeps. */
    public static final int CLOCK_BOOTTIME = 7;
}
