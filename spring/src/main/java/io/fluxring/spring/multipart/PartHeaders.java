package io.fluxring.spring.multipart;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/** The header of a part as it arrives, from behind the delimiter on. */
final class PartHeaders {
    private static final int FIRST_BYTES = 256;

    private final int mostBytes;
    private final Charset charset;
    private byte[] bytes = new byte[FIRST_BYTES];
    private int count;

    /**
     * No header yet.
     *
     * @param mostBytes a longer one is refused
     * @param charset of names and values
     */
    PartHeaders(int mostBytes, Charset charset) {
        this.mostBytes = mostBytes;
        this.charset = charset;
    }

    /**
     * Adds a byte.
     *
     * @throws DataBufferLimitException when there are too many
     */
    void add(byte next) {
        if (count == mostBytes) {
            throw new DataBufferLimitException(
                    "Part headers exceeded the memory usage limit of " + mostBytes + " bytes");
        }
        if (count == bytes.length) {
            bytes = Arrays.copyOf(bytes, count * 2);
        }
        bytes[count++] = next;
    }

    /** Whether there is no part, as the delimiter was the last one. */
    boolean isEnd() {
        return count == 2 && bytes[0] == '-' && bytes[1] == '-';
    }

    /** Whether an empty line ends it. */
    boolean isComplete() {
        return count >= 4
                && bytes[count - 1] == '\n'
                && bytes[count - 2] == '\r'
                && bytes[count - 3] == '\n'
                && bytes[count - 4] == '\r';
    }

    /** {@return what it says} The next one begins. */
    HttpHeaders take() {
        HttpHeaders headers = new HttpHeaders();
        for (String line : new String(bytes, 0, count, charset).split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon >= 0) {
                headers.add(line.substring(0, colon), line.substring(colon + 1).stripLeading());
            }
        }
        bytes = new byte[FIRST_BYTES];
        count = 0;
        return headers;
    }

    /** {@return whether a part is a field of a form, whose value is text} */
    static boolean isField(HttpHeaders headers) {
        MediaType type = headers.getContentType();
        return (type == null || MediaType.TEXT_PLAIN.equalsTypeAndSubtype(type))
                && headers.getContentDisposition().getFilename() == null;
    }

    /** {@return how a field's text is encoded} */
    static Charset charset(HttpHeaders headers) {
        MediaType type = headers.getContentType();
        Charset charset = type == null ? null : type.getCharset();
        return charset == null ? StandardCharsets.UTF_8 : charset;
    }
}
