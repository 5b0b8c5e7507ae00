package io.fluxring.reactor.file;

import io.fluxring.core.memory.BufferLease;

/**
 * The bytes of a range of a file.
 *
 * @param position where they begin, in bytes
 * @param lease the bytes, fewer than were asked for where the file ends, and none behind it. It is lent for the time of {@code onNext}, see
 *     {@link io.fluxring.reactor.LeaseFlux}.
 */
public record FilePiece(long position, BufferLease lease) {}
