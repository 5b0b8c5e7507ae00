package io.fluxring.samples.files;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;

/**
 * A file's name as it was given, and is printed again.
 *
 * @param bytes its bytes, each as the character of ISO-8859-1
 */
record Name(String bytes) {
    /** Standard input, where names may stand. */
    static final Name STANDARD_INPUT = new Name("-");

    /** Takes arguments as they are. */
    static final class Parser implements ITypeConverter<Name> {
        @Override
        public Name convert(String value) {
            return new Name(value);
        }
    }

    private static final Pattern ESCAPED = Pattern.compile("%..");

    boolean isStandardInput() {
        return bytes.equals("-");
    }

    /** The name of a file in the folder that has this name. */
    Name child(Path file) {
        String last = bytesOf(file.toUri().getRawPath());
        last = last.endsWith("/") ? last.substring(0, last.length() - 1) : last; // a folder's URI has one more
        last = last.substring(last.lastIndexOf('/') + 1);
        return new Name(bytes.isEmpty() ? last : bytes.endsWith("/") ? bytes + last : bytes + "/" + last);
    }

    /** What stands behind the last slash. */
    String last() {
        String whole = bytes;
        while (whole.length() > 1 && whole.endsWith("/")) {
            whole = whole.substring(0, whole.length() - 1);
        }
        return whole.substring(whole.lastIndexOf('/') + 1);
    }

    /** A string becomes a path by the locale, which may have no such characters; the bytes of a URI stay as they are. */
    Path path() {
        if (bytes.chars().allMatch(each -> each < 128)) {
            return Path.of(bytes);
        }
        String absolute = bytes.startsWith("/")
                ? ""
                : Path.of("").toAbsolutePath().toUri().getRawPath();
        StringBuilder uri = new StringBuilder("file://").append(absolute);
        if (!bytes.startsWith("/") && !absolute.endsWith("/")) {
            uri.append('/');
        }
        for (int i = 0; i < bytes.length(); i++) {
            char each = bytes.charAt(i);
            boolean plain = each == '/' || (each < 128 && Character.isLetterOrDigit(each));
            uri.append(plain ? String.valueOf(each) : "%" + HexFormat.of().toHexDigits((byte) each));
        }
        return Path.of(URI.create(uri.toString()));
    }

    private static String bytesOf(String rawPath) {
        return ESCAPED.matcher(rawPath)
                .replaceAll(each ->
                        Matcher.quoteReplacement(String.valueOf((char) HexFormat.fromHexDigits(each.group(), 1, 3))));
    }

    /** In messages: as it is where a shell would take it so, otherwise as {@link #quoted}. */
    String inMessage() {
        return ShellWord.isPlain(bytes) ? bytes : quoted();
    }

    /** In messages that quote every name. */
    String quoted() {
        return ShellWord.quote(bytes);
    }

    @Override
    public String toString() {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
