package io.fluxring.netty.support;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Notes what a channel reports. */
public class Recorder extends ChannelInboundHandlerAdapter {
    /** Bytes that were read. */
    public final AtomicLong bytes = new AtomicLong();

    /** Names of events in their order, without reads. */
    public final List<String> events = new CopyOnWriteArrayList<>();

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf read = (ByteBuf) message;
        bytes.addAndGet(read.readableBytes());
        read.release();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        events.add(event.getClass().getSimpleName());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        events.add("inactive");
        context.fireChannelInactive(); // a handler of chunks behind this one lets go of its file then
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        events.add(cause.toString());
    }
}
