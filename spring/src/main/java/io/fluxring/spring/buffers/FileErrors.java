package io.fluxring.spring.buffers;

import io.fluxring.core.sys.Errno;
import io.fluxring.reactor.error.ConflictException;
import io.fluxring.reactor.error.DeniedException;
import io.fluxring.reactor.error.NotFoundException;
import io.fluxring.reactor.error.RingException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/** Errors of the ring's files as those that an application knows from Spring's, with the former as their causes. */
public final class FileErrors {
    private FileErrors() {}

    /** {@return the error to tell; what is none of the ring's stays} */
    public static Throwable asOfJava(Throwable failure) {
        if (!(failure instanceof RingException)) {
            return failure;
        }
        IOException known = switch (failure) {
            case ConflictException exists
            when exists.errno() == Errno.EEXIST -> new FileAlreadyExistsException(exists.getMessage());
            case NotFoundException missing -> new NoSuchFileException(missing.getMessage());
            case DeniedException denied -> new AccessDeniedException(denied.getMessage());
            default -> new IOException(failure.getMessage());
        };
        known.initCause(failure);
        return known;
    }
}
