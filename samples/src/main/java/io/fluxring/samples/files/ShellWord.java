package io.fluxring.samples.files;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Names in messages, so that they can be pasted into a shell again; the same forms as those of the coreutils. */
final class ShellWord {
    private static final String SPECIAL = "!\"$&'()*;<=>?[\\^`| ";
    private static final String SPECIAL_WITHIN_DOUBLE_QUOTES = "!\"$\\`";

    private ShellWord() {}

    static boolean isPlain(String bytes) {
        return !bytes.isEmpty()
                && isPrintable(bytes)
                && "#~".indexOf(bytes.charAt(0)) < 0
                && bytes.chars().noneMatch(each -> SPECIAL.indexOf(each) >= 0);
    }

    static String quote(String bytes) {
        if (bytes.indexOf('\'') >= 0
                && isPrintable(bytes)
                && bytes.chars().noneMatch(each -> SPECIAL_WITHIN_DOUBLE_QUOTES.indexOf(each) >= 0)) {
            return '"' + bytes + '"';
        }
        StringBuilder word = new StringBuilder("'");
        boolean escaping = false;
        for (int i = 0; i < bytes.length(); ) {
            int length = printableLength(bytes, i);
            if (length == 0 != escaping) {
                word.append(escaping ? "''" : "'$'");
                escaping = !escaping;
            }
            if (length == 0) {
                word.append(escape(bytes.charAt(i++)));
            } else {
                String character = bytes.substring(i, i + length);
                word.append(character.equals("'") ? "'\\''" : character);
                i += length;
            }
        }
        return word.append('\'').toString();
    }

    private static boolean isPrintable(String bytes) {
        for (int i = 0; i < bytes.length(); ) {
            int length = printableLength(bytes, i);
            if (length == 0) {
                return false;
            }
            i += length;
        }
        return true;
    }

    /** How many bytes the character at an index has in UTF-8; 0 where there is none that can be printed. */
    private static int printableLength(String bytes, int index) {
        int first = bytes.charAt(index);
        int length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
        if (length == 0 || index + length > bytes.length()) {
            return 0;
        }
        byte[] character = bytes.substring(index, index + length).getBytes(StandardCharsets.ISO_8859_1);
        try {
            int decoded =
                    Character.codePointAt(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(character)), 0);
            return Character.isISOControl(decoded) || !Character.isDefined(decoded) ? 0 : length;
        } catch (CharacterCodingException e) {
            return 0;
        }
    }

    private static String escape(char each) {
        return switch (each) {
            case 7 -> "\\a";
            case '\b' -> "\\b";
            case '\t' -> "\\t";
            case '\n' -> "\\n";
            case 11 -> "\\v";
            case '\f' -> "\\f";
            case '\r' -> "\\r";
            default -> String.format("\\%03o", (int) each);
        };
    }
}
