package io.fluxring.samples.files;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.reactor.file.ReadOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Searches several files at a time, and prints what is found in the order of the files. */
final class Grep implements AutoCloseable {
    /** What is printed of a file. */
    enum Output {
        LINES,
        COUNTS,
        NAMES,
        NOTHING
    }

    private static final ReadOptions READING =
            ReadOptions.defaults().withChunkBytes(128 * 1024).withReadAhead(4);
    private static final int PIECES_THAT_WAIT = 4;
    private static final int PARTS_THAT_WAIT = 8;
    private static final int AT_A_TIME = 2 * Runtime.getRuntime().availableProcessors();

    private final Program program;
    private final FileSearch.Wanted wanted;
    private final Output output;
    private final boolean silent;
    private final Scheduler threads =
            Schedulers.newParallel("grep", Runtime.getRuntime().availableProcessors(), true);
    private volatile boolean found;

    Grep(Program program, FileSearch.Wanted wanted, Output output, boolean silent) {
        this.program = program;
        this.wanted = wanted;
        this.output = output;
        this.silent = silent;
    }

    /** Whether any line was found. */
    boolean found() {
        return found;
    }

    /** What comes of a file, in the order in which it is printed. */
    private sealed interface Part {}

    private record Text(ByteBuffer bytes) implements Part {}

    private record Failure(String message) implements Part {}

    private record Note(String message) implements Part {}

    /** What goes to standard output. */
    Flux<ByteBuffer> search(Flux<FileWalk.Target> files) {
        return files.flatMapSequential(this::parts, AT_A_TIME, PARTS_THAT_WAIT)
                .takeUntil(part -> output == Output.NOTHING && found)
                .handle(this::print);
    }

    private void print(Part part, SynchronousSink<ByteBuffer> sink) {
        switch (part) {
            case Text text -> {
                if (text.bytes.hasRemaining()) {
                    sink.next(text.bytes);
                }
            }
            case Note note -> program.warn(note.message);
            case Failure failure -> {
                if (silent) {
                    program.fail();
                } else {
                    program.fail(failure.message);
                }
            }
        }
    }

    private Flux<Part> parts(FileWalk.Target target) {
        Name name = target.name();
        String shown = name.isStandardInput() ? "(standard input)" : name.bytes();
        String prefix = target.isNamed() ? shown + ":" : "";
        return program.stat(name)
                .flatMapMany(stat -> wanted.linesPrinted() && program.isOutput(stat)
                        ? Flux.error(new IOException("input file is also the output"))
                        : parts(name, shown, prefix))
                .onErrorResume(e -> Flux.just(new Failure(shown + ": " + ErrorText.of(e))));
    }

    private Flux<Part> parts(Name name, String shown, String prefix) {
        FileSearch search = new FileSearch(wanted, prefix);
        return program.read(name, READING)
                .map(BufferLease::retain)
                .publishOn(threads, PIECES_THAT_WAIT)
                .<Part>handle((piece, sink) -> search(search, piece, sink))
                .doOnDiscard(BufferLease.class, BufferLease::release)
                .concatWith(Flux.defer(() -> end(search, shown, prefix)));
    }

    private void search(FileSearch search, BufferLease piece, SynchronousSink<Part> sink) {
        try (piece) {
            search.add(piece);
        }
        if (search.hasOutput()) {
            sink.next(new Text(search.takeOutput()));
        }
        if (search.isDone()) {
            sink.complete();
        }
    }

    private Flux<Part> end(FileSearch search, String shown, String prefix) {
        search.end();
        Flux<Part> rest = search.hasOutput() ? Flux.just(new Text(search.takeOutput())) : Flux.empty();
        boolean any = search.count() > 0;
        if (any) {
            found = true;
        }
        return rest.concatWith(
                switch (output) {
                    case LINES ->
                        search.hasUnprinted() ? Flux.just(new Note(shown + ": binary file matches")) : Flux.empty();
                    case COUNTS -> Flux.just(new Text(Program.line(prefix + search.count())));
                    case NAMES -> any ? Flux.just(new Text(Program.line(shown))) : Flux.empty();
                    case NOTHING -> any ? Flux.just(new Text(ByteBuffer.allocate(0))) : Flux.empty();
                });
    }

    @Override
    public void close() {
        threads.dispose();
    }
}
