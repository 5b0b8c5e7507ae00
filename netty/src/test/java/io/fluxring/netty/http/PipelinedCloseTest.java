package io.fluxring.netty.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.netty.support.Ring;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests in one segment, of which the last one ends the connection, by a bare codec: Reactor Netty loses that request on any
 * transport when the answer before it is not complete within its flush.
 */
@Timeout(60)
class PipelinedCloseTest {
    private static final String REQUESTS = "GET /first HTTP/1.1\r\n\r\nGET /last HTTP/1.1\r\nConnection: close\r\n\r\n";

    @RegisterExtension
    final Ring ring = new Ring();

    /** Copied at the flush, sent from its own memory in one piece, and more than the socket takes at once. */
    @ParameterizedTest
    @ValueSource(ints = {5_000, 9_000, 20_000_000})
    void theLastAnswerFollowsTheFirstAndThenTheEnd(int firstBytes) throws Exception {
        InetSocketAddress server = ring.serve(() -> new InOrder(firstBytes));
        try (Socket peer = Ring.connect(server)) {
            Channel channel = ring.accepted();
            channel.pipeline().addFirst(new HttpServerCodec());
            channel.read();
            peer.getOutputStream().write(REQUESTS.getBytes(StandardCharsets.US_ASCII));
            String answers = new String(peer.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(3);
            assertThat(answers).endsWith("\r\n\r\nx");
            Ring.await(channel.closeFuture());
        }
    }

    /** Answers a request once the answer before it is complete, from that one's listener, and closes with the last one. */
    private static final class InOrder extends ChannelInboundHandlerAdapter {
        private final int firstBytes;
        private final Queue<HttpRequest> waiting = new ArrayDeque<>();

        InOrder(int firstBytes) {
            this.firstBytes = firstBytes;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request) {
                waiting.add(request);
                if (waiting.size() == 1) {
                    answer(context, request);
                }
            }
        }

        private void answer(ChannelHandlerContext context, HttpRequest request) {
            int lengthBytes = request.uri().equals("/first") ? firstBytes : 1;
            ByteBuf body = context.alloc().directBuffer(lengthBytes);
            body.writeBytes("x".repeat(lengthBytes).getBytes(StandardCharsets.US_ASCII));
            DefaultFullHttpResponse response =
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
            HttpUtil.setContentLength(response, lengthBytes);
            ChannelFuture written = context.writeAndFlush(response);
            if (!HttpUtil.isKeepAlive(request)) {
                written.addListener(ChannelFutureListener.CLOSE);
                return;
            }
            written.addListener(complete -> {
                waiting.remove();
                HttpRequest next = waiting.peek();
                if (next != null) {
                    answer(context, next);
                }
            });
        }
    }
}
