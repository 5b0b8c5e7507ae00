package io.fluxring.samples.files;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.reactor.file.ReadOptions;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Flux;

/** {@code samples/run cat}: files one after the other, each piece written from the memory that it was read into. */
@Command(
        name = "cat",
        description = "Writes files to standard output, one after the other.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeOnInvalidInput = 1,
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {"0:all was written", "1:some was not", "141:standard output was closed by its reader"})
public final class CatCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "FILE",
            converter = Name.Parser.class,
            description = "a file, or - for standard input, which is read if there is none")
    private List<Name> names = List.of();

    /** Made by picocli. */
    public CatCommand() {}

    @Override
    public Integer call() {
        try (Program program = new Program("cat", 1)) {
            Flux<BufferLease> bytes = Flux.fromIterable(names.isEmpty() ? List.of(Name.STANDARD_INPUT) : names)
                    .concatMap(name -> read(program, name).onErrorResume(e -> {
                        program.fail(name.inMessage() + ": " + ErrorText.of(e));
                        return Flux.empty();
                    }));
            return program.run(program.printLeases(bytes), 0);
        }
    }

    /** A file that grows by what is read of it would never end. */
    private static Flux<BufferLease> read(Program program, Name name) {
        return program.stat(name)
                .flatMapMany(stat -> program.isOutput(stat) && stat.sizeBytes() > 0
                        ? Flux.error(new IOException("input file is output file"))
                        : program.read(name, ReadOptions.defaults()));
    }
}
