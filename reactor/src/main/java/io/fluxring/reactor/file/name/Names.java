package io.fluxring.reactor.file.name;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.fd.RawFd;
import io.fluxring.core.loop.CloseOperation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.layout.StatLayout;
import io.fluxring.reactor.error.ConflictException;
import io.fluxring.reactor.error.NotFoundException;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.operator.MonoOffLoop;
import io.fluxring.reactor.operator.MonoOperation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The operations on names of {@code RingFiles}, as its methods tell them. */
public final class Names {
    /** All permissions; the process's mask takes some away. */
    private static final int DIRECTORY_MODE = 0777;

    /** What a symbolic link says has at most one byte less. */
    private static final int MOST_LINK_BYTES = 4096;

    private final RingLoop loop;

    /** Operations of a loop. */
    public Names(RingLoop loop) {
        this.loop = loop;
    }

    // ---- looking at

    /**
     * Looks at a file.
     *
     * @param mask what to look for
     * @param reading makes a value of the {@code struct statx}
     */
    public <T> Mono<T> stat(Path path, int mask, Function<MemorySegment, T> reading, LinkOption... options) {
        byte[] name = PathBytes.bytes(path);
        String subject = PathBytes.text(path);
        int flags = follows(options) ? 0 : Libc.AT_SYMLINK_NOFOLLOW;
        return MonoOperation.of(loop, () -> new NameCall<T>(loop, Opcode.STATX, subject) {
            private @Nullable MemorySegment found;

            @Override
            protected void prepare(Sqe sqe, CallMemory in) {
                MemorySegment room = in.room((int) StatLayout.BYTES);
                found = room;
                sqe.prepStat(Libc.AT_FDCWD, in.text(name), flags, mask, room.address());
            }

            @Override
            public T value(int result) {
                return reading.apply(Objects.requireNonNull(found));
            }
        });
    }

    private Mono<Boolean> isDirectory(Path path) {
        return stat(
                path,
                Libc.STATX_BASIC_STATS,
                stat -> (stat.get(ValueLayout.JAVA_SHORT, StatLayout.MODE) & Libc.S_IFMT) == Libc.S_IFDIR);
    }

    private static boolean follows(LinkOption... options) {
        return !Arrays.asList(options).contains(LinkOption.NOFOLLOW_LINKS);
    }

    /** Without what it leads through, a path leads to nothing. */
    public Mono<Boolean> exists(Path path, LinkOption... options) {
        return stat(path, Libc.STATX_BASIC_STATS, stat -> true, options)
                .onErrorResume(
                        NotFoundException.class,
                        e -> is(e, Errno.ENOENT) || is(e, Errno.ENOTDIR) ? Mono.just(false) : Mono.error(e));
    }

    private static boolean is(RingException e, Errno errno) {
        return e.errno() == errno;
    }

    // ---- directories

    /** Makes a directory. */
    public Mono<Void> createDirectory(Path path) {
        byte[] name = PathBytes.bytes(path);
        return NameCall.done(
                loop,
                Opcode.MKDIRAT,
                PathBytes.text(path),
                (sqe, in) -> sqe.prepCreateDirectory(Libc.AT_FDCWD, in.text(name), DIRECTORY_MODE));
    }

    /** Makes a directory, and those above it. */
    public Mono<Void> createDirectories(Path path) {
        PathBytes.bytes(path); // refuses what is no path of this machine
        return Mono.defer(() -> {
            Making making = new Making(path);
            return Mono.defer(making::next).repeat(making::isNotDone).then();
        });
    }

    /** A directory and what it needs above it: up to the first one that is there or can be made, then down. */
    private final class Making {
        private final Deque<Path> missing = new ArrayDeque<>();
        private boolean goesUp = true;

        Making(Path path) {
            missing.push(path);
        }

        boolean isNotDone() {
            return !missing.isEmpty();
        }

        Mono<Void> next() {
            Path path = missing.element();
            return createDirectoryUnlessThere(path)
                    .doOnSuccess(made -> made())
                    .onErrorResume(NotFoundException.class, e -> {
                        Path parent = path.getParent();
                        if (!goesUp || parent == null || !is(e, Errno.ENOENT)) {
                            return Mono.error(e);
                        }
                        missing.push(parent);
                        return Mono.empty();
                    });
        }

        private void made() {
            goesUp = false;
            missing.pop();
        }
    }

    private Mono<Void> createDirectoryUnlessThere(Path path) {
        return createDirectory(path)
                .onErrorResume(
                        ConflictException.class,
                        e -> isDirectory(path) // what is there may be a link to a directory, or to nothing
                                .onErrorMap(NotFoundException.class, dangling -> e)
                                .flatMap(isDirectory -> isDirectory ? Mono.empty() : Mono.error(e)));
    }

    // ---- other names, and none

    /** Gives a file another name, with {@code RENAME_*}. */
    public Mono<Void> rename(Path from, Path to, int flags) {
        byte[] oldName = PathBytes.bytes(from);
        byte[] newName = PathBytes.bytes(to);
        return NameCall.done(
                loop,
                Opcode.RENAMEAT,
                PathBytes.text(from) + " to " + PathBytes.text(to),
                (sqe, in) -> sqe.prepRename(Libc.AT_FDCWD, in.text(oldName), Libc.AT_FDCWD, in.text(newName), flags),
                errno -> switch (errno) {
                    case EXDEV -> "they are on different mounts: copy it, then delete it";
                    case EINVAL ->
                        flags == 0
                                ? "a directory can't be moved below itself"
                                : "a directory can't be moved below itself, and not every file system knows the"
                                        + " options";
                    default -> NameCall.usualRemedy(errno);
                });
    }

    /** Removes a name of a file. */
    public Mono<Void> delete(Path path) {
        return unlink(path, 0, Errno.EISDIR, "use deleteDirectory");
    }

    /** Removes a directory. */
    public Mono<Void> deleteDirectory(Path path) {
        return unlink(path, Libc.AT_REMOVEDIR, Errno.ENOTDIR, "use delete, if it is no directory itself");
    }

    private Mono<Void> unlink(Path path, int flags, Errno wrongType, String remedy) {
        byte[] name = PathBytes.bytes(path);
        return NameCall.done(
                loop,
                Opcode.UNLINKAT,
                PathBytes.text(path),
                (sqe, in) -> sqe.prepUnlink(Libc.AT_FDCWD, in.text(name), flags),
                errno -> errno == wrongType ? remedy : NameCall.usualRemedy(errno));
    }

    /** Removes a name of a file, if it is there. */
    public Mono<Boolean> deleteIfExists(Path path) {
        return delete(path)
                .thenReturn(true)
                .onErrorResume(NotFoundException.class, e -> is(e, Errno.ENOENT) ? Mono.just(false) : Mono.error(e));
    }

    // ---- links

    /** Gives a file one more name. */
    public Mono<Void> createLink(Path link, Path existing) {
        byte[] newName = PathBytes.bytes(link);
        byte[] oldName = PathBytes.bytes(existing);
        return NameCall.done(
                loop,
                Opcode.LINKAT,
                PathBytes.text(link) + " to " + PathBytes.text(existing),
                (sqe, in) ->
                        sqe.prepCreateHardLink(Libc.AT_FDCWD, in.text(oldName), Libc.AT_FDCWD, in.text(newName), 0),
                errno -> errno == Errno.EXDEV ? "they are on different mounts" : NameCall.usualRemedy(errno));
    }

    /** Makes a symbolic link. */
    public Mono<Void> createSymbolicLink(Path link, Path target) {
        byte[] name = PathBytes.bytes(link);
        byte[] says = PathBytes.literal(target);
        return NameCall.done(
                loop,
                Opcode.SYMLINKAT,
                PathBytes.text(link) + " to " + PathBytes.text(target),
                (sqe, in) -> sqe.prepCreateSymbolicLink(in.text(says), Libc.AT_FDCWD, in.text(name)));
    }

    /** The ring has no operation for it. */
    public Mono<Path> readSymbolicLink(Path path) {
        byte[] name = PathBytes.bytes(path);
        return MonoOffLoop.of(loop, () -> {
            try (Arena memory = Arena.ofConfined()) {
                MemorySegment target = memory.allocate(MOST_LINK_BYTES);
                int bytes = loop.kernel().files().readLink(PathBytes.terminated(memory, name), target);
                if (bytes < 0) {
                    Errno errno = Errno.ofResult(bytes);
                    String remedy = errno == Errno.EINVAL ? "it is no symbolic link" : NameCall.usualRemedy(errno);
                    throw RingException.of("READLINK", null, PathBytes.text(path), bytes, remedy);
                }
                return PathBytes.path(target.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE));
            }
        });
    }

    // ---- why a directory can't be read

    /**
     * The kernel's reason, of which the JDK passes on a text alone: the directory is opened once more. When that goes well, what was in the
     * way has gone, such as the descriptors of the walk itself.
     */
    public Mono<Path> unreadable(UnreadableDirectoryException failure) {
        String subject = PathBytes.text(failure.directory());
        byte[] name = PathBytes.bytes(failure.directory());
        int openFlags = Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC;
        Mono<RingException> reason =
                MonoOperation.of(loop, () -> new NameCall<RingException>(loop, Opcode.OPENAT, subject) {
                    @Override
                    protected void prepare(Sqe sqe, CallMemory in) {
                        sqe.prepOpen(Libc.AT_FDCWD, in.text(name), openFlags, 0);
                    }

                    @Override
                    public RingException value(int descriptor) {
                        CloseOperation.submit(loop, new RawFd(descriptor), closed -> {});
                        return passed(subject, String.valueOf(failure.reason()));
                    }
                });
        return reason.onErrorResume(RingException.class, Mono::just).flatMap(e -> {
            e.addSuppressed(failure);
            return Mono.error(e);
        });
    }

    private static RingException passed(String subject, String reason) {
        if (reason.startsWith("Too many open files")) {
            return NameCall.failure("OPENAT", subject, Errno.EMFILE.result());
        }
        return RingException.of("OPENAT", null, subject, Errno.EIO.result(), reason);
    }
}
