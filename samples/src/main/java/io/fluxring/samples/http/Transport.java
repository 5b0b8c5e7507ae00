package io.fluxring.samples.http;

/** What carries the bytes. The program is the same on any. */
enum Transport {
    /** Fluxring's. */
    ring,
    /** Netty's own, by epoll. */
    epoll,
    /** Netty's own, by io_uring. */
    io_uring,
    /** The JDK's selectors. */
    nio
}
