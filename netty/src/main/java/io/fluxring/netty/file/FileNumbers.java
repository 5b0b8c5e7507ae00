package io.fluxring.netty.file;

import io.netty.channel.DefaultFileRegion;
import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * The number of a file channel's descriptor, which the JDK shows to those only whom the program opens it to: {@code --add-opens
 * java.base/sun.nio.ch=io.fluxring.netty} (and {@code --add-opens io.netty.transport/io.netty.channel=io.fluxring.netty} where Netty
 * is on the module path; {@code ALL-UNNAMED} where Fluxring is on the class path). Without them files are read by other threads.
 */
final class FileNumbers {
    /** The number can't be had. */
    static final int UNKNOWN = -1;

    private static final @Nullable FileNumbers OPENED = open();

    private final Field fileOfRegion;
    private final Field descriptorOfChannel;
    private final Method numberOfDescriptor;

    private FileNumbers(Field fileOfRegion, Field descriptorOfChannel, Method numberOfDescriptor) {
        this.fileOfRegion = fileOfRegion;
        this.descriptorOfChannel = descriptorOfChannel;
        this.numberOfDescriptor = numberOfDescriptor;
    }

    private static @Nullable FileNumbers open() {
        try {
            Field file = DefaultFileRegion.class.getDeclaredField("file");
            Field descriptor = Class.forName("sun.nio.ch.FileChannelImpl").getDeclaredField("fd");
            Method number = Class.forName("sun.nio.ch.IOUtil").getDeclaredMethod("fdVal", FileDescriptor.class);
            for (AccessibleObject each : new AccessibleObject[] {file, descriptor, number}) {
                if (!each.trySetAccessible()) {
                    return null;
                }
            }
            return new FileNumbers(file, descriptor, number);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null; // another JDK, or another Netty
        }
    }

    /** {@return the channel that a region reads, opened; null when it can't be had} */
    static @Nullable FileChannel channelOf(DefaultFileRegion region) {
        FileNumbers opened = OPENED;
        if (opened == null) {
            return null;
        }
        try {
            region.open();
            return (FileChannel) opened.fileOfRegion.get(region);
        } catch (ReflectiveOperationException | IOException e) {
            return null;
        }
    }

    /** {@return the number of a channel's descriptor, or {@link #UNKNOWN}} Another class's channel may have none. */
    static int of(FileChannel channel) {
        FileNumbers opened = OPENED;
        if (opened == null || channel.getClass() != opened.descriptorOfChannel.getDeclaringClass()) {
            return UNKNOWN;
        }
        try {
            return (Integer) opened.numberOfDescriptor.invoke(null, opened.descriptorOfChannel.get(channel));
        } catch (ReflectiveOperationException e) {
            return UNKNOWN;
        }
    }
}
