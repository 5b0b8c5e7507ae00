package io.fluxring.reactor.text;

import io.fluxring.core.memory.BufferLease;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.util.Arrays;

/** A text for each piece. A character that is cut where a piece ends belongs to the next one. */
public final class TextDecoder implements TextSource {
    private static final byte[] NONE = {};

    private final CharsetDecoder decoder;
    private byte[] cut = NONE; // the first bytes of a character
    private String text = "";

    public TextDecoder(Charset charset) {
        decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
    }

    @Override
    public void begin(BufferLease piece) {
        byte[] bytes = new byte[cut.length + piece.lengthBytes()];
        System.arraycopy(cut, 0, bytes, 0, cut.length);
        piece.copyTo(bytes, cut.length);
        piece.release();
        text = decode(bytes, false);
    }

    @Override
    public void end(boolean well) {
        if (well) {
            text += decode(cut, true);
        }
    }

    private String decode(byte[] bytes, boolean last) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        // Longer than the bytes can give: one more is for what a decoder has kept back until it is flushed.
        CharBuffer out = CharBuffer.allocate((int) Math.ceil(bytes.length * (double) decoder.maxCharsPerByte()) + 1);
        decoder.decode(in, out, last);
        if (last) {
            decoder.flush(out);
        }
        cut = in.hasRemaining() ? Arrays.copyOfRange(bytes, in.position(), bytes.length) : NONE;
        return out.flip().toString();
    }

    @Override
    public boolean isPending() {
        return !text.isEmpty();
    }

    @Override
    public boolean hasNext() {
        return isPending();
    }

    @Override
    public String next() {
        String next = text;
        text = "";
        return next;
    }

    @Override
    public void discard() {
        text = "";
        cut = NONE;
    }
}
