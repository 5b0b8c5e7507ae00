package io.fluxring.benchmarks.peers;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/** Netty's ways to the kernel, one event loop thread each. */
enum Transport {
    NIO,
    EPOLL,
    IO_URING,
    /** With receives from a provided buffer ring, which Netty leaves off unless told otherwise. */
    IO_URING_BUFFERS;

    /** The buffer ring's group, named by each connection's channel option. */
    static final short BUFFER_GROUP = 0;

    /** How many buffers the ring may grow to, and how many it begins with and adds when it ran dry. */
    private static final short BUFFERS = 1024;

    private static final int BUFFERS_AT_A_TIME = 16;
    private static final int BUFFER_BYTES = 64 * 1024;

    /** A group of one thread. */
    MultiThreadIoEventLoopGroup newGroup() {
        return new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory(EchoPeer.LOOP_THREAD), handlers());
    }

    Class<? extends ServerChannel> serverChannel() {
        return switch (this) {
            case NIO -> NioServerSocketChannel.class;
            case EPOLL -> EpollServerSocketChannel.class;
            case IO_URING, IO_URING_BUFFERS -> IoUringServerSocketChannel.class;
        };
    }

    private IoHandlerFactory handlers() {
        return switch (this) {
            case NIO -> NioIoHandler.newFactory();
            case EPOLL -> EpollIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
            case IO_URING_BUFFERS -> IoUringIoHandler.newFactory(withBufferRing());
        };
    }

    /**
     * The best of those tried: incremental with large buffers, each of which serves many receives, against a buffer a
     * receive, of 2 KiB, incremental or not, refilled one by one or in batches. The difference was 3 % of CPU time.
     */
    private static IoUringIoHandlerConfig withBufferRing() {
        IoUringBufferRingConfig ring = IoUringBufferRingConfig.builder()
                .bufferGroupId(BUFFER_GROUP)
                .bufferRingSize(BUFFERS)
                .batchSize(BUFFERS_AT_A_TIME)
                .incremental(IoUring.isRegisterBufferRingIncSupported())
                .allocator(new IoUringFixedBufferRingAllocator(BUFFER_BYTES))
                .build();
        return new IoUringIoHandlerConfig().setBufferRingConfig(ring);
    }
}
