package io.fluxring.reactor.file.name;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * A path and what is below it, each directory before what it has. Goes from descriptor to descriptor, so that a directory that is replaced
 * by a link meanwhile does not lead anywhere else, and what is deeper than a path can be long is found as well.
 */
final class TreeWalk implements PathSource {
    private final Path start;
    private final int depth;
    private final Deque<Level> levels = new ArrayDeque<>();
    private boolean started;

    TreeWalk(Path start, int depth) {
        this.start = start;
        this.depth = depth;
    }

    @Override
    public boolean read(List<Path> found, int most) throws UnreadableDirectoryException {
        if (!started) {
            started = true;
            begin(found);
        }
        while (found.size() < most && !levels.isEmpty()) {
            Level level = levels.element();
            if (level.hasNext()) {
                visit(level, level.names.next(), found);
            } else {
                levels.pop().close();
            }
        }
        return !levels.isEmpty();
    }

    private void begin(List<Path> found) throws UnreadableDirectoryException {
        try {
            boolean isDirectory = Files.readAttributes(start, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isDirectory();
            found.add(start);
            if (isDirectory && depth > 0) {
                levels.push(new Level(start, Listing.open(start)));
            }
        } catch (IOException e) {
            throw new UnreadableDirectoryException(start, e);
        }
    }

    private void visit(Level level, Path path, List<Path> found) throws UnreadableDirectoryException {
        if (levels.size() == depth) {
            found.add(path);
            return;
        }
        boolean isDirectory;
        try {
            isDirectory = level.isDirectory(path);
        } catch (NoSuchFileException e) {
            return; // it has gone since its directory was read
        } catch (IOException e) {
            found.add(path);
            throw new UnreadableDirectoryException(path, e);
        }
        found.add(path);
        if (isDirectory) {
            descend(level, path);
        }
    }

    private void descend(Level level, Path path) throws UnreadableDirectoryException {
        try {
            levels.push(level.open(path));
        } catch (IOException e) {
            if (level.isStillDirectory(path)) {
                throw new UnreadableDirectoryException(path, e);
            }
        }
    }

    @Override
    public void close() {
        while (!levels.isEmpty()) {
            levels.pop().close();
        }
    }

    /** A directory that is being read. On Linux its stream is always one that knows its descriptor. */
    private static final class Level {
        private final Path path;
        private final SecureDirectoryStream<Path> stream;
        private final Iterator<Path> names;

        Level(Path path, DirectoryStream<Path> stream) {
            this.path = path;
            this.stream = (SecureDirectoryStream<Path>) stream;
            this.names = stream.iterator();
        }

        boolean hasNext() throws UnreadableDirectoryException {
            try {
                return names.hasNext();
            } catch (DirectoryIteratorException e) {
                throw new UnreadableDirectoryException(path, e.getCause());
            }
        }

        boolean isDirectory(Path entry) throws IOException {
            return stream.getFileAttributeView(
                            entry.getFileName(), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes()
                    .isDirectory();
        }

        boolean isStillDirectory(Path entry) {
            try {
                return isDirectory(entry);
            } catch (IOException e) {
                return false;
            }
        }

        Level open(Path entry) throws IOException {
            return new Level(entry, stream.newDirectoryStream(entry.getFileName(), LinkOption.NOFOLLOW_LINKS));
        }

        void close() {
            Listing.closeQuietly(stream);
        }
    }
}
