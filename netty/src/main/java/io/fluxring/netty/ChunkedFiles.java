package io.fluxring.netty;

import io.netty.channel.Channel;
import io.netty.handler.stream.ChunkedNioFile;
import java.lang.reflect.Field;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Netty's chunked files, which read their file in line, as such that don't. Its class keeps the file to itself: on the module path it
 * is seen with {@code --add-opens io.netty.handler/io.netty.handler.stream=io.fluxring.netty} only.
 */
final class ChunkedFiles {
    private static final @Nullable Field FILE = fileOf();

    private ChunkedFiles() {}

    private static @Nullable Field fileOf() {
        try {
            Field file = ChunkedNioFile.class.getDeclaredField("in");
            return file.trySetAccessible() ? file : null;
        } catch (NoClassDefFoundError | ReflectiveOperationException | RuntimeException e) {
            return null; // a program without Netty's handlers, or with others
        }
    }

    /** {@return what is to be written instead of a message: the message itself unless it is a chunked file} */
    static Object offLoop(Channel channel, Object message) {
        return FILE != null && message.getClass() == ChunkedNioFile.class
                ? offLoop(channel, FILE, (ChunkedNioFile) message)
                : message;
    }

    private static Object offLoop(Channel channel, Field field, ChunkedNioFile input) {
        long position = input.currentOffset();
        try {
            FileChannel file = (FileChannel) field.get(input);
            return new RingChunkedFile(channel, file, position, input.endOffset() - position);
        } catch (IllegalAccessException e) {
            return input;
        }
    }
}
