package io.fluxring.spring.buffers;

import io.fluxring.core.sys.Errno;
import io.fluxring.reactor.error.RingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The JDK's exceptions for what the kernel says of a file, with the ring's as their causes: an application's handlers of errors need to
 * know one kind alone, on the ring and off it.
 */
public final class FileErrors {
    private FileErrors() {}

    /** {@return what {@link java.nio.file.Files} would throw} */
    public static FileSystemException of(RingException failure, Path path) {
        return translated(failure, path.toString());
    }

    /** {@return the same for an error that names its file itself; what is none of the ring's stays} */
    public static Throwable asOfJava(Throwable failure) {
        return failure instanceof RingException ring ? translated(ring, String.valueOf(ring.getMessage())) : failure;
    }

    private static FileSystemException translated(RingException failure, String file) {
        Errno errno = failure.errno();
        FileSystemException translated = switch (errno) {
            case ENOENT -> new NoSuchFileException(file);
            case EEXIST -> new FileAlreadyExistsException(file);
            case ENOTEMPTY -> new DirectoryNotEmptyException(file);
            case EACCES, EPERM -> new AccessDeniedException(file);
            default -> new FileSystemException(file, null, errno.text());
        };
        translated.initCause(failure);
        return translated;
    }
}
