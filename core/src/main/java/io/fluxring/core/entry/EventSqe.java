package io.fluxring.core.entry;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.layout.EpollEventLayout;
import io.fluxring.core.sys.layout.FutexWaitLayout;
import io.fluxring.core.sys.layout.SignalInfoLayout;
import io.fluxring.core.sys.layout.TimespecLayout;

/**
 * The operations on waiting: for readiness, time, processes and futexes. In the order of the kernel's header. What holds for
 * all of them is said at {@link Sqe}.
 *
 * <p>Times are {@link TimespecLayout}s. They are read during submission: the memory is free again when the enter has returned,
 * or, with a polling thread, when the entry was consumed.
 */
public sealed interface EventSqe permits Sqe {
    private Sqe entry() {
        return (Sqe) this; // the only implementation; what it writes with stays its own
    }

    // ---- poll

    /**
     * Waits for events of a descriptor, {@code poll(2)}. Completes once, with the events; at once when they are there. Polled
     * again each time, this is the level-triggered poll: the kernel refuses {@code IORING_POLL_ADD_LEVEL} ({@code -EINVAL},
     * seen on 6.18), though its header has it.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param events {@link Libc#POLLIN} and its likes; POLLERR and POLLHUP are reported without being asked for
     * @return this entry
     */
    @Prepares(Opcode.POLL_ADD)
    default Sqe prepPoll(int fd, int events) {
        return entry().write(Opcode.POLL_ADD, 0, fd, 0, 0, 0, events, 0, 0);
    }

    /**
     * Like {@link #prepPoll}, with a completion for each wake-up of the descriptor, until it is cancelled. Edge-triggered: what
     * is left unread causes no further wake-up. A full completion queue ends it, with a completion that has events and no
     * {@link Abi#CQE_F_MORE}. Can't be combined with {@link Sqe#skipSuccess}. Since Linux 5.13.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param events {@link Libc#POLLIN} and its likes
     * @return this entry
     */
    @Prepares(value = Opcode.POLL_ADD, since = "5.13")
    default Sqe prepPollMultishot(int fd, int events) {
        return entry().write(Opcode.POLL_ADD, 0, fd, 0, 0, Abi.POLL_ADD_MULTI, events, 0, 0);
    }

    /**
     * Ends a poll, by its user data. Completes with 0, {@code -ENOENT} when there is no such poll, or {@code -EALREADY} when it
     * is completing; the poll ends with {@code -ECANCELED}. Finds polls only, and of several with the same user data one.
     *
     * @param userData the poll's
     * @return this entry
     */
    @Prepares(Opcode.POLL_REMOVE)
    default Sqe prepPollRemove(long userData) {
        return entry().write(Opcode.POLL_REMOVE, 0, -1, 0, userData, 0, 0, 0, 0);
    }

    /**
     * Changes what a poll waits for. Completes like {@link #prepPollRemove}, but the poll goes on; when an event of the new
     * ones is there already the poll sees it at once. A multishot poll stays one, and a single one a single one. Since Linux
     * 5.13.
     *
     * @param userData the poll's
     * @param events the events from now on; without {@link Libc#EPOLLEXCLUSIVE}, which can't be changed
     * @return this entry
     */
    @Prepares(value = Opcode.POLL_REMOVE, since = "5.13")
    default Sqe prepPollUpdateEvents(long userData, int events) {
        return pollUpdate(userData, 0, events, Abi.POLL_UPDATE_EVENTS);
    }

    /**
     * Changes the user data that a poll's completions carry, and that it is found by. Otherwise like
     * {@link #prepPollUpdateEvents}. Since Linux 5.13.
     *
     * @param userData the poll's
     * @param newUserData what its completions carry from now on
     * @return this entry
     */
    @Prepares(value = Opcode.POLL_REMOVE, since = "5.13")
    default Sqe prepPollUpdateUserData(long userData, long newUserData) {
        return pollUpdate(userData, newUserData, 0, Abi.POLL_UPDATE_USER_DATA);
    }

    /**
     * {@link #prepPollUpdateEvents} and {@link #prepPollUpdateUserData} in one. Since Linux 5.13.
     *
     * @param userData the poll's
     * @param newUserData what its completions carry from now on
     * @param events {@link Libc#POLLIN} and its likes
     * @return this entry
     */
    @Prepares(value = Opcode.POLL_REMOVE, since = "5.13")
    default Sqe prepPollUpdate(long userData, long newUserData, int events) {
        return pollUpdate(userData, newUserData, events, Abi.POLL_UPDATE_EVENTS | Abi.POLL_UPDATE_USER_DATA);
    }

    private Sqe pollUpdate(long userData, long newUserData, int events, int what) {
        Arguments.flags(events, 0xffff, "events"); // the kernel would drop others without a word
        return entry().write(Opcode.POLL_REMOVE, 0, -1, newUserData, userData, what, events, 0, 0);
    }

    // ---- time

    /**
     * Completes with {@code -ETIME} after a time, or with 0 after a number of other completions, whichever is first. When it
     * expires it ends a wait of the ring's thread as well, for however many completions that is; a link's timeout does not.
     *
     * @param timespecAddress a {@link TimespecLayout}; read during submission
     * @param completions the number of completions, up to 2,147,483,647; 0 for the time alone. With
     *     {@link Abi#TIMEOUT_MULTISHOT}: the number of its own completions
     * @param timeoutFlags {@link Abi#TIMEOUT_ABS} for a point in time; {@link Abi#TIMEOUT_BOOTTIME} or
     *     {@link Abi#TIMEOUT_REALTIME} (5.15) for another clock than CLOCK_MONOTONIC; {@link Abi#TIMEOUT_ETIME_SUCCESS} (5.16)
     *     for a link that goes on behind it; {@link Abi#TIMEOUT_MULTISHOT} (6.4), not with a point in time
     * @return this entry
     */
    @Prepares(Opcode.TIMEOUT)
    default Sqe prepTimeout(long timespecAddress, long completions, int timeoutFlags) {
        if (completions < 0 || completions > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("completions is not within 0 and 2147483647: " + completions);
        }
        requireTimeoutFlags(timeoutFlags, Abi.TIMEOUT_ETIME_SUCCESS | Abi.TIMEOUT_MULTISHOT);
        Arguments.address(timespecAddress, "timespecAddress");
        return entry().write(Opcode.TIMEOUT, 0, -1, completions, timespecAddress, 1, timeoutFlags, 0, 0);
    }

    /**
     * Completes with {@code -ETIME} again and again, each time that a duration has passed since the one before. All but the
     * last carry {@link Abi#CQE_F_MORE}. Since Linux 6.4.
     *
     * @param timespecAddress the duration, a {@link TimespecLayout}; read during submission
     * @param repetitions how many times, 0 until it is removed
     * @param clockFlags {@link Abi#TIMEOUT_BOOTTIME} or {@link Abi#TIMEOUT_REALTIME}, or 0 for CLOCK_MONOTONIC
     * @return this entry
     */
    @Prepares(value = Opcode.TIMEOUT, since = "6.4")
    default Sqe prepTimeoutMultishot(long timespecAddress, int repetitions, int clockFlags) {
        return prepTimeout(timespecAddress, repetitions, clockFlags | Abi.TIMEOUT_MULTISHOT);
    }

    /**
     * Calls a timeout off, by its user data. Completes with 0, {@code -ENOENT} when there is none, or {@code -EALREADY} when it
     * has just expired; the timeout ends with {@code -ECANCELED}. A link's timeout is not found by this.
     *
     * @param userData the timeout's
     * @return this entry
     */
    @Prepares(Opcode.TIMEOUT_REMOVE)
    default Sqe prepTimeoutRemove(long userData) {
        return entry().write(Opcode.TIMEOUT_REMOVE, 0, -1, 0, userData, 0, 0, 0, 0);
    }

    /**
     * Gives a timeout another time, counted from now on; by the clock that it was made with. Its number of completions is
     * dropped. Completes like {@link #prepTimeoutRemove}, but the timeout goes on. Since Linux 5.11.
     *
     * @param userData the timeout's
     * @param timespecAddress a {@link TimespecLayout}; read during submission
     * @param timeoutFlags {@link Abi#TIMEOUT_ABS} for a point in time, or 0
     * @return this entry
     */
    @Prepares(value = Opcode.TIMEOUT_REMOVE, since = "5.11")
    default Sqe prepTimeoutUpdate(long userData, long timespecAddress, int timeoutFlags) {
        return timeoutUpdate(userData, timespecAddress, timeoutFlags, Abi.TIMEOUT_UPDATE);
    }

    /**
     * Like {@link #prepTimeoutUpdate}, for the timeout of a link that has been armed. Since Linux 5.15.
     *
     * @param userData the timeout's
     * @param timespecAddress see {@link #prepTimeoutUpdate}
     * @param timeoutFlags see {@link #prepTimeoutUpdate}
     * @return this entry
     */
    @Prepares(value = Opcode.TIMEOUT_REMOVE, since = "5.15")
    default Sqe prepLinkTimeoutUpdate(long userData, long timespecAddress, int timeoutFlags) {
        // without the first of the two the kernel takes it for a removal
        return timeoutUpdate(userData, timespecAddress, timeoutFlags, Abi.TIMEOUT_UPDATE | Abi.LINK_TIMEOUT_UPDATE);
    }

    private Sqe timeoutUpdate(long userData, long timespecAddress, int timeoutFlags, int what) {
        Arguments.address(timespecAddress, "timespecAddress");
        Arguments.flags(timeoutFlags, Abi.TIMEOUT_ABS, "timeoutFlags");
        return entry().write(Opcode.TIMEOUT_REMOVE, 0, -1, timespecAddress, userData, 0, timeoutFlags | what, 0, 0);
    }

    /**
     * Limits the time of the entry before it, which has {@link Sqe#link} or {@link Sqe#hardLink}. Starts when that one starts.
     * Completes with {@code -ETIME} when it has cancelled that one, and with {@code -ECANCELED} when that one was done first.
     * It finds that one by its user data: that must be unique among all that is in flight. Anywhere else than behind a linked
     * entry it is refused with {@code -EINVAL}.
     *
     * @param timespecAddress a {@link TimespecLayout}; read during submission
     * @param timeoutFlags as in {@link #prepTimeout}, but without {@link Abi#TIMEOUT_MULTISHOT}
     * @return this entry
     */
    @Prepares(Opcode.LINK_TIMEOUT)
    default Sqe prepLinkTimeout(long timespecAddress, int timeoutFlags) {
        Arguments.address(timespecAddress, "timespecAddress");
        requireTimeoutFlags(timeoutFlags, Abi.TIMEOUT_ETIME_SUCCESS);
        return entry().write(Opcode.LINK_TIMEOUT, 0, -1, 0, timespecAddress, 1, timeoutFlags, 0, 0);
    }

    private static void requireTimeoutFlags(int flags, int others) {
        int clocks = Abi.TIMEOUT_BOOTTIME | Abi.TIMEOUT_REALTIME;
        Arguments.flags(flags, Abi.TIMEOUT_ABS | clocks | others, "timeoutFlags");
        if ((flags & clocks) == clocks) {
            throw new IllegalArgumentException("timeoutFlags has two clocks: 0x" + Integer.toHexString(flags));
        }
        if ((flags & Abi.TIMEOUT_ABS) != 0 && (flags & Abi.TIMEOUT_MULTISHOT) != 0) {
            throw new IllegalArgumentException("a multishot timeout has a duration, not a point in time");
        }
    }

    // ---- epoll

    /**
     * Adds, changes or removes a descriptor of an epoll instance, {@code epoll_ctl(2)}. Completes with 0 or the call's error.
     *
     * @param epollFd the epoll instance's descriptor
     * @param operation {@link Libc#EPOLL_CTL_ADD}, {@link Libc#EPOLL_CTL_MOD} or {@link Libc#EPOLL_CTL_DEL}
     * @param fd the descriptor to watch; never a slot
     * @param eventAddress an {@link EpollEventLayout}, read during submission; may be 0 for {@link Libc#EPOLL_CTL_DEL}
     * @return this entry
     */
    @Prepares(Opcode.EPOLL_CTL)
    default Sqe prepEpollControl(int epollFd, int operation, int fd, long eventAddress) {
        if (operation < Libc.EPOLL_CTL_ADD || operation > Libc.EPOLL_CTL_MOD) {
            throw new IllegalArgumentException("operation is none of EPOLL_CTL_*: " + operation);
        }
        if (operation != Libc.EPOLL_CTL_DEL) {
            Arguments.address(eventAddress, "eventAddress");
        }
        return entry().write(Opcode.EPOLL_CTL, 0, epollFd, fd, eventAddress, operation, 0, 0, 0);
    }

    // ---- processes

    /**
     * Waits for a child process to change its state, {@code waitid(2)}. Completes with 0, or with {@code -ECHILD} when there is
     * no such child. A wait without {@link Libc#WNOWAIT} takes the news from all others, such as {@link Process}.
     *
     * @param idType {@link Libc#P_PID} and its likes
     * @param id the process, group or descriptor of a process; ignored for {@link Libc#P_ALL}
     * @param infoAddress where the kernel tells what happened, a {@link SignalInfoLayout}, kept until the completion; 0 for no
     *     interest
     * @param options {@link Libc#WEXITED}, {@link Libc#WSTOPPED}, {@link Libc#WCONTINUED}, at least one of them, and
     *     {@link Libc#WNOWAIT}, {@link Libc#WNOHANG}
     * @return this entry
     */
    @Prepares(Opcode.WAITID)
    default Sqe prepWaitId(int idType, int id, long infoAddress, int options) {
        if (idType < Libc.P_ALL || idType > Libc.P_PIDFD) {
            throw new IllegalArgumentException("idType is none of P_*: " + idType);
        }
        int states = Libc.WEXITED | Libc.WSTOPPED | Libc.WCONTINUED;
        Arguments.flags(options, states | Libc.WNOHANG | Libc.WNOWAIT, "options");
        if ((options & states) == 0) {
            throw new IllegalArgumentException("options has none of WEXITED, WSTOPPED, WCONTINUED");
        }
        return entry().write(Opcode.WAITID, 0, id, infoAddress, 0, idType, 0, 0, options);
    }

    // ---- futexes

    /**
     * Waits until a futex is woken, {@code futex_wait(2)}. Completes with 0 when woken, with {@code -EAGAIN} at once when
     * the futex does not hold the value.
     *
     * @param futexAddress 4 bytes, aligned; must stay valid until the completion
     * @param value what it is expected to hold, as an unsigned number of 32 bits
     * @param mask of a wake's mask at least one bit must be in here; {@link Libc#FUTEX_BITSET_MATCH_ANY} for any, never 0
     * @param futexFlags {@link Libc#FUTEX2_SIZE_U32}, and {@link Libc#FUTEX2_PRIVATE} within one process
     * @return this entry
     */
    @Prepares(Opcode.FUTEX_WAIT)
    default Sqe prepFutexWait(long futexAddress, long value, long mask, int futexFlags) {
        requireFutex(futexAddress, mask, futexFlags);
        if (value < 0 || value > 0xffffffffL) {
            throw new IllegalArgumentException("value is not within 0 and 0xffffffff: " + value);
        }
        entry().write(Opcode.FUTEX_WAIT, 0, futexFlags, value, futexAddress, 0, 0, 0, 0);
        return entry().address3(mask);
    }

    /**
     * Wakes some that wait for a futex, {@code futex_wake(2)}; those that wait by a system call as well. Completes with their
     * number.
     *
     * @param futexAddress the futex, 4 bytes, aligned
     * @param count how many at most
     * @param mask whom, see {@link #prepFutexWait}; {@link Libc#FUTEX_BITSET_MATCH_ANY} for any, never 0
     * @param futexFlags as the waiting ones have them
     * @return this entry
     */
    @Prepares(Opcode.FUTEX_WAKE)
    default Sqe prepFutexWake(long futexAddress, int count, long mask, int futexFlags) {
        requireFutex(futexAddress, mask, futexFlags);
        Arguments.notNegative(count, "count");
        entry().write(Opcode.FUTEX_WAKE, 0, futexFlags, count, futexAddress, 0, 0, 0, 0);
        return entry().address3(mask);
    }

    private static void requireFutex(long futexAddress, long mask, int futexFlags) {
        Arguments.address(futexAddress, "futexAddress");
        Arguments.flags(futexFlags, Libc.FUTEX2_SIZE_U32 | Libc.FUTEX2_PRIVATE, "futexFlags");
        if ((futexFlags & Libc.FUTEX2_SIZE_U32) == 0) {
            throw new IllegalArgumentException("futexFlags has no size: FUTEX2_SIZE_U32 is the only one there is");
        }
        if (mask <= 0 || mask > Libc.FUTEX_BITSET_MATCH_ANY) {
            throw new IllegalArgumentException("mask is not within 1 and 0xffffffff: " + mask);
        }
    }

    /**
     * Waits until one of several futexes is woken, {@code futex_waitv(2)}. Completes with the index of one that was
     * woken, or with {@code -EAGAIN} at once when one does not hold its value.
     *
     * @param arrayAddress {@link FutexWaitLayout}s, read during submission; the futexes stay valid until the completion
     * @param count how many, 1 to {@link Libc#FUTEX_WAITV_MAX}
     * @return this entry
     */
    @Prepares(Opcode.FUTEX_WAITV)
    default Sqe prepFutexWaitAny(long arrayAddress, int count) {
        Arguments.address(arrayAddress, "arrayAddress");
        if (count < 1 || count > Libc.FUTEX_WAITV_MAX) {
            throw new IllegalArgumentException("count is not within 1 and 128: " + count);
        }
        return entry().write(Opcode.FUTEX_WAITV, 0, 0, 0, arrayAddress, count, 0, 0, 0);
    }

    // ---- epoll again, where the kernel has it

    /**
     * Waits for events of an epoll instance, {@code epoll_wait(2)}. Completes with how many were stored; at once when there are
     * some.
     *
     * @param epollFd the epoll instance's descriptor
     * @param eventsAddress where to store {@link EpollEventLayout}s; must stay valid until the completion
     * @param maximumEvents how many there is room for, at least 1
     * @return this entry
     */
    @Prepares(Opcode.EPOLL_WAIT)
    default Sqe prepEpollWait(int epollFd, long eventsAddress, int maximumEvents) {
        Arguments.address(eventsAddress, "eventsAddress");
        Arguments.positive(maximumEvents, "maximumEvents");
        return entry().write(Opcode.EPOLL_WAIT, 0, epollFd, 0, eventsAddress, maximumEvents, 0, 0, 0);
    }
}
