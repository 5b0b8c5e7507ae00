package io.fluxring.core.sim;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.core.sys.layout.LingerLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;

/** The calls on sockets that don't go through a ring. */
final class SocketScenarios {
    private SocketScenarios() {}

    static void addTo(Map<String, Consumer<Bench>> all) {
        all.put("options by calls", SocketScenarios::options);
        all.put("options of what is no socket", SocketScenarios::noSocket);
        all.put("names by calls", SocketScenarios::names);
        all.put("shutdown by a call", SocketScenarios::shutdown);
    }

    private static void options(Bench bench) {
        int fd = bench.listener(1);
        note(bench, "set", bench.kernel.setSocketOption(fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, 1));
        note(bench, "get", bench.kernel.getSocketOption(fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY));
        note(bench, "keep-alive", bench.kernel.getSocketOption(fd, Libc.SOL_SOCKET, Libc.SO_KEEPALIVE));
        note(bench, "error", bench.kernel.getSocketOption(fd, Libc.SOL_SOCKET, Libc.SO_ERROR));
        MemorySegment linger = bench.arena.allocate(LingerLayout.BYTES, 4);
        LingerLayout.put(linger, 5);
        note(bench, "set", bench.kernel.setSocketOption(fd, Libc.SOL_SOCKET, Libc.SO_LINGER, linger));
        linger.fill((byte) 0);
        note(bench, "get", bench.kernel.getSocketOption(fd, Libc.SOL_SOCKET, Libc.SO_LINGER, linger));
        bench.note(Arrays.toString(linger.toArray(ValueLayout.JAVA_INT)));
        MemorySegment half = linger.asSlice(0, 4);
        note(bench, "get half", bench.kernel.getSocketOption(fd, Libc.SOL_SOCKET, Libc.SO_LINGER, half));
        MemorySegment tooShort = linger.asSlice(0, 2);
        note(bench, "set half", bench.kernel.setSocketOption(fd, Libc.SOL_SOCKET, Libc.SO_KEEPALIVE, tooShort));
    }

    private static void noSocket(Bench bench) {
        int fd = bench.eventFd();
        note(bench, "set", bench.kernel.setSocketOption(fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, 1));
        note(bench, "get", bench.kernel.getSocketOption(fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY));
        note(bench, "shutdown", bench.kernel.shutdown(fd, Libc.SHUT_WR));
        note(bench, "set", bench.kernel.setSocketOption(9999, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, 1));
        note(bench, "get", bench.kernel.getSocketOption(9999, Libc.IPPROTO_TCP, Libc.TCP_NODELAY));
        note(bench, "shutdown", bench.kernel.shutdown(9999, Libc.SHUT_WR));
    }

    private static void names(Bench bench) {
        int listener = bench.listener(1);
        MemorySegment name = bench.arena.allocate(SocketAddresses.MAX_BYTES, 4);
        note(bench, "name", bench.kernel.socketName(listener, name));
        int port = SocketAddresses.decode(name).getPort();
        note(bench, "peer", bench.kernel.peerName(listener, name));
        bench.connect(listener);
        int fd = bench.accept(listener);
        note(bench, "name", bench.kernel.socketName(fd, name));
        bench.note("port " + (SocketAddresses.decode(name).getPort() == port));
        note(bench, "part of it", bench.kernel.socketName(fd, name.asSlice(0, 4)));
        note(bench, "peer", bench.kernel.peerName(fd, name));
        bench.note("port " + (SocketAddresses.decode(name).getPort() == port));
    }

    private static void shutdown(Bench bench) {
        int listener = bench.listener(1);
        Bench.Remote remote = bench.connect(listener);
        int fd = bench.accept(listener);
        remote.send(new byte[] {1, 2, 3});
        bench.awaitReadable(fd);
        note(bench, "shutdown", bench.kernel.shutdown(fd, Libc.SHUT_WR));
        bench.note("the other side has read " + remote.receive(1).length);
        MemorySegment bytes = bench.arena.allocate(8);
        bench.sqe().prepReceive(fd, bytes.address(), 8, 0).userData(1);
        bench.submit(1);
        note(bench, "shutdown", bench.kernel.shutdown(fd, Libc.SHUT_RDWR));
        bench.sqe().prepReceive(fd, bytes.address(), 8, 0).userData(2);
        bench.submit(1);
        int fresh = Bench.require(bench.kernel.socket(Libc.AF_INET, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0));
        bench.owns(fresh);
        note(bench, "shutdown of a fresh one", bench.kernel.shutdown(fresh, Libc.SHUT_RDWR));
    }

    private static void note(Bench bench, String what, long result) {
        bench.note(what + ": " + (result < 0 ? Errno.describe((int) result) : Long.toString(result)));
    }
}
