package io.fluxring.tests.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.samples.Launcher;
import io.fluxring.tests.support.ChildJvm;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Runs scripts in a folder: with the system's cat, cp, grep and sha256sum, and with the samples under the same names. */
final class Shell {
    private static final int LIMIT_SECONDS = 120;

    /** The samples, by the names of what they are compared with. */
    private static final Map<String, String> SAMPLES =
            Map.of("cat", "cat", "cp", "copy", "grep", "grep", "sha256sum", "sum");

    private static final String IN_A_COPY =
            "copy=$(mktemp -d) && command cp -a . $copy && cd $copy || exit 99; trap 'rm -rf $copy' EXIT\n";

    private final Path folder;
    private String locale = "C.UTF-8";

    Shell(Path folder) {
        this.folder = folder;
    }

    Shell withLocale(String other) {
        locale = other;
        return this;
    }

    /** How a script has ended, and what it printed, each byte as a character. */
    record Outcome(int status, String output, String errors) {}

    /** A script in bash, without any of the samples. */
    Outcome system(String script) throws IOException {
        return run(script);
    }

    /** The same script, in which the names of the system's programs mean the samples. */
    Outcome samples(String script) throws IOException {
        String java = ChildJvm.command(Launcher.class).stream()
                .map(each -> "'" + each + "'")
                .collect(Collectors.joining(" "));
        String functions = SAMPLES.entrySet().stream()
                .map(each -> each.getKey() + "() { " + java + " " + each.getValue() + " \"$@\"; }\n")
                .collect(Collectors.joining());
        Outcome outcome = run(functions + script);
        String errors = outcome.errors
                .lines()
                .filter(line -> !line.startsWith("SLF4J"))
                .map(Shell::underTheSystemsName)
                .map(line -> line + "\n")
                .collect(Collectors.joining());
        return new Outcome(outcome.status, outcome.output, errors);
    }

    private static String underTheSystemsName(String line) {
        for (Map.Entry<String, String> each : SAMPLES.entrySet()) {
            if (line.startsWith(each.getValue() + ": ")) {
                return each.getKey() + line.substring(each.getValue().length());
            }
        }
        return line;
    }

    /** The samples do with a script what the system's programs do, each in a copy of the folder: status, and all that is printed. */
    void same(String script) throws IOException {
        assertThat(samples(IN_A_COPY + script)).as(script).isEqualTo(system(IN_A_COPY + script));
    }

    private Outcome run(String script) throws IOException {
        Path output = Files.createTempFile("output", "");
        Path errors = Files.createTempFile("errors", "");
        try {
            ProcessBuilder builder = new ProcessBuilder("bash", "-c", script)
                    .directory(folder.toFile())
                    .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile());
            builder.environment().put("LC_ALL", locale);
            Process process = builder.start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError("does not end: " + script);
            }
            return new Outcome(
                    process.exitValue(),
                    Files.readString(output, StandardCharsets.ISO_8859_1),
                    Files.readString(errors, StandardCharsets.ISO_8859_1));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }
}
