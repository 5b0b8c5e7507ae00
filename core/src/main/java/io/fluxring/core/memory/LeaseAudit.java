package io.fluxring.core.memory;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checked mode: finds who used a lease after its release, released it twice, or never did.
 *
 * <p>Switched on for the whole process with {@code -Dfluxring.checked=true}. Then each lease is a fresh object, its memory is
 * overwritten on release, and all live ones are known, with the place that took them. It costs an object and a stack trace a
 * message: for tests, not for production.
 */
public final class LeaseAudit {
    /** Whether checked mode is on. */
    public static final boolean CHECKED = Boolean.getBoolean("fluxring.checked");

    /** What released memory is filled with in checked mode. */
    public static final byte POISON = (byte) 0xDE;

    private final Map<BufferLease, Throwable> live = new ConcurrentHashMap<>();

    LeaseAudit() {}

    void taken(BufferLease lease) {
        if (CHECKED) {
            live.put(
                    lease,
                    new Throwable("taken here by " + Thread.currentThread().getName()));
        }
    }

    void released(BufferLease lease) {
        if (CHECKED) {
            live.remove(lease);
        }
    }

    /** The live leases, each with the place that took it. Empty when checked mode is off. */
    public Map<BufferLease, Throwable> live() {
        return Map.copyOf(live);
    }
}
