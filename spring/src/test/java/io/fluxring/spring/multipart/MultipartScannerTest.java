package io.fluxring.spring.multipart;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.core.io.buffer.NettyDataBufferFactory;

/** Bodies in pieces of any size: the same parts, and each buffer released. */
class MultipartScannerTest {
    private static final int ROUNDS = 500;
    private static final String[] BOUNDARIES = {"b", "--", "aaab", MultipartBody.BOUNDARY};

    private final List<ByteBuf> made = new ArrayList<>();

    @Test
    void findsThePartsOfBodiesInRandomPieces() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            byte[] boundary = BOUNDARIES[random.nextInt(BOUNDARIES.length)].getBytes(StandardCharsets.US_ASCII);
            List<byte[]> parts = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                parts.add(content(random, boundary));
            }
            List<byte[]> found = scan(body(parts, random, boundary), boundary, random);
            assertThat(found).as("seed %s", seed).containsExactlyElementsOf(parts);
            assertThat(made).as("seed %s", seed).allMatch(each -> each.refCnt() == 0);
            made.clear();
        }
    }

    /** Much of it looks like a delimiter, and is none. */
    private static byte[] content(Random random, byte... boundary) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] like = new byte[boundary.length + 4];
        System.arraycopy(new byte[] {'\r', '\n', '-', '-'}, 0, like, 0, 4);
        System.arraycopy(boundary, 0, like, 4, boundary.length);
        for (int i = random.nextInt(12); i > 0; i--) {
            bytes.write(like, 0, random.nextInt(like.length));
            bytes.write(random.nextBoolean() ? '\r' : random.nextInt(BYTE_VALUES));
        }
        byte[] made = bytes.toByteArray();
        return contains(made, like) ? new byte[0] : made;
    }

    private static final int BYTE_VALUES = 256;

    private static boolean contains(byte[] bytes, byte... sought) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1) + "\r\n--";
        return text.contains(new String(sought, StandardCharsets.ISO_8859_1));
    }

    private static byte[] body(List<byte[]> parts, Random random, byte... boundary) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (random.nextInt(3) == 0) {
            bytes.writeBytes("a preamble\r\n-\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        for (byte[] part : parts) {
            bytes.writeBytes("--".getBytes(StandardCharsets.US_ASCII));
            bytes.writeBytes(boundary);
            bytes.writeBytes(
                    random.nextBoolean()
                            ? "\r\n\r\n".getBytes(StandardCharsets.US_ASCII)
                            : "\r\nA: b\r\nC:d\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            bytes.writeBytes(part);
            bytes.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        bytes.writeBytes("--".getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(boundary);
        bytes.writeBytes("--\r\nan epilogue".getBytes(StandardCharsets.US_ASCII));
        return bytes.toByteArray();
    }

    private List<byte[]> scan(byte[] body, byte[] boundary, Random random) {
        MultipartScanner scanner =
                new MultipartScanner(new Delimiter(boundary), new PartHeaders(1024, StandardCharsets.UTF_8));
        List<byte[]> found = new ArrayList<>();
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        int most = random.nextBoolean() ? 3 : 100;
        int at = 0;
        while (true) {
            switch (scanner.next()) {
                case NOTHING -> {
                    int count = Math.min(body.length - at, 1 + random.nextInt(most));
                    scanner.feed(buffer(random, body, at, count));
                    at += count;
                }
                case HEADERS -> assertThat(scanner.headers().size()).isIn(0, 2);
                case BODY -> {
                    DataBuffer bytes = scanner.body();
                    byte[] all = new byte[bytes.readableByteCount()];
                    bytes.read(all);
                    part.writeBytes(all);
                    DataBufferUtils.release(bytes);
                }
                case BODY_END -> {
                    found.add(part.toByteArray());
                    part.reset();
                }
                case END -> {
                    return found;
                }
            }
        }
    }

    private DataBuffer buffer(Random random, byte[] body, int at, int count) {
        PooledByteBufAllocator pool = PooledByteBufAllocator.DEFAULT;
        ByteBuf bytes = switch (random.nextInt(4)) {
            case 0 -> pool.heapBuffer(count).writeBytes(body, at, count);
            case 1 -> pool.directBuffer(count + 1).writeByte(0).skipBytes(1).writeBytes(body, at, count);
            case 2 -> {
                int half = count / 2;
                yield pool.compositeBuffer()
                        .addComponent(true, pool.directBuffer().writeBytes(body, at, half))
                        .addComponent(true, pool.heapBuffer().writeBytes(body, at + half, count - half));
            }
            default -> null;
        };
        if (bytes == null) {
            byte[] copy = new byte[count];
            System.arraycopy(body, at, copy, 0, count);
            return DefaultDataBufferFactory.sharedInstance.wrap(copy);
        }
        made.add(bytes);
        return new NettyDataBufferFactory(pool).wrap(bytes);
    }
}
