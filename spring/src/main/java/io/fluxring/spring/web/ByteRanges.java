package io.fluxring.spring.web;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRange;

/**
 * The parts of a file that a request asks for (RFC 9110, section 14).
 *
 * @param kind what is to be answered
 * @param parts in order, apart from one another; empty unless the kind is {@link Kind#PARTS}
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

        String contentRange(long sizeBytes) {
            return "bytes " + position + "-" + (end() - 1) + "/" + sizeBytes;
        }
    }

    /** What the head of a further part costs: parts that are no farther from each other are sent as one. */
    private static final int GAP_BYTES = 128;

    static final ByteRanges WHOLE = new ByteRanges(Kind.WHOLE, List.of());
    private static final ByteRanges UNSATISFIABLE = new ByteRanges(Kind.UNSATISFIABLE, List.of());

    /**
     * {@return what a request asks for} A unit other than bytes is ignored. What can't be read, or asks for more than 100 ranges, can't be
     * satisfied; of several ranges those that can't are left out. Parts that overlap, or nearly touch, are one: no request has more sent
     * than the file.
     *
     * @param request its headers
     * @param sizeBytes the file's
     */
    static ByteRanges of(HttpHeaders request, long sizeBytes) {
        String header = request.getFirst(HttpHeaders.RANGE);
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith("bytes=")) {
            return WHOLE;
        }
        List<Part> parts = new ArrayList<>();
        try {
            for (HttpRange range : HttpRange.parseRanges("bytes=" + header.substring("bytes=".length()))) {
                add(parts, range, sizeBytes);
            }
        } catch (IllegalArgumentException unreadable) {
            return UNSATISFIABLE;
        }
        if (!parts.isEmpty()) {
            return new ByteRanges(Kind.PARTS, merged(parts));
        }
        return sizeBytes == 0 && header.contains("=-")
                ? WHOLE
                : UNSATISFIABLE; // the last bytes of nothing are all of it
    }

    private static void add(List<Part> parts, HttpRange range, long sizeBytes) {
        long start = range.getRangeStart(sizeBytes);
        long end = Math.min(range.getRangeEnd(sizeBytes) + 1, sizeBytes);
        if (start < end) {
            parts.add(new Part(start, end - start));
        }
    }

    private static List<Part> merged(List<Part> parts) {
        parts.sort(Comparator.comparingLong(Part::position));
        List<Part> merged = new ArrayList<>();
        for (Part next : parts) {
            Part last = merged.isEmpty() ? null : merged.getLast();
            if (last == null || next.position() > last.end() + GAP_BYTES) {
                merged.add(next);
            } else {
                merged.set(
                        merged.size() - 1,
                        new Part(last.position(), Math.max(last.end(), next.end()) - last.position()));
            }
        }
        return List.copyOf(merged);
    }
}
