package io.fluxring.netty.testsuite;

import io.fluxring.netty.RingIoHandler;
import io.fluxring.netty.RingServerSocketChannel;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.testsuite.transport.AbstractSingleThreadEventLoopTest;
import org.jspecify.annotations.Nullable;

/** Netty's own tests of event loops. */
class EventLoopSuiteTest extends AbstractSingleThreadEventLoopTest {
    @Override
    protected EventLoopGroup newEventLoopGroup() {
        return new MultiThreadIoEventLoopGroup(RingIoHandler.newFactory());
    }

    /** None: the kernel takes the entries of a ring from one thread, which therefore can't be suspended for another. */
    @Override
    protected @Nullable EventLoopGroup newAutoScalingEventLoopGroup() {
        return null;
    }

    @Override
    protected Channel newChannel() {
        return new RingServerSocketChannel();
    }

    @Override
    protected Class<? extends ServerChannel> serverChannelClass() {
        return RingServerSocketChannel.class;
    }
}
