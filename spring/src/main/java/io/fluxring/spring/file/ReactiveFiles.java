package io.fluxring.spring.file;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.RingFiles;
import io.fluxring.spring.buffers.FileErrors;
import io.fluxring.spring.loops.ApplicationLoops;
import java.io.IOException;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * What {@link Files} does with names of files, without blocking: by the ring of the event loop that subscribes, or of any other loop for
 * other threads. Where the application's event loops are no rings, {@link Files} does it on {@link Schedulers#boundedElastic()}. Each
 * subscription does the work anew. Any thread.
 *
 * <p>Paths are those of the default file system.
 *
 * <p><b>Errors</b> are those of {@link Files} either way, such as a {@link java.nio.file.NoSuchFileException}.
 *
 * <p><b>Cancel:</b> an operation that has begun may be done all the same.
 */
public final class ReactiveFiles {
    private final ApplicationLoops loops;

    /**
     * Files of the loops of an application.
     *
     * @param loops which do the work
     */
    @SuppressWarnings("exports") // made by the auto-configuration
    public ReactiveFiles(ApplicationLoops loops) {
        this.loops = loops;
    }

    /**
     * {@return what the file system knows of a file} The file's key is null.
     *
     * @param path its name
     * @param options {@link LinkOption#NOFOLLOW_LINKS} for a symbolic link itself; none for what it leads to
     */
    public Mono<BasicFileAttributes> readAttributes(Path path, LinkOption... options) {
        return mono(
                path,
                ring -> ring.stat(path, options).map(StatAttributes::new),
                () -> Files.readAttributes(path, BasicFileAttributes.class, options));
    }

    /**
     * {@return what is in a directory, as paths that begin with its own} In no order.
     *
     * <p><b>Cancel:</b> closes the directory, a moment later.
     *
     * @param directory its name; a symbolic link is followed
     */
    public Flux<Path> list(Path directory) {
        Flux<Path> elsewhere =
                Flux.using(() -> open(directory), Flux::fromIterable).subscribeOn(Schedulers.boundedElastic());
        return ring().flatMapMany(ring -> ring.map(each -> each.list(directory)).orElse(elsewhere))
                .onErrorMap(RingException.class, e -> FileErrors.of(e, directory));
    }

    @SuppressWarnings("StreamResourceLeak") // closed by Flux.using
    private static DirectoryStream<Path> open(Path directory) throws IOException {
        return Files.newDirectoryStream(directory);
    }

    /**
     * Gives a file another name on the same mount, at once for all who look; a file that has that name is replaced.
     *
     * @param from the name that is there
     * @param to the new name
     * @return the end
     */
    public Mono<Void> moveAtomically(Path from, Path to) {
        CopyOption atomically = StandardCopyOption.ATOMIC_MOVE;
        return mono(from, ring -> ring.rename(from, to), () -> Files.move(from, to, atomically))
                .then();
    }

    /**
     * Removes a name of a file, or a symbolic link itself, if it is there. A {@link FileSystemException} for a directory.
     *
     * @param path the name
     * @return whether it was there
     */
    public Mono<Boolean> deleteIfExists(Path path) {
        return mono(path, ring -> ring.deleteIfExists(path), () -> deleteFile(path));
    }

    /** An empty directory is none of the things to remove, as for the ring. */
    private static boolean deleteFile(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileSystemException(path.toString(), null, "Is a directory");
        }
        return Files.deleteIfExists(path);
    }

    /**
     * Makes a directory, and those above it that are missing.
     *
     * @param path its name
     * @return the end
     */
    public Mono<Void> createDirectories(Path path) {
        return mono(path, ring -> ring.createDirectories(path), () -> Files.createDirectories(path))
                .then();
    }

    private <T> Mono<T> mono(
            Path path, Function<RingFiles, Mono<? extends T>> onRing, Callable<? extends T> elsewhere) {
        return ring().<T>flatMap(ring -> ring.<Mono<? extends T>>map(onRing)
                        .orElseGet(() -> Mono.fromCallable(elsewhere).subscribeOn(Schedulers.boundedElastic()))
                        .map(Function.identity()))
                .onErrorMap(RingException.class, e -> FileErrors.of(e, path));
    }

    private Mono<Optional<RingFiles>> ring() {
        return loops.loop().map((RingLoop loop) -> new RingFiles(loop)).singleOptional();
    }

    @Override
    public String toString() {
        return "ReactiveFiles[" + loops + "]";
    }
}
