package io.fluxring.samples.webflux;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What carries the bytes, and how much it has done so far.
 *
 * @param isOnRing whether the event loops are rings
 * @param transport its name
 * @param detail the ring's capabilities, or why there is none
 * @param loops the names of the event loops' threads; empty where they are no rings
 * @param requests how many have been answered
 * @param enters the system calls of the rings; null where there are none, as the rest
 * @param sqes the operations handed to the kernel
 * @param bytesReceived from clients
 * @param bytesSent to clients
 */
record Status(
        boolean isOnRing,
        String transport,
        String detail,
        List<String> loops,
        long requests,
        @Nullable Long enters,
        @Nullable Long sqes,
        @Nullable Long bytesReceived,
        @Nullable Long bytesSent) {}
