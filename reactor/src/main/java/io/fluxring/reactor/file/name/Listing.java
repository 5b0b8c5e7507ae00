package io.fluxring.reactor.file.name;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a directory has, in the order of the file system. */
final class Listing implements PathSource {
    private final Path directory;
    private @Nullable DirectoryStream<Path> stream;
    private @Nullable Iterator<Path> names;

    Listing(Path directory) {
        this.directory = directory;
    }

    @Override
    public boolean read(List<Path> found, int most) throws UnreadableDirectoryException {
        try {
            Iterator<Path> from = names();
            while (found.size() < most && from.hasNext()) {
                found.add(from.next());
            }
            return from.hasNext();
        } catch (DirectoryIteratorException e) {
            throw new UnreadableDirectoryException(directory, e.getCause());
        } catch (IOException e) {
            throw new UnreadableDirectoryException(directory, e);
        }
    }

    private Iterator<Path> names() throws IOException {
        Iterator<Path> opened = names;
        if (opened == null) {
            DirectoryStream<Path> open = open(directory);
            stream = open;
            opened = open.iterator();
            names = opened;
        }
        return opened;
    }

    @Override
    public void close() {
        closeQuietly(stream);
    }

    /** Opens a directory, which the caller closes. */
    @SuppressWarnings("StreamResourceLeak") // it is read chunk by chunk
    static DirectoryStream<Path> open(Path directory) throws IOException {
        return Files.newDirectoryStream(directory);
    }

    static void closeQuietly(@Nullable DirectoryStream<Path> stream) {
        try {
            if (stream != null) {
                stream.close();
            }
        } catch (IOException e) {
            // nothing was written to it, and its descriptor is gone all the same
        }
    }
}
