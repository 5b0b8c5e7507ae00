package io.fluxring.core.memory;

import io.fluxring.core.sys.layout.BufRingLayout;

/**
 * How many buffers a group provides, and how large they are.
 *
 * @param buffers 1 to 32,768. All connections of a loop share them, whether idle or not: an idle connection holds none.
 * @param bufferBytes the size of each, in bytes: the most that one completion brings
 * @param incremental whether completions share a buffer until it is used up (Linux 6.12); for many small messages
 * @param kernelMemory whether the ring's entries, not the buffers, are in memory that the kernel allocates (Linux 6.4), not
 *     the application; then the group's number is 2,047 at most
 */
public record BufferRingConfig(int buffers, int bufferBytes, boolean incremental, boolean kernelMemory) {

    private static final BufferRingConfig DEFAULTS = new BufferRingConfig(1024, 4096, false, false);

    public BufferRingConfig {
        if (buffers < 1 || buffers > BufRingLayout.MAX_ENTRIES) {
            throw new IllegalArgumentException(
                    "buffers must be between 1 and " + BufRingLayout.MAX_ENTRIES + ": " + buffers);
        }
        if (bufferBytes < 1 || bufferBytes > 1 << 26) {
            throw new IllegalArgumentException("bufferBytes must be between 1 and 64 MiB: " + bufferBytes);
        }
    }

    /** 1,024 classic buffers of 4 KiB. */
    public static BufferRingConfig defaults() {
        return DEFAULTS;
    }

    /** A classic group. */
    public static BufferRingConfig of(int buffers, int bufferBytes) {
        return new BufferRingConfig(buffers, bufferBytes, false, false);
    }

    /** This configuration with buffers that completions share. */
    public BufferRingConfig withIncremental() {
        return new BufferRingConfig(buffers, bufferBytes, true, kernelMemory);
    }

    /** This configuration with entries in the kernel's memory. */
    public BufferRingConfig withKernelMemory() {
        return new BufferRingConfig(buffers, bufferBytes, incremental, true);
    }
}
