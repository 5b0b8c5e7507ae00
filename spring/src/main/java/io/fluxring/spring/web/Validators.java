package io.fluxring.spring.web;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ETag;
import org.springframework.http.HttpHeaders;

/**
 * What a file's state is known by, and what a request's conditions make of it (RFC 9110, section 13).
 *
 * @param etag of the answer's headers, with its quotes; null where the application has set none
 * @param modified when the file was last written, in whole seconds, as the header has it; null where that is not told
 */
record Validators(@Nullable String etag, @Nullable Instant modified) {
    /** What becomes of a request. */
    enum Outcome {
        PROCEED,
        NOT_MODIFIED,
        PRECONDITION_FAILED
    }

    /**
     * {@return the validators of an answer} What the application has set goes before what the file system says, which may be a time to
     * come: that must not be told (section 8.8.2.1).
     */
    static Validators of(HttpHeaders answer, @Nullable Instant modified, Instant now) {
        long set = answer.getLastModified();
        Instant known = set >= 0 ? Instant.ofEpochMilli(set) : modified;
        if (known != null && known.isAfter(now)) {
            known = now;
        }
        return new Validators(answer.getETag(), known == null ? null : known.truncatedTo(ChronoUnit.SECONDS));
    }

    /** Tells them; the tag stands there already. */
    void tell(HttpHeaders answer) {
        if (modified != null) {
            answer.setLastModified(modified);
        }
    }

    /** {@return what the conditions say, in the order of section 13.2.2} */
    Outcome outcome(HttpHeaders request) {
        List<String> match = tags(request, HttpHeaders.IF_MATCH);
        if (!match.isEmpty()) {
            if (!isAmong(match, true)) {
                return Outcome.PRECONDITION_FAILED;
            }
        } else if (isBefore(request.getIfUnmodifiedSince())) {
            return Outcome.PRECONDITION_FAILED;
        }
        List<String> noneMatch = tags(request, HttpHeaders.IF_NONE_MATCH);
        if (!noneMatch.isEmpty()) {
            return isAmong(noneMatch, false) ? Outcome.NOT_MODIFIED : Outcome.PROCEED;
        }
        long since = request.getIfModifiedSince();
        return since < 0 || modified == null || isBefore(since) ? Outcome.PROCEED : Outcome.NOT_MODIFIED;
    }

    /**
     * Whether a client that has a part of the file has it of this state, so that another part fits. A file that is written twice within
     * one second has one date for two states (section 8.8.2.2).
     */
    boolean fitsIfRange(HttpHeaders request, Instant now) {
        String condition = request.getFirst(HttpHeaders.IF_RANGE);
        if (condition == null) {
            return true;
        }
        if (condition.contains("\"")) {
            return isAmong(tags(request, HttpHeaders.IF_RANGE), true);
        }
        try {
            return modified != null
                    && request.getFirstDate(HttpHeaders.IF_RANGE) == modified.toEpochMilli()
                    && !modified.plusSeconds(1).isAfter(now);
        } catch (IllegalArgumentException notADate) {
            return false;
        }
    }

    private static List<String> tags(HttpHeaders request, String name) {
        return request.getOrEmpty(name).stream()
                .flatMap(each -> each.equals("*")
                        ? Stream.of(each)
                        : ETag.parse(each).stream().map(ETag::formattedTag))
                .toList();
    }

    private boolean isBefore(long millis) {
        return millis >= 0 && modified != null && modified.toEpochMilli() > millis;
    }

    /** A weak tag is no other's equal where bytes have to be the same. */
    private boolean isAmong(List<String> tags, boolean isStrong) {
        if (tags.contains("*")) {
            return true;
        }
        if (etag == null) {
            return false;
        }
        ETag own = ETag.create(etag);
        return tags.stream().map(ETag::create).anyMatch(each -> own.compare(each, isStrong));
    }
}
