package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.testing.Descriptors;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.error.CancelledException;
import io.fluxring.reactor.error.NotFoundException;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.RingFiles;
import io.fluxring.tests.support.ChildJvm;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** What is in directories. */
class DirectoriesTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @TempDir
    Path directory;

    private ReactiveRing ring;
    private RingFiles files;

    @BeforeEach
    void open() {
        ring = guard.ring();
        files = ring.files();
    }

    private static List<Path> all(Flux<Path> paths) {
        List<Path> found = paths.collectList().block(LIMIT);
        assertThat(found).isNotNull();
        return found;
    }

    private Path path(String name) {
        return directory.resolve(name);
    }

    private void makeFiles(Path in, int count) throws IOException {
        Files.createDirectories(in);
        for (int i = 0; i < count; i++) {
            Files.createFile(in.resolve("file" + i));
        }
    }

    private static List<Path> sorted(Stream<Path> paths) {
        try (paths) {
            return paths.sorted().toList();
        }
    }

    // ---- listing

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 256, 257, 512, 1_500})
    void listsAllNames(int count) throws IOException {
        makeFiles(directory, count);
        assertThat(all(files.list(directory)).stream().sorted().toList())
                .isEqualTo(sorted(Files.list(directory)))
                .hasSize(count);
    }

    @Test
    void listsRelativePathsAndLinks() throws IOException {
        Path from = Path.of("").toAbsolutePath();
        assertThat(all(files.list(Path.of("")))).containsExactlyInAnyOrderElementsOf(sorted(Files.list(Path.of(""))));
        assertThat(all(files.list(from.relativize(directory)))).isEmpty();
        makeFiles(path("a"), 2);
        Path link = Files.createSymbolicLink(path("link"), Path.of("a"));
        assertThat(all(files.list(link))).containsExactlyInAnyOrder(link.resolve("file0"), link.resolve("file1"));
    }

    @Test
    void whatCantBeListed() throws IOException {
        Path none = path("none");
        assertThatThrownBy(() -> all(files.list(none)))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("OPENAT " + none + ": ENOENT (no such file or directory)");
        Path file = Files.createFile(path("file"));
        assertThatThrownBy(() -> all(files.list(file)))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("OPENAT " + file + ": ENOTDIR (not a directory)");
        Path loop = Files.createSymbolicLink(path("loop"), Path.of("loop"));
        assertThatThrownBy(() -> all(files.list(loop))).hasMessageContaining("ELOOP");
        assertThatThrownBy(() -> all(files.list(path("x".repeat(256)))))
                .isInstanceOfSatisfying(
                        RingException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENAMETOOLONG));
    }

    @Test
    void emitsWhatIsRequested() throws IOException {
        makeFiles(directory, 600);
        StepVerifier.create(files.list(directory), 0)
                .expectSubscription()
                .thenRequest(1)
                .expectNextCount(1)
                .thenRequest(300)
                .expectNextCount(300)
                .expectNoEvent(Duration.ofMillis(50))
                .thenRequest(299)
                .expectNextCount(299)
                .expectComplete() // without a further request
                .verify(LIMIT);
        assertThat(all(files.list(directory).limitRate(7))).hasSize(600);
    }

    @Test
    void anEmptyDirectoryEndsWithoutARequest() {
        StepVerifier.create(files.list(directory), 0).expectComplete().verify(LIMIT);
    }

    @Test
    void aCancelClosesTheDirectory() throws IOException {
        makeFiles(directory, 600);
        Map<String, Integer> before = Descriptors.count();
        assertThat(all(files.list(directory).take(5))).hasSize(5);
        assertThat(all(files.walk(directory).take(5))).hasSize(5);
        Eventually.until("descriptors to be closed", () -> Descriptors.count().equals(before));
    }

    @Test
    void theRingClosesInTheMiddle() throws IOException {
        makeFiles(directory, 600);
        List<BaseSubscriber<Path>> readers = new ArrayList<>();
        List<Throwable> errors = new ArrayList<>(); // on the ring's thread
        for (int i = 0; i < 10; i++) {
            BaseSubscriber<Path> reader = new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    subscription.request(1);
                }

                @Override
                protected void hookOnNext(Path path) {
                    // one of many
                }

                @Override
                protected void hookOnError(Throwable e) {
                    errors.add(e);
                }
            };
            (i % 2 == 0 ? files.list(directory) : files.walk(directory)).subscribe(reader);
            readers.add(reader);
        }
        ring.disposeLater().block(LIMIT);
        Eventually.until("all readers to hear of it", () -> readers.stream().allMatch(BaseSubscriber::isDisposed));
        assertThat(errors).hasSize(10).allSatisfy(e -> assertThat(e).isInstanceOf(CancelledException.class));
    }

    // ---- walking

    private void makeTree() throws IOException {
        for (String each : List.of("a/b/c", "a/d", "e")) {
            makeFiles(path(each), 3);
        }
        makeFiles(path("wide"), 600);
        Files.createSymbolicLink(path("a/up"), Path.of(".."));
        Files.createSymbolicLink(path("dangling"), Path.of("nothing"));
    }

    @Test
    void walksLikeTheJdk() throws IOException {
        makeTree();
        for (int depth : new int[] {0, 1, 2, 3, 4, Integer.MAX_VALUE}) {
            assertThat(all(files.walk(directory, depth)).stream().sorted().toList())
                    .isEqualTo(sorted(Files.walk(directory, depth)));
        }
        assertThatThrownBy(() -> files.walk(directory, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void directoriesComeBeforeWhatTheyHave() throws IOException {
        makeTree();
        List<Path> found = all(files.walk(directory));
        assertThat(found.getFirst()).isEqualTo(directory);
        for (int i = 1; i < found.size(); i++) {
            assertThat(found.subList(0, i)).contains(found.get(i).getParent());
        }
    }

    @Test
    void startsThatAreNoDirectories() throws IOException {
        makeTree();
        Path file = path("e/file1");
        assertThat(all(files.walk(file))).containsExactly(file);
        assertThat(all(files.walk(path("a/up")))).containsExactly(path("a/up"));
        assertThat(all(files.walk(path("dangling")))).containsExactly(path("dangling"));
        assertThatThrownBy(() -> all(files.walk(path("none"))))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("OPENAT " + path("none") + ": ENOENT (no such file or directory)");
    }

    /** Descriptors lead further than paths, which have 4,095 bytes. */
    @Test
    void walksDeeperThanAPathCanBeLong() throws IOException {
        String name = "n".repeat(200);
        Path upper = path("upper");
        Path lower = path("lower");
        Files.createDirectories(IntStream.range(0, 15).mapToObj(i -> name).reduce(upper, Path::resolve, (a, b) -> b));
        Files.createDirectories(IntStream.range(0, 15).mapToObj(i -> name).reduce(lower, Path::resolve, (a, b) -> b));
        Path bottom = IntStream.range(0, 15).mapToObj(i -> name).reduce(upper, Path::resolve, (a, b) -> b);
        files.rename(lower, bottom.resolve("lower")).block(LIMIT);
        try {
            List<Path> found = all(files.walk(upper));
            assertThat(found).hasSize(32);
            assertThat(found.getLast().toString().length()).isGreaterThan(6_000);
        } finally {
            files.rename(bottom.resolve("lower"), lower).block(LIMIT);
        }
    }

    /** The second chunk is looked for when all of the first is emitted. */
    @Test
    void survivesWhatVanishes() throws IOException {
        for (int i = 0; i < 600; i++) {
            makeFiles(path("d" + i), 1);
        }
        StepVerifier.create(files.walk(directory), 0)
                .thenRequest(10)
                .expectNextCount(10)
                .then(() -> remove(directory))
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(path -> true)
                .expectComplete()
                .verify(LIMIT);
    }

    private static void remove(Path below) {
        try (Stream<Path> all = Files.walk(below)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                if (!each.equals(below)) {
                    Files.delete(each);
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void doesNotFollowALinkThatReplacesADirectory() throws IOException {
        Path outside = path("outside");
        makeFiles(outside, 1);
        Path inside = path("inside");
        for (int i = 0; i < 600; i++) {
            makeFiles(inside.resolve("d" + i), 1);
        }
        List<Path> found = new ArrayList<>();
        StepVerifier.create(files.walk(inside).doOnNext(found::add), 0)
                .thenRequest(10)
                .expectNextCount(10)
                .then(() -> {
                    remove(inside);
                    for (int i = 0; i < 600; i++) {
                        link(inside.resolve("d" + i), outside);
                    }
                })
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(path -> true)
                .expectComplete()
                .verify(LIMIT);
        long filesFound = found.stream().filter(each -> each.endsWith("file0")).count();
        assertThat(filesFound).as("those of the first chunk alone").isLessThanOrEqualTo(128);
    }

    private static void link(Path link, Path target) {
        try {
            Files.createSymbolicLink(link, target);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void walksWhileOthersMakeAndRemove() throws Exception {
        makeTree();
        Thread restless = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 300; i++) {
                try {
                    makeFiles(path("e/x" + i % 7 + "/y"), 2);
                    remove(path("e"));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        });
        do {
            assertThat(all(files.walk(directory))).hasSizeGreaterThan(600).doesNotHaveDuplicates();
        } while (restless.isAlive());
        restless.join();
    }

    @Test
    void descriptorsRunOut() throws IOException {
        Files.createDirectories(path("d/".repeat(200)));
        List<String> command = ChildJvm.command(FewDescriptors.class, directory.toString());
        try (ChildJvm child = ChildJvm.limited(192, command)) {
            assertThat(child.awaitExit()).as(child.toString()).isZero();
            List<String> lines = child.output();
            assertThat(lines).hasSize(6);
            assertThat(lines.get(1))
                    .startsWith("ExhaustedException: OPENAT " + directory)
                    .contains("ulimit -n");
            assertThat(lines.get(2)).as("what came before").matches("walk [3-9]\\d paths");
            assertThat(lines.get(3))
                    .startsWith("ExhaustedException: OPENAT " + directory + ": EMFILE")
                    .contains("ulimit -n");
            assertThat(lines.subList(4, 6)).containsExactly("list 0 paths", "then 1 paths");
        }
    }
}
