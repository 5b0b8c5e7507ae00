package io.fluxring.netty.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.netty.RingChannelOption;
import io.fluxring.netty.support.Recorder;
import io.fluxring.netty.support.Ring;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Closes while the peer does not read. */
@Tag("alone")
@Timeout(60)
class StalledCloseTest {
    @RegisterExtension
    final Ring ring = new Ring();

    /** Writes until nothing is taken any more, and more is unsent than there ever is room for. */
    private static List<ChannelFuture> stall(Channel channel, int lengthBytes) throws InterruptedException {
        channel.config().setOption(ChannelOption.SO_SNDBUF, 4096);
        List<ChannelFuture> writes = new ArrayList<>();
        for (int idle = 0; idle < 4; idle++) { // the peer's kernel may find more room after a while
            int before = completed(writes);
            for (int i = 0; i < Math.max(1, 2_000_000 / lengthBytes); i++) {
                writes.add(channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[lengthBytes])));
            }
            writes.getLast().await(300);
            if (completed(writes) > before) {
                idle = -1;
            }
        }
        return writes;
    }

    private static int completed(List<ChannelFuture> writes) {
        return (int) writes.stream().filter(ChannelFuture::isSuccess).count();
    }

    /** Nothing is owed to a writer that was not told that its write is complete: the channel, and its writers, wait for no peer. */
    @ParameterizedTest
    @CsvSource({"3000, -1", "300000, -1", "300000, 1"})
    void doesNotWaitForWhatIsIncomplete(int lengthBytes, int lingerSeconds) throws Exception {
        InetSocketAddress server = ring.serve(Recorder::new);
        try (Socket peer = Ring.connect(server)) {
            Channel channel = ring.accepted();
            channel.config().setOption(RingChannelOption.EARLY_WRITE_COMPLETION, false);
            channel.config().setOption(ChannelOption.SO_LINGER, lingerSeconds);
            List<ChannelFuture> writes = stall(channel, lengthBytes);
            long begin = System.nanoTime();
            Ring.await(channel.close());
            assertThat(writes.getLast().await(2, TimeUnit.SECONDS)).isTrue();
            assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(4));
            long told = (long) completed(writes) * lengthBytes;
            assertThat(peer.getInputStream().readAllBytes().length).isGreaterThanOrEqualTo((int) told);
        }
    }

    /** What was told is complete is sent however late the peer reads. */
    @Test
    void waitsForWhatIsComplete() throws Exception {
        InetSocketAddress server = ring.serve(Recorder::new);
        try (Socket peer = Ring.connect(server)) {
            Channel channel = ring.accepted();
            List<ChannelFuture> writes = stall(channel, 3000);
            ChannelFuture closed = channel.close();
            assertThat(closed.await(1500)).isFalse();
            byte[] got = peer.getInputStream().readAllBytes();
            assertThat(got.length).isEqualTo(completed(writes) * 3000);
            Ring.await(closed);
        }
    }

    /** An end in the middle of what was told is complete would pass for all of it. */
    @Test
    void resetsWhenCompleteBytesAreLost() throws Exception {
        InetSocketAddress server = ring.serve(Recorder::new);
        try (Socket peer = Ring.connect(server)) {
            Channel channel = ring.accepted();
            stall(channel, 3000);
            Ring.await(channel.close());
            assertThatThrownBy(() -> peer.getInputStream().readAllBytes()).isInstanceOf(IOException.class);
        }
    }

    /** A loop that ends tells the handlers and the writers, whatever peers do. */
    @ParameterizedTest
    @ValueSource(ints = {3000, 300_000})
    void theEndOfTheLoopIsTold(int lengthBytes) throws Exception {
        Recorder recorder = new Recorder();
        InetSocketAddress server = ring.serve(() -> recorder);
        try (Socket peer = Ring.connect(server)) {
            Channel channel = ring.accepted();
            List<ChannelFuture> writes = stall(channel, lengthBytes);
            ring.group().shutdownGracefully(0, 5, TimeUnit.SECONDS).await(20, TimeUnit.SECONDS);
            assertThat(recorder.events).contains("inactive");
            assertThat(writes).allMatch(ChannelFuture::isDone);
            assertThat(peer.isClosed()).isFalse();
        }
    }
}
