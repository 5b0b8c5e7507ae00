package io.fluxring.core.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The open descriptors of this process, by kind. Files are left out: the JVM opens those when it likes. */
public final class Descriptors {
    private static final Path FOLDER = Path.of("/proc/self/fd");

    private Descriptors() {}

    /** The number of open descriptors of each kind, such as {@code socket} and {@code anon_inode:[io_uring]}. */
    public static Map<String, Integer> count() {
        Map<String, Integer> counts = new TreeMap<>();
        try (DirectoryStream<Path> open = Files.newDirectoryStream(FOLDER)) {
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

    /** The first close of a socket makes the JDK open a pair of its own, for good: have that behind us. */
    public static void warmUp() {
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(null);
                SocketChannel client = SocketChannel.open(server.getLocalAddress());
                SocketChannel accepted = server.accept()) {
            client.shutdownOutput();
            accepted.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many descriptors this process may have. */
    public static long limit() {
        try (var limits = Files.lines(Path.of("/proc/self/limits"))) {
            return limits.filter(line -> line.startsWith("Max open files"))
                    .map(line -> line.substring(25).strip().replaceFirst("\\s.*", ""))
                    .map(limit -> limit.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(limit))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
