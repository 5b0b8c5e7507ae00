package io.fluxring.samples.doctor;

import io.fluxring.core.preflight.Preflight;
import io.fluxring.core.setup.RingConfig;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code samples/run doctor}: whether rings can be had here. */
@Command(
        name = "doctor",
        description = "Tells whether io_uring works here, and if not, why and what to do about it.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false,
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {"0:io_uring works here", "2:it does not"})
public final class DoctorCommand implements Callable<Integer> {
    private static final int REFUSED = 2;
    private static final int IDLE_MILLIS = 1000;

    @Option(names = "--entries", description = "submission entries of the ring that is tried", defaultValue = "1024")
    private int entries;

    @Option(names = "--completions", description = "its completion entries", defaultValue = "16384")
    private int completions;

    @Option(
            names = "--sqpoll",
            negatable = true,
            defaultValue = "false",
            fallbackValue = "true",
            description = "a kernel thread takes its submissions")
    private boolean sqPoll;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec command;

    /** Made by picocli. */
    public DoctorCommand() {}

    @Override
    public Integer call() {
        RingConfig config = RingConfig.defaults().withEntries(entries, completions);
        Preflight preflight = Preflight.check(sqPoll ? config.withSqPoll(IDLE_MILLIS) : config);
        Report.of(preflight).forEach(command.commandLine().getOut()::println);
        return preflight.ready() ? 0 : REFUSED;
    }
}
