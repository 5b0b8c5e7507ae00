package io.fluxring.samples.webflux;

import java.nio.charset.StandardCharsets;

/**
 * A name that a client may give a file: one file in the folder, wherever the name comes from.
 *
 * @param text the name
 */
record FileName(String text) {
    private static final int MOST_BYTES = 255; // of Linux's file systems

    /**
     * Checks the name.
     *
     * @throws BadFileNameException when it leads out of the folder, is hidden, or can't be a name on Linux
     */
    FileName {
        if (text.isEmpty()) {
            throw new BadFileNameException("A file needs a name.");
        }
        // Hidden names are those of files that are being written; "." and ".." are among them.
        if (text.startsWith(".")) {
            throw new BadFileNameException("A name must not begin with a dot.");
        }
        if (text.indexOf('/') >= 0) {
            throw new BadFileNameException("A name must not contain a slash.");
        }
        if (text.codePoints().anyMatch(FileName::isForbidden)) {
            throw new BadFileNameException("A name must not contain control characters.");
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw new BadFileNameException("A name must not be longer than " + MOST_BYTES + " bytes.");
        }
    }

    /** NUL ends a name, line ends could end a header, and half a surrogate pair is no character. */
    private static boolean isForbidden(int codePoint) {
        return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
    }

    @Override
    public String toString() {
        return text;
    }
}
