package io.fluxring.tests.preflight;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.ring.Ring;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.samples.Launcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jctools.queues.MpscArrayQueue;
import org.jctools.queues.varhandle.MpscChunkedVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import picocli.CommandLine;
import reactor.core.publisher.Flux;

/**
 * Processes of a user without any right, whom root can become. That user can't look into the folders where classes are built and
 * libraries are kept, so what the processes need is copied.
 */
public final class Unprivileged {
    /** Limits count what a user has: one that nobody else is, and not the same in a build that runs beside this one. */
    private static final long USER = 50_000 + ProcessHandle.current().pid() % 10_000;

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Set<PosixFilePermission> FOR_ALL = PosixFilePermissions.fromString("rwxr-xr-x");

    private static final List<Class<?>> NEEDED = List.of(
            RingProbe.class,
            Launcher.class,
            ReactiveRing.class,
            Ring.class,
            CommandLine.class,
            Flux.class,
            Publisher.class,
            MpscArrayQueue.class,
            MpscChunkedVarHandleArrayQueue.class,
            Nullable.class);

    private final String classPath;

    /**
     * Copies what is needed into a folder, or says why this can't be.
     *
     * @param folder empty; it becomes readable for all
     */
    public Unprivileged(Path folder) throws IOException {
        assumeTrue(effectiveUser() == 0, "only root can become somebody else");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "setpriv is not installed");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "prlimit is not installed");
        this.classPath = copy(folder);
        assumeTrue(
                Jvm.Ended.of(as("test", "-x", Jvm.java().toString(), "-a", "-r", folder.toString()))
                                .status()
                        == 0,
                "another user can't read this JDK, or the folder of temporary files");
    }

    private static int effectiveUser() throws IOException {
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith("Uid:")) {
                return Integer.parseInt(line.split("\\s+")[2]);
            }
        }
        return -1;
    }

    /** A JVM of that user. */
    public Jvm jvm() {
        return Jvm.plain().withClassPath(classPath).under(as().toArray(String[]::new));
    }

    /** A JVM of that user with a limit that {@code prlimit(1)} knows. */
    Jvm limited(String limit) {
        return Jvm.plain()
                .withClassPath(classPath)
                .under("/usr/bin/prlimit", limit)
                .under(as().toArray(String[]::new));
    }

    private static List<String> as(String... command) {
        return Stream.concat(
                        Stream.of("/usr/bin/setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups"),
                        Stream.of(command))
                .toList();
    }

    private static String copy(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, FOR_ALL);
        List<String> copies = new ArrayList<>();
        for (Path each : NEEDED.stream().map(Unprivileged::place).distinct().toList()) {
            Path copy = folder.resolve(copies.size() + "-" + each.getFileName());
            copyAll(each, copy);
            copies.add(copy.toString());
        }
        return String.join(":", copies);
    }

    private static void copyAll(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Path copy = to.resolve(from.relativize(each).toString());
                Files.copy(each, copy);
                Files.setPosixFilePermissions(copy, FOR_ALL);
            }
        }
    }

    private static Path place(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        try {
            return Path.of(source.getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
