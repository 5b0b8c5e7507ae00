package io.fluxring.tests.manners;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.fd.FileRef;
import io.fluxring.core.fd.RawFd;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.reactor.Op;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A request with an argument that no kernel takes is refused where it is made. */
@SuppressWarnings("NullAway") // on purpose
class OpArgumentsTest {
    private static final FileRef FILE = new RawFd(0);
    private static final FileRef NO_FILE = null;
    private static final ByteBuffer DIRECT = ByteBuffer.allocateDirect(1);
    private static final ByteBuffer HEAP = ByteBuffer.allocate(1);
    private static final InetSocketAddress UNRESOLVED = InetSocketAddress.createUnresolved("localhost", 1);

    static Stream<Supplier<Op>> withoutTheirArgument() {
        return Stream.of(
                () -> new Op.Timeout(null),
                () -> new Op.Poll(NO_FILE, 1),
                () -> new Op.Accept(NO_FILE),
                () -> new Op.Connect(NO_FILE, new InetSocketAddress(1)),
                () -> new Op.Connect(FILE, null),
                () -> new Op.Receive(NO_FILE, DIRECT),
                () -> new Op.Receive(FILE, null),
                () -> new Op.Send(NO_FILE, DIRECT),
                () -> new Op.Send(FILE, null),
                () -> new Op.Shutdown(NO_FILE, 0),
                () -> new Op.Open(null, 0, 0),
                () -> new Op.Read(NO_FILE, DIRECT, 0),
                () -> new Op.Read(FILE, null, 0),
                () -> new Op.Write(NO_FILE, DIRECT, 0),
                () -> new Op.Write(FILE, null, 0),
                () -> new Op.Sync(NO_FILE, false),
                () -> new Op.Close(NO_FILE),
                () -> new Op.Bind(NO_FILE, new InetSocketAddress(1)),
                () -> new Op.Bind(FILE, null),
                () -> new Op.Listen(NO_FILE, 1),
                () -> new Op.SetSocketOption(NO_FILE, 1, 1, 1),
                () -> new Op.CancelAll(NO_FILE),
                () -> new Op.Custom(null, sqe -> {}),
                () -> new Op.Custom(Opcode.NOP, null),
                () -> new Op.Custom(Opcode.NOP, sqe -> {}, null));
    }

    @ParameterizedTest
    @MethodSource("withoutTheirArgument")
    void nullIsRefused(Supplier<Op> op) {
        assertThatThrownBy(op::get).isInstanceOf(NullPointerException.class);
    }

    static Stream<Supplier<Op>> withABadArgument() {
        return Stream.of(
                () -> new Op.Timeout(Duration.ofNanos(-1)),
                () -> new Op.Timeout(Duration.ofSeconds(Long.MAX_VALUE)),
                () -> new Op.Poll(FILE, 0x7fffffff),
                () -> new Op.Poll(FILE, -1),
                () -> new Op.Connect(FILE, UNRESOLVED),
                () -> new Op.Receive(FILE, HEAP),
                () -> new Op.Receive(FILE, DIRECT.asReadOnlyBuffer()),
                () -> new Op.Send(FILE, HEAP),
                () -> new Op.Shutdown(FILE, -1),
                () -> new Op.Shutdown(FILE, 3),
                () -> new Op.Open("", 0, 0),
                () -> new Op.Open("a\0b", 0, 0),
                () -> new Op.Open("a", 0, -1),
                () -> new Op.Open("a", 0, 010000),
                () -> new Op.Read(FILE, HEAP, 0),
                () -> new Op.Read(FILE, DIRECT.asReadOnlyBuffer(), 0),
                () -> new Op.Read(FILE, DIRECT, -2),
                () -> new Op.Write(FILE, HEAP, 0),
                () -> new Op.Write(FILE, DIRECT, -2),
                () -> new Op.Socket(-1, Libc.SOCK_STREAM, 0),
                () -> new Op.Socket(Libc.AF_INET, -1, 0),
                () -> new Op.Socket(Libc.AF_INET, Libc.SOCK_STREAM, -1),
                () -> new Op.Bind(FILE, UNRESOLVED),
                () -> new Op.Listen(FILE, -1),
                () -> new Op.SetSocketOption(FILE, -1, 1, 1),
                () -> new Op.SetSocketOption(FILE, 1, -1, 1));
    }

    @ParameterizedTest
    @MethodSource("withABadArgument")
    void whatNoKernelTakesIsRefused(Supplier<Op> op) {
        assertThatThrownBy(op::get).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void limitsAreWithin() {
        assertThatCode(() -> {
                    new Op.Timeout(Duration.ZERO);
                    new Op.Timeout(Duration.ofNanos(Long.MAX_VALUE));
                    new Op.Poll(FILE, Libc.POLLRDHUP | Libc.POLLIN);
                    new Op.Open("a", 0, 07777);
                    new Op.Read(FILE, DIRECT, -1);
                    new Op.Write(FILE, DIRECT.asReadOnlyBuffer(), Long.MAX_VALUE);
                    new Op.Listen(FILE, 0);
                })
                .doesNotThrowAnyException();
    }
}
