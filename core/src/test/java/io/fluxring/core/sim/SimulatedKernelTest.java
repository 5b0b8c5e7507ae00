package io.fluxring.core.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.entry.RawSqe;
import io.fluxring.core.entry.Sqe;
import io.fluxring.core.fd.RawFd;
import io.fluxring.core.register.BufferRingRegistration;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.setup.RingUnavailableException;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.NativeMemory;
import io.fluxring.core.sys.layout.BufRingLayout;
import io.fluxring.core.sys.layout.ParamsLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The simulated kernel notices what the real one would have punished with silence. */
class SimulatedKernelTest {
    private final SimulatedKernel kernel = new SimulatedKernel(3);
    private final Arena arena = Arena.ofConfined();
    private final Ring ring = Ring.open(kernel, RingConfig.defaults().withEntries(8, 16));

    SimulatedKernelTest() {
        ring.enable();
    }

    @AfterEach
    void free() {
        arena.close();
    }

    private Sqe sqe() {
        return ring.submissions().claim();
    }

    private void assertViolation(ThrowingCallable action, String message) {
        assertThatThrownBy(action)
                .isInstanceOf(Violation.class)
                .hasMessageContaining(message)
                .hasMessageContaining("seed 3");
        assertThatThrownBy(kernel::verify).isInstanceOf(Violation.class);
    }

    @Test
    void sameUserDataTwice() {
        int listener = SimulatedListener.open(kernel);
        sqe().prepAccept(listener, 0).userData(5);
        sqe().prepPoll(listener, Libc.POLLIN).userData(5);
        assertViolation(ring::submit, "user data");
    }

    @Test
    void ringGivenBackWithOperationsInFlight() {
        sqe().prepAccept(SimulatedListener.open(kernel), 0).userData(5);
        ring.submit();
        assertViolation(ring::close, "in flight");
    }

    @Test
    void descriptorClosedUnderAnOperation() {
        int listener = SimulatedListener.open(kernel);
        sqe().prepAccept(listener, 0).userData(5);
        ring.submit();
        assertViolation(() -> kernel.close(listener), "operations on it");
    }

    @Test
    void descriptorUsedAfterItsClose() {
        int listener = SimulatedListener.open(kernel);
        kernel.close(listener);
        sqe().prepAccept(listener, 0).userData(5);
        assertViolation(ring::submit, "no such descriptor");
    }

    @Test
    void descriptorClosedTwice() {
        int listener = SimulatedListener.open(kernel);
        kernel.close(listener);
        assertViolation(() -> kernel.close(listener), "no such descriptor");
    }

    @Test
    void descriptorLeft() {
        SimulatedListener.open(kernel);
        ring.close();
        assertThatThrownBy(kernel::verifyNothingLeft)
                .isInstanceOf(Violation.class)
                .hasMessageContaining("listener");
    }

    @Test
    void bytesChangedWhileTheyAreSent() {
        kernel.socketBuffers(4, 4);
        int fd = SimulatedListener.connection(kernel, ring);
        MemorySegment bytes = arena.allocateFrom("hello, world");
        sqe().prepSend(fd, bytes.address(), 12, Libc.MSG_WAITALL).userData(5);
        ring.submit();
        bytes.setString(0, "HELLO");
        assertViolation(ring::submit, "changed while the kernel was sending");
    }

    @Test
    void bytesChangedBeforeTheNotification() {
        int fd = SimulatedListener.connection(kernel, ring);
        kernel.faults(Faults.none().with(Fault.LATE_NOTIFICATION, 1));
        MemorySegment bytes = arena.allocateFrom("hello, world");
        sqe().prepSendZeroCopy(fd, bytes.address(), 12, 0).userData(5);
        ring.submit();
        ring.submit();
        bytes.setString(0, "HELLO");
        kernel.advance(1_000_000_000);
        assertViolation(ring::submit, "changed while the kernel was sending");
    }

    @Test
    void memoryWrittenWhileAReceiveIsInFlight() {
        int fd = SimulatedListener.connection(kernel, ring);
        MemorySegment memory = arena.allocate(16);
        sqe().prepReceive(fd, memory.address(), 16, 0).userData(5);
        ring.submit();
        memory.fill((byte) 1);
        kernel.peerOf(new RawFd(fd)).send(new byte[8], 0, 8);
        assertViolation(ring::submit, "written while the kernel was receiving");
    }

    @Test
    void whatIsReadDuringSubmissionMayChangeAfterIt() {
        int eventFd = kernel.eventFd(Libc.EFD_NONBLOCK);
        int fd = SimulatedListener.connection(kernel, ring);
        MemorySegment vector = arena.allocate(16, 8);
        vector.set(ValueLayout.JAVA_LONG, 0, arena.allocateFrom("hello").address());
        vector.set(ValueLayout.JAVA_LONG, 8, 5);
        sqe().prepPoll(eventFd, Libc.POLLIN).link().userData(5);
        sqe().prepSendVectored(fd, vector.address(), 1, 0).userData(6);
        ring.submit();
        vector.fill((byte) 0xFF);
        kernel.signalEventFd(eventFd);
        ring.submitAndWait(2, Ring.FOREVER, 0);
        assertThat(kernel.peerOf(new RawFd(fd)).receive(9)).containsExactly('h', 'e', 'l', 'l', 'o');
        kernel.verify();
    }

    @Test
    void whatIsNotSimulated() {
        RawSqe.write(sqe(), Opcode.WAITID, 0, 0, 0, 0, 0).userData(5);
        assertViolation(ring::submit, "not simulated");
    }

    @Test
    void bufferProvidedTwice() {
        MemorySegment entries = arena.allocate(4096, 4096);
        new BufferRingRegistration(ring.handle()).register(entries.address(), 4, 1, 0);
        long buffer = arena.allocate(64).address();
        for (int i = 0; i < 2; i++) {
            Access.putLong(entries, i * BufRingLayout.ENTRY_BYTES + BufRingLayout.ENTRY_ADDR, buffer);
            Access.putInt(entries, i * BufRingLayout.ENTRY_BYTES + BufRingLayout.ENTRY_LEN, 64);
            Access.putShort(entries, i * BufRingLayout.ENTRY_BYTES + BufRingLayout.ENTRY_BID, (short) 9);
        }
        Access.putShortRelease(entries, BufRingLayout.TAIL, (short) 2);
        assertViolation(ring::submit, "provided twice");
    }

    @Test
    void bufferTailMovedBackwards() {
        MemorySegment entries = arena.allocate(4096, 4096);
        new BufferRingRegistration(ring.handle()).register(entries.address(), 4, 1, 0);
        Access.putShortRelease(entries, BufRingLayout.TAIL, (short) -1);
        assertViolation(ring::submit, "tail of a buffer ring");
    }

    @Test
    void providedBufferWrittenByTheApplication() {
        int fd = SimulatedListener.connection(kernel, ring);
        MemorySegment entries = arena.allocate(4096, 4096);
        MemorySegment buffer = arena.allocate(64);
        new BufferRingRegistration(ring.handle()).register(entries.address(), 4, 1, 0);
        Access.putLong(entries, BufRingLayout.ENTRY_ADDR, buffer.address());
        Access.putInt(entries, BufRingLayout.ENTRY_LEN, 64);
        Access.putShortRelease(entries, BufRingLayout.TAIL, (short) 1);
        sqe().prepReceiveSelect(fd, 1).userData(5);
        ring.submit();
        buffer.fill((byte) 0);
        kernel.peerOf(new RawFd(fd)).send(new byte[8], 0, 8);
        assertViolation(ring::submit, "written while the kernel owned it");
    }

    @Test
    void queueIndicesThatMoveBackwards() {
        MemorySegment params = arena.allocate(ParamsLayout.BYTES, 8);
        int other = kernel.setup(4, params);
        long rings = kernel.mapRing(other, 64, Abi.OFFSET_RINGS);
        MemorySegment words = NativeMemory.at(rings, 64);
        Access.putInt(words, RingOffsets.SQ_TAIL, Access.getInt(words, RingOffsets.SQ_TAIL) - 1);
        assertViolation(() -> kernel.enter(other, 0, 0, 0, 0, 0), "submission queue's tail");
    }

    @Test
    void waitThatNothingCanEnd() {
        assertViolation(() -> ring.submitAndWait(1, Ring.FOREVER, 0), "waits for ever");
    }

    @Test
    void otherThreadsAreRefused() throws InterruptedException {
        int[] result = new int[1];
        Thread other = new Thread(() -> result[0] = ring.submit());
        other.start();
        other.join();
        assertThat(result[0]).isEqualTo(-17);
    }

    @Test
    void olderKernelsGetARing() {
        int newest = Abi.SETUP_NO_SQARRAY | Abi.SETUP_DEFER_TASKRUN | Abi.SETUP_SINGLE_ISSUER;
        SimulatedKernel older = new SimulatedKernel(1).refuseSetupFlags(newest);
        Ring plain = Ring.open(older, RingConfig.defaults().withEntries(4, 8));
        plain.enable();
        for (int i = 0; i < 20; i++) {
            plain.submissions().claim().prepNop(i).userData(i);
            assertThat(plain.submit()).isEqualTo(1);
            plain.completions()
                    .drain((userData, result, flags) -> assertThat(result).isEqualTo((int) userData));
        }
        plain.close();
        older.verifyNothingLeft();
    }

    @Test
    void refusedSetupLeavesNothing() {
        SimulatedKernel full = new SimulatedKernel(1).descriptorLimit(0);
        assertThatThrownBy(() -> Ring.open(full, RingConfig.defaults())).isInstanceOf(RingUnavailableException.class);
        full.verifyNothingLeft();
    }

    @Test
    void sameSeedSameCourse() {
        assertThat(course(12345)).isEqualTo(course(12345)).isNotEqualTo(course(12346));
    }

    private static String course(long seed) {
        StringBuilder course = new StringBuilder();
        SimulatedKernel chaotic = new SimulatedKernel(seed, Faults.all(0.4));
        Ring chaoticRing = Ring.open(chaotic, RingConfig.defaults().withEntries(8, 16));
        chaoticRing.enable();
        for (int i = 0; i < 40; i++) {
            Sqe sqe = chaoticRing.submissions().claim();
            if (sqe != null) {
                sqe.prepNop(i).userData(i);
            }
            course.append(chaoticRing.submit()).append(' ');
            chaoticRing
                    .completions()
                    .drain((userData, result, flags) ->
                            course.append('#').append(result).append(' '));
        }
        return course.toString();
    }
}
