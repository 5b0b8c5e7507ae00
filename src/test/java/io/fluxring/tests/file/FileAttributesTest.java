package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.sys.Errno;
import io.fluxring.reactor.error.ConflictException;
import io.fluxring.reactor.error.DeniedException;
import io.fluxring.reactor.error.NoSpaceException;
import io.fluxring.reactor.error.NotFoundException;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.error.UnsupportedException;
import io.fluxring.reactor.file.FileAttributes;
import io.fluxring.reactor.file.RingFiles;
import io.fluxring.tests.support.RingGuard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** Extended attributes. */
class FileAttributesTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String NAME = "user.fluxring";
    private static final byte[] VALUE = "value".getBytes(StandardCharsets.US_ASCII);

    @RegisterExtension
    final RingGuard guard = new RingGuard();

    @TempDir
    Path directory;

    private RingFiles files;
    private Path file;
    private FileAttributes attributes;

    @BeforeEach
    void open() throws IOException {
        files = guard.ring().files();
        file = Files.createFile(directory.resolve("file"));
        attributes = files.attributes(file);
        try {
            attributes.set("user.probe", VALUE).block(LIMIT);
        } catch (UnsupportedException e) {
            assumeTrue(false, "the file system has no user attributes: " + e.getMessage());
        }
        attributes.remove("user.probe").block(LIMIT);
    }

    private static byte[] random(int bytes) {
        byte[] value = new byte[bytes];
        new Random(bytes).nextBytes(value);
        return value;
    }

    private static void fails(Mono<?> mono, Class<? extends RingException> type, Errno errno, String message) {
        assertThatThrownBy(() -> mono.block(LIMIT))
                .isInstanceOf(type)
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        RingException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }

    @Test
    void come() {
        assertThat(attributes.names().block(LIMIT)).isEmpty();
        attributes.set(NAME, VALUE).block(LIMIT);
        attributes.set("user.ü€", new byte[0]).block(LIMIT);
        assertThat(attributes.names().block(LIMIT)).containsExactlyInAnyOrder(NAME, "user.ü€");
        assertThat(attributes.get(NAME).block(LIMIT)).isEqualTo(VALUE);
        assertThat(attributes.get("user.ü€").block(LIMIT)).isEmpty();
    }

    @Test
    void change() {
        attributes.create(NAME, VALUE).block(LIMIT);
        fails(attributes.create(NAME, VALUE), ConflictException.class, Errno.EEXIST, NAME + " of " + file);
        attributes.replace(NAME, random(20)).block(LIMIT);
        attributes.set(NAME, random(30)).block(LIMIT);
        assertThat(attributes.get(NAME).block(LIMIT)).isEqualTo(random(30));
        fails(attributes.replace("user.none", VALUE), NotFoundException.class, Errno.ENODATA, "user.none of " + file);
    }

    @Test
    void go() {
        attributes.set(NAME, VALUE).block(LIMIT);
        attributes.remove(NAME).block(LIMIT);
        assertThat(attributes.names().block(LIMIT)).isEmpty();
        fails(attributes.remove(NAME), NotFoundException.class, Errno.ENODATA, "no attribute of that name");
        fails(
                attributes.get(NAME),
                NotFoundException.class,
                Errno.ENODATA,
                "GETXATTR " + NAME + " of " + file + ": ENODATA");
    }

    /** The first look has room for a short one. */
    @Test
    void valuesOfAllLengths() {
        for (int bytes : new int[] {1, 255, 256, 257, 320, 321, 1_000, 3_000}) {
            attributes.set(NAME, random(bytes)).block(LIMIT);
            assertThat(attributes.get(NAME).block(LIMIT)).isEqualTo(random(bytes));
        }
    }

    @Test
    void valuesThatAreTooLong() {
        for (int bytes : new int[] {65_537, 10_000_000}) {
            fails(attributes.set(NAME, new byte[bytes]), RingException.class, Errno.E2BIG, "at most 65536 bytes");
        }
        try {
            attributes.set(NAME, random(65_536)).block(LIMIT);
            assertThat(attributes.get(NAME).block(LIMIT)).isEqualTo(random(65_536));
        } catch (NoSpaceException e) { // as ext4 says
            assertThat(e).hasMessageContaining("ENOSPC").hasMessageContaining(file.toString());
        }
    }

    /** tmpfs takes the longest values, or none at all before Linux 6.6. */
    @Test
    void theLongestValue() throws IOException {
        Path shared = Path.of("/dev/shm");
        assumeTrue(Files.isWritable(shared), "there is no /dev/shm");
        Path there = Files.createTempFile(shared, "fluxring", "");
        try {
            FileAttributes others = files.attributes(there);
            others.set(NAME, random(65_536)).block(LIMIT);
            assertThat(others.get(NAME).block(LIMIT)).isEqualTo(random(65_536));
            assertThat(others.names().block(LIMIT)).contains(NAME);
        } catch (UnsupportedException e) {
            assertThat(e.errno()).isEqualTo(Errno.EOPNOTSUPP);
        } finally {
            Files.delete(there);
        }
    }

    @Test
    void namesThatCantBe() {
        fails(attributes.set("nonamespace", VALUE), UnsupportedException.class, Errno.EOPNOTSUPP, "nonamespace of ");
        fails(attributes.set("user." + "x".repeat(251), VALUE), RingException.class, Errno.ERANGE, "1 to 255 bytes");
        fails(attributes.set("", VALUE), RingException.class, Errno.ERANGE, "1 to 255 bytes");
        fails(attributes.get(""), RingException.class, Errno.ERANGE, "1 to 255 bytes");
        fails(attributes.remove(""), RingException.class, Errno.ERANGE, "1 to 255 bytes");
        String longest = "user." + "x".repeat(250);
        attributes.set(longest, VALUE).block(LIMIT);
        assertThat(attributes.names().block(LIMIT)).containsExactly(longest);
        assertThatThrownBy(() -> attributes.get("user.\0")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> attributes.set("user.\0", VALUE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> attributes.remove("user.\0")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void filesThatCantHaveSome() {
        FileAttributes none = files.attributes(directory.resolve("none"));
        fails(none.names(), NotFoundException.class, Errno.ENOENT, "LISTXATTR " + directory + "/none");
        fails(none.get(NAME), NotFoundException.class, Errno.ENOENT, "GETXATTR");
        fails(none.set(NAME, VALUE), NotFoundException.class, Errno.ENOENT, "SETXATTR");
        fails(none.remove(NAME), NotFoundException.class, Errno.ENOENT, "REMOVEXATTR");
        FileAttributes kernels = files.attributes(Path.of("/proc/version"));
        fails(kernels.set(NAME, VALUE), UnsupportedException.class, Errno.EOPNOTSUPP, "/proc/version");
        fails(kernels.get(NAME), UnsupportedException.class, Errno.EOPNOTSUPP, "/proc/version");
        FileAttributes device = files.attributes(Path.of("/dev/null"));
        fails(device.set(NAME, VALUE), DeniedException.class, Errno.EPERM, "/dev/null");
    }

    @Test
    void linksAreFollowed() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("file"));
        files.attributes(link).set(NAME, VALUE).block(LIMIT);
        assertThat(attributes.get(NAME).block(LIMIT)).isEqualTo(VALUE);
        assertThat(files.attributes(link).names().block(LIMIT)).containsExactly(NAME);
        files.attributes(link).remove(NAME).block(LIMIT);
        assertThat(attributes.names().block(LIMIT)).isEmpty();
    }
}
