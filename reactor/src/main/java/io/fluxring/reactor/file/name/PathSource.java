package io.fluxring.reactor.file.name;

import java.nio.file.Path;
import java.util.List;

/** Paths that are found by calls that may block. Used by one thread at a time. */
interface PathSource {
    /**
     * Looks for more. What was found before a failure is in the list, and after it the source is of no more use.
     *
     * @param found gets the paths
     * @param most how many at most
     * @return whether there may be more
     * @throws UnreadableDirectoryException when there are more that can't be found
     */
    boolean read(List<Path> found, int most) throws UnreadableDirectoryException;

    /** Gives the descriptors back. Does nothing the second time. */
    void close();
}
