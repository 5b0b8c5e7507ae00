package io.fluxring.core.memory;

import io.fluxring.core.sys.layout.BufRingLayout;

/**
 * How many buffers a group provides, and how large they are.
 *
 * @param buffers how many there are at first, 1 to 32,768. All connections of a loop share them, whether idle or not: an idle
 *     connection holds none.
 * @param mostBuffers how many there may be, from {@code buffers} to 32,768: a group grows when the kernel has few left. The
 *     addresses of all of them are reserved at once, memory is used as they are. Entries for all of them, 16 bytes each, count
 *     against the limit of locked memory.
 * @param bufferBytes the size of each, in bytes: the most that one completion brings
 * @param incremental whether completions share a buffer until it is used up (Linux 6.12); for many small messages
 * @param kernelMemory whether the ring's entries, not the buffers, are in memory that the kernel allocates (Linux 6.4), not
 *     the application; then the group's number is 2,047 at most
 */
public record BufferRingConfig(
        int buffers, int mostBuffers, int bufferBytes, boolean incremental, boolean kernelMemory) {

    private static final BufferRingConfig DEFAULTS =
            new BufferRingConfig(1024, BufRingLayout.MAX_ENTRIES, 4096, false, false);

    /** Checks the numbers. */
    public BufferRingConfig {
        if (buffers < 1 || buffers > BufRingLayout.MAX_ENTRIES) {
            throw new IllegalArgumentException(
                    "buffers must be between 1 and " + BufRingLayout.MAX_ENTRIES + ": " + buffers);
        }
        if (mostBuffers < buffers || mostBuffers > BufRingLayout.MAX_ENTRIES) {
            throw new IllegalArgumentException("mostBuffers must be between " + buffers
                    + ", which there are at first, and " + BufRingLayout.MAX_ENTRIES + ": " + mostBuffers);
        }
        if (bufferBytes < 1 || bufferBytes > 1 << 26) {
            throw new IllegalArgumentException("bufferBytes must be between 1 and 64 MiB: " + bufferBytes);
        }
    }

    /** {@return 1,024 classic buffers of 4 KiB, which grow to 32,768 when they are needed} */
    public static BufferRingConfig defaults() {
        return DEFAULTS;
    }

    /**
     * {@return a classic group that does not grow}
     *
     * @param buffers how many
     * @param bufferBytes the size of each
     */
    public static BufferRingConfig of(int buffers, int bufferBytes) {
        return new BufferRingConfig(buffers, buffers, bufferBytes, false, false);
    }

    /**
     * {@return this configuration with another limit of growth}
     *
     * @param newMostBuffers up to how many it grows
     */
    public BufferRingConfig withMostBuffers(int newMostBuffers) {
        return new BufferRingConfig(buffers, newMostBuffers, bufferBytes, incremental, kernelMemory);
    }

    /** {@return this configuration with buffers that completions share} */
    public BufferRingConfig withIncremental() {
        return new BufferRingConfig(buffers, mostBuffers, bufferBytes, true, kernelMemory);
    }

    /** {@return this configuration with entries in the kernel's memory} */
    public BufferRingConfig withKernelMemory() {
        return new BufferRingConfig(buffers, mostBuffers, bufferBytes, incremental, true);
    }
}
