package io.fluxring.netty.file;

import java.io.IOException;
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
}
