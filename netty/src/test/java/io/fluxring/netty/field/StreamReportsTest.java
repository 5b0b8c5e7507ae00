package io.fluxring.netty.field;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.netty.RingChannelOption;
import io.fluxring.netty.support.Recorder;
import io.fluxring.netty.support.Ring;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reports about stream sockets of such transports. */
@Timeout(60)
class StreamReportsTest {
    @RegisterExtension
    final Ring ring = new Ring();

    private final Recorder recorder = new Recorder();

    /** What the peer sent before it closed arrives whole, however slowly it is read, and then the end, once. */
    @Test
    @Tag("N1")
    void unreadBytesOutliveThePeersClose() throws Exception {
        InetSocketAddress server = ring.serve(() -> recorder);
        try (Socket peer = Ring.connect(server)) {
            peer.getOutputStream().write(new byte[150_000]);
        }
        Channel channel = ring.accepted();
        while (recorder.bytes.get() < 150_000) {
            long before = recorder.bytes.get();
            channel.read();
            Ring.until("bytes of a read", () -> recorder.bytes.get() > before);
        }
        Ring.until("the end", () -> recorder.events.size() == 2);
        assertThat(recorder.bytes).hasValue(150_000);
        assertThat(recorder.events).containsExactly("ChannelInputShutdownEvent", "ChannelInputShutdownReadComplete");
    }

    /** Nothing is reported before the first read, the end neither. */
    @Test
    @Tag("N1")
    void theEndDoesNotOvertakeBytesThatNothingHasAskedFor() throws Exception {
        InetSocketAddress server = ring.serve(() -> recorder);
        try (Socket peer = Ring.connect(server)) {
            peer.getOutputStream().write(new byte[10_240]);
        }
        Channel channel = ring.accepted();
        Ring.until("the bytes are held", () -> ring.loop().counters().get(Counter.BYTES_RECEIVED) == 10_240);
        assertThat(recorder.bytes).hasValue(0);
        assertThat(recorder.events).isEmpty();
        channel.config().setAutoRead(true);
        Ring.until("the end", () -> recorder.events.size() == 2);
        assertThat(recorder.bytes).hasValue(10_240);
    }

    /** A peer that goes is noticed while nothing is asked for: there is nothing that the end could overtake. */
    @Test
    void aPeerThatGoesIsNoticedWithoutARead() throws Exception {
        InetSocketAddress server = ring.serve(() -> recorder);
        Socket peer = Ring.connect(server);
        ring.accepted();
        peer.close();
        Ring.until("the end", () -> recorder.events.contains("ChannelInputShutdownEvent"));
    }

    /** A reset leaves no half to be open, and a writer without anything to write would never learn of it. */
    @Test
    @Tag("S4")
    void aResetClosesTheChannelWithoutARead() throws Exception {
        InetSocketAddress server = ring.serve(() -> recorder);
        try (Socket peer = Ring.connect(server)) {
            ring.accepted();
            peer.setSoLinger(true, 0);
        }
        Ring.until("the end", () -> recorder.events.contains("inactive"));
        assertThat(recorder.events).hasSize(2).first().asString().contains("Connection reset by peer");
    }

    @Test
    @Tag("N4")
    void aDownloadContinuesWhenWritabilityReturns() throws Exception {
        int total = 50_000_000;
        AtomicInteger left = new AtomicInteger(total);
        InetSocketAddress server = ring.serve(() -> new ChannelInboundHandlerAdapter() {
            @Override
            public void channelActive(ChannelHandlerContext context) {
                context.channel().config().setWriteBufferWaterMark(new WriteBufferWaterMark(8 * 1024, 32 * 1024));
                write(context);
            }

            @Override
            public void channelWritabilityChanged(ChannelHandlerContext context) {
                write(context);
            }

            private void write(ChannelHandlerContext context) {
                while (context.channel().isWritable() && left.get() > 0) {
                    int length = Math.min(8192, left.get());
                    left.addAndGet(-length);
                    context.write(context.alloc().directBuffer(length).writeZero(length));
                }
                context.flush();
            }
        });
        try (Socket peer = Ring.connect(server)) {
            assertThat(peer.getInputStream().skip(total)).isEqualTo(total);
        }
    }

    /** Linger is of the close alone: an ended output leaves the input open. */
    @Test
    @Tag("N6")
    void anEndedOutputLeavesTheAnswerReadable() throws Exception {
        InetSocketAddress server = ring.serve(() -> recorder);
        try (Socket peer = Ring.connect(server)) {
            Channel channel = ring.accepted();
            channel.config().setOption(ChannelOption.SO_LINGER, 1);
            channel.config().setAutoRead(true);
            channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[10]));
            Ring.await(((DuplexChannel) channel).shutdownOutput());
            assertThat(peer.getInputStream().readAllBytes()).hasSize(10);
            peer.getOutputStream().write(new byte[1024 * 1024]);
            Ring.until("the answer", () -> recorder.bytes.get() == 1024 * 1024);
        }
    }

    /** A close that lingers waits for a peer that does not read, and the loop serves the others meanwhile. */
    @Test
    void aLingeringCloseDoesNotStallTheLoop() throws Exception {
        InetSocketAddress server = ring.serve(() -> recorder);
        try (Socket stuck = new Socket()) {
            stuck.setReceiveBufferSize(4096);
            stuck.connect(server);
            Channel channel = ring.accepted();
            channel.config().setOption(ChannelOption.SO_LINGER, 5);
            channel.config().setOption(ChannelOption.SO_SNDBUF, 256 * 1024);
            channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[1024]));
            long begin = System.nanoTime();
            channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[8000]));
            channel.close();
            for (int i = 0; i < 100; i++) {
                ring.group().submit(() -> {}).get(20, TimeUnit.SECONDS);
            }
            assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(2));
            stuck.getInputStream().skip(9024);
            Ring.await(channel.closeFuture());
        }
    }

    /** What was flushed before a close has the socket's room, as where a flush writes: programs that do not wait for it rely on that. */
    @ParameterizedTest
    @CsvSource({"9000, 1", "9000, 20", "1000, 100", "300000, 1", "300000, 3"})
    void whatIsFlushedGoesOutBeforeTheClose(int lengthBytes, int count) throws Exception {
        InetSocketAddress server = ring.serve(() -> recorder);
        byte[] all = new byte[1 + lengthBytes * count];
        new Random(5).nextBytes(all);
        try (Socket peer = Ring.connect(server)) {
            Channel channel = ring.accepted();
            Ring.await(channel.writeAndFlush(Unpooled.wrappedBuffer(all, 0, 1)));
            channel.eventLoop()
                    .submit(() -> {
                        for (int i = 0; i < count; i++) {
                            channel.write(Unpooled.wrappedBuffer(all, 1 + i * lengthBytes, lengthBytes));
                        }
                        channel.flush();
                        channel.close();
                    })
                    .get(20, TimeUnit.SECONDS);
            assertThat(Arrays.equals(peer.getInputStream().readAllBytes(), all)).isTrue();
        }
    }

    /** A message that waits for its flush is sent, however the option that lets it be copied changes meanwhile. */
    @Test
    void anOptionThatChangesBeforeTheFlushStopsNothing() throws Exception {
        InetSocketAddress server = ring.serve(() -> recorder);
        try (Socket peer = Ring.connect(server)) {
            Channel channel = ring.accepted();
            ChannelFuture written = channel.eventLoop()
                    .submit(() -> {
                        ChannelFuture message = channel.write(Unpooled.wrappedBuffer(new byte[100]));
                        channel.config().setOption(RingChannelOption.EARLY_WRITE_COMPLETION, false);
                        channel.flush();
                        return message;
                    })
                    .get(20, TimeUnit.SECONDS);
            Ring.await(written);
            assertThat(peer.getInputStream().readNBytes(100)).hasSize(100);
        }
    }

    /** A reset takes back what was copied, too: its memory is the loop's again. */
    @Test
    void aResetKeepsNoBlock() throws Exception {
        InetSocketAddress server = ring.serve(Recorder::new);
        for (int i = 0; i < 20; i++) {
            try (Socket peer = Ring.connect(server)) {
                Channel channel = ring.accepted();
                Ring.await(channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[10])));
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
                channel.eventLoop()
                        .submit(() -> {
                            channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[10]));
                            channel.close();
                        })
                        .get(20, TimeUnit.SECONDS);
                Ring.await(channel.closeFuture());
                assertThat(peer.isClosed()).isFalse();
            }
        }
        Ring.until("no lease is left", () -> ring.loop().liveLeases() == 0);
    }

    /** The first answer comes later than the second request: the connection is read on. */
    @Test
    @Tag("N9")
    void pipelinedRequestsAreReadOneByOne() throws Exception {
        InetSocketAddress server = ring.serve(SlowAndFast::new);
        try (Socket peer = Ring.connect(server)) {
            Channel channel = ring.accepted();
            channel.pipeline().addFirst(new HttpServerCodec());
            channel.read();
            OutputStream out = peer.getOutputStream();
            out.write("GET /slow HTTP/1.1\r\n\r\nGET /fast HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            readAnswers(peer.getInputStream(), 2);
            out.write("GET /fast HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            readAnswers(peer.getInputStream(), 1);
        }
    }

    private static void readAnswers(InputStream in, int count) throws Exception {
        StringBuilder read = new StringBuilder();
        while (read.toString().split("HTTP/1.1 200", -1).length <= count
                || !read.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            assertThat(next).as("an end instead of an answer").isNotNegative();
            read.append((char) next);
        }
    }

    private static final class SlowAndFast extends ChannelInboundHandlerAdapter {
        private boolean slow;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request) {
                slow = request.uri().equals("/slow");
            }
            if (message instanceof LastHttpContent) {
                context.executor().schedule(() -> answer(context), slow ? 50 : 0, TimeUnit.MILLISECONDS);
            }
        }

        private static void answer(ChannelHandlerContext context) {
            FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
            context.writeAndFlush(response);
            context.read();
        }
    }

    /** Demand that comes and goes costs the ring nothing: one receive lives as long as the connection. */
    @Test
    void readsOneByOneNeitherCancelNorArmAnew() throws Exception {
        int requests = 20_000;
        InetSocketAddress server = ring.serve(() -> new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                context.writeAndFlush(message);
            }

            @Override
            public void channelReadComplete(ChannelHandlerContext context) {
                context.read();
            }
        });
        try (Socket peer = Ring.connect(server)) {
            ring.accepted().read();
            peer.setTcpNoDelay(true);
            exchange(peer, 100);
            long entries = ring.loop().counters().get(Counter.SQES);
            exchange(peer, requests);
            long perRequest = ring.loop().counters().get(Counter.SQES) - entries - requests; // without the sends
            assertThat(perRequest).as("entries beside the sends").isLessThan(requests / 100);
        }
    }

    private static void exchange(Socket peer, int requests) throws Exception {
        byte[] request = new byte[64];
        for (int i = 0; i < requests; i++) {
            peer.getOutputStream().write(request);
            assertThat(peer.getInputStream().readNBytes(64)).hasSize(64);
        }
    }

    /** The loopback device copies: the first report of that is enough. */
    @Test
    @Tag("R4")
    void writesWithoutACopyAreGivenUpWhereTheKernelCopies() throws Exception {
        InetSocketAddress server = ring.serve(() -> recorder);
        try (Socket peer = Ring.connect(server)) {
            Channel channel = ring.accepted();
            channel.config().setOption(RingChannelOption.WRITE_ZERO_COPY_THRESHOLD, 1000);
            byte[] bytes = new byte[1_000_000];
            new Random(3).nextBytes(bytes);
            for (int i = 0; i < 3; i++) {
                ByteBuf message = channel.alloc().directBuffer(bytes.length).writeBytes(bytes);
                ChannelFuture written = channel.writeAndFlush(message);
                assertThat(peer.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
                Ring.await(written);
                Ring.until("the kernel has let go", () -> message.refCnt() == 0);
            }
        }
        assertThat(ring.loop().counters().get(Counter.COPIED_SENDS)).isOne();
    }

    /** Netty counts registrations to know when a loop may rest: what is closed is not counted any more. */
    @Test
    void closedChannelsAreNotCounted() throws Exception {
        InetSocketAddress server = ring.serve(Recorder::new);
        for (int i = 0; i < 20; i++) {
            Ring.connect(server).close();
            Ring.await(ring.accepted().close());
        }
        Ring.until("only the server is left", () -> ring.loop().liveOperations() <= 2);
    }

    /** A handler that keeps what it gets does not drain the group for others. */
    @Test
    void aHoarderStarvesNobody() throws Exception {
        Queue<ByteBuf> kept = new ConcurrentLinkedQueue<>();
        InetSocketAddress server = ring.serve(() -> new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                kept.add((ByteBuf) message);
            }
        });
        try (Socket hoarder = Ring.connect(server);
                Socket other = Ring.connect(server)) {
            ring.accepted().config().setAutoRead(true);
            ring.accepted().config().setAutoRead(true);
            byte[] message = new byte[16];
            for (int i = 0; i < 4000; i++) {
                hoarder.getOutputStream().write(message);
                if (i % 100 == 0) {
                    int seen = kept.size();
                    Ring.until("progress", () -> kept.size() > seen || kept.size() > 0);
                }
            }
            other.getOutputStream().write(7);
            Ring.until(
                    "the other's byte",
                    () -> kept.stream().anyMatch(it -> it.readableBytes() == 1 && it.getByte(0) == 7));
        } finally {
            kept.forEach(ByteBuf::release);
        }
    }
}
