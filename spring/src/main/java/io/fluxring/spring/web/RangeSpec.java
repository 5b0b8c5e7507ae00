package io.fluxring.spring.web;

import io.fluxring.spring.web.ByteRanges.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A range as a request has written it. A number that no file reaches is as good as any other beyond the end.
 *
 * @param first -1 where there is none
 * @param last -1 where there is none
 */
record RangeSpec(long first, long last) {
    private static final Pattern SYNTAX = Pattern.compile("0*([0-9]*)-0*([0-9]*)");
    private static final Pattern NUMBERS = Pattern.compile("[0-9]+-[0-9]*|-[0-9]+");

    /** Each number of so many digits is a long. */
    private static final int MOST_DIGITS = 18;

    /** {@return the ranges of a list, which may have empty elements; none when one of them is none, or when there are too many} */
    static List<RangeSpec> all(String list, int most) {
        String[] elements = list.split(",", most + 1);
        if (elements.length > most) {
            return List.of();
        }
        List<RangeSpec> all = new ArrayList<>();
        for (String each : elements) {
            String element = each.strip();
            if (!element.isEmpty()) {
                RangeSpec spec = of(element);
                if (spec == null) {
                    return List.of();
                }
                all.add(spec);
            }
        }
        return all;
    }

    private static @Nullable RangeSpec of(String element) {
        Matcher digits = SYNTAX.matcher(element);
        if (!NUMBERS.matcher(element).matches() || !digits.matches()) {
            return null;
        }
        int dash = element.indexOf('-');
        long first = dash == 0 ? -1 : number(digits.group(1));
        long last = dash == element.length() - 1 ? -1 : number(digits.group(2));
        return first >= 0 && last >= 0 && last < first ? null : new RangeSpec(first, last);
    }

    private static long number(String digits) {
        if (digits.isEmpty()) {
            return 0; // there were zeros
        }
        return digits.length() > MOST_DIGITS ? Long.MAX_VALUE : Long.parseLong(digits);
    }

    /** Whether it is the end of a file that is asked for, and more than nothing of it. */
    boolean isSuffix() {
        return first < 0 && last > 0;
    }

    /** {@return which bytes of a file it means; null where the file has none of them} */
    @Nullable
    Part of(long sizeBytes) {
        if (first < 0) {
            long length = Math.min(last, sizeBytes);
            return length == 0 ? null : new Part(sizeBytes - length, length);
        }
        if (first >= sizeBytes) {
            return null;
        }
        long end = last < 0 || last >= sizeBytes ? sizeBytes : last + 1;
        return new Part(first, end - first);
    }
}
