package io.fluxring.reactor.net;

import io.fluxring.core.loop.RingLoop;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The account of a listener's connections, or of those that a ring has made itself. Belongs to the loop's thread. */
final class OpenConnections {
    private final RingLoop loop;
    private final Runnable onClosed;

    /** The others are linked to it: an entry of a collection would be as large as the connection itself. */
    private @Nullable Connection newest;

    private int count;

    /**
     * An account of none.
     *
     * @param onClosed run behind the close of each
     */
    OpenConnections(RingLoop loop, Runnable onClosed) {
        this.loop = loop;
        this.onClosed = onClosed;
    }

    /** A connection was opened. */
    void add(Connection connection) {
        Connection before = newest;
        connection.older = before;
        if (before != null) {
            before.newer = connection;
        }
        newest = connection;
        count++;
    }

    /** A connection of this account is closed: its descriptor, too, and its slots are free. */
    void closed(Connection connection) {
        Connection older = connection.older;
        Connection newer = connection.newer;
        if (older != null) {
            older.newer = newer;
        }
        if (newer == null) {
            newest = older;
        } else {
            newer.older = older;
        }
        connection.older = null;
        connection.newer = null;
        count--;
        onClosed.run();
    }

    int count() {
        return count;
    }

    /** Begins to close all of them, the oldest first. */
    void closeAll() {
        List<Connection> all = new ArrayList<>(count);
        for (Connection each = newest; each != null; each = each.older) {
            all.add(each);
        }
        for (Connection each : all.reversed()) {
            loop.execute(each::closeNow); // at once, and a subscriber that throws does not keep the others open
        }
    }

    @Override
    public String toString() {
        return count + " connections";
    }
}
