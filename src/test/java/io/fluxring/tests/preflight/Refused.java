package io.fluxring.tests.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.setup.RingUnavailableException.Reason;
import io.fluxring.samples.Launcher;
import io.fluxring.tests.preflight.Jvm.Ended;
import java.io.IOException;
import java.util.List;

/** What every refusal has in common, however it comes about. */
final class Refused {
    static final List<String> WAYS = List.of("Ring", "RingLoop", "ReactiveRing", "Preflight");

    private Refused() {}

    /**
     * All ways to a ring end with the same typed exception, the echo server with its message as the only line, the doctor with a
     * report that has the cause where it belongs and the same message last; both with status 2.
     *
     * @param finding the doctor's line that tells the cause
     * @param words what the message must say, the remedy among it
     */
    static void everywhere(Jvm jvm, Reason reason, String finding, String... words) throws IOException {
        String message = probed(jvm.run(RingProbe.class), reason);
        assertThat(message).contains(words);

        Ended echo = jvm.run(Launcher.class, "echo", "--port", "0");
        assertThat(echo.errors()).containsExactly("echo: " + message);
        assertThat(echo.output()).isEmpty();
        assertThat(echo.status()).isEqualTo(2);

        Ended doctor = jvm.run(Launcher.class, "doctor");
        assertThat(doctor.errors()).isEmpty();
        assertThat(doctor.status()).isEqualTo(2);
        assertThat(doctor.output().getLast()).isEqualTo("io_uring can't be used here: " + message);
        report(doctor, finding, words);
    }

    /** The message that all ways gave. */
    static String probed(Ended probe, Reason reason) {
        String first = probe.output().isEmpty() ? "" : probe.output().getFirst();
        String message = first.substring(first.lastIndexOf('|') + 1);
        assertThat(probe.output())
                .as("%s", probe)
                .containsExactlyElementsOf(WAYS.stream()
                        .map(way -> way + "|" + reason + "|" + message)
                        .toList());
        assertThat(message).doesNotContain("Exception", "null", "\n").isNotBlank();
        return message;
    }

    static void report(Ended doctor, String finding, String... words) {
        assertThat(doctor.output()).as("%s", doctor).anyMatch(line -> line.matches("REFUSED +" + finding + " .*"));
        assertThat(doctor.flatOutput().replaceFirst("io_uring can't be used here: .*", "")) // what the table says
                .contains(words);
    }
}
