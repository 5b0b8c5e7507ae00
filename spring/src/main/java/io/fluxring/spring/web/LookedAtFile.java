package io.fluxring.spring.web;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.reactor.file.RingFile;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An open file, and what was seen of it then. It may be another size by the time that it is read.
 *
 * @param file open, and closed by the one who opened it
 * @param loop the file's
 * @param sizeBytes its length, {@link #UNKNOWN} where that is not known before its end
 * @param modified when it was last written; null where that is not to be told
 */
record LookedAtFile(
        RingFile file,
        RingLoop loop,
        long sizeBytes,
        @Nullable Instant modified) {
    static final long UNKNOWN = -1;

    boolean hasSize() {
        return sizeBytes != UNKNOWN;
    }
}
