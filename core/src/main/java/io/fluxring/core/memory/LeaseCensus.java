package io.fluxring.core.memory;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Who holds how many leases. */
final class LeaseCensus {
    private final IdentityHashMap<LeaseHolder, Integer> counts = new IdentityHashMap<>();
    private int leases;
    private int withoutHolder;

    void count(@Nullable LeaseHolder holder) {
        leases++;
        if (holder == null) {
            withoutHolder++;
        } else {
            counts.merge(holder, 1, Integer::sum);
        }
    }

    /** Names those who hold the most; must not throw: it is used while reporting errors. */
    String describe(int limit) {
        if (leases == 0) {
            return "no lease is out";
        }
        List<Map.Entry<LeaseHolder, Integer>> most = counts.entrySet().stream()
                .sorted((one, other) -> Integer.compare(other.getValue(), one.getValue()))
                .limit(limit)
                .toList();
        StringJoiner parts =
                new StringJoiner(", ", leases + (leases == 1 ? " lease is out: " : " leases are out: "), "");
        int others = leases - withoutHolder;
        for (Map.Entry<LeaseHolder, Integer> entry : most) {
            parts.add(entry.getValue() + " held by " + name(entry.getKey()));
            others -= entry.getValue();
        }
        if (others > 0) {
            int unnamed = counts.size() - most.size();
            parts.add(others + " held by " + unnamed + (unnamed == 1 ? " other" : " others"));
        }
        if (withoutHolder > 0) {
            parts.add(withoutHolder + " without a holder");
        }
        return parts.toString();
    }

    private static String name(LeaseHolder holder) {
        try {
            return holder.describe();
        } catch (RuntimeException e) {
            return holder.getClass().getName() + ", whose description fails with "
                    + e.getClass().getName();
        }
    }
}
