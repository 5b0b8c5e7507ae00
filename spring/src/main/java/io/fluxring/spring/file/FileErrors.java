package io.fluxring.spring.file;

import io.fluxring.core.sys.Errno;
import io.fluxring.reactor.error.RingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The JDK's exceptions for what the kernel says of a file, so that a handler of errors needs to know one kind alone. */
final class FileErrors {
    private FileErrors() {}

    /** {@return what {@link java.nio.file.Files} would throw, with the ring's exception as its cause} */
    static FileSystemException of(RingException e, Path path) {
        FileSystemException translated = translate(e, path.toString());
        translated.initCause(e);
        return translated;
    }

    private static FileSystemException translate(RingException e, String path) {
        Errno errno = e.errno();
        return switch (errno) {
            case ENOENT -> new NoSuchFileException(path);
            case EEXIST -> new FileAlreadyExistsException(path);
            case ENOTEMPTY -> new DirectoryNotEmptyException(path);
            case EACCES -> new AccessDeniedException(path);
            default -> new FileSystemException(path, null, errno.text());
        };
    }
}
