package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.sys.Errno;
import io.fluxring.reactor.error.CancelledException;
import io.fluxring.reactor.error.DeniedException;
import io.fluxring.reactor.error.NotFoundException;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.FileStat;
import io.fluxring.reactor.file.RingFile;
import io.fluxring.reactor.file.RingFiles;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What is told of files. */
class StatTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @TempDir
    Path directory;

    private RingFiles files;

    @BeforeEach
    void open() {
        files = guard.ring().files();
    }

    private FileStat stat(Path path, LinkOption... options) {
        FileStat stat = files.stat(path, options).block(LIMIT);
        assertThat(stat).isNotNull();
        return stat;
    }

    @Test
    void tellsWhatTheJdkTells() throws IOException {
        Path file = Files.write(directory.resolve("file"), new byte[12_345]);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-x--x"));
        Map<String, Object> expected = Files.readAttributes(file, "unix:*");
        FileStat stat = stat(file);
        assertThat(stat.type()).isEqualTo(FileStat.Type.REGULAR_FILE);
        assertThat(stat.isRegularFile()).isTrue();
        assertThat(stat.sizeBytes()).isEqualTo(12_345);
        assertThat(stat.mode()).isEqualTo(0651);
        assertThat(stat.permissions()).isEqualTo(expected.get("permissions"));
        assertThat(stat.inode()).isEqualTo(expected.get("ino"));
        assertThat(stat.links()).isEqualTo(1);
        assertThat(stat.userId()).isEqualTo(((Integer) expected.get("uid")).longValue());
        assertThat(stat.groupId()).isEqualTo(((Integer) expected.get("gid")).longValue());
        assertThat(stat.accessed()).isEqualTo(((FileTime) expected.get("lastAccessTime")).toInstant());
        assertThat(stat.modified()).isEqualTo(((FileTime) expected.get("lastModifiedTime")).toInstant());
        assertThat(stat.changed()).isEqualTo(((FileTime) expected.get("ctime")).toInstant());
        assertThat(stat.blockBytes()).isPositive();
        assertThat(stat.mount()).isPositive();
        assertThat(stat.represents()).isEqualTo(new FileStat.Device(0, 0));
        FileStat.Device device = stat.device();
        long dev = (Long) expected.get("dev"); // as glibc puts the two numbers together
        assertThat(device.major() << 8 | device.minor()).isEqualTo((int) dev);
    }

    @Test
    void timesHaveNanoseconds() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        Instant time = Instant.parse("2001-02-03T04:05:06.123456789Z");
        Files.setLastModifiedTime(file, FileTime.from(time));
        FileStat stat = stat(file);
        assumeTrue(stat.modified().getNano() != 0, "the file system keeps no parts of a second");
        assertThat(stat.modified()).isEqualTo(time);
        assertThat(stat.changed()).isAfter(time);
        if (stat.created() != null) {
            assertThat(stat.created()).isAfter(time);
        }
    }

    @Test
    void holesTakeNoRoom() throws IOException {
        Path file = directory.resolve("sparse");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(5L << 30);
        }
        FileStat stat = stat(file);
        assertThat(stat.sizeBytes()).isEqualTo(5L << 30);
        assertThat(stat.allocatedBytes()).isLessThan(1 << 20);
    }

    @Test
    void typesAreTold() throws IOException {
        assertThat(stat(directory).type()).isEqualTo(FileStat.Type.DIRECTORY);
        assertThat(stat(directory).isDirectory()).isTrue();
        FileStat none = stat(Path.of("/dev/null"));
        assertThat(none.type()).isEqualTo(FileStat.Type.CHARACTER_DEVICE);
        assertThat(none.represents()).hasToString("1:3");
        Path socket = directory.resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            assertThat(stat(socket).type()).isEqualTo(FileStat.Type.SOCKET);
        }
        assertThat(stat(Path.of("/proc/version")).sizeBytes()).isZero();
    }

    @Test
    void emptyPathIsTheCurrentDirectory() {
        assertThat(stat(Path.of("")).isSameFile(stat(Path.of("").toAbsolutePath())))
                .isTrue();
        assertThat(stat(Path.of("..")).isDirectory()).isTrue();
    }

    @Test
    void linksAreFollowedUnlessAsked() throws IOException {
        Path file = Files.write(directory.resolve("file"), new byte[7]);
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("file"));
        assertThat(stat(link).isSameFile(stat(file))).isTrue();
        FileStat itself = stat(link, LinkOption.NOFOLLOW_LINKS);
        assertThat(itself.isSymbolicLink()).isTrue();
        assertThat(itself.sizeBytes()).isEqualTo("file".length());
        assertThat(itself.isSameFile(stat(file))).isFalse();
    }

    @Test
    void openFilesNeedNoName() throws IOException {
        Path path = Files.write(directory.resolve("file"), new byte[7]);
        RingFile file = files.open(path).block(LIMIT);
        assertThat(file.stat().block(LIMIT)).isEqualTo(stat(path));
        Files.delete(path);
        FileStat unnamed = file.stat().block(LIMIT);
        assertThat(unnamed.links()).isZero();
        assertThat(unnamed.sizeBytes()).isEqualTo(7);
        file.close().block(LIMIT);
        assertThatThrownBy(() -> file.stat().block(LIMIT)).isInstanceOf(CancelledException.class);
    }

    @Test
    void existence() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        Path dangling = Files.createSymbolicLink(directory.resolve("dangling"), Path.of("nothing"));
        Path loop = Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));
        assertThat(files.exists(file).block(LIMIT)).isTrue();
        assertThat(files.exists(directory).block(LIMIT)).isTrue();
        assertThat(files.exists(directory.resolve("nothing")).block(LIMIT)).isFalse();
        assertThat(files.exists(file.resolve("below")).block(LIMIT)).isFalse();
        assertThat(files.exists(dangling).block(LIMIT)).isFalse();
        assertThat(files.exists(dangling, LinkOption.NOFOLLOW_LINKS).block(LIMIT))
                .isTrue();
        assertThatThrownBy(() -> files.exists(loop).block(LIMIT))
                .isInstanceOf(DeniedException.class)
                .hasMessageContaining("ELOOP");
    }

    @Test
    void failuresNameThePath() throws IOException {
        Path nothing = directory.resolve("nothing");
        assertThatThrownBy(() -> files.stat(nothing).block(LIMIT))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("STATX " + nothing + ": ENOENT (no such file or directory)");
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> files.stat(file.resolve("below")).block(LIMIT))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("STATX " + file.resolve("below") + ": ENOTDIR (not a directory)");
        assertThatThrownBy(() -> files.stat(directory.resolve("a\nb")).block(LIMIT))
                .hasMessage("STATX " + directory + "/a\\x0ab: ENOENT (no such file or directory)");
    }

    @Test
    void lengthsHaveALimit() {
        assertThatThrownBy(() -> files.stat(directory.resolve("x".repeat(256))).block(LIMIT))
                .isInstanceOfSatisfying(
                        RingException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENAMETOOLONG))
                .hasMessageEndingWith("a name has at most 255 bytes, a path at most 4095");
        Path longest = Path.of("/" + "./".repeat(2046) + "tm"); // 4,095 bytes
        assertThat(longest.toString()).hasSize(4095);
        assertThatThrownBy(() -> files.stat(longest).block(LIMIT)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> files.stat(Path.of(longest + "p")).block(LIMIT))
                .hasMessageContaining("ENAMETOOLONG");
        assertThatThrownBy(() -> files.stat(Path.of("/x".repeat(500_000))).block(LIMIT))
                .hasMessageContaining("ENAMETOOLONG");
    }
}
