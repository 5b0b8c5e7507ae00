package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.tests.preflight.Jvm;
import io.fluxring.tests.preflight.Unprivileged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operations for which a right is missing. */
class DeniedNamesTest {
    @Test
    void missingRightsAreTold(@TempDir Path classes, @TempDir Path directory) throws IOException {
        Unprivileged user = new Unprivileged(classes);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createFile(directory.resolve("file"));
        Path closed = Files.createDirectory(directory.resolve("closed"));
        Files.createFile(closed.resolve("inside"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));

        Jvm.Ended ended = user.jvm().run(DeniedNames.class, directory.toString());
        assertThat(ended.status()).as(ended.toString()).isZero();
        Map<String, String> answers = new HashMap<>();
        ended.output().forEach(line -> {
            String[] parts = line.split(" ", 2);
            answers.put(parts[0], parts[1]);
        });
        assertThat(answers).hasSize(17);
        String reading = answers.remove("walk");
        answers.forEach((operation, answer) -> assertThat(answer)
                .as(operation)
                .contains("DeniedException: ")
                // sysctl fs.protected_hardlinks looks at the file first
                .contains(operation.equals("createLink") ? ": E" : "EACCES (permission denied)"));
        String closedToRead = "DeniedException: OPENAT " + closed + ": EACCES (permission denied)";
        assertThat(answers.get("list")).isEqualTo(closedToRead);
        assertThat(answers.get("walkClosed")).as("what came before").isEqualTo(closed + " " + closedToRead);
        assertThat(reading).contains(" closed ").endsWith(closedToRead);
        assertThat(answers.get("stat")).startsWith("DeniedException: STATX " + closed + "/inside: ");
    }
}
