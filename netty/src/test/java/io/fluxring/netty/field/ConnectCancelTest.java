package io.fluxring.netty.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.fluxring.netty.RingSocketChannel;
import io.fluxring.netty.support.Recorder;
import io.fluxring.netty.support.Ring;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connects that the peer leaves without an answer: a listener whose backlog is full. */
@Timeout(30)
class ConnectCancelTest {
    private static final int MOST_FILLERS = 20;

    @RegisterExtension
    final Ring ring = new Ring();

    private final List<Socket> fillers = new ArrayList<>();
    private final ServerSocket listener = newListener();

    private static ServerSocket newListener() {
        try {
            return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() throws IOException {
        for (Socket each : fillers) {
            each.close();
        }
        listener.close();
    }

    private InetSocketAddress silentAddress() throws IOException {
        InetSocketAddress address = (InetSocketAddress) listener.getLocalSocketAddress();
        for (int i = 0; i < MOST_FILLERS; i++) {
            Socket filler = new Socket();
            fillers.add(filler);
            try {
                filler.connect(address, 200);
            } catch (SocketTimeoutException e) {
                return address;
            }
        }
        assumeFalse(true, "a full backlog does not keep connections off here");
        return address;
    }

    private ChannelFuture connect(int timeoutMillis) throws IOException {
        return new Bootstrap()
                .group(ring.group())
                .channel(RingSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis)
                .handler(new Recorder())
                .connect(silentAddress());
    }

    @Test
    void aConnectCanBeCalledOff() throws Exception {
        ChannelFuture connecting = connect(20_000);
        Ring.until("registered", () -> connecting.channel().isRegistered());
        assertThat(connecting.cancel(true)).isTrue();
        Ring.await(connecting.channel().closeFuture());
        assertThat(connecting.isCancelled()).isTrue();
    }

    @Test
    void aConnectEndsWithItsTime() throws Exception {
        ChannelFuture connecting = connect(200);
        assertThat(connecting.await(10_000)).isTrue();
        assertThat(connecting.cause())
                .isInstanceOf(ConnectTimeoutException.class)
                .hasMessageContaining("200 ms");
        Ring.await(connecting.channel().closeFuture());
    }
}
