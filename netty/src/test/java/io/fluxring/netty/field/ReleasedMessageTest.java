package io.fluxring.netty.field;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.netty.support.Recorder;
import io.fluxring.netty.support.Ring;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A program that releases a message once too often. */
@Timeout(30)
class ReleasedMessageTest {
    @RegisterExtension
    final Ring ring = new Ring();

    /** Its writers hear of it, and so does the peer: a channel that only stops would be waited for by all of them. */
    @ParameterizedTest
    @CsvSource({"100, true", "100, false", "20000, true"})
    void failsTheChannel(int lengthBytes, boolean isDirect) throws Exception {
        InetSocketAddress server = ring.serve(Recorder::new);
        try (Socket peer = Ring.connect(server)) {
            Channel channel = ring.accepted();
            Ring.await(channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {1})));
            List<ChannelFuture> writes = channel.eventLoop()
                    .submit(() -> {
                        ByteBuf released = isDirect ? Unpooled.directBuffer(lengthBytes) : Unpooled.buffer(lengthBytes);
                        released.writeZero(lengthBytes);
                        ChannelFuture before = channel.write(Unpooled.wrappedBuffer(new byte[] {2}));
                        ChannelFuture bad = channel.write(released);
                        released.release();
                        ChannelFuture behind = channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {3}));
                        return List.of(before, bad, behind);
                    })
                    .get(20, TimeUnit.SECONDS);
            assertThat(peer.getInputStream().readAllBytes()).startsWith(1).doesNotContain(3);
            for (ChannelFuture write : writes.subList(1, 3)) {
                assertThat(write.await(20, TimeUnit.SECONDS)).isTrue();
                assertThat(write.cause()).isInstanceOf(IOException.class);
            }
            Ring.await(channel.closeFuture());
        }
    }
}
