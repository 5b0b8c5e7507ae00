package io.fluxring.spring.multipart;

import io.fluxring.reactor.file.RingFiles;
import java.nio.file.Path;
import reactor.core.publisher.Mono;

/** A file in a directory that only this process's user may look into. It holds no descriptor. */
final class NamedFile extends SpooledFile {
    private final Path path;

    NamedFile(RingFiles files, Path path) {
        super(files, path);
        this.path = path;
    }

    @Override
    Mono<Void> link(Path name) {
        return files().createLink(name, path);
    }

    @Override
    Mono<Void> remove() {
        return files().deleteIfExists(path).then();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
