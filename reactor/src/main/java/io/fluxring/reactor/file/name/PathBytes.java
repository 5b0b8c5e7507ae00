package io.fluxring.reactor.file.name;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;

/**
 * Paths as the kernel wants them: the very bytes of their names, which need not be text. A {@link Path} of the default file system
 * keeps the bytes that a listing has found. Its text may lack some, where they are no characters of the JVM's encoding
 * ({@code sun.jnu.encoding}, which follows {@code LANG}); its URI has them all.
 */
public final class PathBytes {
    private static final boolean NAMES_ARE_UTF_8 = "UTF-8".equalsIgnoreCase(System.getProperty("sun.jnu.encoding"));
    private static final char REPLACEMENT = '\ufffd';
    private static final int DELETE = 0x7f;
    private static final byte[] HERE = {'.'};

    private PathBytes() {}

    /**
     * A path in native memory, with a NUL at its end; the memory lives as long as the segment is reachable.
     *
     * @throws IllegalArgumentException when the path is of another file system than the default one, such as a ZIP file's
     */
    public static MemorySegment of(Path path) {
        return terminated(Arena.ofAuto(), bytes(path));
    }

    /** {@return a copy of a name, with a NUL at its end} */
    public static MemorySegment terminated(Arena arena, byte[] name) {
        MemorySegment memory = arena.allocate(name.length + 1L);
        MemorySegment.copy(name, 0, memory, ValueLayout.JAVA_BYTE, 0, name.length);
        return memory;
    }

    /**
     * {@return what a path names, without a NUL} The empty path is the current directory, as for the JDK.
     *
     * @throws IllegalArgumentException when the path is of another file system than the default one, such as a ZIP file's
     */
    public static byte[] bytes(Path path) {
        byte[] literal = literal(path);
        return literal.length == 0 ? HERE : literal;
    }

    /**
     * {@return the path itself, without a NUL} That is what a symbolic link says.
     *
     * @throws IllegalArgumentException when the path is of another file system than the default one, such as a ZIP file's
     */
    public static byte[] literal(Path path) {
        if (path.getFileSystem() != FileSystems.getDefault()) {
            throw new IllegalArgumentException("not a path of the default file system: " + path);
        }
        String text = path.toString();
        boolean lossless = isAscii(text) || (NAMES_ARE_UTF_8 && text.indexOf(REPLACEMENT) < 0);
        return lossless ? text.getBytes(StandardCharsets.UTF_8) : byElements(path);
    }

    /** {@return the path of these bytes, which end without a NUL} */
    public static Path path(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (isAscii(text) || (NAMES_ARE_UTF_8 && text.indexOf(REPLACEMENT) < 0)) {
            return Path.of(text);
        }
        Path path = Path.of(bytes[0] == '/' ? "/" : "");
        int from = 0;
        for (int i = 0; i <= bytes.length; i++) {
            if (i == bytes.length || bytes[i] == '/') {
                if (i > from) {
                    path = path.resolve(element(bytes, from, i));
                }
                from = i + 1;
            }
        }
        return path;
    }

    /** {@return a path as messages have it: on one line, what is no character of the text as {@code \xff}} */
    public static String text(Path path) {
        String text = path.toString();
        boolean plain = text.indexOf(REPLACEMENT) < 0 && text.chars().noneMatch(Character::isISOControl);
        return plain ? text : escaped(literal(path));
    }

    private static String escaped(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length + 16);
        for (byte each : bytes) {
            if (each >= ' ' && each < DELETE) {
                text.append((char) each);
            } else {
                text.append(String.format("\\x%02x", each));
            }
        }
        return text.toString();
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c <= DELETE);
    }

    // ---- by URI, an element at a time: the URI of a relative path is an absolute one, and would lose ".."

    private static byte[] byElements(Path path) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (path.isAbsolute()) {
            bytes.write('/');
        }
        for (int i = 0; i < path.getNameCount(); i++) {
            if (i > 0) {
                bytes.write('/');
            }
            bytes.writeBytes(elementBytes(path.getName(i)));
        }
        return bytes.toByteArray();
    }

    private static byte[] elementBytes(Path name) {
        String text = name.toString();
        if (isAscii(text)) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }
        String escaped = Path.of("/").resolve(name).toUri().getRawPath();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(escaped.length());
        for (int i = 1; i < escaped.length(); i++) { // without the root
            char c = escaped.charAt(i);
            if (c == '%') {
                bytes.write(Integer.parseInt(escaped, i + 1, i + 3, 16));
                i += 2;
            } else if (c != '/') { // behind what happens to be a directory below the root
                bytes.write(c);
            }
        }
        return bytes.toByteArray();
    }

    private static Path element(byte[] bytes, int from, int to) {
        StringBuilder uri = new StringBuilder("file:///");
        boolean ascii = true;
        for (int i = from; i < to; i++) {
            ascii &= bytes[i] >= 0;
            uri.append(String.format("%%%02X", bytes[i]));
        }
        return ascii
                ? Path.of(new String(bytes, from, to - from, StandardCharsets.US_ASCII)) // "." and ".." as well
                : Path.of(URI.create(uri.toString())).getFileName();
    }
}
