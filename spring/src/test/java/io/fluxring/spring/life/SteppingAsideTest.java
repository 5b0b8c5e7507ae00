package io.fluxring.spring.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.spring.support.Child;
import io.fluxring.spring.support.Child.Jvm;
import io.fluxring.spring.support.RunningApplication;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that refuse a ring, for an application that takes what there is and for one that requires it. All processes run at once. */
class SteppingAsideTest {
    private static final String ALLOWED = "--enable-native-access=ALL-UNNAMED";
    private static final String DENIED = "--illegal-native-access=deny";

    /** Of the tests that cross modules. */
    private static final Path FILTER = Path.of("..", "src/test/resources/io/fluxring/tests/preflight/filter.c");

    private static final int EPERM = 1;

    @TempDir
    static Path folder;

    private static Child denied;
    private static Child deniedAndRequired;
    private static Child allowed;
    private static Child bare;
    private static String filter = "";
    private static Child filtered;
    private static Child filteredAndRequired;

    /** Starts, asks itself, and ends. */
    static final class Asking {
        private Asking() {}

        public static void main(String[] arguments) {
            try (RunningApplication application = RunningApplication.of(HelloApplication.class, arguments)) {
                System.out.println("served by " + application.get("/thread"));
                System.out.println("called by "
                        + application
                                .client()
                                .get()
                                .uri("/thread")
                                .retrieve()
                                .bodyToMono(String.class)
                                .map(text -> Thread.currentThread().getName())
                                .block());
            }
        }
    }

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        denied = Jvm.plain().with(DENIED).start(Asking.class);
        deniedAndRequired = Jvm.plain().with(DENIED).start(Asking.class, "fluxring.mode=required");
        allowed = Jvm.plain().with(DENIED, ALLOWED).start(Asking.class, "fluxring.mode=required");
        bare = Jvm.plain()
                .with(ALLOWED)
                .without(library ->
                        library.matches(".*(actuator|spring-boot-health|micrometer-(core|registry|metrics)).*"))
                .start(Asking.class);
        filter = folder.resolve("filter").toString();
        Process compiler = new ProcessBuilder("cc", "-o", filter, FILTER.toString())
                .inheritIO()
                .start();
        if (compiler.waitFor() == 0) {
            Jvm underFilter = Jvm.plain().with(ALLOWED).under(filter, String.valueOf(EPERM));
            filtered = underFilter.start(Asking.class);
            filteredAndRequired = underFilter.start(Asking.class, "fluxring.mode=required");
        }
    }

    @AfterAll
    static void stop() {
        for (Child each : new Child[] {denied, deniedAndRequired, allowed, bare, filtered, filteredAndRequired}) {
            if (each != null) {
                each.close();
            }
        }
    }

    private static void stepsAside(Child child, String... reasons) {
        assertThat(child.status()).as("%s", child).isZero();
        assertThat(child.lines("served by "))
                .singleElement()
                .asString()
                .matches("served by reactor-http-(epoll|nio)-\\d");
        assertThat(child.lines("called by "))
                .singleElement()
                .asString()
                .matches("called by reactor-http-(epoll|nio)-\\d");
        assertThat(child.lines("Fluxring"))
                .singleElement()
                .asString()
                .contains(" WARN ")
                .contains(reasons);
        assertThat(child.lines("NoClassDefFound")).isEmpty();
        assertThat(child.lines("ExceptionInInitializer")).isEmpty();
    }

    private static void doesNotStart(Child child, String... words) {
        assertThat(child.status()).as("%s", child).isEqualTo(1);
        assertThat(child.lines("served by ")).isEmpty();
        assertThat(child.text())
                .contains("APPLICATION FAILED TO START", "Description:", "Action:")
                .contains("The application requires io_uring (fluxring.mode=required).")
                .contains(words)
                .contains("set fluxring.mode to \"auto\"");
        assertThat(child.lines("ExceptionInInitializer")).isEmpty();
    }

    @Test
    void s7WithoutNativeAccessTheDefaultTransportIsTaken() {
        stepsAside(denied, ALLOWED);
    }

    @Test
    void s7WithoutNativeAccessARequiredRingIsAFailureThatNamesTheFlag() {
        doesNotStart(deniedAndRequired, ALLOWED);
    }

    @Test
    void s7WithTheFlagItIsOnTheRing() {
        assertThat(allowed.status()).as("%s", allowed).isZero();
        assertThat(allowed.lines("served by reactor-http-ring-")).hasSize(1);
        assertThat(allowed.lines("called by reactor-http-ring-")).hasSize(1);
        assertThat(allowed.lines("Fluxring: on io_uring")).hasSize(1);
        assertThat(allowed.lines("WARNING"))
                .filteredOn(line -> line.contains("native"))
                .isEmpty();
    }

    @Test
    void withoutActuatorAndMicrometer() {
        assertThat(bare.status()).as("%s", bare).isZero();
        assertThat(bare.lines("served by reactor-http-ring-")).hasSize(1);
        assertThat(bare.lines("Fluxring: on io_uring")).hasSize(1);
    }

    @Test
    void seccompForbidsItAndTheDefaultTransportIsTaken() {
        assumeTrue(filtered != null, "there is no C compiler with the kernel's headers to make a seccomp filter with");
        stepsAside(
                filtered, "a seccomp filter forbids io_uring (EPERM)", "run with a profile that allows io_uring_setup");
    }

    @Test
    void seccompForbidsWhatIsRequired() {
        assumeTrue(
                filteredAndRequired != null,
                "there is no C compiler with the kernel's headers to make a seccomp filter with");
        doesNotStart(
                filteredAndRequired,
                "io_uring is refused: a seccomp filter forbids io_uring (EPERM)",
                "Run with a profile that allows io_uring_setup");
    }
}
