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

    /** Checks the numbers. */
    public RingProperties {
        if (loops != null && loops < 1) {
            throw new IllegalArgumentException("fluxring.loops must be 1 or more: " + loops);
        }
        if (zeroCopyThreshold != null
                && (zeroCopyThreshold.toBytes() < 0 || zeroCopyThreshold.toBytes() > Integer.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "fluxring.zero-copy-threshold must be below 2 GiB: " + zeroCopyThreshold);
        }
    }

    /**
     * The ring of each loop.
     *
     * @param submissionEntries Entries of the submission queue, a power of two up to 32768.
     * @param completionEntries Entries of the completion queue, a power of two up to 65536. As many operations can be in flight.
     */
    public record Ring(
            @DefaultValue("1024") int submissionEntries,
            @DefaultValue("16384") int completionEntries) {}

    /**
     * The buffers that the sockets of a loop receive into.
     *
     * @param count Number of buffers at first, shared by all connections of a loop. Idle connections hold none.
     * @param most Number of buffers to which a loop's group grows when it runs low.
     * @param size Size of each buffer, which is the most that one read brings.
     */
    public record Buffers(
            @DefaultValue("1024") int count,
            @DefaultValue("32768") int most,
            @DefaultValue("4KB") DataSize size) {}

    /**
     * The files of an application.
     *
     * @param enabled Whether resources, static ones included, are served by the ring, and uploads written by it.
     * @param chunkSize Size of a piece of a file that is read, a power of two between 4 KiB and 4 MiB.
     * @param readAhead Number of pieces that are read ahead at most, 1 to 256.
     * @param writeBehind Number of writes to a file that are in flight at most, 1 to 256.
     */
    public record Files(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("128KB") DataSize chunkSize,
            @DefaultValue("8") int readAhead,
            @DefaultValue("4") int writeBehind) {}
}
