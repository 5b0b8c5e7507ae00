package io.fluxring.netty.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.netty.support.Recorder;
import io.fluxring.netty.support.Ring;
import io.fluxring.netty.support.TestRegion;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.DefaultFileRegion;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reports about files of such transports. */
@Timeout(60)
class FileReportsTest {
    private static final int FILE_BYTES = 12 * 1024 * 1024;

    @RegisterExtension
    final Ring ring = new Ring();

    @TempDir
    Path folder;

    private DefaultFileRegion region(Path file, long position, long count) throws IOException {
        return new DefaultFileRegion(FileChannel.open(file, StandardOpenOption.READ), position, count);
    }

    private Path file() throws IOException {
        byte[] bytes = new byte[FILE_BYTES];
        new Random(7).nextBytes(bytes);
        return Files.write(folder.resolve("file"), bytes);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "4095,8193", "65537,10485760", "0,0", FILE_BYTES + ",0"})
    @Tag("N3")
    void aRegionIsExactAndLeavesItsNeighboursAlone(long position, long count) throws Exception {
        Path file = file();
        InetSocketAddress server = ring.serve(Recorder::new);
        try (Socket peer = Ring.connect(server)) {
            Channel channel = ring.accepted();
            channel.write(Unpooled.wrappedBuffer(new byte[] {1, 2, 3}));
            ChannelFuture sent = channel.write(region(file, position, count));
            channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {4, 5, 6}));
            byte[] got = peer.getInputStream().readNBytes((int) count + 6);
            byte[] all = Files.readAllBytes(file);
            assertThat(Arrays.copyOf(got, 3)).containsExactly(1, 2, 3);
            assertThat(Arrays.equals(got, 3, 3 + (int) count, all, (int) position, (int) (position + count)))
                    .isTrue();
            assertThat(Arrays.copyOfRange(got, (int) count + 3, (int) count + 6))
                    .containsExactly(4, 5, 6);
            Ring.await(sent);
        }
    }

    /** Nothing of it is in the page cache: the reads wait for the device. */
    @Test
    void aColdFileArrivesWhole() throws Exception {
        Path file = file();
        byte[] all = Files.readAllBytes(file);
        Process evicts = new ProcessBuilder(
                        "dd", "if=/dev/null", "of=" + file, "oflag=nocache", "conv=notrunc,fdatasync", "status=none")
                .inheritIO()
                .start();
        assertThat(evicts.waitFor()).isZero();
        InetSocketAddress server = ring.serve(Recorder::new);
        try (Socket peer = Ring.connect(server)) {
            ChannelFuture sent = ring.accepted().writeAndFlush(region(file, 1, FILE_BYTES - 1));
            byte[] got = peer.getInputStream().readNBytes(FILE_BYTES - 1);
            assertThat(Arrays.mismatch(got, 0, got.length, all, 1, all.length))
                    .as("%s bytes, %s", got.length, sent)
                    .isEqualTo(-1);
            Ring.await(sent);
        }
    }

    @Test
    @Tag("N2")
    void aFileThatShrinksFailsItsRegionAndClosesTheChannel() throws Exception {
        Path file = folder.resolve("shrinks");
        try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
            large.setLength(64L * 1024 * 1024);
        }
        InetSocketAddress server = ring.serve(Recorder::new);
        try (Socket peer = new Socket()) {
            peer.setReceiveBufferSize(64 * 1024);
            peer.connect(server);
            Channel channel = ring.accepted();
            DefaultFileRegion region = region(file, 0, 64L * 1024 * 1024);
            ChannelFuture sent = channel.writeAndFlush(region);
            assertThat(peer.getInputStream().readNBytes(4096)).hasSize(4096);
            try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
                large.setLength(8L * 1024 * 1024);
            }
            assertThat(peer.getInputStream().skip(64L * 1024 * 1024)).isLessThan(64L * 1024 * 1024);
            assertThat(sent.await(20_000)).isTrue();
            assertThat(sent.cause()).isInstanceOf(IOException.class);
            Ring.await(channel.closeFuture());
            assertThat(region.refCnt()).isZero();
        }
    }

    /** A source of bytes that hands over what it likes, and refuses to be asked at its end. */
    private static final class Pieces extends TestRegion {
        private static final long COUNT = 100_000;

        private final int[] pieces;
        private int next;
        private long transferred;

        Pieces(int... pieces) {
            this.pieces = pieces;
        }

        @Override
        public long transferTo(WritableByteChannel target, long position) throws IOException {
            if (position != transferred || transferred >= COUNT) {
                throw new IOException("asked for " + position + " at " + transferred);
            }
            int length = (int) Math.min(next < pieces.length ? pieces[next] : COUNT, COUNT - transferred);
            next++;
            int written = target.write(ByteBuffer.allocate(length));
            transferred += written;
            return written;
        }

        @Override
        public long position() {
            return 0;
        }

        @Override
        public long transferred() {
            return transferred;
        }

        @Override
        public long count() {
            return COUNT;
        }

        @Override
        protected void deallocate() {}
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1 65536 34463", "0 0 50000 0 50000"})
    @Tag("N5")
    void anyRegionIsAskedToItsEndAndNotBeyond(String pieces) throws Exception {
        int[] lengths = Arrays.stream(pieces.split(" "))
                .filter(it -> !it.isEmpty())
                .mapToInt(Integer::parseInt)
                .toArray();
        InetSocketAddress server = ring.serve(Recorder::new);
        try (Socket peer = Ring.connect(server)) {
            ChannelFuture sent = ring.accepted().writeAndFlush(new Pieces(lengths));
            assertThat(peer.getInputStream().readNBytes(100_000)).hasSize(100_000);
            Ring.await(sent);
        }
    }

    @Test
    @Tag("N5")
    void aRegionThatGivesNothingFailsInTheEnd() throws Exception {
        InetSocketAddress server = ring.serve(Recorder::new);
        try (Socket peer = Ring.connect(server)) {
            ChannelFuture sent = ring.accepted().writeAndFlush(new Pieces(new int[1000]));
            assertThat(peer.getInputStream().read()).isEqualTo(-1);
            assertThatThrownBy(() -> Ring.await(sent)).isInstanceOf(EOFException.class);
        }
    }

    /** Netty's own transport cuts what is larger than an int. */
    @Test
    void aRegionOfThreeGibibytesArrivesWhole() throws Exception {
        long length = 3L << 30;
        Path file = folder.resolve("sparse");
        try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
            large.setLength(length);
            large.seek(length - 1);
            large.write(42);
        }
        InetSocketAddress server = ring.serve(Recorder::new);
        try (Socket peer = Ring.connect(server)) {
            ChannelFuture sent = ring.accepted().writeAndFlush(region(file, 0, length));
            InputStream in = peer.getInputStream();
            byte[] some = new byte[1024 * 1024];
            long left = length;
            byte last = 0;
            while (left > 0) {
                int count = in.read(some);
                assertThat(count).isPositive();
                left -= count;
                last = some[count - 1];
            }
            assertThat(last).isEqualTo((byte) 42);
            Ring.await(sent);
        }
    }
}
