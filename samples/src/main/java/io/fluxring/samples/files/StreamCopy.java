package io.fluxring.samples.files;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.ReadOptions;
import io.fluxring.reactor.file.RingFile;
import io.fluxring.reactor.file.RingOpenOption;
import io.fluxring.reactor.file.WriteOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.LongConsumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Copies by a stream that is read and written at a depth of one's own, past the page cache if asked for. */
final class StreamCopy implements CopyWay {
    private static final int CHUNK_BYTES = 256 * 1024;

    private final Program program;
    private final CopyOperands operands;
    private final boolean direct;
    private final int depth;
    private final LongConsumer progress;
    private volatile boolean made;

    /**
     * A copy that has not begun.
     *
     * @param direct whether both files bypass the page cache
     * @param depth how many reads, and how many writes, are on their way
     * @param progress is given the size of each piece
     */
    StreamCopy(Program program, CopyOperands operands, boolean direct, int depth, LongConsumer progress) {
        this.program = program;
        this.operands = operands;
        this.direct = direct;
        this.depth = depth;
        this.progress = progress;
    }

    @Override
    public Mono<Void> run() {
        return Mono.usingWhen(
                open("cannot open " + operands.source().quoted() + " for reading", operands.from(), READ),
                source -> Mono.usingWhen(make(), target -> copy(source, target), RingFile::close),
                RingFile::close);
    }

    @Override
    public void remove() throws IOException {
        if (made) {
            Files.deleteIfExists(operands.to());
        }
    }

    /** A new file; one that was there is emptied, or where that is refused and asked for, replaced. */
    private Mono<RingFile> make() {
        String failure = "cannot create regular file " + operands.target().quoted();
        Mono<RingFile> newFile = open(failure, operands.to(), WRITE, CREATE_NEW)
                .doOnNext(file -> made = true)
                .delayUntil(file -> Mono.fromRunnable(this::givePermissions).subscribeOn(Schedulers.boundedElastic()));
        if (operands.isNew()) {
            return newFile;
        }
        Mono<RingFile> emptied = open(failure, operands.to(), WRITE, TRUNCATE_EXISTING);
        return operands.isForced()
                ? emptied.onErrorResume(
                        e -> program.files().delete(operands.to()).then(newFile))
                : emptied;
    }

    /** Before there are contents that others must not read. */
    private void givePermissions() {
        try {
            Files.setPosixFilePermissions(operands.to(), operands.sourceStat().permissions());
        } catch (IOException e) {
            throw new CopyFailure("setting permissions for " + operands.target().quoted(), e);
        }
    }

    private Mono<RingFile> open(String inCaseOfFailure, Path file, OpenOption... options) {
        return program.files()
                .open(file, direct ? directly(options) : options)
                .onErrorMap(e -> new CopyFailure(inCaseOfFailure, e));
    }

    private static OpenOption[] directly(OpenOption... options) {
        OpenOption[] all = Arrays.copyOf(options, options.length + 1);
        all[options.length] = RingOpenOption.DIRECT;
        return all;
    }

    private Mono<Void> copy(RingFile source, RingFile target) {
        Flux<BufferLease> pieces = source.read(
                        ReadOptions.defaults().withChunkBytes(CHUNK_BYTES).withReadAhead(depth))
                .doOnNext(piece -> progress.accept(piece.lengthBytes()))
                .onErrorMap(e ->
                        new CopyFailure("error reading " + operands.source().quoted(), e));
        return target.writeLeases(pieces, WriteOptions.defaults().withWriteBehind(depth))
                .onErrorMap(
                        RingException.class,
                        e -> new CopyFailure(
                                "error writing " + operands.target().quoted(), e))
                .then();
    }
}
