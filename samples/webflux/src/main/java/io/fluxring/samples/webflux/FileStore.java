package io.fluxring.samples.webflux;

import io.fluxring.spring.file.ReactiveFiles;
import io.fluxring.spring.file.RingDataBuffers;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.codec.multipart.FilePart;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The folder. Other names than those of its ordinary files do not exist here: symbolic links, for example, lead elsewhere. */
@Component
class FileStore {
    private final Path folder;
    private final ReactiveFiles files;
    private final RingDataBuffers contents;
    private final FileEvents events;

    FileStore(FileDropProperties properties, ReactiveFiles files, RingDataBuffers contents, FileEvents events)
            throws IOException {
        this.folder = properties.dir().toRealPath();
        this.files = files;
        this.contents = contents;
        this.events = events;
    }

    /** {@return the files, in no order} */
    Flux<StoredFile> list() {
        return files.list(folder)
                .flatMap(path -> Mono.fromCallable(() -> new FileName(fileName(path)))
                        .flatMap(this::find)
                        // Hidden, a folder, or gone since it was listed.
                        .onErrorResume(BadFileNameException.class, e -> Mono.empty())
                        .onErrorResume(NoSuchFileException.class, e -> Mono.empty()));
    }

    private static String fileName(Path path) {
        return String.valueOf(path.getFileName());
    }

    /** {@return a file of the folder, or a {@link NoSuchFileException}} */
    Mono<StoredFile> find(FileName name) {
        return attributes(name)
                .flatMap(each -> each.isRegularFile()
                        ? Mono.just(new StoredFile(
                                name.text(),
                                each.size(),
                                each.lastModifiedTime().toInstant()))
                        : Mono.error(new NoSuchFileException(name.text())));
    }

    private Mono<BasicFileAttributes> attributes(FileName name) {
        return files.readAttributes(path(name), LinkOption.NOFOLLOW_LINKS);
    }

    /** {@return where a file is} */
    Path path(FileName name) {
        return folder.resolve(name.text());
    }

    /**
     * {@return the file, when all of it is on the disk} Until then the name has the old contents, or is free; it stays so when the upload
     * breaks off.
     */
    Mono<Change> write(FileName name, Publisher<DataBuffer> body) {
        return change(name, contents.replace(body, path(name)).then());
    }

    /** {@return the file of a form, when all of it has come} As {@link #write}. */
    Mono<Change> write(FileName name, FilePart part) {
        // Next to the file, as a rename does not leave its file system.
        Path temporary = folder.resolve(".filedrop-" + UUID.randomUUID());
        Mono<Void> moved = part.transferTo(temporary).then(files.moveAtomically(temporary, path(name)));
        return change(name, Mono.usingWhen(Mono.just(temporary), each -> moved, files::deleteIfExists));
    }

    private Mono<Change> change(FileName name, Mono<Void> writing) {
        Mono<Boolean> existed = attributes(name)
                .flatMap(each ->
                        each.isDirectory() ? Mono.error(new FileAlreadyExistsException(name.text())) : Mono.just(true))
                .onErrorResume(NoSuchFileException.class, e -> Mono.just(false));
        return existed.flatMap(before ->
                writing.then(find(name)).map(file -> new Change(file, !before)).doOnNext(this::publish));
    }

    private void publish(Change change) {
        StoredFile file = change.file();
        events.publish(change.isNew() ? new FileEvent.Added(file) : new FileEvent.Replaced(file));
    }

    /** {@return the end, or a {@link NoSuchFileException}} */
    Mono<Void> delete(FileName name) {
        return find(name)
                .then(files.deleteIfExists(path(name)))
                .filter(Boolean::booleanValue)
                .switchIfEmpty(Mono.error(() -> new NoSuchFileException(name.text())))
                .doOnNext(deleted -> events.publish(new FileEvent.Removed(name.text())))
                .then();
    }

    /**
     * What an upload has done.
     *
     * @param file as it is now
     * @param isNew whether there was none of its name
     */
    record Change(StoredFile file, boolean isNew) {}
}
