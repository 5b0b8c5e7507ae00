package io.fluxring.tests.manners;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.fd.DirectFd;
import io.fluxring.core.fd.FileRef;
import io.fluxring.core.fd.RawFd;
import io.fluxring.core.fd.RegisteredFiles;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.Completion;
import io.fluxring.reactor.Op;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.ReactiveRingConfig;
import io.fluxring.reactor.error.NotFoundException;
import io.fluxring.reactor.net.Listener;
import io.fluxring.tests.support.Echo;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the requests do, on the kernel of this machine. */
class OpsTest {
    private static final Duration LIMIT = Eventually.LIMIT;

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    private static Completion run(ReactiveRing ring, Op op) {
        return ring.submit(Mono.just(op)).single().blockOptional(LIMIT).orElseThrow();
    }

    private static int does(ReactiveRing ring, Op op) {
        return run(ring, op).orThrow();
    }

    private static ByteBuffer bytes(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocateDirect(encoded.length).put(encoded).flip();
    }

    private static String text(ByteBuffer buffer, int length) {
        return StandardCharsets.UTF_8.decode(buffer.duplicate().limit(length)).toString();
    }

    @Test
    void aFile(@TempDir Path folder) throws IOException {
        ReactiveRing ring = guard.ring();
        String path = folder.resolve("größe").toString();
        RawFd file = new RawFd(does(ring, new Op.Open(path, Libc.O_RDWR | Libc.O_CREAT | Libc.O_EXCL, 0600)));
        assertThat(does(ring, new Op.Write(file, bytes("hello, "), 0))).isEqualTo(7);
        assertThat(does(ring, new Op.Write(file, bytes("world"), 7))).isEqualTo(5);
        assertThat(does(ring, new Op.Sync(file, true))).isZero();
        assertThat(does(ring, new Op.Sync(file, false))).isZero();
        ByteBuffer read = ByteBuffer.allocateDirect(100);
        assertThat(does(ring, new Op.Read(file, read, 2))).isEqualTo(10);
        assertThat(text(read, 10)).isEqualTo("llo, world");
        assertThat(does(ring, new Op.Read(file, read, -1))).isEqualTo(12); // the file's own position is 0 still
        assertThat(does(ring, new Op.Read(file, read, -1))).isZero();
        assertThat(does(ring, new Op.Close(file))).isZero();
        assertThat(Files.readString(Path.of(path))).isEqualTo("hello, world");
        assertThat(Files.getPosixFilePermissions(Path.of(path))).hasSize(2);
    }

    @Test
    void aFileThatIsAbsent(@TempDir Path folder) {
        Completion completion =
                run(guard.ring(), new Op.Open(folder.resolve("absent").toString(), Libc.O_RDONLY, 0));
        assertThat(completion.errno()).isEqualTo(Errno.ENOENT);
        Assertions.assertThatThrownBy(completion::orThrow)
                .isInstanceOf(NotFoundException.class)
                .hasMessage("OPENAT: ENOENT (no such file or directory)");
    }

    @Test
    void aSocket() {
        ReactiveRing ring = guard.ring();
        Listener listener = Echo.serve(ring);
        FileRef socket = new RawFd(does(ring, new Op.Socket(Libc.AF_INET, Libc.SOCK_STREAM, 0)));
        assertThat(does(ring, new Op.Connect(socket, listener.localAddress()))).isZero();
        assertThat(does(ring, new Op.Send(socket, bytes("ping")))).isEqualTo(4);
        ByteBuffer answer = ByteBuffer.allocateDirect(10);
        assertThat(does(ring, new Op.Receive(socket, answer))).isEqualTo(4);
        assertThat(text(answer, 4)).isEqualTo("ping");
        assertThat(does(ring, new Op.Shutdown(socket, Libc.SHUT_WR))).isZero();
        assertThat(does(ring, new Op.Receive(socket, answer))).isZero();
        assertThat(does(ring, new Op.Close(socket))).isZero();
    }

    @Test
    void aTimerThatFiresIsNoError() {
        ReactiveRing ring = guard.ring();
        Queue<Completion> seen = new ConcurrentLinkedQueue<>();
        Disposable watching = ring.completions().subscribe(seen::add);
        Completion completion = run(ring, new Op.Timeout(Duration.ofMillis(1)));
        assertThat(completion.isError()).isFalse();
        assertThat(completion.orThrow()).isZero();
        Eventually.until(
                () -> "the completion among " + seen,
                LIMIT,
                () -> seen.stream().anyMatch(each -> each.opcode() == Opcode.TIMEOUT && each.result() == 0));
        watching.dispose();
    }

    @Test
    void aTimerThatIsCalledOffIsOne() {
        ReactiveRing ring = guard.ring();
        assertThat(ring.submit(Mono.just(new Op.Timeout(Duration.ofDays(1))))
                        .timeout(Duration.ofMillis(20), Flux.empty())
                        .blockLast(LIMIT))
                .isNull();
        RingGuard.awaitOperations(ring, 0);
    }

    // ---- any other entry

    @Test
    void anEntryOfTheUsersOwn(@TempDir Path folder) {
        ReactiveRing ring = guard.ring();
        ByteBuffer path = bytes(folder.resolve("made") + "\0");
        Op make = new Op.Custom(
                Opcode.MKDIRAT,
                sqe -> sqe.prepCreateDirectory(
                        Libc.AT_FDCWD, MemorySegment.ofBuffer(path).address(), 0700),
                List.of(path));
        assertThat(does(ring, make)).isZero();
        assertThat(folder.resolve("made")).isDirectory();
        Completion again = run(ring, make);
        assertThat(again.errno()).isEqualTo(Errno.EEXIST);
        assertThat(again.op()).isSameAs(make);
    }

    /** Its two completions are one, and the second one ends the loan of the bytes. */
    @Test
    void aZeroCopySend() {
        ReactiveRing ring = guard.ring();
        Listener listener = Echo.serve(ring);
        FileRef socket = new RawFd(does(ring, new Op.Socket(Libc.AF_INET, Libc.SOCK_STREAM, 0)));
        does(ring, new Op.Connect(socket, listener.localAddress()));
        ByteBuffer data = ByteBuffer.allocateDirect(20_000);
        Op send = new Op.Custom(
                Opcode.SEND_ZC,
                sqe -> sqe.prepSendZeroCopy(
                        socket.number(), MemorySegment.ofBuffer(data).address(), 20_000, Libc.MSG_WAITALL),
                List.of(data));
        List<Completion> completions =
                ring.submit(Mono.just(send)).collectList().block(LIMIT);
        assertThat(completions).singleElement().satisfies(each -> {
            assertThat(each.result()).isEqualTo(20_000);
            assertThat(each.hasMore()).isFalse();
        });
        does(ring, new Op.Close(socket));
        listener.closeGracefully(LIMIT).block(LIMIT);
    }

    /** The account of direct descriptors is right whether a subscriber takes the slot or not. */
    @Test
    void directDescriptors() {
        ReactiveRing ring = guard.ring(
                ReactiveRingConfig.defaults().withLoop(RingLoopConfig.defaults().withDirectDescriptors(4)));
        Op open =
                new Op.Custom(Opcode.SOCKET, sqe -> sqe.prepSocketDirect(Libc.AF_INET, Libc.SOCK_STREAM, 0), List.of());
        DirectFd slot = new DirectFd(does(ring, open));
        assertThat(free(ring)).isEqualTo(3);
        for (int i = 0; i < 20; i++) {
            Disposable dropped = ring.submit(Flux.just(open, open))
                    .concatMap(each -> ring.submit(Mono.just(new Op.Close(new DirectFd(each.orThrow())))))
                    .subscribe();
            dropped.dispose();
            RingGuard.awaitOperations(ring, 0);
        }
        assertThat(does(ring, new Op.Close(slot))).isZero();
        assertThat(free(ring)).isEqualTo(4);
    }

    private static int free(ReactiveRing ring) {
        return RingGuard.ask(ring, loop -> {
            RegisteredFiles files = loop.files();
            return files == null ? -1 : files.free();
        });
    }

    /** What a cancelled submission opens is closed: the guard counts. */
    @Test
    void descriptorsThatNoSubscriberGets() {
        ReactiveRing ring = guard.ring();
        Op socket = new Op.Custom(Opcode.SOCKET, sqe -> sqe.prepSocket(Libc.AF_INET, Libc.SOCK_STREAM, 0));
        Op file = new Op.Open("/dev/null", Libc.O_RDONLY, 0);
        for (int i = 0; i < 50; i++) {
            ring.submit(Flux.just(socket, file))
                    .subscribe(each -> ring.loop().kernel().close(each.orThrow()))
                    .dispose();
        }
        RingGuard.awaitOperations(ring, 0);
    }
}
