package io.fluxring.benchmarks;

import io.fluxring.benchmarks.compare.CopyCommand;
import io.fluxring.benchmarks.compare.EchoCommand;
import io.fluxring.benchmarks.compare.FilesCommand;
import io.fluxring.benchmarks.compare.HttpCommand;
import io.fluxring.benchmarks.compare.IdleCommand;
import io.fluxring.benchmarks.compare.NopCommand;
import io.fluxring.benchmarks.compare.ReadsCommand;
import io.fluxring.benchmarks.compare.SyscallsCommand;
import io.fluxring.benchmarks.compare.TailCommand;
import io.fluxring.benchmarks.compare.WebfluxCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry point of {@code benchmarks/run}. */
@Command(
        name = "benchmarks/run",
        mixinStandardHelpOptions = true,
        description =
                "Compares Fluxring with C on liburing, with Netty and Reactor Netty, and with the JDK's and others'"
                        + " files.",
        subcommands = {
            CopyCommand.class,
            EchoCommand.class,
            FilesCommand.class,
            HttpCommand.class,
            IdleCommand.class,
            NopCommand.class,
            ReadsCommand.class,
            SyscallsCommand.class,
            TailCommand.class,
            WebfluxCommand.class
        })
public final class Compare {

    private Compare() {}

    /**
     * Runs one comparison.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Compare()).execute(arguments));
    }
}
