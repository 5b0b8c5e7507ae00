package io.fluxring.samples.webflux;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that run on the ring, and once more without it: the application does the same. */
@ParameterizedClass
@ValueSource(strings = {"required", "off"})
abstract class OnBothTransports {
    @TempDir
    private static Path parent;

    static RunningFileDrop drop;

    /** Whether the ring is in use, or off. */
    final String mode;

    OnBothTransports(String mode) {
        this.mode = mode;
    }

    @BeforeParameterizedClassInvocation
    static void start(String mode) throws IOException {
        // With a place beside it that is the test's own, too.
        drop = RunningFileDrop.start(mode, Files.createDirectories(parent.resolve("drop")));
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        drop.close();
    }

    @BeforeEach
    void empty() throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(drop.folder())) {
            for (Path each : all) {
                Files.delete(each);
            }
        }
    }
}
