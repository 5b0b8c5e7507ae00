package io.fluxring.tests.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.testing.Eventually;
import io.fluxring.samples.Launcher;
import io.fluxring.tests.support.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code samples/run copy}, compared with {@code cp}. */
class CopyCommandTest {
    @TempDir
    Path folder;

    private Shell shell;

    @BeforeEach
    void files() throws IOException {
        shell = new Shell(folder);
        Shell.Outcome made = shell.system("""
            mkdir d && seq 1000000 > a && : > empty && printf odd > odd && chmod 750 odd && mkdir -p full/a
            ln -s a link && ln a other && ln -s none/none dangling && printf x > $'new\\nline'\
            """);
        assertThat(made).isEqualTo(new Shell.Outcome(0, "", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cp a x && cmp a x; cp odd x && cmp odd x; cp empty x && cmp empty x",
                "cp a d && cmp a d/a; cp odd d/ && cmp odd d/odd; stat -c %a d/odd",
                "cp a a; cp a ./a; cp a link; cp link a; cp a other; cp -f a a",
                "cp d x; cp none x; cp a none/x; cp a y/; cp a dangling; cp a full; cp '' x; cp a ''; cp a \"it's/x\"",
                "cp a /dev/full; cp a /dev/null; cp /proc/version x && cmp /proc/version x",
                "cp $'new\\nline' x && cmp $'new\\nline' x; cp $'no\\nne' x",
                "rm -f fifo; mkfifo fifo; cat a > fifo & cp fifo x; cmp a x",
                "rm -f run; command cp /bin/sleep run; ./run 100 & cp a run; cp -f a run; echo $?; cmp a run; kill %1",
                "cp a x > /dev/full && cmp a x"
            })
    void asCp(String script) throws IOException {
        shell.same(script);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--direct", "--depth 1", "--depth 32", "--direct --depth 3", "--verify", "--direct --verify"})
    void copiesAllThatThereIs(String options) throws IOException {
        String script =
                "for each in a odd empty; do rm -f x; cp OPTIONS $each x && cmp $each x; cp OPTIONS $each x && cmp"
                        + " $each x; done";
        assertThat(shell.samples(script.replace("OPTIONS", options))).isEqualTo(new Shell.Outcome(0, "", ""));
    }

    @Test
    void mistakes() throws IOException {
        for (String arguments : new String[] {"", "a", "a b c", "--depth 0 a x", "--depth 257 a x", "--none a x"}) {
            Shell.Outcome outcome = shell.samples("cp " + arguments);
            assertThat(outcome.status()).as(arguments).isEqualTo(1);
            assertThat(outcome.errors()).startsWith("cp: ").hasLineCount(1).doesNotContain("Exception");
            assertThat(folder.resolve("x")).doesNotExist();
        }
    }

    /** An interrupt leaves no half of a file. */
    @ParameterizedTest
    @ValueSource(strings = {"", "--depth=2"})
    void anInterruptRemovesWhatWasBegun(String option) throws IOException {
        Path target = folder.resolve("x");
        assertThat(shell.system("mkfifo endless").status()).isZero();
        Process writer = new ProcessBuilder("bash", "-c", "yes > endless")
                .directory(folder.toFile())
                .start();
        String[] arguments = option.isEmpty()
                ? new String[] {"copy", folder.resolve("endless").toString(), target.toString()}
                : new String[] {"copy", option, folder.resolve("endless").toString(), target.toString()};
        try (ChildJvm copy = ChildJvm.start(Launcher.class, arguments)) {
            Eventually.until(
                    () -> copy.toString(),
                    Eventually.LIMIT,
                    () -> target.toFile().length() > 1 << 20);
            new ProcessBuilder("kill", "-INT", String.valueOf(copy.process().pid())).start();
            assertThat(copy.awaitExit()).isEqualTo(128 + 2);
            assertThat(Files.exists(target)).isFalse();
        } finally {
            writer.descendants().forEach(ProcessHandle::destroyForcibly);
            writer.destroyForcibly();
        }
    }
}
