package io.fluxring.samples.webflux;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code samples/run webflux}: turns options into the application's properties, and starts it. A user's mistake or a refusal of the system
 * is one line, and exit status 2.
 */
@Command(
        name = "webflux",
        description = "A file drop with Spring WebFlux: a page to upload, download and delete files, live in every open"
                + " window.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        showDefaultValues = true,
        sortOptions = false)
public final class FileDropCommand implements Callable<Integer> {
    @Option(names = "--host", description = "address to listen on", defaultValue = "127.0.0.1")
    private String host = "";

    @Option(names = "--port", description = "port to listen on, 0 to have one picked", defaultValue = "8080")
    private int port;

    @Option(names = "--dir", description = "folder of the files; a new one for temporary files when not given")
    private @Nullable Path dir;

    @Option(
            names = "--transport",
            paramLabel = "ring|default",
            description = "ring: io_uring or not at all; default: what Reactor Netty has by itself, epoll;"
                    + " when not given, the ring where this host allows it")
    private @Nullable String transport;

    private FileDropCommand() {}

    /** See {@code samples/run webflux --help}. */
    public static void main(String[] arguments) {
        int status = commandLine().execute(arguments);
        if (status != 0) {
            System.exit(status);
        }
        // The server's threads go on until a signal comes.
    }

    static CommandLine commandLine() {
        return new CommandLine(new FileDropCommand())
                .setParameterExceptionHandler((e, ignored) -> refuse(e.getCommandLine(), e))
                .setExecutionExceptionHandler((e, command, ignored) -> refuse(command, e));
    }

    private static int refuse(CommandLine command, Exception e) {
        PrintWriter errors = command.getErr();
        errors.println(command.getCommandName() + ": " + StartFailures.describe(e));
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    @Override
    public Integer call() throws IOException {
        String mode = mode();
        checkAddress();
        Path folder = folder();
        List<String> properties = new ArrayList<>(List.of(
                "--server.address=" + host,
                "--server.port=" + port,
                "--filedrop.dir=" + folder.toAbsolutePath(),
                "--fluxring.mode=" + mode));
        String bound = SpringApplication.run(FileDropApplication.class, properties.toArray(String[]::new))
                .getEnvironment()
                .getProperty("local.server.port");
        System.out.println("listening on http://" + bracketed(host) + ":" + bound + ", files in " + folder);
        return 0;
    }

    private String mode() {
        return switch (transport) {
            case null -> "auto";
            case "ring" -> "required";
            case "default" -> "off";
            default -> throw new IllegalArgumentException("--transport must be ring or default: " + transport);
        };
    }

    private void checkAddress() throws UnknownHostException {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("--port must be between 0 and 65535: " + port);
        }
        var _ = InetAddress.getByName(host); // Spring would say of an unknown host that a property can't be bound
    }

    /** Says before the start, in a line, that a folder is of no use. */
    private Path folder() throws IOException {
        if (dir == null) {
            return Files.createTempDirectory("filedrop-");
        }
        if (!Files.isDirectory(dir)) {
            throw new IllegalArgumentException("--dir is not a folder: " + dir);
        }
        try {
            Files.delete(Files.createTempFile(dir, ".filedrop-", null));
        } catch (IOException e) {
            throw new IllegalArgumentException("--dir can't be written to: " + dir, e);
        }
        return dir;
    }

    private static String bracketed(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }
}
