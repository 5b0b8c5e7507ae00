package io.fluxring.core.sim;

import io.fluxring.core.sys.Libc;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An epoll instance: descriptors, and the events of each that are of interest. */
final class EpollFile extends KernelFile {
    private static final int ALWAYS = Libc.POLLERR | Libc.POLLHUP;
    private static final int MODES = Libc.EPOLLET | Libc.EPOLLONESHOT | Libc.EPOLLEXCLUSIVE;

    /** One descriptor, with the event that tells of it. */
    private static final class Interest {
        private final KernelFile file;
        private final int fd;
        private int events;
        private long data;
        private long seenChanges = -1;
        private boolean spent;

        Interest(KernelFile file, int fd) {
            this.file = file;
            this.fd = fd;
        }

        void set(int newEvents, long newData) {
            events = newEvents;
            data = newData;
            seenChanges = -1;
            spent = false;
        }

        private boolean has(int mode) {
            return (events & mode) != 0;
        }

        int ready() {
            boolean news = !has(Libc.EPOLLET) || file.changes() != seenChanges;
            return spent || !news ? 0 : file.events() & (events & ~MODES | ALWAYS);
        }
    }

    /** One event that is told of. */
    record Event(int events, long data) {}

    /** In the order in which they are told of: those that were come last. */
    private final List<Interest> interests = new ArrayList<>();

    /** Adds a descriptor; whether it was not there yet. */
    boolean add(KernelFile file, int fd, int events, long data) {
        if (find(file, fd) != null) {
            return false;
        }
        Interest interest = new Interest(file, fd);
        interest.set(events, data);
        interests.add(interest);
        changed();
        return true;
    }

    /** Changes a descriptor; whether it was there. */
    boolean change(KernelFile file, int fd, int events, long data) {
        Interest interest = find(file, fd);
        if (interest != null) {
            interest.set(events, data);
            changed();
        }
        return interest != null;
    }

    /** Removes a descriptor; whether it was there. */
    boolean remove(KernelFile file, int fd) {
        return interests.remove(find(file, fd));
    }

    private @Nullable Interest find(KernelFile file, int fd) {
        for (Interest interest : interests) {
            if (interest.file == file && interest.fd == fd) {
                return interest;
            }
        }
        return null;
    }

    /** Takes so many events, or as many as there are. */
    List<Event> take(int most) {
        interests.removeIf(interest -> interest.file.isGone());
        List<Event> taken = new ArrayList<>();
        for (Interest interest : List.copyOf(interests)) {
            int ready = taken.size() < most ? interest.ready() : 0;
            if (ready != 0) {
                taken.add(new Event(ready, interest.data));
                interest.seenChanges = interest.file.changes();
                interest.spent = interest.has(Libc.EPOLLONESHOT);
                interests.remove(interest);
                interests.add(interest);
            }
        }
        return taken;
    }

    @Override
    int events() {
        return interests.stream().anyMatch(interest -> !interest.file.isGone() && interest.ready() != 0)
                ? Libc.POLLIN
                : 0;
    }

    @Override
    public String toString() {
        return "epoll of " + interests.size();
    }
}
