package io.fluxring.netty.datagram;

import io.netty.buffer.ByteBufHolder;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes the datagrams of a channel, and what else it reports, in order. */
final class Datagrams extends ChannelInboundHandlerAdapter {
    /** The datagrams as texts. */
    final List<String> texts = new CopyOnWriteArrayList<>();

    /** How many datagrams each read brought. */
    final List<Integer> reads = new CopyOnWriteArrayList<>();

    final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private int inRead;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBufHolder datagram = (ByteBufHolder) message;
        texts.add(datagram.content().toString(StandardCharsets.UTF_8));
        datagram.release();
        inRead++;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reads.add(inRead);
        inRead = 0;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        failures.add(cause);
    }
}
