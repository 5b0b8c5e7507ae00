package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.sys.Errno;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.error.CancelledException;
import io.fluxring.reactor.error.ConflictException;
import io.fluxring.reactor.error.DeniedException;
import io.fluxring.reactor.error.NotFoundException;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.error.UnsupportedException;
import io.fluxring.reactor.file.RenameOption;
import io.fluxring.reactor.file.RingFiles;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Names that come, change and go. */
class NamesTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Another mount than the folder of temporary files. */
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

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

    private static void end(Publisher<?> publisher) {
        Flux.from(publisher).blockLast(LIMIT);
    }

    private static <E extends RingException> void fails(
            Publisher<?> publisher, Class<E> type, String operation, Errno errno, Path subject) {
        assertThatThrownBy(() -> end(publisher))
                .isInstanceOf(type)
                .hasMessageStartingWith(operation + " " + subject)
                .isInstanceOfSatisfying(
                        RingException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }

    private Path path(String name) {
        return directory.resolve(name);
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(path(name), content);
    }

    // ---- directories

    @Test
    void directory() {
        end(files.createDirectory(path("made")));
        assertThat(path("made")).isEmptyDirectory();
        fails(files.createDirectory(path("made")), ConflictException.class, "MKDIRAT", Errno.EEXIST, path("made"));
        fails(files.createDirectory(path("a/b")), NotFoundException.class, "MKDIRAT", Errno.ENOENT, path("a/b"));
        end(files.deleteDirectory(path("made")));
        assertThat(path("made")).doesNotExist();
    }

    @Test
    void directoriesAreMadeWhereTheyAreMissing() throws IOException {
        end(files.createDirectories(path("a/b/c")));
        end(files.createDirectories(path("a/b/c")));
        end(files.createDirectories(path("a/b/c/d")));
        assertThat(path("a/b/c/d")).isEmptyDirectory();
        end(files.createDirectories(path("x/../y/./z")));
        assertThat(path("y/z")).isEmptyDirectory();
        end(files.createDirectories(Path.of("/")));
        end(files.createDirectories(Path.of("")));
        Files.createSymbolicLink(path("link"), Path.of("a"));
        end(files.createDirectories(path("link/below")));
        end(files.createDirectories(path("link")));
        assertThat(path("a/below")).isEmptyDirectory();
    }

    @Test
    void directoriesManyLevelsDeep() {
        Path deep = path("d/".repeat(300));
        end(files.createDirectories(deep));
        assertThat(deep).isEmptyDirectory();
        end(files.createDirectories(deep.resolve("one/more")));
    }

    @Test
    void directoriesThatCantBe() throws IOException {
        Path file = file("file", "");
        fails(files.createDirectories(file), ConflictException.class, "MKDIRAT", Errno.EEXIST, file);
        Path below = file.resolve("a/b");
        fails(files.createDirectories(below), NotFoundException.class, "MKDIRAT", Errno.ENOTDIR, below);
        Path dangling = Files.createSymbolicLink(path("dangling"), Path.of("nothing"));
        fails(files.createDirectories(dangling), ConflictException.class, "MKDIRAT", Errno.EEXIST, dangling);
        fails(
                files.createDirectories(dangling.resolve("a")),
                ConflictException.class,
                "MKDIRAT",
                Errno.EEXIST,
                dangling);
        Path kernels = Path.of("/proc/fluxring/a");
        fails(files.createDirectories(kernels), NotFoundException.class, "MKDIRAT", Errno.ENOENT, kernels.getParent());
    }

    @Test
    void directoriesThatOthersMakeAtTheSameTime() {
        for (int i = 0; i < 20; i++) {
            Path path = path("race" + i + "/a/b/c/d/e");
            end(Flux.range(0, 50).flatMap(each -> files.createDirectories(path), 50));
            assertThat(path).isEmptyDirectory();
        }
    }

    @Test
    void directoriesThatAreRemoved() throws IOException {
        Path file = file("file", "");
        Files.createDirectories(path("full/a"));
        fails(files.deleteDirectory(path("full")), ConflictException.class, "UNLINKAT", Errno.ENOTEMPTY, path("full"));
        fails(files.deleteDirectory(file), NotFoundException.class, "UNLINKAT", Errno.ENOTDIR, file);
        fails(files.deleteDirectory(path("none")), NotFoundException.class, "UNLINKAT", Errno.ENOENT, path("none"));
        assertThat(file).exists();
    }

    // ---- files

    @Test
    void files() throws IOException {
        Path file = file("file", "");
        Path link = Files.createSymbolicLink(path("link"), Path.of("file"));
        end(files.delete(link));
        assertThat(link).doesNotExist();
        end(files.delete(file));
        assertThat(file).doesNotExist();
        fails(files.delete(file), NotFoundException.class, "UNLINKAT", Errno.ENOENT, file);
        assertThat(files.deleteIfExists(file).block(LIMIT)).isFalse();
        file("file", "");
        assertThat(files.deleteIfExists(file).block(LIMIT)).isTrue();
        assertThat(file).doesNotExist();
        fails(files.delete(directory), ConflictException.class, "UNLINKAT", Errno.EISDIR, directory);
        fails(files.deleteIfExists(directory), ConflictException.class, "UNLINKAT", Errno.EISDIR, directory);
        assertThatThrownBy(() -> end(files.delete(directory))).hasMessageEndingWith("; use deleteDirectory");
        Path kernels = Path.of("/proc/version");
        fails(files.delete(kernels), DeniedException.class, "UNLINKAT", Errno.EPERM, kernels);
    }

    @Test
    void renames() throws IOException {
        Path a = file("a", "of a");
        Path b = file("b", "of b");
        end(files.rename(a, path("c")));
        assertThat(a).doesNotExist();
        end(files.rename(path("c"), b));
        assertThat(b).hasContent("of a");
        file("a", "new a");
        fails(files.rename(a, b, RenameOption.NO_REPLACE), ConflictException.class, "RENAMEAT", Errno.EEXIST, a);
        assertThatThrownBy(() -> end(files.rename(a, b, RenameOption.NO_REPLACE)))
                .hasMessage("RENAMEAT " + a + " to " + b + ": EEXIST (file exists)");
        end(files.rename(a, path("free"), RenameOption.NO_REPLACE));
        end(files.rename(path("free"), a));
        end(files.rename(a, b, RenameOption.EXCHANGE));
        assertThat(a).hasContent("of a");
        assertThat(b).hasContent("new a");
        assertThatThrownBy(() -> files.rename(a, b, RenameOption.EXCHANGE, RenameOption.NO_REPLACE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void renamesThatCantBe() throws IOException {
        Path none = path("none");
        fails(files.rename(none, path("b")), NotFoundException.class, "RENAMEAT", Errno.ENOENT, none);
        Path parent = Files.createDirectory(path("parent"));
        fails(files.rename(parent, parent.resolve("child")), RingException.class, "RENAMEAT", Errno.EINVAL, parent);
        Path other = Files.createDirectory(path("other"));
        Files.createFile(other.resolve("file"));
        fails(files.rename(parent, other), ConflictException.class, "RENAMEAT", Errno.ENOTEMPTY, parent);
        Path file = file("file", "");
        fails(files.rename(file, other), ConflictException.class, "RENAMEAT", Errno.EISDIR, file);
        fails(files.rename(other, file), NotFoundException.class, "RENAMEAT", Errno.ENOTDIR, other);
    }

    @Test
    void otherMountsAreRefused() throws IOException {
        assumeTrue(
                Files.isDirectory(SHARED_MEMORY)
                        && !Files.getFileStore(SHARED_MEMORY).equals(Files.getFileStore(directory)),
                "there is no other mount");
        Path file = file("file", "");
        Path there = SHARED_MEMORY.resolve("fluxring-" + ProcessHandle.current().pid());
        fails(files.rename(file, there), UnsupportedException.class, "RENAMEAT", Errno.EXDEV, file);
        fails(files.createLink(there, file), UnsupportedException.class, "LINKAT", Errno.EXDEV, there);
        assertThat(there).doesNotExist();
    }

    // ---- links

    @Test
    void hardLinks() throws IOException {
        Path file = file("file", "content");
        Path link = path("link");
        end(files.createLink(link, file));
        assertThat(Files.isSameFile(link, file)).isTrue();
        assertThat(files.stat(file).block(LIMIT).links()).isEqualTo(2);
        fails(files.createLink(link, file), ConflictException.class, "LINKAT", Errno.EEXIST, link);
        Path other = path("other");
        fails(files.createLink(other, path("none")), NotFoundException.class, "LINKAT", Errno.ENOENT, other);
        fails(files.createLink(other, directory), DeniedException.class, "LINKAT", Errno.EPERM, other);
        Path symbolic = Files.createSymbolicLink(path("symbolic"), Path.of("nothing"));
        end(files.createLink(other, symbolic));
        assertThat(Files.isSymbolicLink(other)).isTrue();
    }

    @Test
    void symbolicLinks() throws IOException {
        Path link = path("link");
        for (String target : new String[] {"file", "../up/./x", "/absolute/y", ".", "..", "/", "a b\nc", "ü€😀"}) {
            Path says = Path.of(target);
            end(files.createSymbolicLink(link, says));
            assertThat(Files.readSymbolicLink(link)).isEqualTo(says);
            assertThat(files.readSymbolicLink(link).block(LIMIT)).isEqualTo(says);
            end(files.delete(link));
        }
        Path longest = Path.of("x/".repeat(2047) + "y"); // 4,095 bytes
        end(files.createSymbolicLink(link, longest));
        assertThat(files.readSymbolicLink(link).block(LIMIT)).isEqualTo(longest);
        fails(files.createSymbolicLink(link, longest), ConflictException.class, "SYMLINKAT", Errno.EEXIST, link);
        Path other = path("other");
        fails(files.createSymbolicLink(other, Path.of("")), NotFoundException.class, "SYMLINKAT", Errno.ENOENT, other);
        fails(files.readSymbolicLink(other), NotFoundException.class, "READLINK", Errno.ENOENT, other);
        Path file = file("file", "");
        fails(files.readSymbolicLink(file), RingException.class, "READLINK", Errno.EINVAL, file);
        assertThatThrownBy(() -> end(files.readSymbolicLink(file))).hasMessageEndingWith("it is no symbolic link");
        assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isTrue();
    }

    // ---- what holds for all of them

    @Test
    void nothingHappensWithoutASubscription() throws IOException {
        Path file = file("file", "");
        Mono<Void> delete = files.delete(file);
        assertThat(file).exists();
        end(delete);
        fails(delete, NotFoundException.class, "UNLINKAT", Errno.ENOENT, file);
    }

    @Test
    void pathsOfOtherFileSystemsAreRefused() throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(path("a.zip"), Map.of("create", "true"))) {
            Path inside = zip.getPath("/inside");
            assertThatThrownBy(() -> files.stat(inside)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> files.walk(inside)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> files.createDirectories(inside)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> files.rename(directory, inside)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> files.attributes(inside)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aClosedRingDoesNothing() {
        ring.disposeLater().block(LIMIT);
        for (Publisher<?> each : new Publisher<?>[] {
            files.stat(directory),
            files.exists(directory),
            files.createDirectories(path("a/b")),
            files.readSymbolicLink(path("a")),
            files.attributes(directory).names(),
            files.list(directory),
            files.walk(directory)
        }) {
            assertThatThrownBy(() -> end(each)).isInstanceOf(CancelledException.class);
        }
        assertThat(directory).isEmptyDirectory();
    }
}
