package io.fluxring.netty.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.netty.RingChunkedFile;
import io.fluxring.netty.support.Recorder;
import io.fluxring.netty.support.Ring;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultFileRegion;
import io.netty.handler.stream.ChunkedNioFile;
import io.netty.handler.stream.ChunkedWriteHandler;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files in chunks, and files that their program closes. */
@Timeout(60)
class ChunkedFileTest {
    private static final int FILE_BYTES = 4 * 1024 * 1024;

    @RegisterExtension
    final Ring ring = new Ring();

    @TempDir
    Path folder;

    private final List<Integer> chunks = new CopyOnWriteArrayList<>();

    /** Notes the lengths of what is written to it. */
    private final class Lengths extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            chunks.add(((ByteBuf) message).readableBytes());
            context.write(message, promise);
        }
    }

    private Path file(int seed) throws IOException {
        byte[] bytes = new byte[FILE_BYTES];
        new Random(seed).nextBytes(bytes);
        return Files.write(folder.resolve("file" + seed), bytes);
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    private Channel accepted() throws InterruptedException {
        Channel channel = ring.accepted();
        channel.pipeline().addLast(new Lengths(), new ChunkedWriteHandler());
        return channel;
    }

    /** Netty's own class reads 1,000 bytes at a time, in line. */
    @ParameterizedTest
    @CsvSource({"0,0", "0,1", "7,65536", "100,3000001"})
    void nettysChunkedFileIsReadAhead(int position, int count) throws Exception {
        Path file = file(1);
        InetSocketAddress server = ring.serve(Recorder::new);
        try (Socket peer = Ring.connect(server);
                FileChannel from = open(file)) {
            ChannelFuture sent = accepted().writeAndFlush(new ChunkedNioFile(from, position, count, 1000));
            byte[] got = peer.getInputStream().readNBytes(count);
            assertThat(Arrays.equals(got, 0, count, Files.readAllBytes(file), position, position + count))
                    .isTrue();
            Ring.await(sent);
            assertThat(from.isOpen()).as("closed as by Netty").isFalse();
        }
        assertThat(chunks.stream().mapToInt(it -> it).sum()).isEqualTo(count);
        assertThat(chunks).hasSizeLessThanOrEqualTo(count / (64 * 1024) + 1);
    }

    @Test
    void aFileThatEndsEarlyFailsTheWrite() throws Exception {
        Path file = file(1);
        InetSocketAddress server = ring.serve(Recorder::new);
        try (Socket peer = Ring.connect(server)) {
            Channel channel = accepted();
            FileChannel from = open(file);
            ChannelFuture sent = channel.writeAndFlush(new RingChunkedFile(channel, from, 10, FILE_BYTES));
            assertThat(peer.getInputStream().readNBytes(FILE_BYTES - 10)).hasSize(FILE_BYTES - 10);
            assertThatThrownBy(() -> Ring.await(sent))
                    .isInstanceOf(EOFException.class)
                    .hasMessageContaining(FILE_BYTES - 10 + " of " + FILE_BYTES);
            assertThat(from.isOpen()).isFalse();
            channel.close();
        }
    }

    @Test
    void aChannelThatClosesLetsGoOfTheFile() throws Exception {
        Path file = file(1);
        InetSocketAddress server = ring.serve(Recorder::new);
        long before = descriptors();
        FileChannel from = open(file);
        try (Socket peer = Ring.connect(server)) {
            Channel channel = accepted();
            ChannelFuture sent = channel.writeAndFlush(new ChunkedNioFile(from, 0, FILE_BYTES, 1000));
            assertThat(peer.getInputStream().readNBytes(1000)).hasSize(1000);
            Ring.await(channel.close());
            Ring.until("the write has ended", sent::isDone); // well, where the sockets have taken all of it
            Ring.until("the file is closed", () -> !from.isOpen());
        }
        Ring.until("no descriptor is left", () -> descriptors() <= before);
    }

    private static long descriptors() {
        String[] names = Path.of("/proc/self/fd").toFile().list();
        return names == null ? -1 : names.length;
    }

    /** Reactor Netty does so when a response is cancelled: the number of the descriptor is another file's then. */
    @Test
    void aRegionWhoseProgramClosesTheFileSendsNoOther() throws Exception {
        Path file = file(1);
        byte[] right = Files.readAllBytes(file);
        Path other = file(2);
        InetSocketAddress server = ring.serve(Recorder::new);
        try (Socket peer = new Socket()) {
            peer.setReceiveBufferSize(16 * 1024);
            peer.connect(server);
            FileChannel from = open(file);
            ring.accepted().writeAndFlush(new DefaultFileRegion(from, 0, FILE_BYTES));
            byte[] got = peer.getInputStream().readNBytes(1000);
            from.close();
            try (FileChannel reuses = open(other)) {
                assertThat(reuses.size()).isEqualTo(FILE_BYTES);
                byte[] rest = peer.getInputStream().readNBytes(FILE_BYTES - 1000);
                assertThat(Arrays.equals(got, 0, 1000, right, 0, 1000)).isTrue();
                assertThat(Arrays.equals(rest, 0, rest.length, right, 1000, 1000 + rest.length))
                        .isTrue();
            }
        }
    }

    @Test
    void aFileThatGrowsIsSentAsFarAsWasAsked() throws Exception {
        Path file = file(1);
        InetSocketAddress server = ring.serve(Recorder::new);
        try (Socket peer = Ring.connect(server);
                RandomAccessFile grows = new RandomAccessFile(file.toFile(), "rw")) {
            Channel channel = accepted();
            FileChannel from = open(file);
            ChannelFuture sent = channel.writeAndFlush(new RingChunkedFile(channel, from, FILE_BYTES - 5, 5));
            grows.setLength(2L * FILE_BYTES);
            Ring.await(sent);
            Ring.await(channel.close());
            assertThat(peer.getInputStream().readAllBytes()).hasSize(5);
        }
    }

    @Test
    void placesThatCannotBeAreRefused() throws Exception {
        InetSocketAddress server = ring.serve(Recorder::new);
        try (Socket peer = Ring.connect(server);
                FileChannel from = open(file(1))) {
            assertThat(peer.isConnected()).isTrue();
            Channel channel = ring.accepted();
            assertThatIllegalArgumentException().isThrownBy(() -> new RingChunkedFile(channel, from, -1, 1));
            assertThatIllegalArgumentException().isThrownBy(() -> new RingChunkedFile(channel, from, 0, -1));
        }
    }
}
