package io.fluxring.core.memory;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Checked mode: finds who used a lease after its release, released it twice, or never did.
 *
 * <p>Switched on for the whole process with {@code -Dfluxring.checked=true}. Then each lease is a fresh object, its memory is
 * overwritten on release, and all live ones are known, with the place that took them. A loop looks at each operation before the
 * kernel does, and refuses one that points into memory of its own that is not lent. It costs an object and a stack trace a
 * message: for tests, not for production.
 */
public final class LeaseAudit {
    /** Whether checked mode is on. */
    public static final boolean CHECKED = Boolean.getBoolean("fluxring.checked");

    /** What released memory is filled with in checked mode. */
    public static final byte POISON = (byte) 0xDE;

    private static final System.Logger LOG = System.getLogger(LeaseAudit.class.getName());

    private final Map<BufferLease, Throwable> live = new ConcurrentHashMap<>();
    private final List<Throwable> releasedTwice = new CopyOnWriteArrayList<>();

    LeaseAudit() {}

    void taken(BufferLease lease) {
        if (CHECKED) {
            live.put(
                    lease,
                    new Throwable("taken here by " + Thread.currentThread().getName()));
        }
    }

    /** The place that keeps a lease says more than the one that took it, which is nearly always the same receive. */
    void retained(BufferLease lease) {
        if (CHECKED) {
            live.computeIfPresent(lease, (kept, place) -> {
                Throwable taken = place.getCause() == null ? place : place.getCause();
                return new Throwable(
                        "retained here by " + Thread.currentThread().getName(), taken);
            });
        }
    }

    void released(BufferLease lease) {
        if (CHECKED) {
            live.remove(lease);
        }
    }

    void releasedAgain(BufferLease lease, @Nullable Throwable before) {
        if (CHECKED) {
            Throwable again = new Throwable(
                    lease + " is released a second time, here by "
                            + Thread.currentThread().getName(),
                    before);
            releasedTwice.add(again);
            LOG.log(System.Logger.Level.WARNING, "a lease was released twice", again);
        }
    }

    /** Whether some bytes lie within a live lease. */
    boolean lends(long address, long lengthBytes) {
        for (BufferLease lease : live.keySet()) {
            if (lease.contains(address, lengthBytes)) {
                return true;
            }
        }
        return false;
    }

    /**
     * {@return the second releases of leases, each with the place of the first as its cause} Empty when checked mode is
     * off.
     */
    public List<Throwable> releasedTwice() {
        return List.copyOf(releasedTwice);
    }

    /**
     * {@return the live leases, each with the place that took it or retained it last} Empty when checked mode is off.
     */
    public Map<BufferLease, Throwable> live() {
        return Map.copyOf(live);
    }
}
