package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.kernel.Sockets.Listener;
import io.fluxring.core.kernel.Sockets.Pair;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.SocketAddresses;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Making, binding, connecting and shutting down sockets, and their options. */
class SocketLifeTest {
    private final KernelRing ring = KernelRing.open();
    private final Sockets sockets = new Sockets(ring);

    @AfterEach
    void close() {
        sockets.close();
        ring.close();
    }

    @Test
    @Shows(
            value = {
                Opcode.SOCKET,
                Opcode.URING_CMD,
                Opcode.BIND,
                Opcode.LISTEN,
                Opcode.ACCEPT,
                Opcode.RECV,
                Opcode.SEND,
                Opcode.SHUTDOWN,
                Opcode.CLOSE
            },
            behaviour = "bind-listen")
    void aWholeServerGoesThroughTheRing() throws Exception {
        int server = ring.run(sqe -> sqe.prepSocket(Libc.AF_INET, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0))
                .result();
        assertThat(server).isPositive();
        MemorySegment on = ring.allocate(Integer.BYTES);
        on.set(ValueLayout.JAVA_INT, 0, 1);
        MemorySegment address = sockets.loopback(0);
        ring.add(sqe -> sqe.prepSetSocketOption(server, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, on.address(), Integer.BYTES)
                .link());
        ring.add(sqe -> sqe.prepBind(server, address.address(), 16).link());
        ring.add(sqe -> sqe.prepListen(server, 8));
        assertThat(ring.await(3)).extracting(Cqe::result).containsExactly(0, 0, 0);
        int port = SocketAddresses.decode(sockets.boundTo(server, address)).getPort();
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            int fd = ring.run(sqe -> sqe.prepAccept(server, Libc.SOCK_CLOEXEC)).result();
            client.getOutputStream().write("ping".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThat(sockets.receiveText(fd, 4)).isEqualTo("ping");
            sockets.send(fd, "pong");
            assertThat(ring.run(sqe -> sqe.prepShutdown(fd, Libc.SHUT_WR)).result())
                    .isZero();
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("pong");
            assertThat(ring.run(sqe -> sqe.prepClose(fd)).result()).isZero();
        }
        assertThat(ring.run(sqe -> sqe.prepClose(server)).result()).isZero();
    }

    @Test
    @Shows(value = Opcode.SOCKET, behaviour = "socket")
    void aSocketIsMadeOrRefused() {
        int fd = sockets.own(ring.run(sqe -> sqe.prepSocket(Libc.AF_INET, Libc.SOCK_DGRAM, 0))
                .result());
        assertThat(fd).isPositive();
        assertThat(ring.run(sqe -> sqe.prepSocket(-1, Libc.SOCK_DGRAM, 0)).result())
                .isEqualTo(Errno.EAFNOSUPPORT.result());
        assertThat(ring.run(sqe -> sqe.prepSocket(Libc.AF_INET, 77, 0)).result())
                .isEqualTo(Errno.EINVAL.result());
        assertThat(ring.run(sqe -> sqe.prepSocket(Libc.AF_INET, Libc.SOCK_STREAM, 255))
                        .result())
                .isEqualTo(Errno.EPROTONOSUPPORT.result());
    }

    @Test
    @Shows({Opcode.BIND, Opcode.LISTEN})
    void bindAndListenTellWhatIsWrong() {
        Listener taken = sockets.listenTcp();
        int fd = sockets.socket(Libc.AF_INET, Libc.SOCK_STREAM);
        assertThat(ring.run(sqe -> sqe.prepBind(fd, taken.address().address(), 16))
                        .result())
                .isEqualTo(Errno.EADDRINUSE.result());
        assertThat(ring.run(sqe -> sqe.prepBind(fd, taken.address().address(), 2))
                        .result())
                .isEqualTo(Errno.EINVAL.result());
        int datagrams = sockets.socket(Libc.AF_INET, Libc.SOCK_DGRAM);
        assertThat(ring.run(sqe -> sqe.prepListen(datagrams, 1)).result()).isEqualTo(Errno.EOPNOTSUPP.result());
    }

    @Test
    @Shows(value = Opcode.CONNECT, behaviour = "connect")
    void aConnectionIsMadeRefusedOrThereAlready() {
        Listener listener = sockets.listenTcp();
        int fd = sockets.connect(listener);
        assertThat(connect(fd, listener.address())).isEqualTo(Errno.EISCONN.result());
        sockets.close(listener.fd());
        int refused = sockets.socket(Libc.AF_INET, Libc.SOCK_STREAM);
        assertThat(connect(refused, listener.address())).isEqualTo(Errno.ECONNREFUSED.result());
        int notBlocking = sockets.socket(Libc.AF_INET, Libc.SOCK_STREAM | Libc.SOCK_NONBLOCK);
        assertThat(connect(notBlocking, listener.address())).isEqualTo(Errno.ECONNREFUSED.result());
        assertThat(connect(-1, listener.address())).isEqualTo(Errno.EBADF.result());
        int otherFamily = sockets.socket(Libc.AF_UNIX, Libc.SOCK_STREAM);
        assertThat(connect(otherFamily, listener.address())).isEqualTo(Errno.EINVAL.result());
    }

    private int connect(int fd, MemorySegment address) {
        return ring.run(sqe -> sqe.prepConnect(fd, address.address(), 16)).result();
    }

    @Test
    @Shows(
            value = {Opcode.CONNECT, Opcode.ASYNC_CANCEL},
            behaviour = "connect")
    void aConnectionThatIsNotAnsweredIsCancelled() {
        Listener listener = sockets.listenTcp();
        fillBacklog(listener);
        int fd = sockets.socket(Libc.AF_INET, Libc.SOCK_STREAM);
        long connect = ring.add(sqe -> sqe.prepConnect(fd, listener.address().address(), 16));
        assertThat(ring.run(sqe -> sqe.prepNop()).result()).isZero();
        assertThat(ring.run(sqe -> sqe.prepCancel(connect)).result()).isZero();
        assertThat(ring.awaitOf(connect).result()).isEqualTo(Errno.ECANCELED.result());
    }

    @Test
    @Shows(
            value = {Opcode.CONNECT, Opcode.LINK_TIMEOUT},
            behaviour = "connect")
    void aConnectHasALimitOfTime() {
        Listener listener = sockets.listenTcp();
        int inTime = sockets.socket(Libc.AF_INET, Libc.SOCK_STREAM);
        ring.add(
                sqe -> sqe.prepConnect(inTime, listener.address().address(), 16).link());
        ring.add(sqe -> sqe.prepLinkTimeout(sockets.millis(10_000), 0));
        assertThat(ring.await(2)).extracting(Cqe::result).containsExactlyInAnyOrder(0, Errno.ECANCELED.result());
        Listener full = sockets.listenTcp();
        fillBacklog(full);
        int late = sockets.socket(Libc.AF_INET, Libc.SOCK_STREAM);
        long connect = ring.add(
                sqe -> sqe.prepConnect(late, full.address().address(), 16).link());
        long timeout = ring.add(sqe -> sqe.prepLinkTimeout(sockets.millis(20), 0));
        assertThat(ring.awaitOf(connect).failedWith(Errno.ECANCELED)).isTrue();
        assertThat(ring.awaitOf(timeout).failedWith(Errno.ETIME)).isTrue();
    }

    /** 65 connections are taken without an accept; whoever comes later gets no answer. */
    private void fillBacklog(Listener listener) {
        for (int i = 0; i < 65; i++) {
            sockets.connect(listener);
        }
    }

    @Test
    @Shows(value = Opcode.SHUTDOWN, behaviour = "shutdown")
    void aShutDownDirectionIsClosedForGood() {
        Pair pair = sockets.tcpPair();
        assertThat(ring.run(sqe -> sqe.prepShutdown(pair.left(), Libc.SHUT_WR)).result())
                .isZero();
        assertThat(sockets.receive(pair.right(), 10)).isEmpty();
        MemorySegment bytes = sockets.copy(new byte[4]);
        assertThat(ring.run(sqe -> sqe.prepSend(pair.left(), bytes.address(), 4, 0))
                        .result())
                .as("EPIPE without a signal")
                .isEqualTo(Errno.EPIPE.result());
        sockets.send(pair.right(), "back");
        assertThat(sockets.receiveText(pair.left(), 4)).isEqualTo("back");
    }

    @Test
    @Shows(
            value = {Opcode.SHUTDOWN, Opcode.RECV},
            behaviour = "shutdown")
    void aShutDownEndsAReceiveThatWaits() {
        Pair pair = sockets.unixPair();
        MemorySegment bytes = ring.allocate(4);
        long receive = ring.add(sqe -> sqe.prepReceive(pair.left(), bytes.address(), 4, 0));
        assertThat(ring.run(sqe -> sqe.prepShutdown(pair.left(), Libc.SHUT_RDWR))
                        .result())
                .isZero();
        assertThat(ring.awaitOf(receive).result()).isZero();
        int unconnected = sockets.socket(Libc.AF_INET, Libc.SOCK_STREAM);
        assertThat(ring.run(sqe -> sqe.prepShutdown(unconnected, Libc.SHUT_WR)).result())
                .isEqualTo(Errno.ENOTCONN.result());
    }

    @Test
    @Shows(Opcode.URING_CMD)
    void anOptionThatWasSetIsGot() {
        int fd = sockets.socket(Libc.AF_INET, Libc.SOCK_STREAM);
        MemorySegment value = ring.allocate(8);
        value.set(ValueLayout.JAVA_INT, 0, 1);
        value.set(ValueLayout.JAVA_INT, 4, 0x5a5a5a5a);
        assertThat(ring.run(sqe -> sqe.prepSetSocketOption(
                                fd, Libc.SOL_SOCKET, Libc.SO_REUSEPORT, value.address(), Integer.BYTES))
                        .result())
                .isZero();
        value.set(ValueLayout.JAVA_INT, 0, 0);
        assertThat(ring.run(sqe -> sqe.prepGetSocketOption(
                                fd, Libc.SOL_SOCKET, Libc.SO_REUSEPORT, value.address(), Integer.BYTES))
                        .result())
                .isEqualTo(Integer.BYTES);
        assertThat(value.get(ValueLayout.JAVA_INT, 0)).isEqualTo(1);
        assertThat(value.get(ValueLayout.JAVA_INT, 4))
                .as("no more than its room")
                .isEqualTo(0x5a5a5a5a);
        assertThat(ring.run(sqe -> sqe.prepSetSocketOption(
                                fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, value.address(), Integer.BYTES))
                        .result())
                .isZero();
        assertThat(ring.run(sqe -> sqe.prepGetSocketOption(
                                fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, value.address(), Integer.BYTES))
                        .result())
                .as("got for SOL_SOCKET only")
                .isEqualTo(Errno.EOPNOTSUPP.result());
        assertThat(ring.run(sqe -> sqe.prepSetSocketOption(fd, Libc.SOL_SOCKET, 9999, value.address(), 4))
                        .result())
                .isEqualTo(Errno.ENOPROTOOPT.result());
    }

    @Test
    @Shows(Opcode.URING_CMD)
    void theQueuesOfASocketAreCounted() {
        Pair pair = sockets.tcpPair();
        assertThat(received(pair.right())).isZero();
        sockets.send(pair.left(), new byte[1000]);
        assertThat(received(pair.right())).isEqualTo(1000);
        awaitAcknowledgement(pair.left());
        sockets.receive(pair.right(), 400);
        assertThat(received(pair.right())).isEqualTo(600);
        Pair datagrams = sockets.udpPair();
        sockets.send(datagrams.left(), new byte[70]);
        sockets.send(datagrams.left(), new byte[30]);
        assertThat(received(datagrams.right())).as("the first datagram's").isEqualTo(70);
        assertThat(received(sockets.unixPair().left())).isEqualTo(Errno.EOPNOTSUPP.result());
    }

    private void awaitAcknowledgement(int fd) {
        long start = System.nanoTime();
        while (unacknowledged(fd) > 0) {
            assertThat(System.nanoTime() - start)
                    .as("an acknowledgement that is late")
                    .isLessThan(10_000_000_000L);
        }
    }

    @Test
    @Shows(Opcode.URING_CMD)
    void whatTheReceiverHasNoRoomForIsCounted() {
        Pair pair = sockets.tcpPair();
        MemorySegment bytes = ring.allocate(100_000);
        int sent = 0;
        Cqe cqe;
        do {
            cqe = ring.run(sqe -> sqe.prepSend(pair.left(), bytes.address(), 100_000, Libc.MSG_DONTWAIT));
            sent += Math.max(cqe.result(), 0);
        } while (cqe.result() > 0);
        assertThat(unacknowledged(pair.left())).isBetween(1, sent);
        assertThat(sockets.receive(pair.right(), sent)).hasSize(sent);
        awaitAcknowledgement(pair.left());
    }

    private int unacknowledged(int fd) {
        int bytes = ring.run(sqe -> sqe.prepSendQueueBytes(fd)).result();
        assertThat(bytes).isNotNegative();
        return bytes;
    }

    private int received(int fd) {
        return ring.run(sqe -> sqe.prepReceiveQueueBytes(fd)).result();
    }

    @Test
    @Shows(Opcode.URING_CMD)
    void timesOfSendingNeedCompletionsOf32Bytes() {
        int fd = sockets.udp();
        assertThat(ring.run(sqe -> sqe.prepTransmitTimestamps(fd)).result()).isEqualTo(Errno.EINVAL.result());
    }

    @Test
    @Shows(value = Opcode.RECV_ZC, behaviour = "zcrx")
    void aReceiveWithoutCopyingNeedsARegisteredQueue() {
        Pair pair = sockets.tcpPair();
        sockets.send(pair.left(), "text");
        for (int queue : new int[] {0, 1, 100}) {
            assertThat(ring.run(sqe -> sqe.prepReceiveZeroCopy(pair.right(), queue, 0))
                            .result())
                    .isEqualTo(Errno.EINVAL.result());
        }
        assertThat(sockets.receiveText(pair.right(), 4)).as("nothing was taken").isEqualTo("text");
    }
}
