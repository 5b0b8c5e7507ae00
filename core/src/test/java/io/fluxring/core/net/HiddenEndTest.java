package io.fluxring.core.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.core.sys.UnixAddresses;
import io.fluxring.core.sys.call.Kernel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A peer that has gone before its bytes are received: its end comes behind them, however many there are. */
class HiddenEndTest {
    private static final int BUFFER_BYTES = 1024;

    private final RingLoop loop = RingLoop.open(RingLoopConfig.defaults()).start(Thread::new);
    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private int receivedBytes;
    private boolean losesEnds;
    private int multishots;

    @TempDir
    Path folder;

    @AfterEach
    void closeLoop() {
        loop.close();
        loop.closed().join();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 31, 32, 33, 34, 35, 40, 63})
    void aReset(int pieces) throws Exception {
        int result = receive(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), pieces, peer -> {
            peer.setOption(StandardSocketOptions.SO_LINGER, 0);
            peer.close();
        });
        assertThat(result).isEqualTo(Errno.ECONNRESET.result());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 31, 32, 33, 34, 35, 40, 63})
    void aCloseOfAUnixSocket(int pieces) throws Exception {
        assertThat(receive(UnixDomainSocketAddress.of(folder.resolve("socket")), pieces, SocketChannel::close))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 33, 40, 63})
    void anOutputThatIsShut(int pieces) throws Exception {
        assertThat(receive(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        pieces,
                        SocketChannel::shutdownOutput))
                .isZero();
    }

    /** On a kernel that loses ends more often, each receive is one of its own. */
    @Test
    void aResetWhereMultishotReceivesAreNotUsed() throws Exception {
        losesEnds = true;
        aReset(63);
        assertThat(multishots).isZero();
    }

    private interface Leaving {
        void leave(SocketChannel peer) throws IOException;
    }

    private int receive(SocketAddress at, int pieces, Leaving leaving) throws Exception {
        boolean unix = at instanceof UnixDomainSocketAddress;
        try (ServerSocketChannel server =
                unix ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open()) {
            server.bind(at);
            RawFd connected = connect(server.getLocalAddress());
            try (SocketChannel peer = server.accept()) {
                ByteBuffer bytes = ByteBuffer.allocate(pieces * BUFFER_BYTES);
                while (bytes.hasRemaining()) {
                    peer.write(bytes);
                }
                leaving.leave(peer);
                loop.execute(() -> receive(connected));
                return end.get(10, TimeUnit.SECONDS);
            }
        } finally {
            assertThat(receivedBytes).isEqualTo(pieces * BUFFER_BYTES);
        }
    }

    private RawFd connect(SocketAddress to) {
        Kernel kernel = loop.kernel();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = to instanceof InetSocketAddress internet
                    ? SocketAddresses.encode(internet, arena)
                    : UnixAddresses.encode(to.toString().getBytes(StandardCharsets.UTF_8), arena);
            int family = to instanceof InetSocketAddress internet ? SocketAddresses.family(internet) : Libc.AF_UNIX;
            int fd = kernel.socket(family, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0);
            assertThat(kernel.connectDatagram(fd, address)).isZero(); // connect(2), of any type
            return new RawFd(fd);
        }
    }

    private void receive(RawFd file) {
        StreamGroup group =
                new StreamGroup(loop, loop.provideBuffers(BufferRingConfig.of(256, BUFFER_BYTES)), losesEnds);
        StreamSocket socket = new StreamSocket(group, file, true, false, () -> {});
        loop.observe((operation, result, flags) -> {
            if (operation == socket.receiver() && (flags & Abi.CQE_F_MORE) != 0) {
                multishots++;
            }
        });
        socket.receiver().attach(new ReceiveHandler() {
            @Override
            public long demand() {
                return Long.MAX_VALUE;
            }

            @Override
            public void received(BufferLease lease) {
                receivedBytes += lease.lengthBytes();
                lease.release();
            }

            @Override
            public void ended(int result) {
                end.complete(result);
                socket.close();
            }
        });
    }
}
