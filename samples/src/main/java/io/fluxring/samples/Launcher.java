package io.fluxring.samples;

import io.fluxring.samples.doctor.DoctorCommand;
import io.fluxring.samples.echo.EchoCommand;
import io.fluxring.samples.files.ByteArguments;
import io.fluxring.samples.files.CatCommand;
import io.fluxring.samples.files.CopyCommand;
import io.fluxring.samples.files.GrepCommand;
import io.fluxring.samples.files.SumCommand;
import io.fluxring.samples.http.HttpCommand;
import java.io.PrintWriter;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Starts a sample by its name. A user's mistake or a refusal of the system is one line and the sample's exit status for failures. */
@Command(
        name = "samples/run",
        description = "Starts one of the samples.",
        subcommands = {
            EchoCommand.class,
            HttpCommand.class,
            WebfluxCommand.class,
            CatCommand.class,
            GrepCommand.class,
            SumCommand.class,
            CopyCommand.class,
            DoctorCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "SAMPLE",
        commandListHeading = "Samples:%n")
public final class Launcher implements Runnable {
    /** Samples that are given files: their arguments are bytes, not text. */
    private static final Set<String> ON_FILES = Set.of("cat", "copy", "grep", "sum");

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec command;

    private Launcher() {}

    /** See {@code samples/run --help}. */
    public static void main(String[] arguments) {
        CommandLine commands = new CommandLine(new Launcher());
        commands.getSubcommands().values().forEach(it -> it.getCommandSpec().versionProvider(new Version()));
        commands.setExpandAtFiles(false); // a file may have such a name
        commands.setParameterExceptionHandler((e, ignored) -> refuse(e.getCommandLine(), e))
                .setExecutionExceptionHandler((e, sample, ignored) -> refuse(sample, e));
        boolean onFiles = arguments.length > 0 && ON_FILES.contains(arguments[0]);
        System.exit(commands.execute(onFiles ? ByteArguments.of(arguments) : arguments));
    }

    private static int refuse(CommandLine command, Exception e) {
        PrintWriter errors = command.getErr();
        errors.println(command.getCommandName() + ": " + message(e).replace('\n', ' '));
        if (command.getParent() == null) {
            // It is the sample's name that is missing or wrong, so show the right ones.
            errors.print("Samples:\n" + command.getHelp().commandList());
            errors.flush();
        }
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static String message(Exception e) {
        if (e instanceof UnmatchedArgumentException wrong
                && wrong.getCommandLine().getParent() == null
                && !wrong.isUnknownOption()) {
            return "there is no sample '" + wrong.getUnmatched().getFirst() + "'";
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    @Override
    public void run() {
        throw new ParameterException(command.commandLine(), "the name of a sample is missing");
    }
}
