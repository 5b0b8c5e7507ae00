package io.fluxring.reactor.net;

import io.fluxring.core.loop.RingLoop;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Connections that are closed with their loop. Belongs to the loop's thread. */
final class OpenConnections implements ConnectionOwner {
    private final RingLoop loop;
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final Runnable closeHook = this::closeAll;

    OpenConnections(RingLoop loop) {
        this.loop = loop;
    }

    /** A connection was opened. */
    void add(Connection connection) {
        connections.add(connection);
        if (connections.size() == 1) {
            loop.addCloseHook(closeHook); // which is called at once when the loop is ending already
        } else if (loop.isClosing()) {
            connection.dispose(); // the hook may have been called before
        }
    }

    @Override
    public void connectionClosed(Connection connection) {
        connections.remove(connection);
        if (connections.isEmpty()) {
            loop.removeCloseHook(closeHook);
        }
    }

    private void closeAll() {
        for (Connection connection : List.copyOf(connections)) {
            loop.execute(connection::closeNow); // at once, and a subscriber that throws does not keep the others open
        }
    }

    @Override
    public String toString() {
        return connections.size() + " connections";
    }
}
