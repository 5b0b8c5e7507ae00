package io.fluxring.core.sys;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.sys.layout.CredentialsLayout;
import io.fluxring.core.sys.layout.EpollEventLayout;
import io.fluxring.core.sys.layout.FutexWaitLayout;
import io.fluxring.core.sys.layout.LingerLayout;
import io.fluxring.core.sys.layout.MessageLayout;
import io.fluxring.core.sys.layout.MulticastLayout;
import io.fluxring.core.sys.layout.OpenHowLayout;
import io.fluxring.core.sys.layout.SignalInfoLayout;
import io.fluxring.core.sys.layout.StatLayout;
import io.fluxring.core.sys.layout.TimespecLayout;
import io.fluxring.core.sys.layout.VectorLayout;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Structures and constants of the calls that operations stand for, compared with the headers of the machine it runs on. */
class LibcAgainstHeaderTest {
    /** Younger than Debian 12's headers. */
    private static final Set<String> YOUNG =
            Set.of("RWF_NOAPPEND", "RWF_ATOMIC", "RWF_DONTCACHE", "FUTEX2_PRIVATE", "FUTEX2_SIZE_U32");

    /** Enumerators, for which there is no macro that would say whether the headers have them. */
    private static final Set<String> ENUMERATORS = Set.of(
            "P_ALL",
            "P_PID",
            "P_PGID",
            "P_PIDFD",
            "IOPRIO_CLASS_NONE",
            "IOPRIO_CLASS_RT",
            "IOPRIO_CLASS_BE",
            "IOPRIO_CLASS_IDLE");

    @TempDir
    Path folder;

    private final CHeaders headers = new CHeaders();

    @Test
    void filesAreThoseOfTheHeader() throws IOException, InterruptedException {
        headers.size("struct iovec", VectorLayout.BYTES);
        headers.offset("struct iovec", "iov_base", VectorLayout.ADDRESS);
        headers.offset("struct iovec", "iov_len", VectorLayout.LENGTH);
        headers.size("struct open_how", OpenHowLayout.BYTES);
        headers.offset("struct open_how", "flags", OpenHowLayout.FLAGS);
        headers.offset("struct open_how", "mode", OpenHowLayout.MODE);
        headers.offset("struct open_how", "resolve", OpenHowLayout.RESOLVE);
        headers.size("struct statx", StatLayout.BYTES);
        headers.offset("struct statx", "stx_mask", StatLayout.MASK);
        headers.offset("struct statx", "stx_blksize", StatLayout.BLOCK_SIZE);
        headers.offset("struct statx", "stx_attributes", StatLayout.ATTRIBUTES);
        headers.offset("struct statx", "stx_nlink", StatLayout.LINKS);
        headers.offset("struct statx", "stx_uid", StatLayout.USER);
        headers.offset("struct statx", "stx_gid", StatLayout.GROUP);
        headers.offset("struct statx", "stx_mode", StatLayout.MODE);
        headers.offset("struct statx", "stx_ino", StatLayout.INODE);
        headers.offset("struct statx", "stx_size", StatLayout.SIZE);
        headers.offset("struct statx", "stx_blocks", StatLayout.BLOCKS);
        headers.offset("struct statx", "stx_attributes_mask", StatLayout.ATTRIBUTES_MASK);
        headers.offset("struct statx", "stx_atime", StatLayout.ACCESS_TIME);
        headers.offset("struct statx", "stx_btime", StatLayout.BIRTH_TIME);
        headers.offset("struct statx", "stx_ctime", StatLayout.CHANGE_TIME);
        headers.offset("struct statx", "stx_mtime", StatLayout.MODIFY_TIME);
        headers.offset("struct statx", "stx_mtime.tv_nsec", StatLayout.MODIFY_TIME + StatLayout.NANOS);
        headers.offset("struct statx", "stx_rdev_major", StatLayout.RDEV_MAJOR);
        headers.offset("struct statx", "stx_rdev_minor", StatLayout.RDEV_MINOR);
        headers.offset("struct statx", "stx_dev_major", StatLayout.DEV_MAJOR);
        headers.offset("struct statx", "stx_dev_minor", StatLayout.DEV_MINOR);
        headers.offset("struct statx", "stx_mnt_id", StatLayout.MOUNT);
        headers.offset("struct statx", "stx_dio_mem_align", StatLayout.DIRECT_MEMORY_ALIGNMENT);
        headers.offset("struct statx", "stx_dio_offset_align", StatLayout.DIRECT_OFFSET_ALIGNMENT);
        headers.compare(folder, "sys/stat.h", "sys/uio.h", "linux/openat2.h");
    }

    @Test
    void socketsAreThoseOfTheHeader() throws IOException, InterruptedException {
        headers.size("struct sockaddr_in", SocketAddresses.IPV4_BYTES);
        headers.offset("struct sockaddr_in", "sin_family", SocketAddresses.FAMILY);
        headers.offset("struct sockaddr_in", "sin_port", SocketAddresses.PORT);
        headers.offset("struct sockaddr_in", "sin_addr", SocketAddresses.IPV4_ADDRESS);
        headers.size("struct sockaddr_in6", SocketAddresses.IPV6_BYTES);
        headers.offset("struct sockaddr_in6", "sin6_family", SocketAddresses.FAMILY);
        headers.offset("struct sockaddr_in6", "sin6_port", SocketAddresses.PORT);
        headers.offset("struct sockaddr_in6", "sin6_addr", SocketAddresses.IPV6_ADDRESS);
        headers.offset("struct sockaddr_in6", "sin6_scope_id", SocketAddresses.IPV6_SCOPE);
        headers.size("struct sockaddr_un", UnixAddresses.MAX_BYTES);
        headers.offset("struct sockaddr_un", "sun_path", UnixAddresses.NAME);
        headers.size("struct linger", LingerLayout.BYTES);
        headers.offset("struct linger", "l_onoff", LingerLayout.ON);
        headers.offset("struct linger", "l_linger", LingerLayout.SECONDS);
        headers.size("struct ucred", CredentialsLayout.BYTES);
        headers.offset("struct ucred", "pid", CredentialsLayout.PROCESS);
        headers.offset("struct ucred", "uid", CredentialsLayout.USER);
        headers.offset("struct ucred", "gid", CredentialsLayout.GROUP);
        headers.size("struct msghdr", MessageLayout.BYTES);
        headers.offset("struct msghdr", "msg_name", MessageLayout.NAME);
        headers.offset("struct msghdr", "msg_namelen", MessageLayout.NAME_LENGTH);
        headers.offset("struct msghdr", "msg_iov", MessageLayout.VECTORS);
        headers.offset("struct msghdr", "msg_iovlen", MessageLayout.VECTOR_COUNT);
        headers.offset("struct msghdr", "msg_control", MessageLayout.CONTROL);
        headers.offset("struct msghdr", "msg_controllen", MessageLayout.CONTROL_LENGTH);
        headers.offset("struct msghdr", "msg_flags", MessageLayout.FLAGS);
        headers.size("struct cmsghdr", MessageLayout.PIECE_BYTES);
        headers.offset("struct cmsghdr", "cmsg_len", MessageLayout.PIECE_LENGTH);
        headers.offset("struct cmsghdr", "cmsg_level", MessageLayout.PIECE_LEVEL);
        headers.offset("struct cmsghdr", "cmsg_type", MessageLayout.PIECE_TYPE);
        headers.compare(folder, "netinet/in.h", "sys/socket.h", "sys/un.h");
    }

    @Test
    void multicastIsThatOfTheHeader() throws IOException, InterruptedException {
        headers.size("struct group_req", MulticastLayout.GROUP_BYTES);
        headers.offset("struct group_req", "gr_interface", MulticastLayout.INTERFACE);
        headers.offset("struct group_req", "gr_group", MulticastLayout.GROUP);
        headers.size("struct group_source_req", MulticastLayout.GROUP_SOURCE_BYTES);
        headers.offset("struct group_source_req", "gsr_interface", MulticastLayout.INTERFACE);
        headers.offset("struct group_source_req", "gsr_group", MulticastLayout.GROUP);
        headers.offset("struct group_source_req", "gsr_source", MulticastLayout.SOURCE);
        headers.size("struct ip_mreqn", MulticastLayout.IPV4_INTERFACE_BYTES);
        headers.offset("struct ip_mreqn", "imr_ifindex", MulticastLayout.IPV4_INTERFACE_INDEX);
        headers.compare(folder, "netinet/in.h");
    }

    /** An event of epoll is packed on x86-64 and nowhere else. */
    @Test
    void waitsAreThoseOfTheHeader() throws IOException, InterruptedException {
        headers.size("struct __kernel_timespec", TimespecLayout.BYTES);
        headers.offset("struct __kernel_timespec", "tv_sec", TimespecLayout.SECONDS);
        headers.offset("struct __kernel_timespec", "tv_nsec", TimespecLayout.NANOS);
        headers.size("struct epoll_event", EpollEventLayout.BYTES);
        headers.offset("struct epoll_event", "events", EpollEventLayout.EVENTS);
        headers.offset("struct epoll_event", "data", EpollEventLayout.DATA);
        headers.size("struct futex_waitv", FutexWaitLayout.BYTES);
        headers.offset("struct futex_waitv", "val", FutexWaitLayout.VALUE);
        headers.offset("struct futex_waitv", "uaddr", FutexWaitLayout.ADDRESS);
        headers.offset("struct futex_waitv", "flags", FutexWaitLayout.FLAGS);
        headers.offset("struct futex_waitv", "__reserved", FutexWaitLayout.RESERVED);
        headers.size("siginfo_t", SignalInfoLayout.BYTES);
        headers.offset("siginfo_t", "si_signo", SignalInfoLayout.SIGNAL);
        headers.offset("siginfo_t", "si_code", SignalInfoLayout.CODE);
        headers.offset("siginfo_t", "si_pid", SignalInfoLayout.PID);
        headers.offset("siginfo_t", "si_uid", SignalInfoLayout.UID);
        headers.offset("siginfo_t", "si_status", SignalInfoLayout.STATUS);
        headers.compare(folder, "sys/epoll.h", "signal.h", "linux/futex.h", "linux/time_types.h");
    }

    @Test
    void constantsAreThoseOfTheHeaders() throws IOException, InterruptedException, IllegalAccessException {
        for (Field constant : Libc.class.getFields()) {
            long value = ((Number) constant.get(null)).longValue();
            if (ENUMERATORS.contains(constant.getName())) {
                headers.value(constant.getName(), value);
            } else {
                headers.macro(constant.getName(), value);
            }
        }
        Set<String> unknown = headers.compare(
                folder,
                "fcntl.h",
                "poll.h",
                "sched.h",
                "stdio.h",
                "time.h",
                "netinet/in.h",
                "netinet/tcp.h",
                "netinet/udp.h",
                "sys/epoll.h",
                "sys/eventfd.h",
                "sys/mman.h",
                "sys/socket.h",
                "sys/stat.h",
                "sys/uio.h",
                "sys/wait.h",
                "sys/xattr.h",
                "linux/futex.h",
                "linux/ioprio.h",
                "linux/openat2.h");
        assertThat(YOUNG).containsAll(unknown);
    }
}
