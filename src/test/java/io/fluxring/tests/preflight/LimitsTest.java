package io.fluxring.tests.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.preflight.Preflight;
import io.fluxring.core.setup.RingUnavailableException.Reason;
import io.fluxring.core.sys.SetupFlag;
import io.fluxring.samples.Launcher;
import io.fluxring.tests.preflight.Jvm.Ended;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits that are too low, in processes that really have them. */
class LimitsTest {
    /** What a ring of the defaults takes: 16,384 completions of 16 bytes and a header, 1,024 entries of 64 bytes, in pages. */
    private static final int RING_BYTES = 65 * 4096 + 16 * 4096;

    @TempDir
    Path folder;

    @Test
    void lockedMemory() throws IOException {
        Refused.everywhere(
                new Unprivileged(folder).limited("--memlock=65536"),
                Reason.LOCKED_MEMORY_LIMIT,
                "locked memory",
                "the limit of locked memory of 64 KiB (ulimit -l)",
                "leaves no room for a ring of 1024 and 16384 entries, 324 KiB",
                "raise it (LimitMEMLOCK= in systemd",
                "or make the ring smaller");
    }

    /** What the text says about the need is what the kernel counts: to the page. */
    @Test
    void lockedMemoryToThePage() throws IOException {
        boolean noArray = Preflight.check()
                .capabilities()
                .filter(capabilities -> capabilities.has(SetupFlag.NO_SQARRAY))
                .isPresent();
        assumeTrue(noArray, "before Linux 6.6 a ring is a little larger");
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "pages are larger on some other processors");
        Unprivileged user = new Unprivileged(folder);
        Ended enough = user.limited("--memlock=" + RING_BYTES).run(Launcher.class, "doctor");
        assertThat(enough.status()).as("%s", enough).isZero();
        assertThat(enough.flatOutput())
                .contains(
                        "warning locked memory 324 KiB for all processes of the user; a ring of 1024 and 16384 entries"
                                + " takes 324 KiB -> raise it (ulimit -l)")
                .endsWith("io_uring works here");
        Ended less = user.limited("--memlock=" + (RING_BYTES - 4096)).run(Launcher.class, "doctor");
        assertThat(less.status()).as("%s", less).isEqualTo(2);
        assertThat(less.output().getLast()).contains("the limit of locked memory of 320 KiB");
        Ended smaller = user.limited("--memlock=" + (RING_BYTES - 4096))
                .run(Launcher.class, "doctor", "--entries", "64", "--completions", "256");
        assertThat(smaller.status()).as("%s", smaller).isZero();
    }

    /** Room for one ring and its smallest group: the kernel gives back what the ring before had locked after that one's end. */
    @Test
    void lockedMemoryThatIsGivenBackLate() throws IOException {
        int buffers = 1_024 * 16;
        Ended again = new Unprivileged(folder)
                .limited("--memlock=" + (RING_BYTES + buffers))
                .run(RingProbe.class, "again");
        assertThat(again.output())
                .as("%s", again)
                .hasSize(10 * Refused.WAYS.size())
                .allMatch(line -> line.endsWith("|open"));
    }

    /** All descriptors are in use: even the files that tell the limit can't be read any more. */
    @Test
    void descriptors() throws IOException {
        Ended probe = Jvm.plain()
                .under("/usr/bin/env", "bash", "-c", "ulimit -n 200; exec \"$@\"", "-")
                .run(RingProbe.class, "descriptors");
        assertThat(probe.errors()).as("%s", probe).isEmpty();
        List<String> output = probe.output();
        int exhausted = output.stream()
                .map(line -> line.startsWith("exhausted by "))
                .toList()
                .indexOf(true);
        assertThat(exhausted).as("%s", probe).isPositive();
        assertThat(output.subList(0, exhausted)).contains("Ring|open", "ReactiveRing|open", "doctor 0");

        List<String> after = output.subList(exhausted + 1, output.size());
        int ways = Refused.WAYS.size();
        String message =
                Refused.probed(new Ended(probe.status(), after.subList(0, ways), List.of()), Reason.DESCRIPTOR_LIMIT);
        assertThat(message)
                .startsWith("no descriptor is left for the ring (EMFILE)")
                .contains("raise the limit (ulimit -n, LimitNOFILE= in systemd)");
        Ended doctor = new Ended(0, after.subList(ways, after.size() - 1), List.of());
        Refused.report(
                doctor, "open files", "no descriptor is left for the ring (EMFILE)", "-> raise the limit (ulimit -n");
        assertThat(doctor.output().getLast()).isEqualTo("io_uring can't be used here: " + message);
        assertThat(after.getLast()).isEqualTo("doctor 2");
    }

    /** The polling thread of a ring is one of its user's. */
    @Test
    void threads() throws IOException {
        Ended probe = new Unprivileged(folder)
                .jvm()
                .with("-XX:+UseSerialGC", "-XX:-UseDynamicNumberOfCompilerThreads") // no threads that come later
                .run(RingProbe.class, "threads");
        List<String> output = probe.output().stream()
                .filter(line -> !line.contains("[warning][os,thread]"))
                .toList(); // the JVM's own complaint when the preflight wants a thread
        assertThat(output).as("%s", probe).startsWith("limited 0");
        int ways = Refused.WAYS.size();
        String message =
                Refused.probed(new Ended(probe.status(), output.subList(1, 1 + ways), List.of()), Reason.THREAD_LIMIT);
        assertThat(message)
                .startsWith("the kernel can't start the ring's polling thread (EAGAIN)")
                .contains("is reached, 1 for this user: raise it (ulimit -u", "or do without SQPOLL");
        Ended doctor = new Ended(0, output.subList(1 + ways, output.size() - 1), List.of());
        Refused.report(
                doctor, "tasks", "the limit of processes and threads is reached, 1 for this user", "-> raise it");
        assertThat(output.getLast()).isEqualTo("doctor 2");
    }
}
