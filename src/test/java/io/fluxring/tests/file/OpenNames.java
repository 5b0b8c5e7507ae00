package io.fluxring.tests.file;

import io.fluxring.tests.support.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What of a directory this process has open. */
final class OpenNames {
    private OpenNames() {}

    /** The names below a directory that descriptors of this process stand for, once each. */
    static List<Path> below(Path directory) {
        List<Path> names = new ArrayList<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path each : descriptors) {
                Path name = target(each);
                if (name.startsWith(directory)) {
                    names.add(name);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }

    private static Path target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor);
        } catch (IOException e) {
            return Path.of("closed meanwhile");
        }
    }

    /** Makes a FIFO. */
    static Path fifo(Path path) throws IOException {
        try (ChildJvm mkfifo = ChildJvm.run(List.of("mkfifo", path.toString()))) {
            if (mkfifo.awaitExit() != 0) {
                throw new IOException("mkfifo: " + mkfifo.errors());
            }
        }
        return path;
    }
}
