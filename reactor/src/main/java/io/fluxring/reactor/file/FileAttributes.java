package io.fluxring.reactor.file;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.name.CallMemory;
import io.fluxring.reactor.file.name.NameCall;
import io.fluxring.reactor.file.name.PathBytes;
import io.fluxring.reactor.operator.MonoOffLoop;
import io.fluxring.reactor.operator.MonoOperation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The extended attributes of a file, {@code xattr(7)}: values of bytes by names that begin with a namespace. {@code user.} is for
 * everyone who may write the file, where the file system has attributes; the others mean something to the kernel, and are for root
 * mostly. A symbolic link means the file that it leads to.
 *
 * <p>Any thread may call; signals are given on the ring's thread, and each subscription does the work anew. Errors are a {@link
 * RingException} with the path and the attribute's name in its message: a {@link io.fluxring.reactor.error.NotFoundException} with
 * {@link Errno#ENODATA} where there is no such attribute and with {@link Errno#ENOENT} where there is no such file, an {@link
 * io.fluxring.reactor.error.UnsupportedException} where the file system has no attributes or the name has no namespace, a {@link
 * io.fluxring.reactor.error.NoSpaceException} where the file's attributes have no more room, a {@link
 * io.fluxring.reactor.error.DeniedException} for the namespaces of others and for files that have no {@code user.} attributes, such as
 * devices.
 */
public final class FileAttributes {
    /** The most that the kernel takes for one value, and for all names together. */
    private static final int MOST_BYTES = 64 * 1024;

    /** Most values fit, and the loop has blocks of this size. */
    private static final int USUAL_BYTES = 256;

    private final RingLoop loop;
    private final Path path;
    private final byte[] file;

    FileAttributes(RingLoop loop, Path path) {
        this.loop = loop;
        this.path = path;
        this.file = PathBytes.bytes(path);
    }

    /** {@return the names of those that this process may see, namespaces included} Names that are no UTF-8 come out garbled. */
    public Mono<List<String>> names() {
        return MonoOffLoop.of(loop, () -> {
            try (Arena memory = Arena.ofConfined()) {
                MemorySegment names = memory.allocate(MOST_BYTES);
                int bytes = loop.kernel().files().listAttributes(PathBytes.terminated(memory, file), names, true);
                if (bytes < 0) {
                    throw NameCall.failure("LISTXATTR", PathBytes.text(path), bytes);
                }
                return split(names.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE));
            }
        });
    }

    /** A NUL stands behind each. */
    private static List<String> split(byte[] names) {
        List<String> list = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < names.length; i++) {
            if (names[i] == 0) {
                list.add(new String(names, from, i - from, StandardCharsets.UTF_8));
                from = i + 1;
            }
        }
        return list;
    }

    /**
     * {@return an attribute's value, which may be empty}
     *
     * @param name with its namespace, such as {@code user.comment}
     * @throws IllegalArgumentException when there is a NUL in the name
     */
    public Mono<byte[]> get(String name) {
        byte[] attribute = bytes(name);
        return get(name, attribute, USUAL_BYTES)
                .onErrorResume(
                        RingException.class,
                        e -> e.errno() == Errno.ERANGE ? get(name, attribute, MOST_BYTES) : Mono.error(e));
    }

    private Mono<byte[]> get(String name, byte[] attribute, int roomBytes) {
        return MonoOperation.of(loop, () -> new NameCall<byte[]>(loop, Opcode.GETXATTR, subject(name)) {
            private @Nullable MemorySegment found;

            @Override
            protected void prepare(Sqe sqe, CallMemory in) {
                MemorySegment room = in.room(roomBytes);
                found = room;
                sqe.prepGetPathAttribute(in.text(file), in.text(attribute), room.address(), roomBytes);
            }

            @Override
            public byte[] value(int bytes) {
                return Objects.requireNonNull(found).asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE);
            }

            @Override
            protected String remedy(Errno errno) {
                return FileAttributes.remedy(errno);
            }
        });
    }

    /**
     * Makes an attribute, or gives it another value. Either the old value is there or the new one, and never a part.
     *
     * @param name with its namespace, such as {@code user.comment}
     * @param value at most 65,536 bytes, and less in many file systems: ext4 has about 4,000 for all attributes of a file. To be left
     *     as it is until the end.
     * @return the end
     * @throws IllegalArgumentException when there is a NUL in the name
     */
    public Mono<Void> set(String name, byte[] value) {
        return set(name, value, 0);
    }

    /**
     * Makes an attribute; a {@link io.fluxring.reactor.error.ConflictException} where there is one of that name.
     *
     * @param name with its namespace, such as {@code user.comment}
     * @param value see {@link #set(String, byte[])}
     * @return the end
     * @throws IllegalArgumentException when there is a NUL in the name
     */
    public Mono<Void> create(String name, byte[] value) {
        return set(name, value, Libc.XATTR_CREATE);
    }

    /**
     * Gives an attribute another value; a {@link io.fluxring.reactor.error.NotFoundException} where there is none of that name.
     *
     * @param name with its namespace, such as {@code user.comment}
     * @param value see {@link #set(String, byte[])}
     * @return the end
     * @throws IllegalArgumentException when there is a NUL in the name
     */
    public Mono<Void> replace(String name, byte[] value) {
        return set(name, value, Libc.XATTR_REPLACE);
    }

    private Mono<Void> set(String name, byte[] value, int flags) {
        byte[] attribute = bytes(name);
        return NameCall.done(
                loop,
                Opcode.SETXATTR,
                subject(name),
                (sqe, in) -> {
                    // what is too long by one byte is refused like what is too long by a gigabyte
                    byte[] given = value.length > MOST_BYTES ? Arrays.copyOf(value, MOST_BYTES + 1) : value;
                    sqe.prepSetPathAttribute(in.text(file), in.text(attribute), in.copy(given), given.length, flags);
                },
                FileAttributes::remedy);
    }

    /**
     * Removes an attribute.
     *
     * @param name with its namespace, such as {@code user.comment}
     * @return the end
     * @throws IllegalArgumentException when there is a NUL in the name
     */
    public Mono<Void> remove(String name) {
        byte[] attribute = bytes(name);
        return MonoOffLoop.of(loop, () -> {
            try (Arena memory = Arena.ofConfined()) {
                MemorySegment nameOfFile = PathBytes.terminated(memory, file);
                int result = loop.kernel()
                        .files()
                        .removeAttribute(nameOfFile, PathBytes.terminated(memory, attribute), true);
                if (result < 0) {
                    throw RingException.of("REMOVEXATTR", null, subject(name), result, remedy(Errno.ofResult(result)));
                }
                return null;
            }
        });
    }

    private static byte[] bytes(String name) {
        if (name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a NUL would end the name of an attribute");
        }
        return name.getBytes(StandardCharsets.UTF_8);
    }

    private String subject(String name) {
        return name + " of " + PathBytes.text(path);
    }

    private static String remedy(Errno errno) {
        return switch (errno) {
            case ENODATA -> "the file has no attribute of that name";
            case ERANGE -> "the name of an attribute has 1 to 255 bytes";
            case E2BIG -> "a value has at most " + MOST_BYTES + " bytes";
            case EOPNOTSUPP -> "the file system has no attributes, or none whose names begin so";
            default -> NameCall.usualRemedy(errno);
        };
    }

    @Override
    public String toString() {
        return "FileAttributes[" + PathBytes.text(path) + "]";
    }
}
