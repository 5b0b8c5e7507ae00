package io.fluxring.core.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.layout.SignalInfoLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Waiting for child processes. */
class WaitIdTest {
    private static final int SIGKILL = 9;
    private static final int SIGCHLD = 17;
    private static final int SIGCONT = 18;
    private static final int SIGSTOP = 19;

    private final KernelRing ring = KernelRing.open();
    private final MemorySegment info = ring.allocate(SignalInfoLayout.BYTES);

    @AfterEach
    void close() {
        ring.close();
    }

    private long waitFor(int pid, int options) {
        return ring.add(sqe -> sqe.prepWaitId(Libc.P_PID, pid, info.address(), options));
    }

    private void assertInfo(int pid, int code, int status) {
        assertThat(info.get(JAVA_INT, SignalInfoLayout.SIGNAL)).isEqualTo(SIGCHLD);
        assertThat(info.get(JAVA_INT, SignalInfoLayout.PID)).isEqualTo(pid);
        assertThat(info.get(JAVA_INT, SignalInfoLayout.CODE)).isEqualTo(code);
        assertThat(info.get(JAVA_INT, SignalInfoLayout.STATUS)).isEqualTo(status);
    }

    @Test
    @Shows(value = Opcode.WAITID, behaviour = "waitid")
    void aChildThatIsKilledTellsTheSignal() {
        int pid = LibcCalls.spawn("/bin/sleep", "100");
        long killed = waitFor(pid, Libc.WEXITED);
        assertThat(ring.takeReady()).isEmpty();
        LibcCalls.kill(pid, SIGKILL);
        assertThat(ring.await()).isEqualTo(new Cqe(killed, 0, 0));
        assertInfo(pid, Libc.CLD_KILLED, SIGKILL);
        assertThat(ring.run(sqe -> sqe.prepWaitId(Libc.P_PID, pid, 0, Libc.WEXITED))
                        .failedWith(Errno.ECHILD))
                .as("it was waited for")
                .isTrue();
    }

    @Test
    @Shows(value = Opcode.WAITID, behaviour = "waitid")
    void aChildThatEndsTellsItsStatus() {
        int pid = LibcCalls.spawn("/bin/sh", "-c", "exit 7");
        long looked = waitFor(pid, Libc.WEXITED | Libc.WNOWAIT);
        assertThat(ring.await()).isEqualTo(new Cqe(looked, 0, 0));
        assertInfo(pid, Libc.CLD_EXITED, 7);
        info.fill((byte) 0);
        long taken = waitFor(pid, Libc.WEXITED);
        assertThat(ring.await()).isEqualTo(new Cqe(taken, 0, 0));
        assertInfo(pid, Libc.CLD_EXITED, 7);
    }

    @Test
    @Shows(value = Opcode.WAITID, behaviour = "waitid")
    void aChildOfJavaIsSeenToStopAndToGoOn() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("/bin/sleep", "100").start();
        try {
            int pid = Math.toIntExact(process.toHandle().pid());
            waitFor(pid, Libc.WSTOPPED);
            LibcCalls.kill(pid, SIGSTOP);
            assertThat(ring.await().result()).isZero();
            assertInfo(pid, Libc.CLD_STOPPED, SIGSTOP);
            waitFor(pid, Libc.WCONTINUED);
            LibcCalls.kill(pid, SIGCONT);
            assertThat(ring.await().result()).isZero();
            assertInfo(pid, Libc.CLD_CONTINUED, SIGCONT);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    @Shows(
            value = {Opcode.WAITID, Opcode.ASYNC_CANCEL},
            behaviour = "waitid")
    void aWaitIsCancelled() {
        int pid = LibcCalls.spawn("/bin/sleep", "100");
        long waiting = waitFor(pid, Libc.WEXITED);
        assertThat(ring.run(sqe -> sqe.prepCancel(waiting)).result())
                .as("a number here, where other operations have 0")
                .isIn(0, 1);
        assertThat(ring.awaitOf(waiting).failedWith(Errno.ECANCELED)).isTrue();
        LibcCalls.kill(pid, SIGKILL);
        waitFor(pid, Libc.WEXITED);
        assertThat(ring.await().result()).isZero();
        assertInfo(pid, Libc.CLD_KILLED, SIGKILL);
    }

    @Test
    @Shows(value = Opcode.WAITID, behaviour = "waitid")
    void withoutAWaitOneThatRunsTellsNothing() {
        int pid = LibcCalls.spawn("/bin/sleep", "100");
        waitFor(pid, Libc.WEXITED | Libc.WNOHANG);
        assertThat(ring.await().result()).isZero();
        assertThat(info.get(JAVA_INT, SignalInfoLayout.PID)).isZero();
        LibcCalls.kill(pid, SIGKILL);
        waitFor(pid, Libc.WEXITED);
        assertThat(ring.await().result()).isZero();
        assertThat(ring.run(sqe -> sqe.prepWaitId(Libc.P_PID, 1, info.address(), Libc.WEXITED))
                        .failedWith(Errno.ECHILD))
                .as("no child of ours")
                .isTrue();
    }
}
