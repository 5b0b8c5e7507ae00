package io.fluxring.spring.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What of the kernel's this process has. */
public final class Resources {
    private Resources() {}

    /** The number of open descriptors of each kind, such as {@code socket} and {@code anon_inode:[io_uring]}, files left out. */
    public static Map<String, Integer> descriptors() {
        Map<String, Integer> counts = new TreeMap<>();
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path each : open) {
                String kind = kind(each);
                if (!kind.startsWith("/")) {
                    counts.merge(kind, 1, Integer::sum);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return counts;
    }

    private static String kind(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().replaceFirst("^(socket|pipe):.*", "$1");
        } catch (IOException e) {
            return "/closed meanwhile";
        }
    }

    /** The number of mappings of rings. */
    public static long ringMappings() {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            return maps.filter(line -> line.contains("io_uring")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of the threads that match an expression. */
    public static List<String> threads(String expression) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.matches(expression))
                .sorted()
                .toList();
    }
}
