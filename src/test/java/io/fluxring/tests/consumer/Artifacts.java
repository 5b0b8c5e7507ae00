package io.fluxring.tests.consumer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.reactor.ReactiveRing;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What this build has made for others. */
final class Artifacts {
    static final Path ROOT = Path.of(System.getProperty("basedir", ""), "..", "..")
            .toAbsolutePath()
            .normalize();

    private Artifacts() {}

    static Path core() {
        return jar(RingLoop.class);
    }

    static Path reactor() {
        return jar(ReactiveRing.class);
    }

    /** Maven gives the tests jars where the build packages, and folders of classes where it stops at "test". */
    private static Path jar(Class<?> member) {
        try {
            Path location = Path.of(
                    member.getProtectionDomain().getCodeSource().getLocation().toURI());
            assumeTrue(
                    Files.isRegularFile(location),
                    "this build has not packaged the jars; \"mvn package\" and \"mvn verify\" do");
            return location;
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** The version that the build gives to all modules. */
    static String version() throws IOException {
        return version(ROOT.resolve("pom.xml"), "fluxring-parent");
    }

    /** The version that a POM gives to an artifact. */
    static String version(Path pom, String artifact) throws IOException {
        Matcher matcher = Pattern.compile(
                        "<artifactId>" + Pattern.quote(artifact) + "</artifactId>\\s*<version>([^<]+)</version>")
                .matcher(Files.readString(pom));
        if (!matcher.find()) {
            throw new AssertionError(pom + " has no version of " + artifact);
        }
        return matcher.group(1);
    }

    /**
     * Makes a repository that has what this build has made beside all that the user's own has, which stays as it is: an
     * installed snapshot would be taken by other builds.
     */
    static void publish(Path repository) throws IOException {
        Path own = Path.of(
                System.getProperty("settings.localRepository", System.getProperty("user.home") + "/.m2/repository"));
        link(own, repository, "io");
        link(own.resolve("io"), repository.resolve("io"), "fluxring");
        publish(repository, "fluxring-parent", ROOT.resolve("pom.xml"), List.of());
        publish(repository, "fluxring-bom", ROOT.resolve("bom/pom.xml"), List.of());
        publish(repository, "fluxring-core", ROOT.resolve("core/pom.xml"), List.of(core()));
        publish(repository, "fluxring-reactor", ROOT.resolve("reactor/pom.xml"), List.of(reactor()));
    }

    private static void link(Path from, Path to, String except) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path each : files.toList()) {
                if (!each.getFileName().toString().equals(except)) {
                    Files.createSymbolicLink(to.resolve(each.getFileName()), each);
                }
            }
        }
    }

    /** Takes the links away again, so that what removes the repository meets none. */
    static void unlink(Path repository) throws IOException {
        try (Stream<Path> files = Files.walk(repository)) {
            for (Path link : files.filter(Files::isSymbolicLink).toList()) {
                Files.delete(link);
            }
        }
    }

    private static void publish(Path repository, String artifact, Path pom, List<Path> jars) throws IOException {
        String version = version();
        Path folder = repository.resolve("io/fluxring").resolve(artifact).resolve(version);
        Files.createDirectories(folder);
        Files.copy(pom, folder.resolve(artifact + "-" + version + ".pom"));
        for (Path jar : jars) {
            Files.copy(jar, folder.resolve(artifact + "-" + version + ".jar"));
        }
    }
}
