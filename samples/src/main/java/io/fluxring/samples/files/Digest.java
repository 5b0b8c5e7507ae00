package io.fluxring.samples.files;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.reactor.file.ReadOptions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** SHA-256 of files: the ring reads ahead, threads of their own hash what is there, straight out of the ring's memory. */
final class Digest implements AutoCloseable {
    /** Hashing takes longer than reading: no more memory than keeps both at work. */
    private static final ReadOptions READING =
            ReadOptions.defaults().withChunkBytes(128 * 1024).withReadAhead(8);

    private static final int PIECES_THAT_WAIT = 8;

    /** How many files are hashed at the same time. */
    static final int AT_A_TIME = Runtime.getRuntime().availableProcessors();

    private final Program program;
    private final Scheduler threads = Schedulers.newParallel("sum", AT_A_TIME, true);

    Digest(Program program) {
        this.program = program;
    }

    /** The digest of a file, in hexadecimal digits. */
    Mono<String> of(Name file) {
        return program.read(file, READING)
                .map(BufferLease::retain)
                .publishOn(threads, PIECES_THAT_WAIT)
                .reduceWith(Digest::sha256, Digest::update)
                .doOnDiscard(BufferLease.class, BufferLease::release)
                .map(digest -> HexFormat.of().formatHex(digest.digest()));
    }

    /** The same, with a failure as a result. */
    Mono<Result> resultOf(Name file) {
        return of(file).map(digest -> new Result(digest, null)).onErrorResume(e -> Mono.just(new Result("", e)));
    }

    /** A file's digest, or why there is none. */
    record Result(String digest, @Nullable Throwable failure) {}

    private static MessageDigest update(MessageDigest digest, BufferLease piece) {
        try (piece) {
            digest.update(piece.byteBuffer());
        }
        return digest;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    @Override
    public void close() {
        threads.dispose();
    }
}
