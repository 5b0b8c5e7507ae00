package io.fluxring.reactor.file;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;

/**
 * Paths as the kernel wants them: the very bytes of their names, which need not be text, with a NUL at the end. A {@link Path} of the
 * default file system keeps the bytes that a listing has found; its text may lack them, its URI has them.
 */
final class PathBytes {
    private static final boolean NAMES_ARE_UTF_8 = "UTF-8".equalsIgnoreCase(System.getProperty("sun.jnu.encoding"));
    private static final char REPLACEMENT = '\ufffd';
    private static final int LAST_ASCII = 0x7f;

    private PathBytes() {}

    /**
     * A path in native memory, which lives as long as the segment is reachable.
     *
     * @throws IllegalArgumentException when the path is of another file system than the default one, such as a ZIP file's
     */
    static MemorySegment of(Path path) {
        if (path.getFileSystem() != FileSystems.getDefault()) {
            throw new IllegalArgumentException("not a path of the default file system: " + path);
        }
        byte[] bytes = bytes(path);
        MemorySegment memory = Arena.ofAuto().allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return memory;
    }

    private static byte[] bytes(Path path) {
        String text = path.toString();
        if (text.isEmpty()) {
            return new byte[] {'.'};
        }
        boolean lossless =
                text.chars().allMatch(c -> c <= LAST_ASCII) || (NAMES_ARE_UTF_8 && text.indexOf(REPLACEMENT) < 0);
        return lossless ? text.getBytes(StandardCharsets.UTF_8) : ofUri(path);
    }

    private static byte[] ofUri(Path path) {
        String escaped = path.toUri().getRawPath();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(escaped.length());
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c == '%') {
                bytes.write(Integer.parseInt(escaped, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toByteArray();
    }
}
