package io.fluxring.netty.field;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.netty.RingChannelOption;
import io.fluxring.netty.RingIoHandler;
import io.fluxring.netty.support.Recorder;
import io.fluxring.netty.support.Ring;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.EventLoop;
import io.netty.channel.FileRegion;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.InputStream;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels that go to another loop while they write. */
@Timeout(60)
class LoopChangeTest {
    private static final int MOVES = 40;

    @RegisterExtension
    final Ring ring = new Ring();

    private final MultiThreadIoEventLoopGroup other = new MultiThreadIoEventLoopGroup(1, RingIoHandler.newFactory());

    @TempDir
    Path folder;

    @AfterEach
    void endOther() throws InterruptedException {
        assertThat(other.shutdownGracefully(0, 10, TimeUnit.SECONDS).await(20, TimeUnit.SECONDS))
                .isTrue();
    }

    private Channel accept(Socket peer) throws Exception {
        peer.connect(ring.serve(Recorder::new));
        return ring.accepted();
    }

    private void move(Channel channel) throws InterruptedException {
        EventLoop from = channel.eventLoop();
        Ring.await(channel.deregister());
        Ring.await((from == ring.group().next() ? other : ring.group()).register(channel));
    }

    private static byte[] random(int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        new Random(11).nextBytes(bytes);
        return bytes;
    }

    private static CompletableFuture<byte[]> read(Socket peer, int lengthBytes) throws Exception {
        InputStream in = peer.getInputStream();
        CompletableFuture<byte[]> bytes = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                bytes.complete(in.readNBytes(lengthBytes));
            } catch (Exception e) {
                bytes.completeExceptionally(e);
            }
        });
        return bytes;
    }

    /** Whatever of a write has gone out on one loop is not sent again by the next, and nothing is left out. */
    @ParameterizedTest
    @CsvSource({"100, true", "7000, true", "7000, false", "300000, true"})
    void theStreamGoesOn(int lengthBytes, boolean isEarly) throws Exception {
        int perMove = 4;
        byte[] all = random(lengthBytes * perMove * MOVES);
        try (Socket peer = new Socket()) {
            Channel channel = accept(peer);
            channel.config().setOption(RingChannelOption.EARLY_WRITE_COMPLETION, isEarly);
            CompletableFuture<byte[]> read = read(peer, all.length);
            List<ChannelFuture> writes = new ArrayList<>();
            for (int at = 0; at < all.length; ) {
                for (int i = 0; i < perMove; i++, at += lengthBytes) {
                    writes.add(channel.writeAndFlush(Unpooled.wrappedBuffer(all, at, lengthBytes)));
                }
                move(channel);
            }
            assertThat(Arrays.equals(read.get(30, TimeUnit.SECONDS), all)).isTrue();
            for (ChannelFuture write : writes) {
                Ring.await(write);
            }
            Ring.await(channel.close());
        }
    }

    /** A channel that leaves each loop before its next round sends nothing there: the last loop sends what all have taken. */
    @Test
    void whatManyLoopsHaveTakenIsSent() throws Exception {
        int lengthBytes = 100;
        byte[] all = random(lengthBytes * MOVES);
        try (Socket peer = new Socket()) {
            Channel channel = accept(peer);
            channel.config().setOption(RingChannelOption.EARLY_WRITE_COMPLETION, true);
            CompletableFuture<byte[]> read = read(peer, all.length);
            Ring.await(channel.deregister());
            for (int at = 0; at < all.length; at += lengthBytes) {
                ByteBuf message = Unpooled.wrappedBuffer(all, at, lengthBytes);
                Ring.await(writeInPassing(channel, message, at / lengthBytes % 2 == 0 ? other : ring.group()));
            }
            Ring.await(ring.group().register(channel));
            assertThat(Arrays.equals(read.get(30, TimeUnit.SECONDS), all)).isTrue();
            Ring.await(channel.close());
        }
    }

    /** Registers, writes and leaves in one task of the loop. */
    private static ChannelFuture writeInPassing(Channel channel, ByteBuf message, MultiThreadIoEventLoopGroup to) {
        ChannelPromise left = channel.newPromise();
        to.execute(() -> to.register(channel).addListener(registered -> {
            channel.writeAndFlush(message);
            channel.deregister(left);
        }));
        return left;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFileGoesOn(boolean isPlain) throws Exception {
        byte[] all = random(20_000_000);
        Path file = Files.write(folder.resolve("file"), all);
        try (Socket peer = new Socket()) {
            Channel channel = accept(peer);
            CompletableFuture<byte[]> read = read(peer, all.length + 3);
            FileRegion region = new DefaultFileRegion(FileChannel.open(file), 0, all.length);
            channel.write(Unpooled.wrappedBuffer(new byte[] {1, 2, 3}));
            ChannelFuture sent = channel.writeAndFlush(isPlain ? region : new OwnRegion(region));
            for (int i = 0; i < MOVES && !sent.isDone(); i++) {
                move(channel);
            }
            byte[] got = read.get(30, TimeUnit.SECONDS);
            assertThat(Arrays.copyOf(got, 3)).containsExactly(1, 2, 3);
            assertThat(Arrays.equals(got, 3, got.length, all, 0, all.length)).isTrue();
            Ring.await(sent);
            Ring.await(channel.close());
        }
    }

    /** A peer that does not read keeps nothing from leaving its loop. */
    @ParameterizedTest
    @ValueSource(ints = {7000, 300_000})
    void aPeerThatStallsDoesNotHoldTheChannel(int lengthBytes) throws Exception {
        byte[] all = random(lengthBytes * (12_000_000 / lengthBytes));
        try (Socket peer = new Socket()) {
            Channel channel = accept(peer);
            List<ChannelFuture> writes = new ArrayList<>();
            for (int at = 0; at < all.length; at += lengthBytes) {
                writes.add(channel.writeAndFlush(Unpooled.wrappedBuffer(all, at, lengthBytes)));
            }
            Ring.untilItStays("writes that are complete", () -> complete(writes));
            move(channel);
            move(channel);
            CompletableFuture<byte[]> read = read(peer, all.length);
            assertThat(Arrays.equals(read.get(30, TimeUnit.SECONDS), all)).isTrue();
            Ring.await(writes.getLast());
            Ring.await(channel.close());
        }
    }

    private static long complete(List<ChannelFuture> writes) {
        return writes.stream().filter(ChannelFuture::isSuccess).count();
    }

    /** A close that comes while the channel leaves its loop ends both, and a second departure ends with the first. */
    @Test
    void aCloseOvertakesTheDeparture() throws Exception {
        for (int i = 0; i < 50; i++) {
            try (Socket peer = new Socket()) {
                Channel channel = accept(peer);
                channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[i % 2 == 0 ? 100 : 300_000]));
                ChannelFuture first = channel.deregister();
                ChannelFuture second = channel.deregister();
                ChannelFuture closed = channel.close();
                Ring.await(first);
                Ring.await(second);
                peer.getInputStream().readAllBytes();
                Ring.await(closed);
            }
        }
    }
}
