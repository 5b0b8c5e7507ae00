package io.fluxring.core.net;

/**
 * How an {@link Acceptor} accepts.
 *
 * @param backlog the listening socket's own: as many connections a multishot accept may bring at once
 * @param multishot whether one request may accept again and again (Linux 5.19)
 * @param direct whether connections are direct descriptors of the ring, which needs a loop configured with some
 * @param async whether accepts go to the kernel's worker threads at once ({@code IOSQE_ASYNC})
 */
public record AcceptOptions(int backlog, boolean multishot, boolean direct, boolean async) {}
