package io.fluxring.tests.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.samples.Launcher;
import io.fluxring.tests.preflight.Jvm.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code RingLoopResources.createOrDefault} on hosts that allow rings, that allow none, and that allow some. */
class LoopResourcesTest {
    private static final Path STRACE = Path.of("/usr/bin/strace");

    private static Jvm withSetups(String outcome) {
        assumeTrue(Files.isExecutable(STRACE), "strace is not installed");
        return Jvm.plain()
                .under(
                        STRACE.toString(),
                        "-f",
                        "-qq",
                        "-o",
                        "/dev/null",
                        "-e",
                        "trace=io_uring_setup",
                        "-e",
                        "inject=io_uring_setup:" + outcome);
    }

    @Test
    void onRingsWhereThereAreSome() throws IOException {
        Ended probe = Jvm.plain().run(LoopResourcesProbe.class);
        assertThat(probe.output()).containsSequence("available true", "loops RingLoopResources");
        assertThat(probe.output().getLast()).matches("answered by probe-ring-[123]");
        assertThat(logged(probe)).singleElement().asString().endsWith("probe: event loops on io_uring by Fluxring");
        assertThat(probe.status()).isZero();
    }

    /** Netty's io_uring is refused the same: what is left is epoll. */
    @Test
    void onReactorNettysDefaultWhereThereIsNone() throws IOException {
        Ended probe = withSetups("error=EPERM").run(LoopResourcesProbe.class);
        assertThat(probe.output()).first().isEqualTo("available false");
        assertThat(probe.output().get(1)).startsWith("cause ").contains("EPERM");
        isDefault(probe, "EPERM");
    }

    /** The trials succeed, as does the first loop's ring; then there is an end to them, but no port is bound yet. */
    @Test
    void onReactorNettysDefaultWhereThereAreTooFew() throws IOException {
        // strace counts by thread: a trial has one of its own, the loops' rings are made on the caller's
        Ended probe = withSetups("error=ENFILE:when=2+").run(LoopResourcesProbe.class);
        assertThat(probe.output()).first().isEqualTo("available true");
        isDefault(probe, "ENFILE");
    }

    /** A program that compares transports does not want another one than it has asked for. */
    @Test
    void theSampleTakesNoOther() throws IOException {
        Ended http = withSetups("error=EPERM").run(Launcher.class, "http", "--port", "0");
        assertThat(http.errors())
                .singleElement()
                .asString()
                .startsWith("http: a security module forbids io_uring (EPERM)");
        assertThat(http.output()).isEmpty();
        assertThat(http.status()).isEqualTo(2);
    }

    private static void isDefault(Ended probe, String error) {
        assertThat(probe.output()).contains("loops DefaultLoopResources");
        assertThat(probe.output().getLast()).matches("answered by probe-(epoll|nio)-[123]");
        assertThat(logged(probe))
                .singleElement()
                .asString()
                .contains("probe: event loops of Reactor Netty's default, because no ring can be had: ")
                .contains(error);
        assertThat(probe.status()).isZero();
    }

    /** The lines of the log without those that tell when and from where. */
    private static List<String> logged(Ended probe) {
        return probe.errors().stream()
                .filter(line -> line.startsWith("INFO: ") || line.startsWith("WARNING: "))
                .toList();
    }
}
