package io.fluxring.samples;

import io.fluxring.samples.doctor.DoctorCommand;
import io.fluxring.samples.echo.EchoCommand;
import io.fluxring.samples.http.HttpCommand;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Starts a sample by its name. A user's mistake or a refusal of the system is one line and exit status 2. */
@Command(
        name = "samples/run",
        description = "Starts one of the samples.",
        subcommands = {EchoCommand.class, HttpCommand.class, DoctorCommand.class},
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "SAMPLE",
        commandListHeading = "Samples:%n")
public final class Launcher implements Runnable {
    private static final int REFUSED = 2;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec command;

    private Launcher() {}

    /** See {@code samples/run --help}. */
    public static void main(String[] arguments) {
        CommandLine commands = new CommandLine(new Launcher());
        commands.getSubcommands().values().forEach(it -> it.getCommandSpec().versionProvider(new Version()));
        commands.setParameterExceptionHandler((e, ignored) -> refuse(e.getCommandLine(), e))
                .setExecutionExceptionHandler((e, sample, ignored) -> refuse(sample, e));
        System.exit(commands.execute(arguments));
    }

    private static int refuse(CommandLine command, Exception e) {
        PrintWriter errors = command.getErr();
        errors.println(command.getCommandName() + ": " + message(e).replace('\n', ' '));
        if (command.getParent() == null) {
            // It is the sample's name that is missing or wrong, so show the right ones.
            errors.print("Samples:\n" + command.getHelp().commandList());
            errors.flush();
        }
        return REFUSED;
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
