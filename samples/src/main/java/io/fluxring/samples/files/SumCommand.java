package io.fluxring.samples.files;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/** {@code samples/run sum}: digests of files, as {@code sha256sum} prints them. */
@Command(
        name = "sum",
        description = "Prints SHA-256 digests of files, or checks them, as sha256sum does.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeOnInvalidInput = 1,
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {"0:all is well", "1:a file could not be read, or has another digest"})
public final class SumCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "FILE",
            converter = Name.Parser.class,
            description = "a file, or - for standard input, which is read if there is none")
    private List<Name> names = List.of();

    @Option(
            names = {"-c", "--check"},
            description = "read digests from the files, and check them")
    private boolean check;

    @Option(names = "--ignore-missing", description = "with -c: do not complain about files that are not there")
    private boolean ignoreMissing;

    @Option(names = "--quiet", description = "with -c: print no OK")
    private boolean quiet;

    @Option(names = "--status", description = "with -c: print nothing, the exit status tells")
    private boolean statusOnly;

    @Option(names = "--strict", description = "with -c: lines that are none are a failure")
    private boolean strict;

    @Option(
            names = {"-w", "--warn"},
            description = "with -c: tell of each line that is none")
    private boolean warn;

    /** Made by picocli. */
    public SumCommand() {}

    @Override
    public Integer call() {
        Flux<Name> files = Flux.fromIterable(names.isEmpty() ? List.of(Name.STANDARD_INPUT) : names);
        try (Program program = new Program("sum", 1);
                Digest digest = new Digest(program)) {
            Flux<ByteBuffer> lines = check
                    ? files.concatMap(list -> new SumCheck(program, digest, options(), list).lines())
                    : files.flatMapSequential(file -> line(digest, file), Digest.AT_A_TIME, 1)
                            .handle((line, sink) -> print(program, line, sink));
            return program.run(program.print(lines), 0);
        }
    }

    /** What is printed of a file, and where. */
    private record Line(Name file, Digest.Result result) {}

    private static Mono<Line> line(Digest digest, Name file) {
        return digest.resultOf(file).map(result -> new Line(file, result));
    }

    private static void print(Program program, Line line, SynchronousSink<ByteBuffer> sink) {
        Throwable failure = line.result.failure();
        if (failure == null) {
            sink.next(Program.line(new SumLine(line.file, line.result.digest()).format()));
        } else {
            program.fail(line.file.inMessage() + ": " + ErrorText.of(failure));
        }
    }

    private SumCheck.Options options() {
        return new SumCheck.Options(ignoreMissing, quiet || statusOnly, statusOnly, strict, warn);
    }
}
