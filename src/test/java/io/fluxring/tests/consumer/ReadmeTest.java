package io.fluxring.tests.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.tests.support.ChildJvm;
import io.fluxring.tests.support.Peer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A project outside of this build, with the coordinates of README.md, compiles and runs its programs word for word, on the
 * class path and on the module path.
 */
class ReadmeTest {
    private static final String CLASS_PATH_FLAG = "--enable-native-access=ALL-UNNAMED";
    private static final String MODULE_PATH_FLAG = "--enable-native-access=io.fluxring.core";

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    static Path repository;

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path folder;

    @BeforeAll
    static void publish() throws IOException {
        Artifacts.publish(repository);
    }

    @AfterAll
    static void unlink() throws IOException {
        Artifacts.unlink(repository);
    }

    @Test
    void onTheClassPath() throws IOException {
        Readme readme = Readme.read(Artifacts.ROOT);
        String dependencies = "<dependencies>" + readme.dependency() + "</dependencies>";
        programs(
                readme,
                new ConsumerProject(folder, repository, false, dependencies, readme.programs()),
                CLASS_PATH_FLAG);
    }

    /** The version is the BOM's here. */
    @Test
    void onTheModulePath() throws IOException {
        Readme readme = Readme.read(Artifacts.ROOT);
        String dependency = readme.dependency().replaceFirst("<version>.*</version>", "");
        String dependencies = """
            <dependencyManagement><dependencies><dependency>
              <groupId>io.fluxring</groupId>
              <artifactId>fluxring-bom</artifactId>
              <version>%s</version>
              <type>pom</type>
              <scope>import</scope>
            </dependency></dependencies></dependencyManagement>
            <dependencies>%s</dependencies>
            """.formatted(Artifacts.version(), dependency);
        programs(
                readme,
                new ConsumerProject(folder, repository, true, dependencies, readme.programs()),
                MODULE_PATH_FLAG);
    }

    /** Gradle isn't at hand: at least its line names the same artifact. */
    @Test
    void gradleHasTheSameCoordinates() throws IOException {
        Readme readme = Readme.read(Artifacts.ROOT);
        assertThat(readme.dependency()).contains("<version>" + Artifacts.version() + "</version>");
        assertThat(readme.text())
                .contains("implementation(\"io.fluxring:fluxring-reactor:" + Artifacts.version() + "\")");
    }

    private static void programs(Readme readme, ConsumerProject project, String flag) throws IOException {
        assertThat(readme.text()).contains(flag);
        assertThat(readme.programs())
                .as("what this test knows to run")
                .containsOnlyKeys("EchoServer", "CountLines", "HostName");
        project.compile();
        echoes(project, flag);
        countsLines(project, flag);
        readsTheHostName(project, flag);
    }

    private static void echoes(ConsumerProject project, String flag) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 7000);
        assumeTrue(isFree(address), "port 7000, which is the README's, is in use");
        try (ChildJvm server = project.run("EchoServer", List.of(flag))) {
            assertThat(server.awaitOutput("listening on")).contains("127.0.0.1:7000");
            try (Peer peer = Peer.connect(address)) {
                peer.echo(1000).endOutput().expectEnd();
            }
            assertThat(server.errors()).isEmpty();
        }
    }

    private static boolean isFree(InetSocketAddress address) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address);
            return true;
        } catch (BindException e) {
            return false;
        }
    }

    private static void countsLines(ConsumerProject project, String flag) throws IOException {
        try (ChildJvm program = project.run("CountLines", List.of(flag))) {
            assertThat(program.awaitExit()).as("%s", program).isZero();
            assertThat(program.output()).singleElement().asString().matches("\\d+ lines in /etc/hostname");
            assertThat(program.errors()).isEmpty();
        }
    }

    private static void readsTheHostName(ConsumerProject project, String flag) throws IOException {
        try (ChildJvm program = project.run("HostName", List.of(flag))) {
            assertThat(program.awaitExit()).as("%s", program).isZero();
            assertThat(program.output()).singleElement().asString().matches("opened as descriptor \\d+");
            assertThat(program.errors()).isEmpty();
        }
    }
}
