package io.fluxring.core.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fluxring.core.sys.call.Kernel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of Unix sockets as the kernel has them. */
class UnixAddressesTest {
    private final Kernel kernel = Kernel.linux();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"\0flux-test", "\0with\0zero", "\0ümlaut"})
    @Tag("N7")
    void abstractNamesHaveTheirExactLength(String name) throws IOException {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        assertThat(boundTo(bytes)).isEqualTo(bytes);
    }

    @Test
    @Tag("N7")
    void theProcessListShowsAnAbstractNameWithoutATail() throws IOException {
        int fd = kernel.socket(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0);
        try (Arena arena = Arena.ofConfined()) {
            assertThat(kernel.bind(fd, UnixAddresses.encode("\0flux-list".getBytes(StandardCharsets.UTF_8), arena)))
                    .isZero();
            assertThat(Files.readAllLines(Path.of("/proc/net/unix"))).anyMatch(line -> line.endsWith(" @flux-list"));
        } finally {
            kernel.close(fd);
        }
    }

    @Test
    void aPathComesBack() throws IOException {
        byte[] path = folder.resolve("söcket").toString().getBytes(StandardCharsets.UTF_8);
        assertThat(boundTo(path)).isEqualTo(path);
    }

    /** A file's name is bytes, of no encoding. */
    @Test
    void aPathThatIsNoTextComesBack() throws IOException {
        byte[] start = (folder + "/s").getBytes(StandardCharsets.UTF_8);
        byte[] path = Arrays.copyOf(start, start.length + 2);
        path[start.length] = (byte) 0xff;
        path[start.length + 1] = (byte) 0xfe;
        assertThat(boundTo(path)).isEqualTo(path);
    }

    @Test
    @Tag("N7")
    void aPeerIsFoundByTheExactBytesOfItsAbstractName() {
        byte[] name = "\0flux-peer".getBytes(StandardCharsets.UTF_8);
        byte[] longer = "\0flux-peer\0".getBytes(StandardCharsets.UTF_8);
        int bound = kernel.socket(Libc.AF_UNIX, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
        int other = kernel.socket(Libc.AF_UNIX, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
        try (Arena arena = Arena.ofConfined()) {
            assertThat(kernel.bind(bound, UnixAddresses.encode(name, arena))).isZero();
            assertThat(kernel.connectDatagram(other, UnixAddresses.encode(longer, arena)))
                    .isEqualTo(Errno.ECONNREFUSED.result());
            assertThat(kernel.connectDatagram(other, UnixAddresses.encode(name, arena)))
                    .isZero();
            MemorySegment place = arena.allocate(UnixAddresses.MAX_BYTES, Short.BYTES);
            assertThat(UnixAddresses.decode(place, kernel.peerName(other, place)))
                    .isEqualTo(name);
            assertThat(UnixAddresses.decode(place, kernel.socketName(other, place)))
                    .as("not bound")
                    .isEmpty();
        } finally {
            kernel.close(bound);
            kernel.close(other);
        }
    }

    @Test
    void theKernelNamesASocketThatIsBoundToNothing() throws IOException {
        assertThat(boundTo(new byte[0])).hasSize(6).startsWith(0);
    }

    @Test
    void aNameThatIsTooLongIsRefused() {
        try (Arena arena = Arena.ofConfined()) {
            assertThat(UnixAddresses.encode(new byte[108], arena).byteSize()).isEqualTo(110);
            assertThatIllegalArgumentException().isThrownBy(() -> UnixAddresses.encode(new byte[109], arena));
            byte[] path = "x".repeat(108).getBytes(StandardCharsets.UTF_8);
            assertThatIllegalArgumentException().isThrownBy(() -> UnixAddresses.encode(path, arena));
            assertThatIllegalArgumentException().isThrownBy(() -> UnixAddresses.encode(new byte[] {1, 0, 2}, arena));
        }
    }

    private byte[] boundTo(byte[] name) {
        int fd = kernel.socket(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0);
        try (Arena arena = Arena.ofConfined()) {
            assertThat(kernel.bind(fd, UnixAddresses.encode(name, arena))).isZero();
            MemorySegment place = arena.allocate(UnixAddresses.MAX_BYTES, Short.BYTES);
            return UnixAddresses.decode(place, kernel.socketName(fd, place));
        } finally {
            kernel.close(fd);
        }
    }
}
