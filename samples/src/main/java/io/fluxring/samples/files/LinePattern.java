package io.fluxring.samples.files;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a line must contain. Texts are given as bytes, each as the character of ISO-8859-1: so nothing is decoded to look for a fixed
 * string, and for an expression only the lines that are not ASCII.
 */
final class LinePattern {
    private static final String META = "\\^$.|?*+()[]{}";

    private final Pattern pattern;

    /** The bytes of a fixed string, which is looked for in many lines at once; empty for an expression. */
    private final String fixed;

    private LinePattern(Pattern pattern, String fixed) {
        this.pattern = pattern;
        this.fixed = fixed;
    }

    /**
     * A pattern.
     *
     * @param bytes several lines are alternatives
     * @param isFixed no character has a meaning of its own
     * @param ignoreCase upper and lower case are the same
     */
    static LinePattern of(String bytes, boolean isFixed, boolean ignoreCase) {
        boolean plain = isFixed || bytes.chars().noneMatch(each -> META.indexOf(each) >= 0);
        String expression = Arrays.stream(text(bytes).split("\n", -1))
                .map(each -> plain ? Pattern.quote(each) : each)
                .collect(Collectors.joining("|"));
        int flags = Pattern.UNIX_LINES | (ignoreCase ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0);
        boolean single = plain && !ignoreCase && bytes.indexOf('\n') < 0;
        return new LinePattern(Pattern.compile(expression, flags), single ? bytes : "");
    }

    private static String text(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** Looks into one text. */
    Search in(String text) {
        return fixed.isEmpty() ? new ExpressionSearch(pattern.matcher(text), text) : new FixedSearch(fixed, text);
    }

    /** Goes through a text from its beginning to its end. */
    interface Search {
        /** The first place from here on where a match may begin; the length of the text where there is none. */
        int candidate(int from);

        /** Whether a line, which is behind all lines asked for before, has a match. */
        boolean matches(int from, int to);
    }

    private static final class FixedSearch implements Search {
        private final String fixed;
        private final String text;
        private int next = -1;

        FixedSearch(String fixed, String text) {
            this.fixed = fixed;
            this.text = text;
        }

        @Override
        public int candidate(int from) {
            if (next < from) {
                int found = text.indexOf(fixed, from);
                next = found < 0 ? text.length() : found;
            }
            return next;
        }

        @Override
        public boolean matches(int from, int to) {
            return candidate(from) < to; // within the line, for it has no line feed
        }
    }

    private static final class ExpressionSearch implements Search {
        private final Matcher matcher;
        private final String text;
        private final boolean matchesEmpty;

        ExpressionSearch(Matcher matcher, String text) {
            this.matcher = matcher;
            this.text = text;
            this.matchesEmpty = matcher.pattern().matcher("").find();
        }

        /** A file with a hole has gigabytes of empty lines. */
        @Override
        public int candidate(int from) {
            int place = from;
            while (!matchesEmpty && place < text.length() && text.charAt(place) == '\n') {
                place++;
            }
            return place;
        }

        @Override
        public boolean matches(int from, int to) {
            for (int i = from; i < to; i++) {
                if (text.charAt(i) >= 128) {
                    return matcher.pattern()
                            .matcher(text(text.substring(from, to)))
                            .find();
                }
            }
            return matcher.region(from, to).find();
        }
    }
}
