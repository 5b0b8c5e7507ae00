package io.fluxring.reactor.net;

/** Keeps account of its connections. On the loop's thread. */
interface ConnectionOwner {
    /** A connection's descriptor is closed, and its slots are free. */
    void connectionClosed(Connection connection);
}
