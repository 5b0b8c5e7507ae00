package io.fluxring.netty.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.netty.RingSocketChannel;
import io.fluxring.netty.support.Ring;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a connection has from the socket that it was accepted by. */
class InheritedOptionsTest {
    @RegisterExtension
    final Ring ring = new Ring();

    @Test
    void smallWritesAreSentAtOnceUnlessSetOtherwise() throws InterruptedException, IOException {
        try (Socket client = Ring.connect(ring.serve(ChannelInboundHandlerAdapter::new))) {
            assertThat(client.isConnected()).isTrue();
            Channel accepted = ring.accepted();
            assertThat(accepted).isInstanceOf(RingSocketChannel.class);
            assertThat(accepted.config().getOption(ChannelOption.TCP_NODELAY)).isTrue();
            accepted.config().setOption(ChannelOption.TCP_NODELAY, false);
            assertThat(accepted.config().getOption(ChannelOption.TCP_NODELAY)).isFalse();
            Ring.await(accepted.close());
        }
        Channels.TCP.with(config ->
                assertThat(config.getOption(ChannelOption.TCP_NODELAY)).isTrue());
    }
}
