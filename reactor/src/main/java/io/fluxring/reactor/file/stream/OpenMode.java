package io.fluxring.reactor.file.stream;

/**
 * How a file is opened.
 *
 * @param flags {@code O_*}
 * @param makesFile whether the file is made by the open, or the open fails
 */
public record OpenMode(int flags, boolean makesFile) {}
