package io.fluxring.samples;

import io.fluxring.samples.doctor.DoctorCommand;
import io.fluxring.samples.echo.EchoCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Starts a sample by its name. A user's mistake or a refusal of the system is one line and exit status 2. */
@Command(
        name = "samples/run",
        description = "Starts one of the samples.",
        subcommands = {EchoCommand.class, DoctorCommand.class},
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "SAMPLE")
public final class Launcher implements Runnable {
    private static final int REFUSED = 2;

    private Launcher() {}

    /** See {@code samples/run --help}. */
    public static void main(String[] arguments) {
        CommandLine commands = new CommandLine(new Launcher())
                .setParameterExceptionHandler((e, ignored) -> refuse(e.getCommandLine(), e))
                .setExecutionExceptionHandler((e, command, ignored) -> refuse(command, e));
        System.exit(commands.execute(arguments));
    }

    private static int refuse(CommandLine command, Exception e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        command.getErr().println(command.getCommandName() + ": " + message.replace('\n', ' '));
        return REFUSED;
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
