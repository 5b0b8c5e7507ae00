package io.fluxring.spring.multipart;

import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.RingFiles;
import io.fluxring.reactor.file.RingOpenOption;
import io.fluxring.spring.buffers.HiddenNames;
import io.fluxring.spring.loops.ApplicationLoops;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Where uploads wait to be taken. Any thread. */
final class SpoolDirectory {
    /**
     * So many uploads of the process are files without a name. Each has a descriptor, and an upload of very many parts must not take all that
     * there are, which new connections need.
     */
    private static final int MOST_UNNAMED = 256;

    private final ApplicationLoops loops;
    private final Path directory;
    private final Mono<Path> hidden;

    SpoolDirectory(ApplicationLoops loops, Path directory) {
        this.loops = loops;
        this.directory = directory;
        this.hidden = Mono.fromCallable(() -> {
                    Path made = Files.createTempDirectory(directory, "fluxring-uploads-");
                    made.toFile().deleteOnExit();
                    return made;
                })
                .subscribeOn(Schedulers.boundedElastic())
                .cacheInvalidateIf(Files::notExists);
    }

    /** {@return a new file, of the loop of this thread where it has one} */
    Mono<SpooledFile> open() {
        return loops.loop()
                .map(RingFiles::new)
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("the event loops have ended")))
                .flatMap(this::open);
    }

    private Mono<SpooledFile> open(RingFiles files) {
        if (UnnamedFile.open() >= MOST_UNNAMED) {
            return named(files);
        }
        return files.open(directory, RingOpenOption.TEMPORARY, StandardOpenOption.WRITE, StandardOpenOption.READ)
                .<SpooledFile>map(file -> new UnnamedFile(files, file))
                .onErrorResume(RingException.class, e -> switch (e.errno()) {
                    case EOPNOTSUPP, EISDIR, EINVAL -> named(files); // not every file system can
                    default -> Mono.error(e);
                });
    }

    private Mono<SpooledFile> named(RingFiles files) {
        return hidden.flatMap(directory -> {
            Path path = directory.resolve(HiddenNames.digits());
            return files.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
                    .flatMap(file -> file.close().thenReturn(new NamedFile(files, path)));
        });
    }
}
