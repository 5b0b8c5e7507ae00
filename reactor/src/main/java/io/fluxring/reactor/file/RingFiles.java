package io.fluxring.reactor.file;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.reactor.LeaseFlux;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.name.Directories;
import io.fluxring.reactor.file.name.Names;
import io.fluxring.reactor.file.name.PathBytes;
import io.fluxring.reactor.file.name.UnreadableDirectoryException;
import io.fluxring.reactor.file.stream.FileSource;
import io.fluxring.reactor.file.stream.FileStreams;
import io.fluxring.reactor.file.stream.OpenMode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The files of this machine, by their names. Nothing of it blocks, and any thread may call; signals are given on the ring's thread. Each
 * subscription does the work anew.
 *
 * <p>Paths are those of the default file system, with any name that Linux allows. Errors are a {@link RingException} of the kind that
 * fits, such as {@link io.fluxring.reactor.error.NotFoundException}, with the operation and the path in its message. A path of another
 * file system is an {@link IllegalArgumentException} at once.
 *
 * <p><b>Cancel:</b> an operation on names that the kernel has may be done all the same.
 */
public final class RingFiles {
    private static final OpenOption[] TO_WRITE_A_PART = {StandardOpenOption.WRITE, StandardOpenOption.CREATE};

    private static final OpenOption[] TO_WRITE = {
        StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING
    };

    private final RingLoop loop;
    private final Names names;

    /**
     * The files, worked on by a loop.
     *
     * @param loop the ring's
     */
    public RingFiles(RingLoop loop) {
        this.loop = loop;
        this.names = new Names(loop);
    }

    // ---- contents

    /**
     * Opens a file. The subscriber that gets it closes it; one that has cancelled by then need not, it is closed. A FIFO is open
     * to be read before another process writes to it, and its reads wait; to be written it is refused with {@code ENXIO} as long as none
     * reads it.
     *
     * @param path its name, or that of a directory for {@link RingOpenOption#TEMPORARY}
     * @param options {@link StandardOpenOption}, {@link RingOpenOption}, {@link java.nio.file.LinkOption#NOFOLLOW_LINKS}; none to read
     * @return the file
     * @throws IllegalArgumentException when options contradict each other
     * @throws UnsupportedOperationException when one is unknown
     */
    public Mono<RingFile> open(Path path, OpenOption... options) {
        return MonoOpen.of(named(path, options));
    }

    private FileSource.Named named(Path path, OpenOption... options) {
        OpenMode mode = OpenOptions.of(options);
        return new FileSource.Named(loop, checked(path), mode);
    }

    /**
     * A file that is open already, such as 0, 1 and 2 for the process's standard streams. Streams begin at its current position, and move
     * it, unless they are told where to begin. It stays open when the {@link RingFile} is closed.
     *
     * @param descriptor its number, which stays open as long as the file is used
     * @return the file
     * @throws IllegalArgumentException when it is negative
     */
    public Mono<RingFile> ofDescriptor(int descriptor) {
        new RawFd(descriptor); // refuses what is none
        return MonoOpen.of(new FileSource.Shared(loop, descriptor));
    }

    /**
     * {@return all of a file} It is opened for each subscription, and closed before the completion; see {@link
     * RingFile#read(ReadOptions)}.
     *
     * @param path its name
     */
    public LeaseFlux read(Path path) {
        return read(path, ReadOptions.defaults());
    }

    /**
     * {@return the bytes of a file} It is opened for each subscription, and closed before the completion; see {@link
     * RingFile#read(ReadOptions)}.
     *
     * @param path its name
     * @param options what to read, and how
     */
    public LeaseFlux read(Path path, ReadOptions options) {
        return FileStreams.read(named(path), options.plan(0));
    }

    /**
     * {@return the whole content of a small file}
     *
     * @param path its name
     * @param mostBytes how many bytes there may be; a longer file is an {@link IllegalStateException}, and no more than that is read
     */
    public Mono<byte[]> readAll(Path path, int mostBytes) {
        if (mostBytes < 0) {
            throw new IllegalArgumentException("mostBytes can't be negative: " + mostBytes);
        }
        ReadOptions options = ReadOptions.defaults().withLengthBytes(mostBytes + 1L);
        return read(path, options)
                .collect(ByteArrayOutputStream::new, (all, lease) -> all.writeBytes(lease.toByteArray()))
                .map(all -> {
                    if (all.size() > mostBytes) {
                        throw new IllegalStateException(path + " is longer than " + mostBytes + " bytes");
                    }
                    return all.toByteArray();
                });
    }

    /**
     * {@return the count of bytes that were written to a file} See {@link #write(Path, Publisher, WriteOptions, OpenOption...)}.
     *
     * @param path its name
     * @param buffers what to write
     * @param options how to open it; none to make it, or to empty it where it is there
     */
    public Mono<Long> write(Path path, Publisher<ByteBuffer> buffers, OpenOption... options) {
        return write(path, buffers, WriteOptions.defaults(), options);
    }

    /**
     * {@return the count of bytes that were written to a file, when all of them are and are durable as asked} The file is opened for each
     * subscription before the publisher is subscribed to, and closed before the completion; see {@link RingFile#write(Publisher,
     * WriteOptions)}. One that was made for it, by {@link StandardOpenOption#CREATE_NEW}, is removed when not all of it is written.
     *
     * @param path its name
     * @param buffers what to write
     * @param how where in it, and how
     * @param options how to open it; none to make it, or to empty it where it is there: with a position it is not emptied
     * @throws IllegalArgumentException when options contradict each other, or {@code APPEND} a position
     */
    public Mono<Long> write(Path path, Publisher<ByteBuffer> buffers, WriteOptions how, OpenOption... options) {
        return FileStreams.write(target(path, how, options), how.plan(0), buffers);
    }

    /**
     * As {@link #write(Path, Publisher, WriteOptions, OpenOption...)}, with elements that are released: each that arrives is, once. Those
     * of a publisher that is not subscribed to, as the file can't be opened, are not.
     *
     * @param path its name
     * @param elements what to write
     * @param access knows their bytes
     * @param how where in it, and how
     * @param options how to open it; none to make it, or to empty it where it is there: with a position it is not emptied
     * @param <T> the elements
     * @return the count of bytes that were written
     * @throws IllegalArgumentException when options contradict each other, or {@code APPEND} a position
     */
    public <T> Mono<Long> write(
            Path path,
            Publisher<? extends T> elements,
            BufferAccess<T> access,
            WriteOptions how,
            OpenOption... options) {
        return FileStreams.writeElements(target(path, how, options), how.plan(0), elements, access);
    }

    private FileSource target(Path path, WriteOptions how, OpenOption... options) {
        boolean isPart = how.position().isPresent();
        if (isPart && Arrays.asList(options).contains(StandardOpenOption.APPEND)) {
            throw new IllegalArgumentException("APPEND and a position exclude each other: " + how);
        }
        OpenOption[] usual = isPart ? TO_WRITE_A_PART : TO_WRITE;
        return named(path, options.length == 0 ? usual : toWrite(options));
    }

    private static OpenOption[] toWrite(OpenOption... options) {
        OpenOption[] all = Arrays.copyOf(options, options.length + 1);
        all[options.length] = StandardOpenOption.WRITE;
        return all;
    }

    /**
     * {@return the count of bytes that are the new contents of a file, when they are on the device, and its name with them} At any time,
     * also after a power cut, the name has the old contents as a whole or the new ones. These are written to a temporary file in the same
     * directory, which is synced and then renamed; then the directory is synced. The new file has the owners (as far as this process may
     * give them) and the permissions of the old one, and is another one: who has the old one open sees the old contents. Where there is no
     * file, one is made; directories that are not there are made, and made durable, too. A symbolic link is replaced by a file.
     *
     * <p><b>Backpressure:</b> as {@link RingFile#write(Publisher, WriteOptions)}.
     *
     * <p><b>Cancel:</b> the old contents stay, and the temporary file is removed. A cancel that comes after the rename has begun is too late.
     *
     * <p><b>Errors:</b> that of the publisher; a {@link RingException} when a step fails, such as a {@link
     * io.fluxring.reactor.error.ConflictException} where the path names a directory, a device or a pipe. The old contents stay, and the
     * temporary file is removed. Only a failed sync of the directory comes when the new ones are there already, and may be lost by a power
     * cut. A failed sync must not be taken for passing: it is not repeated, as a second one can succeed without the bytes. A process that
     * is killed may leave the temporary file, {@code .fluxring-} and 16 digits.
     *
     * <p><b>Discard Support:</b> as {@link RingFile#write(Publisher, WriteOptions)}.
     *
     * @param path its name
     * @param buffers the new contents
     */
    public Mono<Long> replace(Path path, Publisher<ByteBuffer> buffers) {
        FileSource target = new FileSource.Replaced(loop, checked(path));
        return FileStreams.write(target, WriteOptions.defaults().plan(0), buffers);
    }

    /**
     * As {@link #replace(Path, Publisher)}, with elements that are released: each that arrives is, once.
     *
     * @param path its name
     * @param elements the new contents
     * @param access knows their bytes
     * @param writeBehind how many writes may be on their way, 1 to 256
     * @param <T> the elements
     * @return the count of bytes that are the new contents
     */
    public <T> Mono<Long> replace(Path path, Publisher<? extends T> elements, BufferAccess<T> access, int writeBehind) {
        FileSource target = new FileSource.Replaced(loop, checked(path));
        WriteOptions how = WriteOptions.defaults().withWriteBehind(writeBehind);
        return FileStreams.writeElements(target, how.plan(0), elements, access);
    }

    /**
     * {@return the progress of a copy of a file with the default options} See {@link #copy(Path, Path, CopyOptions)}.
     *
     * @param from the source
     * @param to the target, which is made
     */
    public Flux<CopyProgress> copy(Path from, Path to) {
        return copy(from, to, CopyOptions.defaults());
    }

    /**
     * {@return the progress of a copy of a file} The last element tells that everything is copied, durable as asked, and closed. The copy ends
     * where the source does, whatever size it is said to have: files below {@code /proc}, pipes and files that grow meanwhile are copied
     * to their end. Where the file system can, source and target share their blocks.
     *
     * <p><b>Backpressure:</b> the copy does not wait for demand; an element that is not in demand is replaced by the next one.
     *
     * <p><b>Cancel:</b> the copy stops behind the pieces that are on their way, and removes the target if it has made it.
     *
     * <p><b>Errors:</b> a {@link RingException}, such as a {@link io.fluxring.reactor.error.ConflictException} when the target is there and is
     * not to be replaced, or is the source itself, or a {@link io.fluxring.reactor.error.NoSpaceException}. The target is removed if the
     * copy has made it; contents that were to be replaced are lost: {@link #replace} keeps them.
     *
     * @param from the source
     * @param to the target
     * @param options what to make of it
     */
    public Flux<CopyProgress> copy(Path from, Path to, CopyOptions options) {
        return FileStreams.copy(loop, checked(from), checked(to), options.plan());
    }

    // ---- names: looking at

    /**
     * {@return what the file system knows of a file}
     *
     * @param path its name
     * @param options {@link LinkOption#NOFOLLOW_LINKS} for a symbolic link itself; none for what it leads to
     */
    public Mono<FileStat> stat(Path path, LinkOption... options) {
        return names.stat(path, FileStat.MASK, FileStat::of, options);
    }

    /**
     * {@return whether there is something of a name} An error tells that this can't be found out, such as a {@link
     * io.fluxring.reactor.error.DeniedException} for a name in a directory that is closed to this process.
     *
     * @param path the name
     * @param options {@link LinkOption#NOFOLLOW_LINKS} for a symbolic link itself; none for what it leads to, which may be nothing
     */
    public Mono<Boolean> exists(Path path, LinkOption... options) {
        return names.exists(path, options);
    }

    /**
     * {@return the extended attributes of a file}
     *
     * @param path its name
     */
    public FileAttributes attributes(Path path) {
        return new FileAttributes(loop, path);
    }

    // ---- names: directories

    /**
     * Makes a directory, for all whom the process's mask lets in. A {@link io.fluxring.reactor.error.ConflictException} when the name
     * is taken, be it by a directory.
     *
     * @param path its name
     * @return the end
     */
    public Mono<Void> createDirectory(Path path) {
        return names.createDirectory(path);
    }

    /**
     * Makes a directory, and those above it that are missing. It is well when some are there, or are made by others meanwhile; a {@link
     * io.fluxring.reactor.error.ConflictException} when something else has one of the names. What was made before a failure or a cancel
     * stays.
     *
     * @param path its name
     * @return the end
     */
    public Mono<Void> createDirectories(Path path) {
        return names.createDirectories(path);
    }

    /**
     * {@return what is in a directory, as paths that begin with its own, without {@code .} and {@code ..}} In no order. What comes or goes
     * meanwhile may be among it or not.
     *
     * <p><b>Backpressure:</b> the directory is read 256 names at a time, off the ring's thread, the next ones when all of the last are
     * emitted.
     *
     * <p><b>Cancel:</b> closes the directory, a moment later.
     *
     * @param directory its name; a symbolic link is followed
     */
    public Flux<Path> list(Path directory) {
        return explained(Directories.list(loop, checked(directory)));
    }

    /**
     * {@return a path, and all below it} See {@link #walk(Path, int)}.
     *
     * @param start where to begin
     */
    public Flux<Path> walk(Path start) {
        return walk(start, Integer.MAX_VALUE);
    }

    /**
     * {@return a path, and those below it, each directory before what it has} Symbolic links are emitted and not followed, the start as
     * well. What comes or goes meanwhile may be among it or not, and is no error. A directory that can't be read is one: it ends the
     * paths with a {@link io.fluxring.reactor.error.DeniedException}, for example, behind all that were found before it.
     *
     * <p>Two descriptors are in use for each level, at the same time.
     *
     * <p><b>Backpressure</b> and <b>Cancel:</b> as {@link #list}.
     *
     * @param start where to begin
     * @param depth how many levels below the start, 0 for the start alone
     * @throws IllegalArgumentException when the depth is negative
     */
    public Flux<Path> walk(Path start, int depth) {
        if (depth < 0) {
            throw new IllegalArgumentException("a depth can't be negative: " + depth);
        }
        return explained(Directories.walk(loop, checked(start), depth));
    }

    private Flux<Path> explained(Flux<Path> paths) {
        return paths.onErrorResume(UnreadableDirectoryException.class, names::unreadable);
    }

    private static Path checked(Path path) {
        PathBytes.bytes(path); // refuses what is no path of this machine
        return path;
    }

    // ---- names: other ones, and none

    /**
     * Gives a file or a directory another name, at once for all who look. What has that name is replaced, unless an option says otherwise:
     * a file by a file, an empty directory by a directory. A {@link io.fluxring.reactor.error.UnsupportedException} when the two names are
     * on different mounts.
     *
     * @param from the name that is there
     * @param to the new name
     * @param options one, or none
     * @return the end
     * @throws IllegalArgumentException when the options contradict each other
     */
    public Mono<Void> rename(Path from, Path to, RenameOption... options) {
        return names.rename(from, to, RenameOption.flags(options));
    }

    /**
     * Removes a name of a file, or a symbolic link itself. The contents go with the last name, when nothing has the file open. A {@link
     * io.fluxring.reactor.error.ConflictException} for a directory.
     *
     * @param path the name
     * @return the end
     */
    public Mono<Void> delete(Path path) {
        return names.delete(path);
    }

    /**
     * Like {@link #delete} for what need not be there.
     *
     * @param path the name
     * @return whether it was there
     */
    public Mono<Boolean> deleteIfExists(Path path) {
        return names.deleteIfExists(path);
    }

    /**
     * Removes a directory. A {@link io.fluxring.reactor.error.ConflictException} when it is not empty, a {@link
     * io.fluxring.reactor.error.NotFoundException} ({@code ENOTDIR}) when it is no directory.
     *
     * @param path its name
     * @return the end
     */
    public Mono<Void> deleteDirectory(Path path) {
        return names.deleteDirectory(path);
    }

    // ---- names: links

    /**
     * Gives a file one more name, on the same mount.
     *
     * @param link the new name
     * @param existing the name that is there; a symbolic link gets the new name itself
     * @return the end
     */
    public Mono<Void> createLink(Path link, Path existing) {
        return names.createLink(link, existing);
    }

    /**
     * Makes a symbolic link.
     *
     * @param link its name
     * @param target what it says, which need not exist; relative to the directory of the link
     * @return the end
     */
    public Mono<Void> createSymbolicLink(Path link, Path target) {
        return names.createSymbolicLink(link, target);
    }

    /**
     * {@return what a symbolic link says}
     *
     * @param link its name; a {@link RingException} with {@code EINVAL} when it is no symbolic link
     */
    public Mono<Path> readSymbolicLink(Path link) {
        return names.readSymbolicLink(link);
    }

    @Override
    public String toString() {
        return "RingFiles[" + loop + "]";
    }
}
