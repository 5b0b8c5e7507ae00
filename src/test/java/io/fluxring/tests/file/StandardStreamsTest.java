package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.file.RingFile;
import io.fluxring.reactor.file.WriteOptions;
import io.fluxring.tests.support.ChildJvm;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** F6: a process's standard streams, whatever a shell has made of them. */
class StandardStreamsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @TempDir
    Path directory;

    private List<String> shell(String script) throws IOException {
        String program = ChildJvm.command(Copy.class).stream()
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(" "));
        String whole = "cd " + directory + "; copy() { " + program + " \"$@\"; }; " + script;
        try (ChildJvm child = ChildJvm.run(List.of("sh", "-c", whole))) {
            assertThat(child.awaitExit()).as(child.errors().toString()).isZero();
            return List.copyOf(child.output());
        }
    }

    private Path lines(int count) throws IOException {
        return Files.write(
                directory.resolve("in"),
                IntStream.range(0, count).mapToObj(i -> "line " + i).toList());
    }

    @Test
    void fromAPipe() throws IOException {
        lines(30_000);
        assertThat(shell("cat in | copy | cat")).hasSize(30_000).endsWith("line 29999");
    }

    @Test
    void fromAFile() throws IOException {
        lines(30_000);
        assertThat(shell("copy < in > out; cmp in out && echo same")).containsExactly("same");
    }

    /** The file's own position is where the process before has left it. */
    @Test
    void fromWhereAFileStands() throws IOException {
        lines(5);
        assertThat(shell("(read first; read second; copy) < in")).containsExactly("line 2", "line 3", "line 4");
    }

    /** What is not in the page cache has to be waited for. */
    @Test
    void fromAFileThatIsNotCached() throws IOException {
        lines(30_000);
        assertThat(shell("sync in; dd if=in iflag=nocache count=0 status=none; copy < in > out; cmp in out &&"
                        + " echo same"))
                .containsExactly("same");
    }

    @Test
    void toAFileInTurn() throws IOException {
        assertThat(shell("(echo before; echo one | copy; echo between; echo two | copy; echo after) > out; cat out"))
                .containsExactly("before", "one", "between", "two", "after");
    }

    @Test
    void toTheEndOfAFile() throws IOException {
        lines(3);
        assertThat(shell("echo more | copy >> in; echo still | copy at0 >> in; cat in"))
                .containsExactly("line 0", "line 1", "line 2", "more", "still");
    }

    /** Writes with a position go to the end of such a file in the order in which they arrive. */
    @Test
    void toTheEndOfAFileWithAPosition() throws IOException {
        Files.write(
                directory.resolve("many"),
                IntStream.range(0, 400_000).mapToObj(i -> "line " + i).toList());
        assertThat(shell(": > out; copy at0 < many >> out; cmp many out && echo same"))
                .containsExactly("same");
    }

    @Test
    void toADeviceThatTakesAll() throws IOException {
        lines(1000);
        assertThat(shell("copy < in > /dev/null; copy < /dev/null; echo done")).containsExactly("done");
    }

    @Test
    void toADeviceThatIsFull() throws IOException {
        assertThat(shell("echo lost | copy 2> err > /dev/full; grep -c ENOSPC err"))
                .containsExactly("1");
    }

    @Test
    void withATerminal() throws IOException {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/script")), "script(1), which makes a terminal, is not installed");
        assertThat(shell("echo 'from a terminal' > typed; cat > run.sh <<EOF\n"
                        + ChildJvm.command(Copy.class).stream()
                                .map(word -> "'" + word + "'")
                                .collect(Collectors.joining(" "))
                        + "\nEOF\n(cat typed; printf '\\004') | script -q -e -c 'sh run.sh' /dev/null | tr -d '\\r'"))
                .anyMatch(line -> line.contains("from a terminal"));
    }

    @Test
    void aDescriptorThatIsNotOpen() {
        ReactiveRing ring = guard.ring();
        Throwable failure = ring.files()
                .ofDescriptor(1_000_000)
                .map(file -> new AssertionError(file))
                .cast(Throwable.class)
                .onErrorResume(reactor.core.publisher.Mono::just)
                .block(LIMIT);
        assertThat(failure).hasMessageContaining("EBADF");
    }

    /** Copies its input to its output. */
    static final class Copy {
        private Copy() {}

        /** Begins at a position if it is told {@code at0}. */
        public static void main(String[] arguments) {
            ReactiveRing ring = ReactiveRing.create();
            try {
                RingFile in = ring.files().ofDescriptor(0).block(LIMIT);
                RingFile out = ring.files().ofDescriptor(1).block(LIMIT);
                Flux<ByteBuffer> bytes = in.read().asByteArray().map(ByteBuffer::wrap);
                if (arguments.length == 0) {
                    out.write(bytes, WriteOptions.defaults()).block(LIMIT);
                } else {
                    out.write(bytes, 0).block(LIMIT);
                }
                out.close().block(LIMIT);
            } catch (RuntimeException e) {
                System.err.println(e);
            } finally {
                ring.disposeLater().block(LIMIT);
            }
        }
    }
}
