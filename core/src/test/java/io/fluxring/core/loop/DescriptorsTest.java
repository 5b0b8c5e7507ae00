package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.fd.DirectFd;
import io.fluxring.core.fd.OwnedFd;
import io.fluxring.core.fd.RawFd;
import io.fluxring.core.fd.RegisteredFiles;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Descriptors that are closed under running operations, and direct ones of which there are too few. */
class DescriptorsTest {
    private final ForeignLoop foreign =
            new ForeignLoop(RingLoopConfig.defaults().withDirectDescriptors(2).withInstalledFiles(1));
    private final RingLoop loop = foreign.loop;
    private final Kernel kernel = Kernel.linux();
    private final Loopback loopback = new Loopback(foreign);
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment memory = arena.allocate(64);

    @AfterEach
    void close() {
        foreign.close();
        loopback.close();
        arena.close();
    }

    private TestOperation receive(int fd) {
        TestOperation receive = new TestOperation(Opcode.RECV, sqe -> sqe.prepReceive(fd, memory.address(), 64, 0));
        loop.submit(receive);
        loop.tick(0);
        assertThat(receive.results).isEmpty();
        return receive;
    }

    /** An eventfd with a certain number. */
    private int reuse(int fd) {
        List<Integer> others = new ArrayList<>();
        int made = kernel.eventFd(Libc.EFD_CLOEXEC);
        while (made != fd && others.size() < 10_000) {
            others.add(made);
            made = kernel.eventFd(Libc.EFD_CLOEXEC);
        }
        others.forEach(kernel::close);
        assertThat(made).isEqualTo(fd);
        return made;
    }

    @Test
    void anOperationKeepsItsFileWhenTheNumberIsClosedAndUsedAgain() {
        Socket client = loopback.connect();
        int fd = loopback.accept();
        TestOperation receive = receive(fd);
        loopback.close(fd);
        int other = reuse(fd);
        kernel.signalEventFd(other); // readable, and none of the receive's business
        loop.tick(0);
        loop.tick(0);
        assertThat(receive.results).isEmpty();
        Loopback.send(client, "late".getBytes(StandardCharsets.US_ASCII));
        foreign.until(() -> !receive.isLive());
        assertThat(receive.results).containsExactly(4);
        assertThat(memory.asSlice(0, 4).toArray(ValueLayout.JAVA_BYTE))
                .asString()
                .isEqualTo("late");
        kernel.close(other);
    }

    @Test
    void anOperationWhoseNumberIsClosedCanBeCancelled() {
        loopback.connect();
        int fd = loopback.accept();
        TestOperation receive = receive(fd);
        loopback.close(fd);
        int other = reuse(fd);
        TestOperation poll = new TestOperation(Opcode.POLL_ADD, sqe -> sqe.prepPoll(other, Libc.POLLIN));
        loop.submit(poll);
        loop.tick(0);
        loop.cancel(receive);
        foreign.until(() -> !receive.isLive());
        assertThat(receive.results).containsExactly(Errno.ECANCELED.result());
        loop.tick(0);
        assertThat(poll.results).as("the new file's operation goes on").isEmpty();
        kernel.signalEventFd(other);
        foreign.until(() -> !poll.isLive());
        assertThat(poll.results).containsExactly(Libc.POLLIN);
        kernel.close(other);
    }

    /** With the count of {@link OwnedFd} a number is not closed before the last operation on it has ended. */
    @Test
    void anOwnedDescriptorIsClosedBehindItsLastOperation() {
        Socket client = loopback.connect();
        OwnedFd owned = new OwnedFd(new RawFd(loopback.accept()));
        List<Boolean> closes = new ArrayList<>();
        TestOperation[] receives = new TestOperation[3];
        for (int i = 0; i < 3; i++) {
            receives[i] =
                    new TestOperation(
                            Opcode.RECV, sqe -> sqe.prepReceive(owned.file().number(), memory.address(), 64, 0)) {
                        @Override
                        protected void completed(int result, int completionFlags) {
                            super.completed(result, completionFlags);
                            closes.add(owned.end());
                        }
                    };
            owned.begin();
            loop.submit(receives[i]);
        }
        loop.tick(0);
        assertThat(owned.close()).isFalse();
        assertThatThrownBy(owned::begin).hasMessageContaining("being closed");
        loop.cancel(receives[1]);
        foreign.until(() -> !receives[1].isLive());
        assertThat(closes).containsExactly(false);
        Loopback.send(client, new byte[1]);
        foreign.until(() -> closes.size() == 2);
        loop.cancel(receives[0]);
        loop.cancel(receives[2]);
        foreign.until(() -> closes.size() == 3);
        assertThat(closes).containsExactly(false, false, true);
        loopback.close(owned.file().number());
        assertThatThrownBy(owned::begin).hasMessageContaining("is closed");
    }

    // ---- direct descriptors

    private TestOperation acceptDirect() {
        TestOperation accept = new TestOperation(Opcode.ACCEPT, sqe -> sqe.prepAcceptDirect(loopback.listener));
        loop.submit(accept);
        foreign.until(() -> !accept.isLive());
        return accept;
    }

    @Test
    void withoutAFreeSlotAnAcceptFailsAndWithOneItWorksAgain() {
        RegisteredFiles files = loop.files();
        assertThat(files).isNotNull();
        List<DirectFd> taken = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            loopback.connect();
            taken.add(files.installed(acceptDirect().last()));
        }
        assertThat(taken).containsExactly(new DirectFd(0), new DirectFd(1));
        assertThat(files.free()).isZero();
        loopback.connect();
        int refused = acceptDirect().last();
        assertThat(Errno.ofResult(refused)).isEqualTo(Errno.ENFILE);
        assertThat(Errno.describe(refused)).contains("ENFILE", "no free direct descriptor");
        assertThat(foreign.run(Opcode.CLOSE, sqe -> sqe.prepCloseDirect(1))).isZero();
        files.removed();
        Socket client = loopback.connect();
        DirectFd again = files.installed(acceptDirect().last());
        assertThat(again).isEqualTo(new DirectFd(1));
        Loopback.send(client, "direct".getBytes(StandardCharsets.US_ASCII));
        TestOperation receive = new TestOperation(Opcode.RECV, sqe -> {
            sqe.prepReceive(again.number(), memory.address(), 64, 0).fixedFile();
        });
        loop.submit(receive);
        assertThat(loop.dump()).contains("RECV direct=1 slot=");
        foreign.until(() -> !receive.isLive());
        assertThat(receive.results).containsExactly(6);
    }

    @Test
    void aMultishotAcceptEndsWithTheSlotsAndGoesOnWithThem() {
        List<Integer> slots = new ArrayList<>();
        TestOperation accept =
                new TestOperation(Opcode.ACCEPT, sqe -> sqe.prepAcceptMultishotDirect(loopback.listener));
        loop.submit(accept);
        for (int i = 0; i < 3; i++) {
            loopback.connect();
        }
        foreign.until(() -> !accept.isLive());
        slots.addAll(accept.results);
        assertThat(slots).containsExactly(0, 1, Errno.ENFILE.result());
        assertThat(foreign.run(Opcode.CLOSE, sqe -> sqe.prepCloseDirect(0))).isZero();
        loop.submit(accept);
        loopback.connect();
        foreign.until(() -> accept.results.size() == 4);
        assertThat(accept.last()).isZero();
        loop.cancel(accept);
        foreign.until(() -> !accept.isLive());
    }

    /** A direct descriptor that is emptied under an operation: the operation keeps its file. */
    @Test
    void aSlotThatIsEmptiedUnderAnOperation() {
        Socket client = loopback.connect();
        int slot = acceptDirect().last();
        TestOperation receive = new TestOperation(
                Opcode.RECV,
                sqe -> sqe.prepReceive(slot, memory.address(), 64, 0).fixedFile());
        loop.submit(receive);
        loop.tick(0);
        assertThat(foreign.run(Opcode.CLOSE, sqe -> sqe.prepCloseDirect(slot))).isZero();
        Loopback.send(client, new byte[5]);
        foreign.until(() -> !receive.isLive());
        assertThat(receive.results).containsExactly(5);
    }

    // ---- files that are open already

    @Test
    void aFileThatIsInstalledOutlivesItsDescriptorAndIsNeverInTheWayOfAnAccept() {
        RegisteredFiles files = loop.files();
        assertThat(files).isNotNull();
        Socket client = loopback.connect();
        int fd = loopback.accept();
        DirectFd file = files.install(fd);
        assertThat(file).isEqualTo(new DirectFd(2)); // behind those that the kernel picks
        assertThat(files.installable()).isZero();
        assertThat(files.install(fd)).isNull();
        loopback.close(fd);
        for (int i = 0; i < 2; i++) {
            loopback.connect();
            assertThat(acceptDirect().last()).isEqualTo(i);
        }
        loopback.connect();
        assertThat(acceptDirect().last()).isEqualTo(Errno.ENFILE.result());
        Loopback.send(client, new byte[3]);
        assertThat(foreign.run(
                        Opcode.RECV,
                        sqe -> sqe.prepReceive(file.number(), memory.address(), 64, 0)
                                .fixedFile()))
                .isEqualTo(3);
        files.remove(file);
        assertThat(files.installable()).isEqualTo(1);
        assertThatThrownBy(() -> files.remove(file)).hasMessageContaining("nothing was installed there");
        assertThat(foreign.run(
                        Opcode.RECV,
                        sqe -> sqe.prepReceive(file.number(), memory.address(), 64, 0)
                                .fixedFile()))
                .isEqualTo(Errno.EBADF.result());
    }

    @Test
    void aDescriptorThatIsNotOpenCannotBeInstalled() {
        RegisteredFiles files = loop.files();
        assertThat(files).isNotNull();
        assertThatThrownBy(() -> files.install(999_999))
                .hasMessageContaining("fd=999999")
                .hasMessageContaining("EBADF");
        assertThat(files.installable()).isEqualTo(1);
    }
}
