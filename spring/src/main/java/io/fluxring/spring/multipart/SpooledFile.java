package io.fluxring.spring.multipart;

import io.fluxring.reactor.file.CopyOptions;
import io.fluxring.reactor.file.RingFiles;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The bytes of an upload in a temporary file. Uses of it are counted: it goes with the last one after {@link #delete}, and a use that would
 * begin later fails, as its descriptor may be another file's by then. Any thread.
 */
abstract sealed class SpooledFile permits UnnamedFile, NamedFile {
    private static final int DELETED = Integer.MIN_VALUE;

    private final RingFiles files;
    private final Path path;

    /** How many use it, and {@link #DELETED} when none may begin to. */
    private final AtomicInteger uses = new AtomicInteger();

    private final AtomicBoolean isLinked = new AtomicBoolean();

    /**
     * A file.
     *
     * @param files of the loop that has opened it
     * @param path by which it can be opened as long as it is used
     */
    SpooledFile(RingFiles files, Path path) {
        this.files = files;
        this.path = path;
    }

    /** {@return the end of giving it a name more, on the same file system} */
    abstract Mono<Void> link(Path name);

    /** {@return the end of removing it} */
    abstract Mono<Void> remove();

    final RingFiles files() {
        return files;
    }

    /** Works on the file, by its path. */
    final <T> Flux<T> use(Function<Path, ? extends Publisher<T>> work) {
        return Flux.usingWhen(
                Mono.fromSupplier(this::begin),
                file -> work.apply(file.path),
                SpooledFile::end,
                (file, e) -> file.end(),
                SpooledFile::end);
    }

    private SpooledFile begin() {
        if (uses.incrementAndGet() < 0) {
            uses.decrementAndGet();
            throw new IllegalStateException("the upload was deleted: " + this);
        }
        return this;
    }

    private Mono<Void> end() {
        return uses.decrementAndGet() == DELETED ? remove() : Mono.empty();
    }

    /**
     * Makes it a file of a name that is free, without a copy where that can be, which is so once: two names of one file would be two uploads
     * that change together.
     */
    final Mono<Void> place(Path name) {
        return use(from -> {
                    Mono<Void> copy = files.copy(
                                    from, name, CopyOptions.defaults().withPermissions(false))
                            .then();
                    if (!isLinked.compareAndSet(false, true)) {
                        return copy;
                    }
                    return link(name).onErrorResume(e -> {
                        isLinked.set(false);
                        return Placement.isTaken(e) ? Mono.error(e) : copy;
                    });
                })
                .then();
    }

    /** {@return the end of removing it, when the last use has ended} May be subscribed to again. */
    final Mono<Void> delete() {
        return Mono.defer(() -> {
            int before = uses.getAndUpdate(count -> count < 0 ? count : count + DELETED);
            return before == 0 ? remove() : Mono.empty();
        });
    }
}
