package io.fluxring.samples.http;

import io.fluxring.netty.reactor.RingLoopResources;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import org.jspecify.annotations.Nullable;
import reactor.netty.resources.LoopResources;

/** The event loops of a transport. */
final class TransportLoops {
    private TransportLoops() {}

    /**
     * Loops that accept connections and serve them. No transport stands in for another one here: this program compares them.
     *
     * @throws RuntimeException with the cause, if the transport can't be had
     */
    static LoopResources create(Transport transport, int loops) {
        return switch (transport) {
            case ring -> {
                RingLoopResources.unavailabilityCause().ifPresent(cause -> {
                    throw cause;
                });
                yield RingLoopResources.create("http", loops, true);
            }
            case epoll -> {
                check("epoll", Epoll.unavailabilityCause());
                yield new Loops(
                        loops, EpollIoHandler.newFactory(), EpollServerSocketChannel.class, EpollSocketChannel.class);
            }
            case io_uring -> {
                check("io_uring", IoUring.unavailabilityCause());
                yield new Loops(
                        loops,
                        IoUringIoHandler.newFactory(),
                        IoUringServerSocketChannel.class,
                        IoUringSocketChannel.class);
            }
            case nio ->
                new Loops(loops, NioIoHandler.newFactory(), NioServerSocketChannel.class, NioSocketChannel.class);
        };
    }

    private static void check(String transport, @Nullable Throwable cause) {
        if (cause != null) {
            throw new IllegalStateException(
                    "Netty's " + transport + " can't be used here: " + cause.getMessage(), cause);
        }
    }

    /** Loops of Netty's own, of the kind that is wanted, whichever Reactor Netty would choose by itself. */
    private static final class Loops implements LoopResources {
        private final EventLoopGroup group;
        private final Class<? extends ServerSocketChannel> server;
        private final Class<? extends SocketChannel> socket;

        Loops(
                int loops,
                IoHandlerFactory handlers,
                Class<? extends ServerSocketChannel> server,
                Class<? extends SocketChannel> socket) {
            this.group = new MultiThreadIoEventLoopGroup(loops, new DefaultThreadFactory("http", true), handlers);
            this.server = server;
            this.socket = socket;
        }

        @Override
        public EventLoopGroup onServer(boolean useNative) {
            return group;
        }

        @Override
        public <C extends Channel> Class<? extends C> onChannelClass(Class<C> type, EventLoopGroup ofGroup) {
            return (type == ServerSocketChannel.class ? server : socket).asSubclass(type);
        }

        @Override
        public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup ofGroup) {
            try {
                return onChannelClass(type, ofGroup).getDeclaredConstructor().newInstance();
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
