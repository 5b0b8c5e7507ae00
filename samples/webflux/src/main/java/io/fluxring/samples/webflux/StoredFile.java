package io.fluxring.samples.webflux;

import java.time.Instant;

/**
 * A file of the folder, as clients see it.
 *
 * @param name its name
 * @param size in bytes
 * @param modified when it was written
 */
record StoredFile(String name, long size, Instant modified) {
    /** {@return what differs as soon as the file does} */
    String etag() {
        return '"' + Long.toHexString(modified.getEpochSecond()) + "-" + Integer.toHexString(modified.getNano()) + "-"
                + Long.toHexString(size) + '"';
    }
}
