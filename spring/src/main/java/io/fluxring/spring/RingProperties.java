package io.fluxring.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How an application runs on the ring.
 *
 * @param mode Whether server, clients and files run on the ring.
 * @param loops Number of event loops, each with a ring and a thread of its own. As many as Reactor Netty has by itself when not set.
 * @param globalResources Whether clients and servers that are made without Spring, by HttpClient.create() for example, run on the same
 *     loops.
 * @param ring Ring of each loop.
 * @param buffers Buffers that the sockets of a loop receive into.
 * @param zeroCopyThreshold Size of a write from which on it is sent without a copy, on server and connections of it. Never when not set.
 * @param files Files that are served, uploaded, read and written.
 */
@ConfigurationProperties("fluxring")
public record RingProperties(
        @DefaultValue("auto") RingMode mode,
        @Nullable Integer loops,
        @DefaultValue("false") boolean globalResources,
        @DefaultValue Ring ring,
        @DefaultValue Buffers buffers,
        @Nullable DataSize zeroCopyThreshold,
        @DefaultValue Files files) {

    private static final int MOST_LOOPS = 1024;

    /** Checks the numbers. */
    public RingProperties {
        if (loops != null) {
            requireBetween("fluxring.loops", loops, 1, MOST_LOOPS);
        }
        if (zeroCopyThreshold != null
                && (zeroCopyThreshold.toBytes() < 0 || zeroCopyThreshold.toBytes() > Integer.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "fluxring.zero-copy-threshold must be between 0 and 2 GiB: " + zeroCopyThreshold);
        }
    }

    /**
     * The ring of each loop.
     *
     * @param submissionEntries Entries of the submission queue, a power of two between 1 and 32768.
     * @param completionEntries Entries of the completion queue, a power of two between the submission entries and 65536. As many
     *     operations can be in flight.
     */
    public record Ring(
            @DefaultValue("1024") int submissionEntries,
            @DefaultValue("16384") int completionEntries) {

        /** Checks the numbers. */
        public Ring {
            requirePowerOfTwo("fluxring.ring.submission-entries", submissionEntries, 1, 32768);
            requirePowerOfTwo("fluxring.ring.completion-entries", completionEntries, submissionEntries, 65536);
        }
    }

    /**
     * The buffers that the sockets of a loop receive into.
     *
     * @param count Number of buffers at first, between 1 and 32768, shared by all connections of a loop. Idle connections hold none.
     * @param most Number of buffers to which a loop's group grows when it runs low, between the count and 32768.
     * @param size Size of each buffer, which is the most that one read brings, up to 64 MiB.
     */
    public record Buffers(
            @DefaultValue("1024") int count,
            @DefaultValue("32768") int most,
            @DefaultValue("4KB") DataSize size) {

        /** Checks the numbers. */
        public Buffers {
            requireBetween("fluxring.buffers.count", count, 1, 32768);
            requireBetween("fluxring.buffers.most", most, count, 32768);
            requireBetween("fluxring.buffers.size", size.toBytes(), 1, 64 << 20);
        }
    }

    /**
     * The files of an application.
     *
     * @param enabled Whether resources, static ones included, are served by the ring, and uploads written by it.
     * @param chunkSize Size of a piece of a file that is read, a power of two between 4 KiB and 4 MiB.
     * @param readAhead Number of pieces of a file in memory for one answer, between 1 and 256.
     * @param writeBehind Number of writes to a file in flight at most, between 1 and 256.
     */
    public record Files(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("128KB") DataSize chunkSize,
            @DefaultValue("8") int readAhead,
            @DefaultValue("4") int writeBehind) {

        /** Checks the numbers. */
        public Files {
            requirePowerOfTwo("fluxring.files.chunk-size", chunkSize.toBytes(), 4096, 4 << 20);
            requireBetween("fluxring.files.read-ahead", readAhead, 1, 256);
            requireBetween("fluxring.files.write-behind", writeBehind, 1, 256);
        }
    }

    /** Here and not where the number is used: Boot names the property's origin for an error of its binding. */
    private static void requireBetween(String property, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(property + " must be between " + least + " and " + most + ": " + value);
        }
    }

    private static void requirePowerOfTwo(String property, long value, long least, long most) {
        requireBetween(property, value, least, most);
        if (Long.bitCount(value) != 1) {
            throw new IllegalArgumentException(property + " must be a power of two: " + value);
        }
    }
}
