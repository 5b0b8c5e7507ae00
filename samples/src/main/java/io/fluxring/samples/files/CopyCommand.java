package io.fluxring.samples.files;

import io.fluxring.reactor.file.RingOpenOption;
import java.io.IOException;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code samples/run copy}: one file to another, with the messages of {@code cp}. */
@Command(
        name = "copy",
        description = "Copies a file, as cp does, and shows on a terminal how far it has come.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeOnInvalidInput = 1,
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {"0:the file was copied", "1:it was not; a new file that was begun is removed"})
public final class CopyCommand implements Callable<Integer> {
    private static final int DEFAULT_DEPTH = 8;

    @Parameters(index = "0", paramLabel = "SRC", converter = Name.Parser.class, description = "a file")
    private Name source = Name.STANDARD_INPUT;

    @Parameters(
            index = "1",
            paramLabel = "DST",
            converter = Name.Parser.class,
            description = "the name of the copy, or the folder that it comes into")
    private Name target = Name.STANDARD_INPUT;

    @Option(names = "--direct", description = "past the page cache (O_DIRECT)")
    private boolean direct;

    @Option(
            names = "--depth",
            paramLabel = "N",
            description =
                    "so many reads and writes on their way, 1 to 256; without it, the fastest way to copy is taken")
    private @Nullable Integer depth;

    @Option(names = "--verify", description = "read both files again, and compare them")
    private boolean verify;

    @Option(
            names = {"-f", "--force"},
            description = "remove a DST that can't be written")
    private boolean force;

    /** Made by picocli. */
    public CopyCommand() {}

    @Override
    public Integer call() throws IOException {
        if (depth != null && (depth < 1 || depth > 256)) {
            throw new IllegalArgumentException("--depth must be between 1 and 256: " + depth);
        }
        try (Program program = new Program("copy", 1)) {
            CopyOperands operands = CopyOperands.of(program, source, target, force);
            if (verify && !operands.sourceStat().isRegularFile()) {
                throw new IllegalArgumentException("--verify: " + source.quoted() + " can't be read twice");
            }
            return copy(program, operands) && (!verify || verify(program, operands)) ? 0 : 1;
        }
    }

    private boolean copy(Program program, CopyOperands operands) throws IOException {
        try (CopyProgressBar bar = bar("copy", operands)) {
            CopyWay copy = direct || depth != null
                    ? new StreamCopy(program, operands, direct, depth == null ? DEFAULT_DEPTH : depth, bar::by)
                    : new WholeCopy(program, operands, bar::at);
            CompletableFuture<@Nullable Void> running = copy.run().toFuture();
            Thread stop = new Thread(() -> stop(program, copy, running), "copy-stop");
            Runtime.getRuntime().addShutdownHook(stop);
            try {
                running.join();
                Runtime.getRuntime().removeShutdownHook(stop);
                return true;
            } catch (CompletionException e) {
                copy.remove();
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        }
    }

    /** At a signal: what is being written is awaited, then the file that is not whole is removed. */
    private static void stop(Program program, CopyWay copy, CompletableFuture<@Nullable Void> running) {
        if (running.isDone() && !running.isCompletedExceptionally()) {
            return;
        }
        running.cancel(true);
        program.close();
        try {
            copy.remove();
        } catch (IOException e) {
            program.warn("cannot remove what was begun: " + ErrorText.of(e));
        }
    }

    private boolean verify(Program program, CopyOperands operands) {
        OpenOption[] how =
                direct ? new OpenOption[] {StandardOpenOption.READ, RingOpenOption.DIRECT} : new OpenOption[0];
        try (CopyProgressBar bar = bar("verify", operands)) {
            Long difference = new Comparison(program, bar::by, how)
                    .of(operands.from(), operands.to())
                    .block();
            if (difference == null || difference == Comparison.SAME) {
                return true;
            }
            program.fail(operands.source().quoted() + " and "
                    + operands.target().quoted() + " differ: byte " + (difference + 1));
            return false;
        }
    }

    private static CopyProgressBar bar(String task, CopyOperands operands) {
        return CopyProgressBar.of(task, operands.sourceStat().sizeBytes());
    }
}
