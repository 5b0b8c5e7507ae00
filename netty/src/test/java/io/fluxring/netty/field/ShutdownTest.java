package io.fluxring.netty.field;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.netty.support.Ring;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Event loops that end while channels are open. */
@Timeout(30)
class ShutdownTest {
    @RegisterExtension
    final Ring ring = new Ring();

    private final Queue<String> events = new ConcurrentLinkedQueue<>();

    private final class Ends extends ChannelInboundHandlerAdapter {
        @Override
        public void channelInactive(ChannelHandlerContext context) {
            events.add("inactive");
        }

        @Override
        public void channelUnregistered(ChannelHandlerContext context) {
            events.add("unregistered");
        }
    }

    /** Such a loop has no round left in which it could prepare its end. */
    @Test
    void aLoopThatEndsFromATaskTellsItsChannels() throws Exception {
        InetSocketAddress server = ring.serve(Ends::new);
        EventLoop eventLoop = ring.group().next();
        try (Socket peer = Ring.connect(server)) {
            ring.accepted();
            eventLoop.execute(() -> eventLoop.shutdownGracefully(0, 10, TimeUnit.SECONDS));
            assertThat(eventLoop.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            assertThat(peer.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(events).containsExactly("inactive", "unregistered");
    }
}
