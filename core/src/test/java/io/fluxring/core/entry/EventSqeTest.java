package io.fluxring.core.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.layout.SqeLayout;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What the operations on waiting refuse at the call. */
class EventSqeTest {
    private static final int U32 = Libc.FUTEX2_SIZE_U32;
    private static final long ANY = Libc.FUTEX_BITSET_MATCH_ANY;

    private final Sqe sqe = new Sqe(Arena.ofAuto().allocate(SqeLayout.BYTES, Long.BYTES));

    private void assertRefused(List<Consumer<Sqe>> calls) {
        assertThat(calls)
                .allSatisfy(call -> assertThatIllegalArgumentException().isThrownBy(() -> call.accept(sqe)));
    }

    @Test
    void aPollIsUpdatedToEventsThatCanBeUpdated() {
        assertRefused(List.of(
                s -> s.prepPollUpdateEvents(1, Libc.EPOLLEXCLUSIVE | Libc.POLLIN),
                s -> s.prepPollUpdate(1, 2, Libc.EPOLLET)));
        sqe.prepPollUpdateEvents(1, Libc.POLLIN | Libc.POLLRDHUP);
    }

    @Test
    void aTimeoutHasATimeAndOneClock() {
        int clocks = Abi.TIMEOUT_BOOTTIME | Abi.TIMEOUT_REALTIME;
        assertRefused(List.of(
                s -> s.prepTimeout(0, 0, 0),
                s -> s.prepTimeout(8, -1, 0),
                s -> s.prepTimeout(8, 1L << 31, 0),
                s -> s.prepTimeout(8, 0, clocks),
                s -> s.prepTimeout(8, 0, Abi.TIMEOUT_UPDATE),
                s -> s.prepTimeout(8, 0, Abi.TIMEOUT_ABS | Abi.TIMEOUT_MULTISHOT),
                s -> s.prepTimeoutMultishot(8, -1, 0),
                s -> s.prepTimeoutMultishot(8, 0, Abi.TIMEOUT_ABS),
                s -> s.prepTimeoutMultishot(8, 0, clocks)));
        sqe.prepTimeout(8, Integer.MAX_VALUE, Abi.TIMEOUT_ABS | Abi.TIMEOUT_REALTIME | Abi.TIMEOUT_ETIME_SUCCESS);
    }

    @Test
    void aTimeoutIsUpdatedWithoutAClock() {
        assertRefused(List.of(
                s -> s.prepTimeoutUpdate(1, 0, 0),
                s -> s.prepTimeoutUpdate(1, 8, Abi.TIMEOUT_BOOTTIME),
                s -> s.prepLinkTimeoutUpdate(1, 0, 0),
                s -> s.prepLinkTimeoutUpdate(1, 8, Abi.TIMEOUT_MULTISHOT)));
    }

    @Test
    void aLinksTimeoutIsNoMultishot() {
        assertRefused(List.of(
                s -> s.prepLinkTimeout(0, 0),
                s -> s.prepLinkTimeout(8, Abi.TIMEOUT_MULTISHOT),
                s -> s.prepLinkTimeout(8, Abi.TIMEOUT_BOOTTIME | Abi.TIMEOUT_REALTIME)));
    }

    @Test
    void epollNeedsAnEventToAddAndRoomToWait() {
        assertRefused(List.of(
                s -> s.prepEpollControl(3, 0, 4, 8),
                s -> s.prepEpollControl(3, 4, 4, 8),
                s -> s.prepEpollControl(3, Libc.EPOLL_CTL_ADD, 4, 0),
                s -> s.prepEpollControl(3, Libc.EPOLL_CTL_MOD, 4, 0),
                s -> s.prepEpollWait(3, 0, 1),
                s -> s.prepEpollWait(3, 8, 0)));
        sqe.prepEpollControl(3, Libc.EPOLL_CTL_DEL, 4, 0);
    }

    @Test
    void aProcessIsWaitedForToDoSomething() {
        assertRefused(List.of(
                s -> s.prepWaitId(4, 1, 0, Libc.WEXITED),
                s -> s.prepWaitId(-1, 1, 0, Libc.WEXITED),
                s -> s.prepWaitId(Libc.P_PID, 1, 0, 0),
                s -> s.prepWaitId(Libc.P_PID, 1, 0, Libc.WNOHANG),
                s -> s.prepWaitId(Libc.P_PID, 1, 0, Libc.WEXITED | 1 << 30)));
    }

    @Test
    void aFutexHasAnAddressASizeAndAMask() {
        assertRefused(List.of(
                s -> s.prepFutexWait(0, 0, ANY, U32),
                s -> s.prepFutexWait(8, -1, ANY, U32),
                s -> s.prepFutexWait(8, 1L << 32, ANY, U32),
                s -> s.prepFutexWait(8, 0, 0, U32),
                s -> s.prepFutexWait(8, 0, 1L << 32, U32),
                s -> s.prepFutexWait(8, 0, ANY, 0),
                s -> s.prepFutexWait(8, 0, ANY, U32 | 1),
                s -> s.prepFutexWake(0, 1, ANY, U32),
                s -> s.prepFutexWake(8, -1, ANY, U32),
                s -> s.prepFutexWaitAny(0, 1),
                s -> s.prepFutexWaitAny(8, 0),
                s -> s.prepFutexWaitAny(8, Libc.FUTEX_WAITV_MAX + 1)));
    }
}
