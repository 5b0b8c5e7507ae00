package io.fluxring.netty.file;

import io.fluxring.core.file.OffLoop;
import io.fluxring.core.loop.RingLoop;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a read has given. */
public interface ReadAnswer {
    /**
     * A read is over.
     *
     * @param bytes how many; 0 when there are none at the moment, or when a file is at its end
     * @param failure why there are none, null when it is neither
     */
    void read(int bytes, @Nullable IOException failure);

    /**
     * Has another thread read.
     *
     * @param loop whose thread gets the answer
     * @param read may block; gives how many bytes it has got
     * @param unexpected the message for what is thrown beside IOException
     */
    default void of(RingLoop loop, OffLoop.Work<Integer> read, Supplier<String> unexpected) {
        OffLoop.call(loop, read, (bytes, failure) -> {
            if (failure == null) {
                read(bytes == null ? 0 : bytes, null);
            } else {
                read(0, failure instanceof IOException e ? e : new IOException(unexpected.get(), failure));
            }
        });
    }
}
