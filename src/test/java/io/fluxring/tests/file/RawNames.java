package io.fluxring.tests.file;

import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.file.RingFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/**
 * Names of which Linux alone knows that they are some. A program as well: what a name's text is depends on the encoding with which the JVM
 * was started, what its bytes are does not.
 */
final class RawNames {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** As escaped bytes. */
    static final List<String> NAMES = List.of(
            "plain",
            "with%20blank",
            "new%0Aline",
            "%C3%BC%E2%82%AC%F0%9F%98%80", // UTF-8
            "%FF%FE", // never UTF-8
            "half%C3", // ends in the middle of a character
            "%EF%BF%BD", // the replacement character itself
            "%ED%A0%80", // half a surrogate pair
            "%80%25%5C%3F%2A%3B%3A%23%22%27%7F%01",
            "-rf",
            "%FF".repeat(255));

    private RawNames() {}

    /** A name in a directory, by its bytes. */
    static Path path(Path directory, String escaped) {
        String uri = directory.toUri().toString();
        return Path.of(URI.create(uri + (uri.endsWith("/") ? "" : "/") + escaped));
    }

    /** Takes each name through each operation. */
    static void roundTrip(ReactiveRing ring, Path directory) throws IOException {
        for (String each : NAMES) {
            one(ring.files(), path(directory, each), directory);
        }
        all(ring.files(), directory);
    }

    private static void one(RingFiles files, Path name, Path directory) throws IOException {
        require(Boolean.FALSE.equals(files.exists(name).block(LIMIT)), "free", name);
        files.createDirectory(name).block(LIMIT);
        require(Files.isDirectory(name), "made", name);
        files.createDirectories(name.resolve(name.getFileName())).block(LIMIT);
        require(Files.isDirectory(name.resolve(name.getFileName())), "made below", name);
        List<Path> listed = files.list(name).collectList().block(LIMIT);
        require(List.of(name.resolve(name.getFileName())).equals(listed), "listed " + listed, name);
        files.deleteDirectory(name.resolve(name.getFileName())).block(LIMIT);
        files.deleteDirectory(name).block(LIMIT);
        require(!Files.exists(name), "removed", name);

        Path plain = directory.resolve("plain-file");
        Files.createFile(plain);
        files.rename(plain, name).block(LIMIT);
        require(Files.isRegularFile(name), "renamed", name);
        files.createLink(plain, name).block(LIMIT);
        require(Files.isSameFile(plain, name), "linked", name);
        files.delete(name).block(LIMIT);
        files.delete(plain).block(LIMIT);
        links(files, name, plain);
    }

    /** Relative and absolute ones, with all that a path can have. */
    private static void links(RingFiles files, Path name, Path link) throws IOException {
        Path element = name.getFileName();
        for (Path target : List.of(
                name, element, Path.of("..").resolve(element).resolve(".").resolve(element))) {
            files.createSymbolicLink(link, target).block(LIMIT);
            require(Files.readSymbolicLink(link).equals(target), "said", target);
            Path read = files.readSymbolicLink(link).block(LIMIT);
            require(target.equals(read), "read as " + read, target);
            files.delete(link).block(LIMIT);
        }
    }

    private static void all(RingFiles files, Path directory) throws IOException {
        Set<Path> made = new TreeSet<>();
        for (String each : NAMES) {
            Path name = path(directory, each);
            made.add(Files.createFile(name));
        }
        Set<Path> listed = new TreeSet<>(files.list(directory).collectList().block(LIMIT));
        require(made.equals(listed), "listed " + listed, directory);
        Set<Path> walked =
                new TreeSet<>(files.walk(directory).skip(1).collectList().block(LIMIT));
        require(made.equals(walked), "walked " + walked, directory);
        for (Path each : listed) {
            require(files.stat(each).block(LIMIT).isRegularFile(), "found", each);
            require(Boolean.TRUE.equals(files.deleteIfExists(each).block(LIMIT)), "deleted", each);
        }
        try (Stream<Path> left = Files.list(directory)) {
            require(left.findAny().isEmpty(), "all gone", directory);
        }
    }

    private static void require(boolean holds, String what, Path path) {
        if (!holds) {
            throw new AssertionError("not " + what + ": " + path.toUri());
        }
    }

    /** In the directory of the first argument. */
    public static void main(String[] arguments) throws IOException {
        ReactiveRing ring = ReactiveRing.create();
        try {
            roundTrip(ring, Path.of(arguments[0]));
            String message = failure(ring, path(Path.of(arguments[0]), "%FF%C3%BC%0A"));
            System.out.println(System.getProperty("sun.jnu.encoding") + " works; " + message);
        } finally {
            ring.disposeLater().block(LIMIT);
        }
    }

    /** What is said of a name that is not there. */
    static String failure(ReactiveRing ring, Path none) {
        return ring.files()
                .stat(none)
                .map(stat -> "it is there")
                .onErrorResume(e -> Mono.just(String.valueOf(e.getMessage())))
                .blockOptional(LIMIT)
                .orElseThrow();
    }
}
