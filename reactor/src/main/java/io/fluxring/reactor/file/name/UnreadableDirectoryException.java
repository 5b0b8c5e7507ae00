package io.fluxring.reactor.file.name;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A directory can't be read. The JDK's reason is its cause. */
public final class UnreadableDirectoryException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Path directory;

    UnreadableDirectoryException(Path directory, @Nullable IOException cause) {
        super("can't read " + PathBytes.text(directory), cause);
        this.directory = directory;
    }

    /** {@return which one} */
    public Path directory() {
        return directory;
    }

    /** {@return what the JDK says of it, without the name; null for nothing} */
    public @Nullable String reason() {
        return getCause() instanceof FileSystemException cause ? cause.getReason() : null;
    }
}
