package io.fluxring.tests.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.tests.support.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A user's Maven project in a folder of its own: sources, one dependency, nothing of our build. */
final class ConsumerProject {
    private static final String PACKAGE = "consumer";
    private static final Duration MAVEN_LIMIT =
            Duration.ofMinutes(3); // it compiles, beside all that a build machine does

    private final Path folder;
    private final Path repository;
    private final boolean modular;

    /** Writes the project; on the module path its programs get a package, which a module demands. */
    ConsumerProject(Path folder, Path repository, boolean modular, String dependencies, Map<String, String> programs)
            throws IOException {
        this.folder = folder;
        this.repository = repository;
        this.modular = modular;
        Path sources = Files.createDirectories(folder.resolve("src/main/java"));
        Files.writeString(folder.resolve("pom.xml"), pom(dependencies));
        if (modular) {
            Files.writeString(
                    sources.resolve("module-info.java"), "module " + PACKAGE + " { requires io.fluxring.reactor; }\n");
            sources = Files.createDirectory(sources.resolve(PACKAGE));
        }
        for (var program : programs.entrySet()) {
            String header = modular ? "package " + PACKAGE + ";\n" : "";
            Files.writeString(sources.resolve(program.getKey() + ".java"), header + program.getValue());
        }
    }

    private static String pom(String dependencies) {
        return """
            <project xmlns="http://maven.apache.org/POM/4.0.0">
              <modelVersion>4.0.0</modelVersion>
              <groupId>org.example</groupId>
              <artifactId>consumer</artifactId>
              <version>1</version>
              <properties>
                <maven.compiler.release>25</maven.compiler.release>
                <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
              </properties>
            %s
            </project>
            """.formatted(dependencies);
    }

    /** Compiles by Maven, on the JDK of this test, from what its repository has. */
    void compile() throws IOException {
        Path plugins = Artifacts.ROOT.resolve("pom.xml");
        List<String> command = List.of(
                "env",
                "-u",
                "MAVEN_OPTS",
                "JAVA_HOME=" + System.getProperty("java.home"),
                "mvn",
                "-o",
                "-q",
                "-B",
                "-f",
                folder.resolve("pom.xml").toString(),
                "-Dmaven.repo.local=" + repository,
                "-Dmdep.outputFile=" + folder.resolve("libraries"),
                goal(plugins, "maven-compiler-plugin", "compile"),
                goal(plugins, "maven-dependency-plugin", "build-classpath"));
        try (ChildJvm maven = ChildJvm.run(command)) {
            assertThat(maven.awaitExit(MAVEN_LIMIT)).as("%s", maven).isZero();
        }
    }

    private static String goal(Path versions, String plugin, String goal) throws IOException {
        return "org.apache.maven.plugins:" + plugin + ":" + Artifacts.version(versions, plugin) + ":" + goal;
    }

    /** Runs a program with the options that README.md gives for this kind of path. */
    ChildJvm run(String program, List<String> options) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(options);
        String path = folder.resolve("target/classes") + ":" + Files.readString(folder.resolve("libraries"));
        if (modular) {
            command.addAll(List.of("-p", path, "-m", PACKAGE + "/" + PACKAGE + "." + program));
        } else {
            command.addAll(List.of("-cp", path, program));
        }
        return ChildJvm.run(command);
    }
}
