package io.fluxring.netty.file;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.call.Kernel;
import io.netty.buffer.ByteBuf;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/** Reads of a file at any position that never block the event loop. */
public interface FileReads {
    /**
     * Reads of a file by the ring, where its descriptor can be had, and by other threads otherwise. The channel stays the caller's.
     *
     * @param loop whose thread gets the answers
     * @param file need not stay open where the ring reads it
     */
    static FileReads of(RingLoop loop, FileChannel file) {
        FileReads ofRing = ofRing(loop, file);
        return ofRing == null ? new ThreadReads(loop, file) : ofRing;
    }

    /** {@return reads by the ring; null where the descriptor can't be had} */
    static @Nullable FileReads ofRing(RingLoop loop, FileChannel file) {
        int duplicate = duplicate(loop.kernel(), file);
        return duplicate < 0 ? null : RingReads.of(loop, duplicate);
    }

    /**
     * A descriptor of one's own: a program may close its channel while an operation is on its way, as Reactor Netty does for a
     * response that is cancelled, and the number would name another file by then.
     */
    private static int duplicate(Kernel kernel, FileChannel file) {
        int number = FileNumbers.of(file);
        if (number == FileNumbers.UNKNOWN) {
            return number;
        }
        int duplicate = kernel.duplicate(number);
        if (duplicate >= 0 && !file.isOpen()) {
            kernel.close(duplicate); // of whatever has that number by now
            return FileNumbers.UNKNOWN;
        }
        return duplicate;
    }

    /**
     * Reads into a buffer, from its start on.
     *
     * @param into native memory, kept by the caller until the answer
     * @param lengthBytes how many bytes at most
     * @param position where in the file, in bytes
     * @param answer hears of the end on the loop's thread
     */
    void read(ByteBuf into, int lengthBytes, long position, ReadAnswer answer);

    /** Lets go of the file. No read may be on its way. */
    void close();
}
