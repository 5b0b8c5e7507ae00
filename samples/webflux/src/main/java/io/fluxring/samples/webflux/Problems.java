package io.fluxring.samples.webflux;

import io.fluxring.reactor.error.NoSpaceException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.util.DisconnectedClientHelper;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;

/** Failures of a request as problem details, RFC 9457. A failure of the server stays a plain 500, with the cause in the log. */
@RestControllerAdvice
class Problems {
    Problems() {}

    @ExceptionHandler({BadFileNameException.class, InvalidPathException.class})
    ProblemDetail badName(RuntimeException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
    }

    @ExceptionHandler
    ProblemDetail noSuchFile(NoSuchFileException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, "There is no file of this name.");
    }

    @ExceptionHandler
    ProblemDetail notAFile(FileAlreadyExistsException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, "A folder has this name.");
    }

    @ExceptionHandler
    ProblemDetail diskFull(NoSpaceException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.INSUFFICIENT_STORAGE, "The disk is full.");
    }

    /** An upload that a client breaks off is no failure of the server, and leaves no client to answer. */
    @ExceptionHandler({IOException.class, AbortedException.class})
    Mono<ProblemDetail> brokenOff(Exception e) {
        return DisconnectedClientHelper.isClientDisconnectedException(e) ? Mono.empty() : Mono.error(e);
    }
}
