package io.fluxring.netty.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.testing.Eventually;
import io.fluxring.netty.RingIoHandler;
import io.fluxring.netty.RingServerSocketChannel;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One event loop on a ring, and a server on it, whose end shows that nothing was left behind. */
public final class Ring implements AfterEachCallback {
    private static final long LIMIT_SECONDS = 20;
    private static final long UNCHANGED_NANOS = 100_000_000L;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, RingIoHandler.newFactory());
    private final RingLoop loop = RingIoHandler.loopOf(group.next()); // kept: a test may have ended the event loop
    private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();

    /** The event loop. */
    public MultiThreadIoEventLoopGroup group() {
        return group;
    }

    /** What its event loop drives. */
    public RingLoop loop() {
        return loop;
    }

    /** Waits for something of Netty's. */
    public static <T> T await(Future<T> future) throws InterruptedException {
        assertThat(future.await(LIMIT_SECONDS, TimeUnit.SECONDS))
                .as("in time: %s", future)
                .isTrue();
        future.sync();
        return future.getNow();
    }

    /** Waits for a condition. */
    public static void until(String what, BooleanSupplier condition) throws InterruptedException {
        Eventually.until(() -> what, Duration.ofSeconds(LIMIT_SECONDS), condition);
    }

    /** Waits until a figure is above zero and has not changed for 100 milliseconds. */
    public static void untilItStays(String what, LongSupplier figure) throws InterruptedException {
        long[] since = {System.nanoTime()};
        long[] last = {figure.getAsLong()};
        until(what, () -> {
            long now = figure.getAsLong();
            if (now != last[0]) {
                last[0] = now;
                since[0] = System.nanoTime();
            }
            return now > 0 && System.nanoTime() - since[0] > UNCHANGED_NANOS;
        });
    }

    /** A server whose connections have auto-read off and half-closure allowed, and a handler each. */
    public InetSocketAddress serve(Supplier<ChannelHandler> handlers) throws InterruptedException {
        Channel server = new ServerBootstrap()
                .group(group)
                .channel(RingServerSocketChannel.class)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(handlers.get());
                        accepted.add(channel);
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        return (InetSocketAddress) server.localAddress();
    }

    /** The next connection of the server. */
    public Channel accepted() throws InterruptedException {
        Channel next = accepted.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertThat(next).as("a connection").isNotNull();
        return next;
    }

    /** A plain client. */
    public static Socket connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.connect(address);
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
        return socket;
    }

    @Override
    public void afterEach(ExtensionContext context) throws InterruptedException {
        assertThat(group.shutdownGracefully(0, 10, TimeUnit.SECONDS).await(LIMIT_SECONDS, TimeUnit.SECONDS))
                .as("the event loop has ended")
                .isTrue();
        assertThat(loop.liveLeases()).as("leases at the end").isZero();
        assertThat(loop.liveOperations()).as("operations at the end").isZero();
    }
}
