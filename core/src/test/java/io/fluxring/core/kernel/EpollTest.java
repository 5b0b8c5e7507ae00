package io.fluxring.core.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.layout.EpollEventLayout;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An epoll instance, changed and waited for by the ring. */
class EpollTest {
    private static final int ROOM = 16;

    private final KernelRing ring = KernelRing.open();
    private final int epoll = ring.owned(LibcCalls.epollCreate());
    private final MemorySegment events = ring.allocate(ROOM * EpollEventLayout.BYTES);

    @AfterEach
    void close() {
        ring.close();
    }

    private int control(int operation, int fd, int wanted, long data) {
        MemorySegment event = ring.allocate(EpollEventLayout.BYTES);
        event.set(JAVA_INT, EpollEventLayout.EVENTS, wanted);
        event.set(JAVA_LONG_UNALIGNED, EpollEventLayout.DATA, data);
        return ring.run(sqe -> sqe.prepEpollControl(epoll, operation, fd, event.address()))
                .result();
    }

    private long waitFor(int room) {
        return ring.add(sqe -> sqe.prepEpollWait(epoll, events.address(), room));
    }

    private int eventsAt(int index) {
        return events.get(JAVA_INT, index * EpollEventLayout.BYTES + EpollEventLayout.EVENTS);
    }

    private long dataAt(int index) {
        return events.get(JAVA_LONG_UNALIGNED, index * EpollEventLayout.BYTES + EpollEventLayout.DATA);
    }

    @Test
    @Shows(
            value = {Opcode.EPOLL_CTL, Opcode.EPOLL_WAIT},
            behaviour = "epwait")
    void aWaitCompletesWithWhatHappened() {
        int fd = ring.eventFd();
        assertThat(control(Libc.EPOLL_CTL_ADD, fd, Libc.POLLIN, 0x1122334455667788L))
                .isZero();
        long waiting = waitFor(ROOM);
        assertThat(ring.takeReady()).isEmpty();
        ring.signal(fd);
        assertThat(ring.await()).isEqualTo(new Cqe(waiting, 1, 0));
        assertThat(eventsAt(0)).isEqualTo(Libc.POLLIN);
        assertThat(dataAt(0)).isEqualTo(0x1122334455667788L);
        long again = waitFor(ROOM);
        assertThat(ring.await()).as("what is there completes at once").isEqualTo(new Cqe(again, 1, 0));
    }

    @Test
    @Shows(
            value = {Opcode.EPOLL_CTL, Opcode.EPOLL_WAIT},
            behaviour = "epwait")
    void manyEventsFillTheRoomThereIs() {
        for (int i = 0; i < 5; i++) {
            int fd = ring.eventFd();
            assertThat(control(Libc.EPOLL_CTL_ADD, fd, Libc.POLLIN | Libc.EPOLLET, i))
                    .isZero();
            ring.signal(fd);
        }
        Set<Long> seen = new HashSet<>();
        waitFor(3);
        assertThat(ring.await().result()).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
            seen.add(dataAt(i));
        }
        waitFor(ROOM);
        assertThat(ring.await().result()).isEqualTo(2);
        seen.add(dataAt(0));
        seen.add(dataAt(1));
        assertThat(seen).containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L);
        long none = waitFor(ROOM);
        assertThat(ring.takeReady()).as("each edge is told once").isEmpty();
        assertThat(ring.run(sqe -> sqe.prepCancel(none)).result()).isZero();
        assertThat(ring.awaitOf(none).failedWith(Errno.ECANCELED)).isTrue();
    }

    @Test
    @Shows({Opcode.EPOLL_CTL, Opcode.EPOLL_WAIT})
    void aDescriptorIsChangedAndRemoved() {
        int fd = ring.eventFd();
        assertThat(control(Libc.EPOLL_CTL_MOD, fd, Libc.POLLIN, 1)).isEqualTo(Errno.ENOENT.result());
        assertThat(control(Libc.EPOLL_CTL_ADD, fd, Libc.POLLIN, 1)).isZero();
        assertThat(control(Libc.EPOLL_CTL_ADD, fd, Libc.POLLIN, 1)).isEqualTo(Errno.EEXIST.result());
        assertThat(control(Libc.EPOLL_CTL_MOD, fd, Libc.POLLOUT, 2)).isZero();
        long waiting = waitFor(ROOM);
        assertThat(ring.await()).isEqualTo(new Cqe(waiting, 1, 0));
        assertThat(eventsAt(0)).isEqualTo(Libc.POLLOUT);
        assertThat(dataAt(0)).isEqualTo(2);
        assertThat(ring.run(sqe -> sqe.prepEpollControl(epoll, Libc.EPOLL_CTL_DEL, fd, 0))
                        .result())
                .isZero();
        assertThat(ring.run(sqe -> sqe.prepEpollControl(epoll, Libc.EPOLL_CTL_DEL, fd, 0))
                        .failedWith(Errno.ENOENT))
                .isTrue();
        assertThat(ring.run(sqe -> sqe.prepEpollWait(fd, events.address(), 1)).failedWith(Errno.EINVAL))
                .as("no epoll instance")
                .isTrue();
    }
}
