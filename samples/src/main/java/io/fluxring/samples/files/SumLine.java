package io.fluxring.samples.files;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of {@code sha256sum}: a digest and the file that it is of. A backslash in front says that the name is escaped.
 *
 * @param file as it was given
 * @param digest hexadecimal
 */
record SumLine(Name file, String digest) {
    private static final Pattern PLAIN = Pattern.compile("[ \t]*(\\\\?)([0-9a-fA-F]{64})[ \t][ *](.+)", Pattern.DOTALL);
    private static final Pattern TAGGED =
            Pattern.compile("[ \t]*(\\\\?)SHA256 ?\\((.*)\\)[ \t]*=[ \t]*([0-9a-fA-F]{64})", Pattern.DOTALL);

    /** {@return what a line says, without the end of the line; empty when it is none} */
    static Optional<SumLine> parse(String line) {
        Matcher plain = PLAIN.matcher(line);
        if (plain.matches()) {
            return of(!plain.group(1).isEmpty(), plain.group(3), plain.group(2));
        }
        Matcher tagged = TAGGED.matcher(line);
        return tagged.matches() ? of(!tagged.group(1).isEmpty(), tagged.group(2), tagged.group(3)) : Optional.empty();
    }

    private static Optional<SumLine> of(boolean escaped, String name, String digest) {
        Optional<String> bytes = escaped ? unescape(name) : Optional.of(name);
        return bytes.map(it -> new SumLine(new Name(it), digest.toLowerCase(Locale.ROOT)));
    }

    /** {@return the line, without its end} */
    String format() {
        String name = escape(file.bytes());
        return (name.equals(file.bytes()) ? "" : "\\") + digest + "  " + name;
    }

    static String escape(String name) {
        return name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    }

    private static Optional<String> unescape(String name) {
        StringBuilder bytes = new StringBuilder();
        boolean escaping = false;
        for (int i = 0; i < name.length(); i++) {
            char each = name.charAt(i);
            int known = "\\nr".indexOf(each);
            if (escaping && known < 0) {
                return Optional.empty();
            }
            if (escaping) {
                bytes.append("\\\n\r".charAt(known));
            } else if (each != '\\') {
                bytes.append(each);
            }
            escaping = !escaping && each == '\\';
        }
        return escaping ? Optional.empty() : Optional.of(bytes.toString());
    }
}
