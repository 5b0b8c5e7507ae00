package io.fluxring.core.net.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.loop.ForeignLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.call.Kernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loop that ends under a socket that was not closed. */
@Timeout(30)
class DatagramLoopEndTest {
    private final Kernel kernel = Kernel.linux();

    @Test
    void aReceiveThatTheLoopEndsIsNotArmedAgain() {
        ForeignLoop foreign = new ForeignLoop(RingLoopConfig.defaults());
        int fd = kernel.socket(Libc.AF_UNIX, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
        DatagramSocket socket = new DatagramSocket(
                foreign.loop, foreign.loop.provideBuffers(BufferRingConfig.of(4, 512)), new RawFd(fd), true);
        socket.receiver().attach(new Collector(Long.MAX_VALUE));
        foreign.loop.tick(0);
        assertThat(socket.receiver().isLive()).isTrue();
        long begin = System.nanoTime();
        foreign.close();
        assertThat(System.nanoTime() - begin).as("nanoseconds to the end").isLessThan(2_000_000_000L);
        assertThat(socket.receiver().isLive()).isFalse();
        kernel.close(fd);
    }
}
