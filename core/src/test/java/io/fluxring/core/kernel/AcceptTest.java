package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.fd.RegisteredFiles;
import io.fluxring.core.kernel.Sockets.Listener;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.SocketAddresses;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Accepting: once, again and again, into slots, and how it ends. */
class AcceptTest {
    private final KernelRing ring = KernelRing.open();
    private final Sockets sockets = new Sockets(ring);
    private final Listener listener = sockets.listenTcp();

    @AfterEach
    void close() {
        sockets.close();
        ring.close();
    }

    private int cancel(long userData) {
        return ring.run(sqe -> sqe.prepCancel(userData)).result();
    }

    private static boolean nonEmpty(Cqe cqe) {
        return (cqe.flags() & Abi.CQE_F_SOCK_NONEMPTY) != 0;
    }

    @Test
    @Shows(value = Opcode.ACCEPT, behaviour = "accept")
    void theAddressOfThePeerIsTold() {
        MemorySegment address = ring.allocate(SocketAddresses.MAX_BYTES);
        MemorySegment length = ring.allocate(Integer.BYTES);
        length.set(ValueLayout.JAVA_INT, 0, (int) SocketAddresses.MAX_BYTES);
        long accept =
                ring.add(sqe -> sqe.prepAccept(listener.fd(), Libc.SOCK_CLOEXEC, address.address(), length.address()));
        ring.submit();
        int client = sockets.connect(listener);
        sockets.own(ring.awaitOf(accept).result());
        assertThat(length.get(ValueLayout.JAVA_INT, 0)).isEqualTo(16);
        assertThat(SocketAddresses.decode(address))
                .isEqualTo(SocketAddresses.decode(sockets.boundTo(client, listener.address())));
    }

    @Test
    @Shows(value = Opcode.ACCEPT, behaviour = "accept-non-empty")
    void whetherMoreWaitIsTold() {
        for (int i = 0; i < 3; i++) {
            sockets.connect(listener);
        }
        for (boolean more : new boolean[] {true, true, false}) {
            Cqe cqe = ring.run(sqe -> sqe.prepAccept(listener.fd(), Libc.SOCK_CLOEXEC));
            sockets.own(cqe.result());
            assertThat(nonEmpty(cqe)).isEqualTo(more);
        }
    }

    @Test
    @Shows(value = Opcode.ACCEPT, behaviour = "accept")
    void aMultishotAcceptGoesOnUntilItIsCancelled() {
        long accept = ring.add(sqe -> sqe.prepAcceptMultishot(listener.fd(), Libc.SOCK_CLOEXEC));
        Set<Integer> accepted = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            sockets.connect(listener);
            Cqe cqe = ring.awaitOf(accept);
            assertThat(cqe.more()).isTrue();
            accepted.add(sockets.own(cqe.result()));
        }
        assertThat(accepted).hasSize(5);
        assertThat(cancel(accept)).isZero();
        Cqe last = ring.awaitOf(accept);
        assertThat(last.failedWith(Errno.ECANCELED)).isTrue();
        assertThat(last.more()).isFalse();
    }

    @Test
    @Shows(value = Opcode.ACCEPT, behaviour = "accept")
    void aMultishotAcceptEndsWithAFullQueueOfCompletionsAndLosesNothing() {
        for (int i = 0; i < 10; i++) {
            sockets.connect(listener);
        }
        try (KernelRing small = KernelRing.open(RingConfig.defaults().withEntries(4, 4))) {
            for (int round = 0; round < 2; round++) {
                long accept = small.add(sqe -> sqe.prepAcceptMultishot(listener.fd(), Libc.SOCK_CLOEXEC));
                List<Cqe> cqes = small.await(5);
                assertThat(cqes).allMatch(cqe -> cqe.userData() == accept);
                cqes.forEach(cqe -> sockets.own(cqe.result()));
                assertThat(cqes).extracting(Cqe::more).containsExactly(true, true, true, true, false);
            }
        }
        assertThat(ring.run(sqe -> sqe.prepAccept(listener.fd(), 0).dontWait()).failedWith(Errno.EAGAIN))
                .as("all ten were accepted")
                .isTrue();
    }

    @Test
    @Shows(
            value = {Opcode.ACCEPT, Opcode.ASYNC_CANCEL},
            behaviour = "accept")
    void anAcceptThatWaitsIsCancelled() {
        long accept = ring.add(sqe -> sqe.prepAccept(listener.fd(), 0));
        assertThat(cancel(accept)).isZero();
        assertThat(ring.awaitOf(accept).failedWith(Errno.ECANCELED)).isTrue();
        assertThat(cancel(accept)).as("gone already").isEqualTo(Errno.ENOENT.result());
    }

    @Test
    @Shows(
            value = {Opcode.ACCEPT, Opcode.LINK_TIMEOUT},
            behaviour = "accept-link")
    void anAcceptHasALimitOfTime() {
        long late = ring.add(sqe -> sqe.prepAccept(listener.fd(), 0).link());
        long expired = ring.add(sqe -> sqe.prepLinkTimeout(sockets.millis(20), 0));
        assertThat(ring.awaitOf(late).failedWith(Errno.ECANCELED)).isTrue();
        assertThat(ring.awaitOf(expired).failedWith(Errno.ETIME)).isTrue();
        long inTime =
                ring.add(sqe -> sqe.prepAccept(listener.fd(), Libc.SOCK_CLOEXEC).link());
        long timeout = ring.add(sqe -> sqe.prepLinkTimeout(sockets.millis(10_000), 0));
        ring.submit();
        sockets.connect(listener);
        sockets.own(ring.awaitOf(inTime).result());
        assertThat(ring.awaitOf(timeout).failedWith(Errno.ECANCELED)).isTrue();
    }

    @Test
    @Shows(
            value = {Opcode.ACCEPT, Opcode.SHUTDOWN},
            behaviour = "accept")
    void aShutDownEndsAccepts() {
        long once = ring.add(sqe -> sqe.prepAccept(listener.fd(), 0));
        Listener other = sockets.listenTcp();
        long again = ring.add(sqe -> sqe.prepAcceptMultishot(other.fd(), 0));
        for (Listener each : List.of(listener, other)) {
            assertThat(ring.run(sqe -> sqe.prepShutdown(each.fd(), Libc.SHUT_RDWR))
                            .result())
                    .isZero();
        }
        assertThat(ring.awaitOf(once).failedWith(Errno.EINVAL)).isTrue();
        Cqe last = ring.awaitOf(again);
        assertThat(last.failedWith(Errno.EINVAL)).isTrue();
        assertThat(last.more()).isFalse();
    }

    @Test
    @Shows(value = Opcode.ACCEPT, behaviour = "accept")
    void anAcceptNeedNotWait() {
        assertThat(ring.run(sqe -> sqe.prepAccept(listener.fd(), 0).dontWait()).failedWith(Errno.EAGAIN))
                .isTrue();
        sockets.connect(listener);
        sockets.own(
                ring.run(sqe -> sqe.prepAccept(listener.fd(), Libc.SOCK_CLOEXEC).dontWait())
                        .result());
    }

    @Test
    @Shows(value = Opcode.ACCEPT, behaviour = "accept")
    void anAcceptOfASocketThatDoesNotBlockWaitsAllTheSame() {
        Listener notBlocking = sockets.listenTcp(Libc.SOCK_NONBLOCK);
        long accept = ring.add(sqe -> sqe.prepAccept(notBlocking.fd(), Libc.SOCK_CLOEXEC));
        sockets.connect(notBlocking);
        sockets.own(ring.awaitOf(accept).result());
    }

    @Test
    @Shows(Opcode.ACCEPT)
    void anAcceptMayWaitBeforeItTries() {
        long accept =
                ring.add(sqe -> sqe.prepAccept(listener.fd(), Libc.SOCK_CLOEXEC).pollFirst());
        sockets.connect(listener);
        Cqe cqe = ring.awaitOf(accept);
        sockets.own(cqe.result());
        assertThat(cqe.more()).as("once, for all its waiting").isFalse();
        sockets.connect(listener);
        sockets.own(
                ring.run(sqe -> sqe.prepAccept(listener.fd(), Libc.SOCK_CLOEXEC).pollFirst())
                        .result());
    }

    @Test
    @Shows(value = Opcode.ACCEPT, behaviour = "accept")
    void aListenerMayBeADirectDescriptor() {
        RegisteredFiles.register(ring.ring(), 4);
        int slot = ring.run(sqe -> sqe.prepSocketDirect(Libc.AF_INET, Libc.SOCK_STREAM, 0))
                .result();
        assertThat(slot).isZero();
        MemorySegment address = sockets.unixName();
        assertThat(ring.run(sqe -> sqe.prepCloseDirect(slot)).result()).isZero();
        assertThat(ring.run(sqe -> sqe.prepSocket(Libc.AF_UNIX, Libc.SOCK_STREAM, 0)
                                .intoSlot(2))
                        .result())
                .as("the slot is known already")
                .isZero();
        int bytes = (int) address.byteSize();
        assertThat(ring.run(sqe -> sqe.prepBind(2, address.address(), bytes).fixedFile())
                        .result())
                .isZero();
        assertThat(ring.run(sqe -> sqe.prepListen(2, 4).fixedFile()).result()).isZero();
        int client = sockets.connect(new Listener(2, address));
        assertThat(ring.run(sqe -> sqe.prepAcceptDirect(2, 3).fixedFile()).result())
                .isZero();
        sockets.send(client, "text");
        MemorySegment text = ring.allocate(8);
        assertThat(ring.run(sqe -> sqe.prepReceive(3, text.address(), 8, 0).fixedFile())
                        .result())
                .isEqualTo(4);
        assertThat(Sockets.text(text, 4)).isEqualTo("text");
        assertThat(ring.run(sqe -> sqe.prepCloseDirect(3)).result()).isZero();
        assertThat(ring.run(sqe -> sqe.prepCloseDirect(3)).failedWith(Errno.EBADF))
                .isTrue();
        assertThat(sockets.receive(client, 1)).as("its peer is gone").isEmpty();
        assertThat(ring.run(sqe -> sqe.prepAccept(2, 0)).failedWith(Errno.ENOTSOCK))
                .as("a slot is not a descriptor")
                .isTrue();
    }

    @Test
    @Shows(
            value = {Opcode.ACCEPT, Opcode.MSG_RING},
            behaviour = "fd-pass")
    void aConnectionIsPassedToAnotherRing() {
        RegisteredFiles.register(ring.ring(), 4);
        int client = sockets.connect(listener);
        assertThat(ring.run(sqe -> sqe.prepAcceptDirect(listener.fd(), 1)).result())
                .isZero();
        try (KernelRing other = KernelRing.open()) {
            RegisteredFiles.register(other.ring(), 4);
            long pass = ring.add(sqe -> sqe.prepMessageFd(other.ring().fd(), 1, 2, 4711, 0));
            ring.submit();
            Cqe arrived = other.await();
            assertThat(arrived.userData()).isEqualTo(4711);
            assertThat(arrived.result()).isZero();
            assertThat(ring.awaitOf(pass).result()).isZero();
            assertThat(ring.run(sqe -> sqe.prepCloseDirect(1)).result()).isZero();
            sockets.send(client, "text");
            MemorySegment text = other.allocate(8);
            assertThat(other.run(sqe -> sqe.prepReceive(2, text.address(), 8, 0).fixedFile())
                            .result())
                    .as("open as long as one ring has it")
                    .isEqualTo(4);
            assertThat(Sockets.text(text, 4)).isEqualTo("text");
            assertThat(other.run(sqe -> sqe.prepCloseDirect(2)).result()).isZero();
            assertThat(sockets.receive(client, 1)).isEmpty();
        }
    }

    @Test
    @Shows({Opcode.ACCEPT, Opcode.SOCKET})
    void withTheTableFullAnAcceptLosesItsConnection() {
        RegisteredFiles.register(ring.ring(), 2);
        int[] clients = {sockets.connect(listener), sockets.connect(listener), sockets.connect(listener)};
        long accept = ring.add(sqe -> sqe.prepAcceptMultishotDirect(listener.fd()));
        List<Cqe> cqes = ring.await(3);
        assertThat(cqes).allMatch(cqe -> cqe.userData() == accept);
        assertThat(cqes).extracting(Cqe::result).containsExactly(0, 1, Errno.ENFILE.result());
        assertThat(cqes).extracting(Cqe::more).containsExactly(true, true, false);
        assertThat(ring.run(sqe -> sqe.prepSocketDirect(Libc.AF_UNIX, Libc.SOCK_STREAM, 0))
                        .failedWith(Errno.ENFILE))
                .isTrue();
        assertThat(sockets.receive(clients[2], 1))
                .as("lost: accepted, then closed")
                .isEmpty();
        sockets.send(clients[1], "still");
        MemorySegment text = ring.allocate(8);
        assertThat(ring.run(sqe -> sqe.prepReceive(1, text.address(), 8, 0).fixedFile())
                        .result())
                .isEqualTo(5);
        assertThat(ring.run(sqe -> sqe.prepCloseDirect(0)).result()).isZero();
        sockets.connect(listener);
        assertThat(ring.run(sqe -> sqe.prepAcceptDirect(listener.fd())).result())
                .as("the slot that is free again")
                .isZero();
    }
}
