package io.fluxring.reactor.text;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.reactor.error.LineTooLongException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A text for each line. Lines end with LF or CRLF, the last one also with the stream. A piece is held until all lines that end in
 * it are taken; the beginning of a line whose end has not come is copied.
 */
public final class LineSplitter implements TextSource {
    /** Of the texts that stand for records: its bytes are the record's. */
    public static final Charset RECORD_CHARSET = StandardCharsets.ISO_8859_1;

    private static final byte[] NONE = {};
    private static final int UNKNOWN = -1;

    private final Charset charset;
    private final int maxLengthBytes;
    private final byte lineFeed; // or what ends a record
    private final byte carriageReturn;
    private final boolean dropsReturn; // a carriage return before the line feed is no part of the line

    private @Nullable BufferLease lease; // of the piece, while it lies in the ring's memory
    private MemorySegment piece = MemorySegment.NULL;
    private long position; // of the piece's first byte that is not used up
    private long lineEnd = UNKNOWN; // where the next line feed is
    private byte[] begun = NONE; // of a line that began in an earlier piece
    private int begunBytes;
    private boolean ended; // well

    /** A splitter at the beginning of a line. Throws as {@link #requireUsable} does. */
    public LineSplitter(Charset charset, int maxLengthBytes) {
        requireUsable(charset, maxLengthBytes);
        this.charset = charset;
        this.maxLengthBytes = maxLengthBytes;
        this.lineFeed = singleByte("\n", charset);
        this.carriageReturn = singleByte("\r", charset);
        this.dropsReturn = true;
    }

    private LineSplitter(byte delimiter, int maxLengthBytes) {
        requireUsable(RECORD_CHARSET, maxLengthBytes);
        this.charset = RECORD_CHARSET;
        this.maxLengthBytes = maxLengthBytes;
        this.lineFeed = delimiter;
        this.carriageReturn = 0;
        this.dropsReturn = false;
    }

    /**
     * A splitter of records, which end with a byte: each as a text of {@link #RECORD_CHARSET}, which has a character for each byte.
     *
     * @throws IllegalArgumentException when the limit is below 1
     */
    public static LineSplitter ofRecords(byte delimiter, int maxLengthBytes) {
        return new LineSplitter(delimiter, maxLengthBytes);
    }

    /**
     * Looks at the arguments of a splitter.
     *
     * @throws IllegalArgumentException when the charset does not write a line feed as one byte, or the limit is below 1
     */
    public static void requireUsable(Charset charset, int maxLengthBytes) {
        if (maxLengthBytes < 1) {
            throw new IllegalArgumentException("a line must be allowed at least 1 byte: " + maxLengthBytes);
        }
        singleByte("\n", charset);
    }

    private static byte singleByte(String character, Charset charset) {
        byte[] encoded = charset.canEncode() ? character.getBytes(charset) : NONE;
        if (encoded.length != 1) {
            throw new IllegalArgumentException("lines need a charset that writes a line feed as one byte: " + charset);
        }
        return encoded[0];
    }

    @Override
    public void begin(BufferLease next) {
        lease = next;
        piece = next.segment();
        position = 0;
    }

    @Override
    public void end(boolean well) {
        ended = well;
        if (lease != null) {
            piece = MemorySegment.ofArray(piece.toArray(ValueLayout.JAVA_BYTE));
            releaseLease();
        }
    }

    private void releaseLease() {
        BufferLease former = lease;
        lease = null;
        if (former != null) {
            former.release();
        }
    }

    @Override
    public boolean isPending() {
        return piece.byteSize() > 0 || (ended && begunBytes > 0);
    }

    @Override
    public boolean hasNext() {
        if (lineEnd == UNKNOWN && piece.byteSize() > 0) {
            findLineEnd();
        }
        return lineEnd != UNKNOWN || isPending();
    }

    private void findLineEnd() {
        long size = piece.byteSize();
        long at = position;
        while (at < size && piece.get(ValueLayout.JAVA_BYTE, at) != lineFeed) {
            at++;
        }
        boolean returned = dropsReturn
                && (at > position
                        ? piece.get(ValueLayout.JAVA_BYTE, at - 1) == carriageReturn
                        : begunBytes > 0 && begun[begunBytes - 1] == carriageReturn);
        boolean whole = at < size;
        // A carriage return at the end of a piece may be the line's end, too, unless nothing follows.
        long length = begunBytes + at - position - (returned && (whole || !ended) ? 1 : 0);
        if (length > maxLengthBytes) {
            throw new LineTooLongException(maxLengthBytes);
        }
        if (whole) {
            lineEnd = at;
        } else {
            keep(at);
            usedUp();
        }
    }

    /** Copies the piece from the position on to what has begun. */
    private void keep(long end) {
        int count = (int) (end - position);
        if (begun.length < begunBytes + count) {
            begun = Arrays.copyOf(begun, Math.max(begunBytes + count, 2 * begunBytes));
        }
        MemorySegment.copy(piece, ValueLayout.JAVA_BYTE, position, begun, begunBytes, count);
        begunBytes += count;
    }

    private void usedUp() {
        piece = MemorySegment.NULL;
        releaseLease();
    }

    @Override
    public String next() {
        int length;
        if (lineEnd == UNKNOWN) {
            if (begunBytes > maxLengthBytes) { // with a carriage return that a line feed was expected behind
                throw new LineTooLongException(maxLengthBytes);
            }
            length = begunBytes; // the last line
        } else {
            keep(lineEnd);
            boolean returned = dropsReturn && begunBytes > 0 && begun[begunBytes - 1] == carriageReturn;
            length = begunBytes - (returned ? 1 : 0);
            position = lineEnd + 1;
            lineEnd = UNKNOWN;
            if (position == piece.byteSize()) {
                usedUp();
            }
        }
        begunBytes = 0;
        return new String(begun, 0, length, charset);
    }

    @Override
    public void discard() {
        begun = NONE;
        begunBytes = 0;
        lineEnd = UNKNOWN;
        usedUp();
    }
}
