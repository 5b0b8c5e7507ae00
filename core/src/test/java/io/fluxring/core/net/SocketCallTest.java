package io.fluxring.core.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.call.Kernel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** System calls of other threads on a socket's descriptor. The file is an eventfd: it shows by itself whether it is open. */
class SocketCallTest {
    private final RingLoop loop = RingLoop.open(RingLoopConfig.defaults()).start(Thread::new);
    private final Kernel kernel = loop.kernel();
    private final int fd = kernel.eventFd(Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK);
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final StreamSocket socket = CompletableFuture.supplyAsync(
                    () -> new StreamSocket(
                            new StreamGroup(loop, loop.provideBuffers(BufferRingConfig.of(8, 64))),
                            new RawFd(fd),
                            false,
                            false,
                            () -> closed.complete(null)),
                    loop)
            .join();

    @AfterEach
    void closeLoop() {
        loop.close();
        loop.closed().join();
    }

    private void askToClose() {
        CompletableFuture.runAsync(socket::close, loop).join();
    }

    /** A caller that is in the midst of two calls, until it is let on. */
    private final class Caller {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch mayEnd = new CountDownLatch(1);
        final CompletableFuture<Integer> result = CompletableFuture.supplyAsync(
                () -> socket.call(number -> {
                    entered.countDown();
                    await(mayEnd);
                    return kernel.signalEventFd(number);
                }),
                task -> Thread.ofPlatform().daemon().start(task));

        Caller() {
            await(entered);
        }

        private void await(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void theCloseWaitsForACallThatIsUnderWay() {
        Caller first = new Caller();
        Caller second = new Caller();
        askToClose();
        assertThat(socket.call(number -> 7)).isEqualTo(Errno.ECANCELED.result());
        first.mayEnd.countDown();
        assertThat(first.result.join()).isZero();
        CompletableFuture.runAsync(() -> {}, loop).join();
        assertThat(closed).isNotDone();
        second.mayEnd.countDown();
        assertThat(second.result.join()).isZero();
        closed.join();
        assertThat(kernel.signalEventFd(fd)).isEqualTo(Errno.EBADF.result());
        assertThat(socket.call(number -> 7)).isEqualTo(Errno.ECANCELED.result());
    }

    /** After the loop has closed, the call in flight is the last user of the descriptor, and closes it. */
    @Test
    void aCallOutlivesTheLoop() {
        Caller caller = new Caller();
        askToClose();
        closeLoop();
        caller.mayEnd.countDown();
        assertThat(caller.result.join()).isZero();
        closed.join();
        assertThat(kernel.signalEventFd(fd)).isEqualTo(Errno.EBADF.result());
    }

    @Test
    void withoutACallTheCloseWaitsForNothing() {
        assertThat(socket.call(number -> number)).isEqualTo(fd);
        askToClose();
        closed.join();
    }
}
