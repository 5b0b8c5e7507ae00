package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.memory.MessageVectors;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.core.sys.call.Kernel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every socket operation on the real kernel, a whole server through the ring among them. */
class SocketOperationsTest {
    private final ForeignLoop foreign =
            new ForeignLoop(RingLoopConfig.defaults().withDirectDescriptors(8));
    private final RingLoop loop = foreign.loop;
    private final Kernel kernel = loop.kernel();
    private final Arena arena = Arena.ofConfined();
    private int listener;
    private int port;

    @BeforeEach
    void listen() {
        assumeTrue(loop.capabilities().supports(Opcode.LISTEN), "needs Linux 6.11");
        listener = foreign.run(Opcode.SOCKET, sqe -> sqe.prepSocket(Libc.AF_INET, Libc.SOCK_STREAM, 0));
        assertThat(listener).isPositive();
        MemorySegment on = arena.allocateFrom(ValueLayout.JAVA_INT, 1);
        assertThat(foreign.run(
                        Opcode.URING_CMD,
                        sqe -> sqe.prepSetSocketOption(
                                listener, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, on.address(), Integer.BYTES)))
                .isZero();
        MemorySegment address = SocketAddresses.encode(new InetSocketAddress("127.0.0.1", 0), arena);
        assertThat(foreign.run(Opcode.BIND, sqe -> sqe.prepBind(listener, address.address(), (int) address.byteSize())))
                .isZero();
        assertThat(foreign.run(Opcode.LISTEN, sqe -> sqe.prepListen(listener, 16)))
                .isZero();
        MemorySegment bound = arena.allocate(SocketAddresses.MAX_BYTES);
        assertThat(kernel.socketName(listener, bound)).isPositive();
        port = SocketAddresses.decode(bound).getPort();
    }

    @AfterEach
    void close() {
        if (listener > 0) {
            foreign.run(Opcode.CLOSE, sqe -> sqe.prepClose(listener));
        }
        foreign.close();
        arena.close();
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    private int accept() {
        int fd = foreign.run(Opcode.ACCEPT, sqe -> sqe.prepAccept(listener, Libc.SOCK_CLOEXEC));
        assertThat(fd).isPositive();
        return fd;
    }

    @Test
    void bytesGoBothWays() throws IOException {
        try (Socket client = connect()) {
            int fd = accept();
            client.getOutputStream().write("ping".getBytes(StandardCharsets.US_ASCII));
            MemorySegment buffer = arena.allocate(64);
            assertThat(foreign.run(Opcode.RECV, sqe -> sqe.prepReceive(fd, buffer.address(), 64, 0)))
                    .isEqualTo(4);
            assertThat(buffer.getString(0)).isEqualTo("ping");
            assertThat(foreign.run(Opcode.SEND, sqe -> sqe.prepSend(fd, buffer.address(), 4, Libc.MSG_WAITALL)))
                    .isEqualTo(4);
            assertThat(client.getInputStream().readNBytes(4)).asString().isEqualTo("ping");
            assertThat(foreign.run(Opcode.SHUTDOWN, sqe -> sqe.prepShutdown(fd, Libc.SHUT_WR)))
                    .isZero();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(foreign.run(Opcode.CLOSE, sqe -> sqe.prepClose(fd))).isZero();
        }
    }

    @Test
    void severalPlacesAreSentAsOne() throws IOException {
        try (Socket client = connect()) {
            int fd = accept();
            MemorySegment text = arena.allocateFrom("onetwothree");
            MemorySegment header = loop.scratch().take();
            MessageVectors.set(header, 0, text.address(), 3);
            MessageVectors.set(header, 1, text.address() + 6, 5);
            MessageVectors.header(header, 2);
            assertThat(foreign.run(Opcode.SENDMSG, sqe -> sqe.prepSendMessage(fd, header.address(), Libc.MSG_WAITALL)))
                    .isEqualTo(8);
            loop.scratch().giveBack(header);
            assertThat(client.getInputStream().readNBytes(8)).asString().isEqualTo("onethree");
            foreign.run(Opcode.CLOSE, sqe -> sqe.prepClose(fd));
        }
    }

    @Test
    void multishotAcceptGoesOnUntilItIsCancelled() throws IOException {
        TestOperation accept = new TestOperation(Opcode.ACCEPT, sqe -> sqe.prepAcceptMultishot(listener, 0));
        loop.submit(accept);
        try (Socket first = connect();
                Socket second = connect();
                Socket third = connect()) {
            assertThat(first.isConnected() && second.isConnected() && third.isConnected())
                    .isTrue();
            foreign.until(() -> accept.results.size() == 3);
            assertThat(accept.flags).allMatch(flags -> (flags & Abi.CQE_F_MORE) != 0);
            loop.cancel(accept);
            foreign.until(() -> !accept.isLive());
            assertThat(accept.last()).isEqualTo(Errno.ECANCELED.result());
            accept.results.stream().limit(3).forEach(kernel::close);
        }
    }

    @Test
    void directDescriptorsServeWithoutAnOrdinaryOne() throws IOException {
        try (Socket client = connect()) {
            int slot = foreign.run(Opcode.ACCEPT, sqe -> sqe.prepAcceptDirect(listener));
            assertThat(slot).isBetween(0, 7);
            MemorySegment text = arena.allocateFrom("direct");
            assertThat(foreign.run(
                            Opcode.SEND,
                            sqe -> sqe.prepSend(slot, text.address(), 6, 0).flags(Abi.SQE_FIXED_FILE)))
                    .isEqualTo(6);
            assertThat(client.getInputStream().readNBytes(6)).asString().isEqualTo("direct");
            assertThat(foreign.run(Opcode.CLOSE, sqe -> sqe.prepCloseDirect(slot)))
                    .isZero();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aFullTableOfDirectDescriptorsIsReported() throws IOException {
        int[] slots = new int[8];
        for (int i = 0; i < 8; i++) {
            slots[i] = foreign.run(Opcode.SOCKET, sqe -> sqe.prepSocketDirect(Libc.AF_INET, Libc.SOCK_STREAM, 0));
        }
        assertThat(slots).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7);
        try (Socket client = connect()) {
            assertThat(client.isConnected()).isTrue();
            assertThat(foreign.run(Opcode.ACCEPT, sqe -> sqe.prepAcceptDirect(listener)))
                    .isEqualTo(Errno.ENFILE.result());
        }
        for (int slot : slots) {
            foreign.run(Opcode.CLOSE, sqe -> sqe.prepCloseDirect(slot));
        }
    }

    @Test
    void aMultishotReceiveTakesBuffersUntilThereAreNone() throws IOException {
        BufferRing buffers = loop.provideBuffers(BufferRingConfig.of(2, 4));
        try (Socket client = connect()) {
            int fd = accept();
            TestOperation receive =
                    new TestOperation(Opcode.RECV, sqe -> sqe.prepReceiveMultishot(fd, buffers.group()));
            loop.submit(receive);
            client.getOutputStream().write("aaaabbbbcccc".getBytes(StandardCharsets.US_ASCII));
            foreign.until(() -> !receive.isLive());
            assertThat(receive.results).containsExactly(4, 4, Errno.ENOBUFS.result());
            BufferLease first = take(buffers, receive, 0);
            BufferLease second = take(buffers, receive, 1);
            assertThat(take(buffers, receive, 2)).isNull();
            assertThat(buffers).hasToString("group 0, 0 of 2 free");
            assertThat(first.text(StandardCharsets.US_ASCII)).isEqualTo("aaaa");
            assertThat(second.text(StandardCharsets.US_ASCII)).isEqualTo("bbbb");
            first.release();
            second.release();
            assertThat(foreign.run(Opcode.RECV, sqe -> sqe.prepReceiveSelect(fd, buffers.group())))
                    .isEqualTo(4);
            foreign.run(Opcode.CLOSE, sqe -> sqe.prepClose(fd));
        }
    }

    private static BufferLease take(BufferRing buffers, TestOperation receive, int index) {
        return buffers.take(receive.results.get(index), receive.flags.get(index), null);
    }

    @Test
    void theEndOfAStreamTakesNoBuffer() throws IOException {
        BufferRing buffers = loop.provideBuffers(BufferRingConfig.of(2, 64));
        int fd;
        try (Socket client = connect()) {
            fd = accept();
            client.shutdownOutput();
            TestOperation receive =
                    new TestOperation(Opcode.RECV, sqe -> sqe.prepReceiveMultishot(fd, buffers.group()));
            loop.submit(receive);
            foreign.until(() -> !receive.isLive());
            assertThat(receive.results).containsExactly(0);
            assertThat(take(buffers, receive, 0)).isNull();
        }
        foreign.run(Opcode.CLOSE, sqe -> sqe.prepClose(fd));
    }

    @Test
    void incrementalBuffersAreSharedAndComeBackWhenAllPiecesDo() throws IOException {
        assumeTrue(loop.capabilities().minimalWait(), "incremental buffers need Linux 6.12, as the minimal wait does");
        BufferRing buffers = loop.provideBuffers(BufferRingConfig.of(2, 16).withIncremental());
        try (Socket client = connect()) {
            int fd = accept();
            String[] pieces = new String[20];
            BufferLease[] leases = new BufferLease[20];
            for (int i = 0; i < 20; i++) {
                client.getOutputStream().write(("piece" + i).getBytes(StandardCharsets.US_ASCII));
                TestOperation receive =
                        new TestOperation(Opcode.RECV, sqe -> sqe.prepReceiveSelect(fd, buffers.group()));
                StringBuilder got = new StringBuilder();
                while (got.length() < ("piece" + i).length()) {
                    loop.submit(receive);
                    foreign.until(() -> !receive.isLive());
                    leases[i] = buffers.take(receive.last(), receive.flags.getLast(), null);
                    got.append(leases[i].text(StandardCharsets.US_ASCII));
                    leases[i].release();
                }
                pieces[i] = got.toString();
            }
            assertThat(pieces).contains("piece0", "piece7", "piece19").doesNotContainNull();
            foreign.run(Opcode.CLOSE, sqe -> sqe.prepClose(fd));
        }
    }

    @Test
    void timeoutsPollsAndCancels() throws IOException {
        MemorySegment tenMillis = arena.allocate(16);
        tenMillis.set(ValueLayout.JAVA_LONG, 8, 10_000_000L);
        assertThat(foreign.run(Opcode.TIMEOUT, sqe -> sqe.prepTimeout(tenMillis.address(), 0, 0)))
                .isEqualTo(Errno.ETIME.result());
        assertThat(foreign.run(Opcode.TIMEOUT_REMOVE, sqe -> sqe.prepTimeoutRemove(12345)))
                .isEqualTo(Errno.ENOENT.result());
        try (Socket client = connect()) {
            int fd = accept();
            assertThat(foreign.run(Opcode.POLL_ADD, sqe -> sqe.prepPoll(fd, Libc.POLLOUT)) & Libc.POLLOUT)
                    .isEqualTo(Libc.POLLOUT);
            TestOperation poll = new TestOperation(Opcode.POLL_ADD, sqe -> sqe.prepPoll(fd, Libc.POLLIN));
            TestOperation receive =
                    new TestOperation(Opcode.RECV, sqe -> sqe.prepReceive(fd, tenMillis.address(), 16, 0));
            loop.submit(poll);
            loop.submit(receive);
            assertThat(foreign.run(Opcode.ASYNC_CANCEL, sqe -> sqe.prepCancelFd(fd, false)))
                    .isEqualTo(2);
            foreign.until(() -> !poll.isLive() && !receive.isLive());
            assertThat(poll.last()).isEqualTo(Errno.ECANCELED.result());
            assertThat(foreign.run(Opcode.ASYNC_CANCEL, sqe -> sqe.prepCancel(987654)))
                    .isEqualTo(Errno.ENOENT.result());
            assertThat(client.isConnected()).isTrue();
            foreign.run(Opcode.CLOSE, sqe -> sqe.prepClose(fd));
        }
    }

    @Test
    void wrongDescriptorsAreReported() {
        assertThat(foreign.run(Opcode.RECV, sqe -> sqe.prepReceive(999_999, 0, 0, 0)))
                .isEqualTo(Errno.EBADF.result());
        assertThat(foreign.run(Opcode.ACCEPT, sqe -> sqe.prepAccept(0, 0)))
                .isIn(Errno.ENOTSOCK.result(), Errno.EBADF.result());
        assertThat(foreign.run(Opcode.CLOSE, sqe -> sqe.prepCloseDirect(3))).isEqualTo(Errno.EBADF.result());
    }
}
