package io.fluxring.netty.config;

import io.fluxring.netty.socket.SocketAccess;
import io.netty.channel.Channel;

/** The configuration of a listening Unix socket. */
public final class UnixServerConfig extends ServerConfig {
    private static final OptionTable OPTIONS =
            OptionTable.of(SocketOption.RECEIVE_BUFFER, SocketOption.SEND_BUFFER, SocketOption.REUSE_ADDRESS);

    /**
     * The configuration of a channel.
     *
     * @param channel whose it is
     * @param socket its descriptor
     * @param autoReadCleared run when auto-read was switched off; on the event loop's thread
     */
    public UnixServerConfig(Channel channel, SocketAccess socket, Runnable autoReadCleared) {
        super(channel, socket, autoReadCleared, OPTIONS);
    }
}
