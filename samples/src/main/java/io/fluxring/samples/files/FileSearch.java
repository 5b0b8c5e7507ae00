package io.fluxring.samples.files;

import io.fluxring.core.memory.BufferLease;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Looks for lines in one file, piece by piece. What it has to print after a piece is taken with {@link #takeOutput}. Called by one
 * thread after the other.
 */
final class FileSearch {
    /**
     * What is looked for, and what is printed of it.
     *
     * @param pattern what a line must contain
     * @param inverted the lines that do not contain it are looked for
     * @param numbered each line has its number in front
     * @param linesPrinted whether the lines are printed; otherwise they are counted
     * @param endsAtFirst whether one line is enough
     */
    record Wanted(LinePattern pattern, boolean inverted, boolean numbered, boolean linesPrinted, boolean endsAtFirst) {}

    private static final int FIRST_BUFFER_BYTES = 256 * 1024;

    private final Wanted wanted;
    private final String prefix;
    private byte[] buffer = new byte[FIRST_BUFFER_BYTES];
    private int buffered; // the beginning of a line whose end has not come
    private StringBuilder output = new StringBuilder();

    private boolean binary;
    private boolean unprinted; // a line was found that is no text
    private long number; // of lines that were looked at
    private long count;

    /**
     * A file.
     *
     * @param wanted what is looked for
     * @param prefix in front of each line
     */
    FileSearch(Wanted wanted, String prefix) {
        this.wanted = wanted;
        this.prefix = prefix;
    }

    /** The next bytes of the file. */
    void add(BufferLease piece) {
        int length = piece.lengthBytes();
        if (buffer.length - buffered < length) {
            buffer = Arrays.copyOf(buffer, Math.max(Math.addExact(buffered, length), 2 * buffered));
        }
        piece.copyTo(buffer, buffered);
        int from = buffered;
        buffered += length;
        if (!binary && indexOf((byte) 0, from) >= 0) {
            binary = true;
            from = 0;
        }
        if (binary) {
            endLinesAtZeros(from);
        }
        int end = lastLineFeed(from) + 1;
        if (end > 0) {
            search(end);
            System.arraycopy(buffer, end, buffer, 0, buffered - end);
            buffered -= end;
        }
    }

    /** The file has ended: so has its last line. */
    void end() {
        if (buffered > 0 && !isDone()) {
            if (buffered == buffer.length) {
                buffer = Arrays.copyOf(buffer, buffered + 1);
            }
            buffer[buffered++] = '\n';
            search(buffered);
        }
        buffered = 0;
    }

    /** Whether no more of the file is needed. */
    boolean isDone() {
        return (binary && unprinted) || (wanted.endsAtFirst && count > 0);
    }

    /** How many lines were found. */
    long count() {
        return count;
    }

    /** Whether there were lines that are not printed, because they are no text, or the file is none. */
    boolean hasUnprinted() {
        return unprinted;
    }

    boolean hasOutput() {
        return !output.isEmpty();
    }

    ByteBuffer takeOutput() {
        ByteBuffer taken = ByteBuffer.wrap(output.toString().getBytes(StandardCharsets.ISO_8859_1));
        output = new StringBuilder();
        return taken;
    }

    // ---- bytes

    private int indexOf(byte wantedByte, int from) {
        for (int i = from; i < buffered; i++) {
            if (buffer[i] == wantedByte) {
                return i;
            }
        }
        return -1;
    }

    private int lastLineFeed(int from) {
        for (int i = buffered - 1; i >= from; i--) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** What is no text may have no line feed for gigabytes. */
    private void endLinesAtZeros(int from) {
        for (int i = from; i < buffered; i++) {
            if (buffer[i] == 0) {
                buffer[i] = '\n';
            }
        }
    }

    // ---- lines

    /** Looks at whole lines at the beginning of the buffer. */
    private void search(int length) {
        String text = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
        LinePattern.Search search = wanted.pattern.in(text);
        int from = 0;
        while (from < length && !isDone()) {
            if (!wanted.inverted) {
                from = passOver(text, from, search.candidate(from));
                if (from == length) {
                    return;
                }
            }
            int end = text.indexOf('\n', from);
            number++;
            if (search.matches(from, end) != wanted.inverted) {
                found(text, from, end);
            }
            from = end + 1;
        }
    }

    /** Goes on to the line of a place, or to the end. */
    private int passOver(String text, int from, int place) {
        int to = place == text.length() ? place : text.lastIndexOf('\n', place - 1) + 1;
        if (to <= from) {
            return from;
        }
        if (wanted.numbered) {
            for (int i = text.indexOf('\n', from); i >= 0 && i < to; i = text.indexOf('\n', i + 1)) {
                number++;
            }
        }
        return to;
    }

    private void found(String text, int from, int end) {
        count++;
        if (!wanted.linesPrinted) {
            return;
        }
        if (binary || !isText(text, from, end)) {
            unprinted = true;
            return;
        }
        output.append(prefix);
        if (wanted.numbered) {
            output.append(number).append(':');
        }
        output.append(text, from, end + 1);
    }

    private boolean isText(String text, int from, int end) {
        for (int i = from; i < end; i++) {
            if (text.charAt(i) >= 128) {
                return isUtf8(text.substring(i, end));
            }
        }
        return true;
    }

    private static boolean isUtf8(String bytes) {
        try {
            var _ = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
