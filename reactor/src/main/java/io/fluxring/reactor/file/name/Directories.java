package io.fluxring.reactor.file.name;

import io.fluxring.core.loop.RingLoop;
import java.nio.file.Path;
import reactor.core.publisher.Flux;

/**
 * What directories have. The ring has no operation for it, so the JDK reads them on another thread. One that can't be read ends the paths
 * with an {@link UnreadableDirectoryException}, behind those that were found before.
 */
public final class Directories {
    private Directories() {}

    /** {@return the paths in a directory} */
    public static Flux<Path> list(RingLoop loop, Path directory) {
        return FluxPaths.of(loop, () -> new Listing(directory));
    }

    /**
     * {@return a path, and those below it}
     *
     * @param depth how many levels below, 0 or more
     */
    public static Flux<Path> walk(RingLoop loop, Path start, int depth) {
        return FluxPaths.of(loop, () -> new TreeWalk(start, depth));
    }
}
