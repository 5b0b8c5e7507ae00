package io.fluxring.spring.multipart;

import io.fluxring.spring.file.RingDataBuffers;
import io.fluxring.spring.loops.ApplicationLoops;
import org.springframework.http.HttpHeaders;
import reactor.util.context.Context;

/**
 * How the bodies of parts are received.
 *
 * @param loops of the application
 * @param buffers writes and reads files
 * @param directory has the temporary files
 * @param maxInMemorySize up to so many bytes of a part stay in memory; -1 for all
 * @param maxParts so many there may be; -1 for any number
 * @param maxDiskUsagePerPart so many bytes a part may have that does not; -1 for any number
 */
record PartBodies(
        ApplicationLoops loops,
        RingDataBuffers buffers,
        SpoolDirectory directory,
        int maxInMemorySize,
        int maxParts,
        long maxDiskUsagePerPart) {
    private static final int MOST_ARRAY_BYTES = Integer.MAX_VALUE - 8;

    /**
     * A body of which nothing has arrived.
     *
     * @param changed called when its file has news
     */
    PartBody begin(HttpHeaders headers, Runnable changed, Context context) {
        return new PartBody(this, headers, changed, context);
    }

    boolean areTooMany(int parts) {
        return maxParts > 0 && parts > maxParts;
    }

    boolean isInMemory(long bytes) {
        return bytes <= (maxInMemorySize == -1 ? MOST_ARRAY_BYTES : maxInMemorySize);
    }

    boolean isTooLarge(long bytes) {
        return maxDiskUsagePerPart != -1 && bytes > maxDiskUsagePerPart;
    }

    UploadContent ofMemory(byte... bytes) {
        return new MemoryContent(loops, buffers, bytes);
    }

    UploadContent ofFile(SpooledFile file) {
        return new FileContent(file, buffers);
    }
}
