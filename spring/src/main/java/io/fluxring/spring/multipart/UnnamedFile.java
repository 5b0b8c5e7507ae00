package io.fluxring.spring.multipart;

import io.fluxring.reactor.file.RingFile;
import io.fluxring.reactor.file.RingFiles;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/** A file without a name: it goes with its descriptor, also when the process is killed. */
final class UnnamedFile extends SpooledFile {
    /** Of the process. */
    private static final AtomicInteger OPEN = new AtomicInteger();

    private final RingFile file;

    UnnamedFile(RingFiles files, RingFile file) {
        super(files, Path.of("/proc/self/fd/" + file.descriptor()));
        this.file = file;
        OPEN.incrementAndGet();
    }

    /** {@return how many there are} */
    static int open() {
        return OPEN.get();
    }

    @Override
    Mono<Void> link(Path name) {
        return file.createLink(name);
    }

    @Override
    Mono<Void> remove() {
        return Mono.defer(() -> {
            OPEN.decrementAndGet();
            return file.close();
        });
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
