package io.fluxring.core.sim;

import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.layout.EpollEventLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.function.Consumer;

/** Epoll instances. */
final class EpollScenarios {
    private static final int FIRST = 1;
    private static final int SECOND = 2;
    private static final int ROOM = 4;

    private EpollScenarios() {}

    static void addTo(Map<String, Consumer<Bench>> all) {
        all.put("epoll, by level", EpollScenarios::level);
        all.put("epoll, by edge", EpollScenarios::edge);
        all.put("epoll, once", EpollScenarios::once);
        all.put("epoll, changed and removed", EpollScenarios::changed);
        all.put("epoll of a descriptor that is closed", EpollScenarios::closed);
        all.put("epoll that is refused", EpollScenarios::refused);
    }

    private static void control(Bench bench, int epoll, int operation, int fd, int events, long data) {
        MemorySegment event = bench.arena.allocate(EpollEventLayout.BYTES, 8);
        event.set(ValueLayout.JAVA_INT, EpollEventLayout.EVENTS, events);
        event.set(ValueLayout.JAVA_LONG_UNALIGNED, EpollEventLayout.DATA, data);
        bench.sqe().prepEpollControl(epoll, operation, fd, event.address()).userData(FIRST);
        bench.submit(1);
    }

    private static MemorySegment await(Bench bench, int epoll, int room) {
        MemorySegment events = bench.arena.allocate(ROOM * EpollEventLayout.BYTES, 8);
        bench.sqe().prepEpollWait(epoll, events.address(), room).userData(SECOND);
        return events;
    }

    private static void show(Bench bench, MemorySegment events) {
        for (int i = 0; i < ROOM; i++) {
            long at = i * EpollEventLayout.BYTES;
            bench.note(Integer.toHexString(events.get(ValueLayout.JAVA_INT_UNALIGNED, at + EpollEventLayout.EVENTS))
                    + " of " + events.get(ValueLayout.JAVA_LONG_UNALIGNED, at + EpollEventLayout.DATA));
        }
    }

    private static void level(Bench bench) {
        int epoll = bench.epoll();
        int fd = bench.eventFd();
        control(bench, epoll, Libc.EPOLL_CTL_ADD, fd, Libc.POLLIN, 0x1122334455667788L);
        MemorySegment events = await(bench, epoll, ROOM);
        bench.submit(0);
        bench.kernel.signalEventFd(fd);
        bench.submit(1);
        show(bench, events);
        await(bench, epoll, ROOM);
        bench.submit(1);
        await(bench, bench.epoll(), ROOM);
        bench.submit(0);
        bench.sqe().prepCancel(SECOND).userData(FIRST);
        bench.submitTogether(2);
    }

    private static void edge(Bench bench) {
        int epoll = bench.epoll();
        for (int i = 0; i < 3; i++) {
            int fd = bench.eventFd();
            control(bench, epoll, Libc.EPOLL_CTL_ADD, fd, Libc.POLLIN | Libc.EPOLLET, i);
            bench.kernel.signalEventFd(fd);
        }
        MemorySegment events = await(bench, epoll, 2);
        bench.submit(1);
        show(bench, events);
        events = await(bench, epoll, ROOM);
        bench.submit(1);
        show(bench, events);
        await(bench, epoll, ROOM);
        bench.submit(0);
        bench.sqe().prepCancel(SECOND).userData(FIRST);
        bench.submitTogether(2);
    }

    private static void once(Bench bench) {
        int epoll = bench.epoll();
        int fd = bench.eventFd();
        control(bench, epoll, Libc.EPOLL_CTL_ADD, fd, Libc.POLLOUT | Libc.EPOLLONESHOT, 5);
        show(bench, waited(bench, epoll));
        await(bench, epoll, ROOM);
        bench.submit(0);
        bench.sqe()
                .prepEpollControl(epoll, Libc.EPOLL_CTL_MOD, fd, event(bench, Libc.POLLOUT | Libc.EPOLLONESHOT))
                .userData(FIRST);
        bench.submitTogether(2);
    }

    private static long event(Bench bench, int events) {
        MemorySegment event = bench.arena.allocate(EpollEventLayout.BYTES, 8);
        event.set(ValueLayout.JAVA_INT, EpollEventLayout.EVENTS, events);
        return event.address();
    }

    private static MemorySegment waited(Bench bench, int epoll) {
        MemorySegment events = await(bench, epoll, ROOM);
        bench.submit(1);
        return events;
    }

    private static void changed(Bench bench) {
        int epoll = bench.epoll();
        int fd = bench.eventFd();
        control(bench, epoll, Libc.EPOLL_CTL_MOD, fd, Libc.POLLIN, 1);
        control(bench, epoll, Libc.EPOLL_CTL_ADD, fd, Libc.POLLIN, 1);
        control(bench, epoll, Libc.EPOLL_CTL_ADD, fd, Libc.POLLIN, 1);
        control(bench, epoll, Libc.EPOLL_CTL_MOD, fd, Libc.POLLOUT, 2);
        show(bench, waited(bench, epoll));
        control(bench, epoll, Libc.EPOLL_CTL_DEL, fd, 0, 0);
        control(bench, epoll, Libc.EPOLL_CTL_DEL, fd, 0, 0);
    }

    private static void closed(Bench bench) {
        int epoll = bench.epoll();
        int fd = bench.eventFd();
        control(bench, epoll, Libc.EPOLL_CTL_ADD, fd, Libc.POLLOUT, 1);
        bench.disowns(fd);
        bench.sqe().prepClose(fd).userData(FIRST);
        bench.submit(1);
        control(bench, epoll, Libc.EPOLL_CTL_ADD, bench.eventFd(), Libc.POLLOUT, 2);
        show(bench, waited(bench, epoll));
    }

    private static void refused(Bench bench) {
        int epoll = bench.epoll();
        int fd = bench.eventFd();
        control(bench, fd, Libc.EPOLL_CTL_ADD, epoll, Libc.POLLIN, 1);
        control(bench, epoll, Libc.EPOLL_CTL_ADD, epoll, Libc.POLLIN, 1);
        control(bench, epoll, Libc.EPOLL_CTL_ADD, 9999, Libc.POLLIN, 1);
        control(bench, 9999, Libc.EPOLL_CTL_ADD, fd, Libc.POLLIN, 1);
        waited(bench, fd);
        waited(bench, 9999);
        bench.opens(true);
        bench.sqe()
                .prepOpen(Libc.AT_FDCWD, bench.path("file"), Libc.O_CREAT | Libc.O_RDWR | Libc.O_CLOEXEC, 0644)
                .userData(FIRST);
        bench.submit(1);
        bench.opens(false);
        int file = bench.result(0);
        bench.owns(file);
        control(bench, epoll, Libc.EPOLL_CTL_ADD, file, Libc.POLLIN, 1);
    }
}
