package io.fluxring.tests.file;

import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.file.FileAttributes;
import io.fluxring.reactor.file.RingFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** A program of a user who may do little in a directory of root's: it says how each operation ended. */
final class DeniedNames {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private DeniedNames() {}

    /** In the directory of the first argument, which {@link DeniedNamesTest} makes. */
    public static void main(String[] arguments) {
        ReactiveRing ring = ReactiveRing.create();
        try {
            operations(ring.files(), Path.of(arguments[0]))
                    .forEach((name, operation) -> System.out.println(Flux.from(operation)
                            .map(String::valueOf)
                            .onErrorResume(e -> Flux.just(e.getClass().getSimpleName() + ": " + e.getMessage()))
                            .reduce(name, (a, b) -> a + " " + b)
                            .block(LIMIT)));
        } finally {
            ring.disposeLater().block(LIMIT);
        }
    }

    private static Map<String, Publisher<?>> operations(RingFiles files, Path directory) {
        Path inside = directory.resolve("closed/inside");
        FileAttributes attributes = files.attributes(inside);
        Map<String, Publisher<?>> all = new TreeMap<>();
        all.put("stat", files.stat(inside));
        all.put("exists", files.exists(inside));
        all.put("createDirectory", files.createDirectory(directory.resolve("new")));
        all.put("createDirectories", files.createDirectories(directory.resolve("new/a")));
        all.put("rename", files.rename(directory.resolve("file"), directory.resolve("new")));
        all.put("delete", files.delete(directory.resolve("file")));
        all.put("deleteDirectory", files.deleteDirectory(directory.resolve("closed")));
        all.put("createLink", files.createLink(directory.resolve("new"), directory.resolve("file")));
        all.put("createSymbolicLink", files.createSymbolicLink(directory.resolve("new"), Path.of("file")));
        all.put("readSymbolicLink", files.readSymbolicLink(inside));
        all.put("names", attributes.names());
        all.put("get", attributes.get("user.a"));
        all.put("set", files.attributes(directory.resolve("file")).set("user.a", new byte[1]));
        all.put("remove", attributes.remove("user.a"));
        all.put("list", files.list(directory.resolve("closed")));
        all.put("walkClosed", files.walk(directory.resolve("closed")));
        all.put("walk", files.walk(directory).map(directory::relativize));
        return all;
    }
}
