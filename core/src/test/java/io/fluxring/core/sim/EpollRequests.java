package io.fluxring.core.sim;

import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.NativeMemory;
import io.fluxring.core.sys.layout.EpollEventLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Changes to epoll instances, and waits for their events. */
final class EpollRequests {
    private final SimulatedKernel kernel;
    private final SimulatedRing ring;

    EpollRequests(SimulatedKernel kernel, SimulatedRing ring) {
        this.kernel = kernel;
        this.ring = ring;
    }

    void addTo(Behaviours behaviours) {
        behaviours.add(
                Opcode.EPOLL_CTL, EpollRequests::prepareControl, request -> ring.end(request, control(request), 0));
        behaviours.addOnFile(Opcode.EPOLL_WAIT, EpollRequests::prepareWait, this::await);
    }

    private static int prepareControl(Request request) {
        if (request.bufferGroup != 0 || request.fileIndex != 0) {
            return Errno.EINVAL.result();
        }
        if (request.length == Libc.EPOLL_CTL_ADD || request.length == Libc.EPOLL_CTL_MOD) {
            MemorySegment event = NativeMemory.at(request.address, EpollEventLayout.BYTES);
            request.detail = new EpollFile.Event(
                    Access.getInt(event, EpollEventLayout.EVENTS),
                    event.get(ValueLayout.JAVA_LONG_UNALIGNED, EpollEventLayout.DATA));
        }
        return 0;
    }

    private int control(Request request) {
        int fd = (int) request.off;
        KernelFile instance = kernel.file(request.fd);
        KernelFile file = kernel.file(fd);
        if (instance == null || file == null) {
            return kernel.badDescriptor(request.toString());
        }
        if (file instanceof OpenFile) {
            return Errno.EPERM.result();
        }
        if (file == instance || !(instance instanceof EpollFile epoll)) {
            return Errno.EINVAL.result();
        }
        EpollFile.Event event = (EpollFile.Event) request.detail;
        return switch (request.length) {
            case Libc.EPOLL_CTL_ADD -> epoll.add(file, fd, event.events(), event.data()) ? 0 : Errno.EEXIST.result();
            case Libc.EPOLL_CTL_MOD -> epoll.change(file, fd, event.events(), event.data()) ? 0 : Errno.ENOENT.result();
            case Libc.EPOLL_CTL_DEL -> epoll.remove(file, fd) ? 0 : Errno.ENOENT.result();
            default -> Errno.EINVAL.result();
        };
    }

    private static int prepareWait(Request request) {
        boolean unused =
                request.off != 0 || request.operationFlags != 0 || request.bufferGroup != 0 || request.fileIndex != 0;
        if (unused) {
            return Errno.EINVAL.result();
        }
        request.range(request.address, (int) Math.min(request.length * EpollEventLayout.BYTES, 1 << 20));
        return 0;
    }

    private boolean await(Request request) {
        if (!(request.file instanceof EpollFile epoll) || request.length < 1) {
            return ring.end(request, Errno.EINVAL.result(), 0);
        }
        List<EpollFile.Event> events = epoll.take(request.length);
        if (events.isEmpty()) {
            return false;
        }
        request.requireUnchanged(kernel);
        MemorySegment target = NativeMemory.at(request.address, events.size() * EpollEventLayout.BYTES);
        for (int i = 0; i < events.size(); i++) {
            long at = i * EpollEventLayout.BYTES;
            target.set(
                    ValueLayout.JAVA_INT_UNALIGNED,
                    at + EpollEventLayout.EVENTS,
                    events.get(i).events());
            target.set(
                    ValueLayout.JAVA_LONG_UNALIGNED,
                    at + EpollEventLayout.DATA,
                    events.get(i).data());
        }
        return ring.end(request, events.size(), 0);
    }
}
