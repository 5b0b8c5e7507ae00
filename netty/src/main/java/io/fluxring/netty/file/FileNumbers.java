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
 * The number of a region's descriptor, which the JDK shows to those only whom the program opens it to: {@code --add-opens
 * java.base/sun.nio.ch=io.fluxring.netty} (and {@code --add-opens io.netty.transport/io.netty.channel=io.fluxring.netty} where Netty
 * is on the module path; {@code ALL-UNNAMED} where Fluxring is on the class path). Without them regions are read by other threads.
 */
public final class FileNumbers {
    /** The number can't be had. */
    public static final int UNKNOWN = -1;

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

    /** {@return the number of a region's descriptor, which the region keeps open while it is retained; or {@link #UNKNOWN}} */
    public static int of(DefaultFileRegion region) {
        FileNumbers opened = OPENED;
        return opened == null ? UNKNOWN : opened.number(region);
    }

    private int number(DefaultFileRegion region) {
        try {
            region.open();
            FileChannel file = (FileChannel) fileOfRegion.get(region);
            // Another class's channel has no descriptor, and nothing is known of how it reads.
            return file == null || file.getClass() != descriptorOfChannel.getDeclaringClass()
                    ? UNKNOWN
                    : (Integer) numberOfDescriptor.invoke(null, descriptorOfChannel.get(file));
        } catch (ReflectiveOperationException | IOException e) {
            return UNKNOWN;
        }
    }
}
