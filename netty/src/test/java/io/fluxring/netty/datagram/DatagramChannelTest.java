package io.fluxring.netty.datagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.netty.RingDatagramChannel;
import io.fluxring.netty.RingDomainDatagramChannel;
import io.fluxring.netty.RingIoHandler;
import io.fluxring.netty.support.Ring;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultAddressedEnvelope;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Netty's own suite does not ask of datagram channels. */
@Timeout(60)
class DatagramChannelTest {
    @RegisterExtension
    final Ring ring = new Ring();

    private final Datagrams received = new Datagrams();

    private static ByteBuf buffer(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }

    private static List<String> texts(int count) {
        return IntStream.range(0, count).mapToObj(i -> "datagram " + i).toList();
    }

    private Bootstrap udp() {
        return new Bootstrap().group(ring.group()).channel(RingDatagramChannel.class);
    }

    private Bootstrap unix() {
        return new Bootstrap().group(ring.group()).channel(RingDomainDatagramChannel.class);
    }

    private static Channel bind(Bootstrap bootstrap, Datagrams handler, SocketAddress address)
            throws InterruptedException {
        return bootstrap.handler(handler).bind(address).sync().channel();
    }

    private Channel udp(Datagrams handler) throws InterruptedException {
        return bind(udp(), handler, new InetSocketAddress("127.0.0.1", 0));
    }

    private static InetSocketAddress address(Channel channel) {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Sends datagrams while the loop is busy, so that one round finds all of them. */
    private void sendWhileBusy(Channel to, int count) throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch sent = new CountDownLatch(1);
        to.eventLoop().execute(() -> {
            busy.countDown();
            try {
                sent.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        busy.await();
        try (java.net.DatagramSocket peer = new java.net.DatagramSocket()) {
            for (String text : texts(count)) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                peer.send(new java.net.DatagramPacket(bytes, bytes.length, address(to)));
            }
        }
        sent.countDown();
    }

    // ---- reads

    @Test
    void aBurstIsOneRead() throws Exception {
        Channel to = udp(received);
        sendWhileBusy(to, 10);
        Ring.until("all", () -> received.reads.stream().mapToInt(each -> each).sum() == 10);
        assertThat(received.texts).isEqualTo(texts(10));
        assertThat(received.reads).hasSizeLessThan(5);
    }

    @Test
    @SuppressWarnings("deprecation") // it is what applications set
    void aReadHasNoMoreDatagramsThanItMay() throws Exception {
        Channel to = bind(
                udp().option(ChannelOption.MAX_MESSAGES_PER_READ, 4), received, new InetSocketAddress("127.0.0.1", 0));
        sendWhileBusy(to, 30);
        Ring.until("all", () -> received.reads.stream().mapToInt(each -> each).sum() == 30);
        assertThat(received.texts).isEqualTo(texts(30));
        assertThat(received.reads).allMatch(each -> each <= 4);
    }

    @Test
    void withoutAutoReadEachReadIsAskedFor() throws Exception {
        Channel to =
                bind(udp().option(ChannelOption.AUTO_READ, false), received, new InetSocketAddress("127.0.0.1", 0));
        sendWhileBusy(to, 5);
        for (int i = 1; i <= 5; i++) {
            int count = i;
            to.read();
            Ring.until("datagram " + i, () -> received.reads.size() == count);
            assertThat(received.texts).isEqualTo(texts(count));
        }
        to.config().setAutoRead(true);
        sendWhileBusy(to, 3);
        Ring.until("the rest", () -> received.texts.size() == 8);
        to.config().setAutoRead(false);
    }

    // ---- writes

    @Test
    void anAddressOfAnotherKindFailsAlone() throws Exception {
        Channel to = udp(received);
        Channel from = udp(new Datagrams());
        ChannelFuture good = from.write(new DatagramPacket(buffer("good"), address(to)));
        ChannelFuture bad =
                from.write(new DefaultAddressedEnvelope<ByteBuf, SocketAddress>(buffer("bad"), new LocalAddress("x")));
        ChannelFuture last = from.writeAndFlush(new DatagramPacket(buffer("last"), address(to)));
        Ring.await(good);
        Ring.await(last);
        assertThat(bad.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(bad.cause()).isInstanceOf(UnsupportedAddressTypeException.class);
        Ring.until("both", () -> received.texts.size() == 2);
        assertThat(received.texts).containsExactly("good", "last");
    }

    /** Its place in the outbound buffer is not that of the next one. */
    @Test
    void aCancelledWriteIsLeftOutAndCostsNoOther() throws Exception {
        Channel to = udp(received);
        Channel from = udp(new Datagrams());
        // On the loop's thread: elsewhere the cancel would come before the write has reached the outbound buffer.
        Future<List<ChannelFuture>> written = from.eventLoop().submit(() -> {
            List<ChannelFuture> kept = new ArrayList<>();
            kept.add(from.write(new DatagramPacket(buffer("first"), address(to))));
            assertThat(from.write(new DatagramPacket(buffer("cancelled"), address(to)))
                            .cancel(false))
                    .isTrue();
            kept.add(from.write(new DatagramPacket(buffer("last"), address(to))));
            from.flush();
            return kept;
        });
        for (ChannelFuture each : Ring.await(written)) {
            Ring.await(each);
        }
        Ring.await(from.eventLoop().submit(() -> {
            assertThat(from.write(new DatagramPacket(buffer("cancelled"), address(to)))
                            .cancel(false))
                    .isTrue();
            from.flush();
        }));
        Ring.await(from.writeAndFlush(new DatagramPacket(buffer("end"), address(to))));
        Ring.until("all", () -> received.texts.contains("end"));
        assertThat(received.texts).containsExactly("first", "last", "end");
    }

    @Test
    void anEmptyBufferIsADatagram() throws Exception {
        Channel to = udp(received);
        Channel from = udp(new Datagrams());
        Ring.await(from.connect(address(to)));
        from.write(Unpooled.EMPTY_BUFFER);
        from.write(buffer("full"));
        Ring.await(from.writeAndFlush(Unpooled.EMPTY_BUFFER));
        Ring.until("all", () -> received.texts.size() == 3);
        assertThat(received.texts).containsExactly("", "full", "");
    }

    @Test
    void segmentsAreCutByTheKernel() throws Exception {
        Channel to = udp(received);
        Channel from = udp(new Datagrams());
        Ring.await(from.writeAndFlush(new SegmentedDatagramPacket(buffer("aaabbbccc-"), 3, address(to))));
        Ring.until("all", () -> received.texts.size() == 4);
        assertThat(received.texts).containsExactly("aaa", "bbb", "ccc", "-");
    }

    @Test
    void whatIsSentMakesTheChannelWritableAgain() throws Exception {
        Channel to = udp(received);
        List<Boolean> changes = new CopyOnWriteArrayList<>();
        Channel from = udp().option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(512, 1024))
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelWritabilityChanged(ChannelHandlerContext context) {
                        changes.add(context.channel().isWritable());
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        Ring.await(from.eventLoop().submit(() -> {
            while (from.isWritable()) {
                from.write(new DatagramPacket(buffer("x".repeat(100)), address(to)));
            }
            from.flush();
        }));
        Ring.until("writable again", () -> changes.size() == 2);
        assertThat(changes).containsExactly(false, true);
    }

    /** The kernel's own wait for room would end with empty datagrams. */
    @Test
    void aUnixPeerThatDoesNotReadGetsAllInOrder() throws Exception {
        DomainSocketAddress name = new DomainSocketAddress("\0flux-full-peer");
        Channel to = bind(unix().option(ChannelOption.AUTO_READ, false), received, name);
        Channel from = bind(unix(), new Datagrams(), new DomainSocketAddress(""));
        List<ChannelFuture> written = new ArrayList<>();
        for (String text : texts(300)) {
            written.add(from.write(new DomainDatagramPacket(buffer(text), name)));
        }
        from.flush();
        to.config().setAutoRead(true);
        for (ChannelFuture each : written) {
            Ring.await(each);
        }
        Ring.until("all", () -> received.texts.size() == 300);
        assertThat(received.texts).isEqualTo(texts(300));
    }

    @Test
    void aCloseFailsWhatAFullPeerHoldsUp() throws Exception {
        DomainSocketAddress name = new DomainSocketAddress("\0flux-closed-writer");
        bind(unix().option(ChannelOption.AUTO_READ, false), received, name);
        Channel from = bind(unix(), new Datagrams(), new DomainSocketAddress(""));
        List<ChannelFuture> written = new ArrayList<>();
        for (String text : texts(300)) {
            written.add(from.write(new DomainDatagramPacket(buffer(text), name)));
        }
        from.flush();
        Ring.await(from.close());
        for (ChannelFuture each : written) {
            assertThat(each.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(written.getLast().cause()).isInstanceOf(ClosedChannelException.class);
    }

    // ---- addresses

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void thePortOutlivesTheConnection(boolean wildcard) throws Exception {
        Channel to = bind(udp(), received, new InetSocketAddress(wildcard ? "0.0.0.0" : "127.0.0.1", 0));
        InetSocketAddress known = new InetSocketAddress("127.0.0.1", address(to).getPort());
        Channel peer = udp(new Datagrams());
        Ring.await(to.connect(address(peer)));
        Ring.await(to.disconnect());
        Channel other = udp(new Datagrams());
        Ring.await(other.writeAndFlush(new DatagramPacket(buffer("after"), known)));
        Ring.until("it", () -> !received.texts.isEmpty());
        assertThat(received.texts).containsExactly("after");
    }

    @Test
    @SuppressWarnings("deprecation") // Netty's resolver of names sets it
    void aChannelThatSendsUnboundLearnsItsAddress() throws Exception {
        Channel to = udp(received);
        Channel from = udp().option(ChannelOption.DATAGRAM_CHANNEL_ACTIVE_ON_REGISTRATION, true)
                .handler(new Datagrams())
                .register()
                .sync()
                .channel();
        assertThat(from.localAddress()).isNull();
        Ring.await(from.writeAndFlush(new DatagramPacket(buffer("unbound"), address(to))));
        assertThat(address(from).getPort()).isPositive();
    }

    @Test
    void aFamilyWithoutUdpIsRefused() throws Exception {
        Ring.await(ring.group().submit(() -> {}));
        assertThatThrownBy(() -> new RingDatagramChannel(SocketProtocolFamily.UNIX))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("UNIX");
    }

    // ---- changes of the loop

    @Test
    void aCloseDuringADeregistrationEndsBoth() throws Exception {
        Channel channel = udp(received);
        sendWhileBusy(channel, 1); // then the receive is armed, and has to be called off
        Ring.until("it", () -> !received.texts.isEmpty());
        Future<ChannelFuture[]> asked = channel.eventLoop()
                .submit(() -> new ChannelFuture[] {channel.deregister(), channel.deregister(), channel.close()});
        for (ChannelFuture each : Ring.await(asked)) {
            Ring.await(each);
        }
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aChannelGoesOnOnAnotherLoop() throws Exception {
        MultiThreadIoEventLoopGroup other = new MultiThreadIoEventLoopGroup(1, RingIoHandler.newFactory());
        try {
            Channel channel = udp(received);
            sendWhileBusy(channel, 3);
            Ring.until("before", () -> received.texts.size() == 3);
            Ring.await(channel.deregister());
            Ring.await(other.register(channel));
            sendWhileBusy(channel, 3);
            Ring.until("after", () -> received.texts.size() == 6);
            Datagrams back = new Datagrams();
            Channel peer = udp(back);
            Ring.await(channel.writeAndFlush(new DatagramPacket(buffer("back"), address(peer))));
            Ring.until("back", () -> !back.texts.isEmpty());
            Ring.await(channel.close());
        } finally {
            other.shutdownGracefully(0, 10, TimeUnit.SECONDS).await();
        }
    }

    /** Written before the change of the loop, to a peer that was full: sent by the next loop, once and in order. */
    @Test
    void writesThatWaitMoveToTheNextLoop() throws Exception {
        MultiThreadIoEventLoopGroup other = new MultiThreadIoEventLoopGroup(1, RingIoHandler.newFactory());
        try {
            DomainSocketAddress name = new DomainSocketAddress("\0flux-moves");
            Channel to = bind(unix().option(ChannelOption.AUTO_READ, false), received, name);
            Channel from = bind(unix(), new Datagrams(), new DomainSocketAddress(""));
            List<ChannelFuture> written = new ArrayList<>();
            for (String text : texts(100)) {
                written.add(from.write(new DomainDatagramPacket(buffer(text), name)));
            }
            from.flush();
            Ring.await(written.getFirst());
            Ring.await(from.deregister());
            Ring.await(other.register(from));
            to.config().setAutoRead(true);
            for (ChannelFuture each : written) {
                Ring.await(each);
            }
            Ring.until("all", () -> received.texts.size() == 100);
            assertThat(received.texts).isEqualTo(texts(100));
            Ring.await(from.close());
        } finally {
            other.shutdownGracefully(0, 10, TimeUnit.SECONDS).await();
        }
    }
}
