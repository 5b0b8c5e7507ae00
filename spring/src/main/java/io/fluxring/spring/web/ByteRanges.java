package io.fluxring.spring.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.springframework.http.HttpHeaders;

/**
 * The parts of a file that a request asks for (RFC 9110, section 14).
 *
 * @param kind what is to be answered
 * @param parts apart from one another, in the order of the request; empty unless the kind is {@link Kind#PARTS}
 */
record ByteRanges(Kind kind, List<Part> parts) {
    /** What is to be answered. */
    enum Kind {
        WHOLE,
        PARTS,
        UNSATISFIABLE
    }

    /**
     * A part of a file.
     *
     * @param position where it begins, in bytes
     * @param lengthBytes how long it is, 1 or more
     */
    record Part(long position, long lengthBytes) {
        long end() {
            return position + lengthBytes;
        }

        boolean isNear(Part other) {
            return position <= other.end() + GAP_BYTES && other.position <= end() + GAP_BYTES;
        }

        Part union(Part other) {
            long first = Math.min(position, other.position);
            return new Part(first, Math.max(end(), other.end()) - first);
        }

        String contentRange(long sizeBytes) {
            return "bytes " + position + "-" + (end() - 1) + "/" + sizeBytes;
        }
    }

    /** What the head of a further part costs: parts that are no farther from each other are sent as one. */
    private static final int GAP_BYTES = 128;

    private static final String UNIT = "bytes=";
    private static final int MOST = 100;

    static final ByteRanges WHOLE = new ByteRanges(Kind.WHOLE, List.of());
    private static final ByteRanges UNSATISFIABLE = new ByteRanges(Kind.UNSATISFIABLE, List.of());

    /**
     * {@return what a request asks for, in its order} A unit other than bytes is ignored. What can't be read, or asks for more than 100
     * ranges, can't be satisfied; of several ranges those that can't are left out. Parts that overlap, or nearly touch, are one: no request
     * has more sent than the file.
     *
     * @param request its headers
     * @param sizeBytes the file's
     */
    static ByteRanges of(HttpHeaders request, long sizeBytes) {
        String header = request.getFirst(HttpHeaders.RANGE);
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(UNIT)) {
            return WHOLE;
        }
        List<Part> parts = new ArrayList<>();
        boolean isAllOfNothing = false;
        List<RangeSpec> specs = RangeSpec.all(header.substring(UNIT.length()), MOST);
        for (RangeSpec each : specs) {
            Part part = each.of(sizeBytes);
            if (part != null) {
                add(parts, part);
            }
            isAllOfNothing |= sizeBytes == 0 && each.isSuffix();
        }
        if (!parts.isEmpty()) {
            return new ByteRanges(Kind.PARTS, List.copyOf(parts));
        }
        return isAllOfNothing ? WHOLE : UNSATISFIABLE; // the last bytes of nothing are all of it
    }

    /** Takes the place of the first of those that it is united with; the union may touch others that none of them did. */
    private static void add(List<Part> parts, Part added) {
        Part union = added;
        int place = parts.size();
        for (int i = 0; i < parts.size(); ) {
            if (parts.get(i).isNear(union)) {
                union = parts.remove(i).union(union);
                place = Math.min(place, i);
                i = 0;
            } else {
                i++;
            }
        }
        parts.add(Math.min(place, parts.size()), union);
    }
}
