package io.fluxring.netty.field;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.netty.RingIoHandler;
import io.fluxring.netty.support.Recorder;
import io.fluxring.netty.support.Ring;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A channel that leaves its event loop and goes on with another. */
@Timeout(30)
class RegistrationTest {
    @RegisterExtension
    final Ring ring = new Ring();

    private final Recorder recorder = new Recorder();

    @Test
    void whatWasNotReadGoesAlong() throws Exception {
        MultiThreadIoEventLoopGroup other = new MultiThreadIoEventLoopGroup(1, RingIoHandler.newFactory());
        InetSocketAddress server = ring.serve(() -> recorder);
        try (Socket peer = Ring.connect(server)) {
            Channel channel = ring.accepted();
            peer.getOutputStream().write(new byte[1000]);
            Ring.until("the bytes are held", () -> ring.loop().counters().get(Counter.BYTES_RECEIVED) == 1000);
            Ring.await(channel.deregister());
            peer.getOutputStream().write(new byte[500]);
            Ring.await(other.register(channel));
            channel.config().setAutoRead(true);
            Ring.until("all bytes", () -> recorder.bytes.get() == 1500);
            channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {1, 2, 3}));
            assertThat(peer.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
            Ring.await(channel.close());
        } finally {
            assertThat(other.shutdownGracefully(0, 10, TimeUnit.SECONDS).await(20, TimeUnit.SECONDS))
                    .isTrue();
        }
    }
}
