package io.fluxring.core.loop;

import io.fluxring.core.setup.IoPolling;
import io.fluxring.core.setup.RingConfig;

/**
 * How a loop works. Immutable; start from {@link #defaults()}.
 *
 * @param ring the ring, which starts disabled, has a descriptor, and does not poll for I/O: the thread that attaches itself to the
 *     loop owns the ring from then on
 * @param batchCompletions for how many completions a wait waits, 1 or more
 * @param batchMicros after how long a single completion ends a wait for several, in microseconds. The price of a batch in
 *     latency. Needs Linux 6.12; on an older kernel a wait always ends with the first completion.
 * @param directDescriptors slots of registered files for operations that let the kernel pick one, 0 for none
 * @param installedFiles slots of registered files for {@link io.fluxring.core.fd.RegisteredFiles#install}, 0 for none
 * @param registeredBuffers slots of the table of registered buffers, 0 for no table, see {@link RingLoop#registeredBuffers}
 * @param sendBlocks how many blocks of memory there are at first for bytes on their way out that are not in native memory
 *     already, 1 or more
 * @param mostSendBlocks how many there may be, at least {@code sendBlocks}. A connection whose peer does not read holds one. The
 *     addresses of all of them are reserved with the first use, memory is used as they are.
 * @param sendBlockBytes the size of such a block, in bytes
 * @param mostFileBytes how much memory there may be for blocks of files, in bytes, for each size of block; 0 or more. A few blocks of
 *     each size that is used there always are. Addresses are reserved with the first use, memory is used as it is needed.
 * @param closeTimeoutNanos for how long a close waits for the kernel to give everything back, 0 or more. The time that close hooks
 *     and handlers take is no part of it.
 */
public record RingLoopConfig(
        RingConfig ring,
        int batchCompletions,
        int batchMicros,
        int directDescriptors,
        int installedFiles,
        int registeredBuffers,
        int sendBlocks,
        int mostSendBlocks,
        int sendBlockBytes,
        long mostFileBytes,
        long closeTimeoutNanos) {

    private static final RingLoopConfig DEFAULTS =
            new RingLoopConfig(RingConfig.defaults(), 1, 0, 0, 0, 0, 128, 8192, 16 * 1024, 256L << 20, 5_000_000_000L);

    /** Checks the numbers. */
    public RingLoopConfig {
        requireAtLeast("batchCompletions", batchCompletions, 1);
        requireAtLeast("batchMicros", batchMicros, 0);
        requireAtLeast("directDescriptors", directDescriptors, 0);
        requireAtLeast("installedFiles", installedFiles, 0);
        requireAtLeast("registeredBuffers", registeredBuffers, 0);
        requireAtLeast("sendBlocks", sendBlocks, 1);
        requireAtLeast("mostSendBlocks", mostSendBlocks, sendBlocks);
        requireAtLeast("sendBlockBytes", sendBlockBytes, 1);
        requireAtLeast("mostFileBytes", mostFileBytes, 0);
        requireAtLeast("closeTimeoutNanos", closeTimeoutNanos, 0);
        requireForLoop(ring);
        if (batchCompletions > 1 && batchMicros == 0) {
            throw new IllegalArgumentException(
                    "a batch of " + batchCompletions + " completions needs batchMicros above 0");
        }
    }

    /**
     * {@return the default ring, no batching, no registered files, no registered buffers, 128 send blocks of 16 KiB, which grow to one
     * for each of the 8,192 connections that such a ring has slots for, 256 MiB for blocks of files, 5 s to close}
     */
    public static RingLoopConfig defaults() {
        return DEFAULTS;
    }

    /**
     * {@return this configuration with another ring}
     *
     * @param newRing the ring
     */
    public RingLoopConfig withRing(RingConfig newRing) {
        return new RingLoopConfig(
                newRing,
                batchCompletions,
                batchMicros,
                directDescriptors,
                installedFiles,
                registeredBuffers,
                sendBlocks,
                mostSendBlocks,
                sendBlockBytes,
                mostFileBytes,
                closeTimeoutNanos);
    }

    /**
     * {@return this configuration, waiting for several completions at once}
     *
     * @param completions how many to wait for
     * @param micros for how long at most, in microseconds
     */
    public RingLoopConfig withBatch(int completions, int micros) {
        return new RingLoopConfig(
                ring,
                completions,
                micros,
                directDescriptors,
                installedFiles,
                registeredBuffers,
                sendBlocks,
                mostSendBlocks,
                sendBlockBytes,
                mostFileBytes,
                closeTimeoutNanos);
    }

    /**
     * {@return this configuration with slots for direct descriptors}
     *
     * @param slots how many
     */
    public RingLoopConfig withDirectDescriptors(int slots) {
        return new RingLoopConfig(
                ring,
                batchCompletions,
                batchMicros,
                slots,
                installedFiles,
                registeredBuffers,
                sendBlocks,
                mostSendBlocks,
                sendBlockBytes,
                mostFileBytes,
                closeTimeoutNanos);
    }

    /**
     * {@return this configuration with slots for files that are open already}
     *
     * @param slots how many
     */
    public RingLoopConfig withInstalledFiles(int slots) {
        return new RingLoopConfig(
                ring,
                batchCompletions,
                batchMicros,
                directDescriptors,
                slots,
                registeredBuffers,
                sendBlocks,
                mostSendBlocks,
                sendBlockBytes,
                mostFileBytes,
                closeTimeoutNanos);
    }

    /**
     * {@return this configuration with a table of registered buffers}
     *
     * @param slots how many
     */
    public RingLoopConfig withRegisteredBuffers(int slots) {
        return new RingLoopConfig(
                ring,
                batchCompletions,
                batchMicros,
                directDescriptors,
                installedFiles,
                slots,
                sendBlocks,
                mostSendBlocks,
                sendBlockBytes,
                mostFileBytes,
                closeTimeoutNanos);
    }

    /**
     * {@return this configuration with another number of send blocks}
     *
     * @param atFirst how many there are at first, 1 or more
     * @param most how many there may be, at least {@code atFirst}
     */
    public RingLoopConfig withSendBlocks(int atFirst, int most) {
        return new RingLoopConfig(
                ring,
                batchCompletions,
                batchMicros,
                directDescriptors,
                installedFiles,
                registeredBuffers,
                atFirst,
                most,
                sendBlockBytes,
                mostFileBytes,
                closeTimeoutNanos);
    }

    /**
     * {@return this configuration with another limit for the memory of files' blocks}
     *
     * @param bytes for each size of block
     */
    public RingLoopConfig withMostFileBytes(long bytes) {
        return new RingLoopConfig(
                ring,
                batchCompletions,
                batchMicros,
                directDescriptors,
                installedFiles,
                registeredBuffers,
                sendBlocks,
                mostSendBlocks,
                sendBlockBytes,
                bytes,
                closeTimeoutNanos);
    }

    /**
     * {@return this configuration with another time limit for the close}
     *
     * @param nanos in nanoseconds
     */
    public RingLoopConfig withCloseTimeoutNanos(long nanos) {
        return new RingLoopConfig(
                ring,
                batchCompletions,
                batchMicros,
                directDescriptors,
                installedFiles,
                registeredBuffers,
                sendBlocks,
                mostSendBlocks,
                sendBlockBytes,
                mostFileBytes,
                nanos);
    }

    private static void requireForLoop(RingConfig ring) {
        if (ring.completionEntries() < 2) {
            throw new IllegalArgumentException(
                    "a loop needs at least 2 completion entries, one of them for its wake-up");
        }
        if (ring.ioPolling() != IoPolling.NONE) {
            throw new IllegalArgumentException(
                    "a loop is woken through a descriptor, which a ring that polls for I/O can't wait for");
        }
        if (!ring.startDisabled() || ring.registeredIndexOnly()) {
            throw new IllegalArgumentException("a loop's ring belongs to the thread that attaches itself to it, not to"
                    + " the one that opens it: it must start disabled, and have a descriptor");
        }
    }

    private static void requireAtLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ": " + value);
        }
    }
}
