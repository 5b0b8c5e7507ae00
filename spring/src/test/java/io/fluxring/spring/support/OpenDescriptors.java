package io.fluxring.spring.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The descriptors of this process. */
public final class OpenDescriptors {
    private OpenDescriptors() {}

    /** {@return how many name regular files without a name, or in a directory} */
    public static long filesBelow(Path directory) {
        return targets().stream()
                .filter(each -> each.startsWith(directory + "/"))
                .count();
    }

    /** {@return how many there are} */
    public static int count() {
        return targets().size();
    }

    private static List<String> targets() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.map(OpenDescriptors::target)
                    .filter(each -> !each.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }
}
