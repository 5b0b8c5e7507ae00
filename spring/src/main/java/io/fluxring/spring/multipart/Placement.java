package io.fluxring.spring.multipart;

import io.fluxring.core.sys.Errno;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.RingFiles;
import io.fluxring.spring.buffers.HiddenNames;
import io.fluxring.spring.file.RingDataBuffers;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Function;
import org.springframework.core.io.buffer.DataBuffer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The transfer of an upload to a file: at once, as a whole or not at all. A file that has the name is replaced by a new one with the usual
 * permissions; what is no regular file, such as a device or a pipe, is written to.
 *
 * @param buffers writes
 * @param content the upload's bytes
 * @param place makes a new file of them, of a name that is free
 */
record Placement(RingDataBuffers buffers, Flux<DataBuffer> content, Function<Path, Mono<Void>> place) {
    Mono<Void> to(Path target, RingFiles files) {
        if (target.getFileSystem() != FileSystems.getDefault()) {
            return buffers.write(content, target).then();
        }
        return place.apply(target).onErrorResume(Placement::isTaken, taken -> replace(target, files));
    }

    private Mono<Void> replace(Path target, RingFiles files) {
        return files.stat(target, LinkOption.NOFOLLOW_LINKS)
                .flatMap(there -> there.isRegularFile() || there.isSymbolicLink()
                        ? rename(target, files)
                        : buffers.write(content, target, StandardOpenOption.WRITE)
                                .then());
    }

    private Mono<Void> rename(Path target, RingFiles files) {
        return Mono.usingWhen(
                Mono.fromSupplier(() -> HiddenNames.beside(target)),
                hidden -> place.apply(hidden).then(files.rename(hidden, target)),
                hidden -> Mono.empty(),
                (hidden, e) -> files.deleteIfExists(hidden),
                files::deleteIfExists);
    }

    /** Whether a file could not be made because its name is taken. */
    static boolean isTaken(Throwable e) {
        return e instanceof FileAlreadyExistsException
                || (e instanceof RingException failure && failure.errno() == Errno.EEXIST);
    }
}
