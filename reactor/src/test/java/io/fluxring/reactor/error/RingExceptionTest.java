package io.fluxring.reactor.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.sys.Errno;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RingExceptionTest {
    /** What users treat in different ways is of different types. */
    @ParameterizedTest
    @CsvSource({
        "ECONNRESET, PeerException",
        "EPIPE, PeerException",
        "EMFILE, ExhaustedException",
        "ENOMEM, ExhaustedException",
        "ECANCELED, CancelledException",
        "EACCES, DeniedException",
        "EROFS, DeniedException",
        "ENOENT, NotFoundException",
        "EADDRNOTAVAIL, NotFoundException",
        "EEXIST, ConflictException",
        "EADDRINUSE, ConflictException",
        "ENOSPC, NoSpaceException",
        "EDQUOT, NoSpaceException",
        "EOPNOTSUPP, UnsupportedException",
        "ENOSYS, UnsupportedException",
        "EIO, RingException",
        "EINVAL, RingException",
        "UNKNOWN, RingException"
    })
    void typesByErrno(Errno errno, String type) {
        assertThat(RingException.of("READ", null, errno.result()).getClass().getSimpleName())
                .isEqualTo(type);
    }

    @ParameterizedTest
    @EnumSource(Errno.class)
    void keepsWhatItIsAbout(Errno errno) {
        RingException exception = RingException.of("RECV", new RawFd(12), errno.result());
        assertThat(exception.operation()).isEqualTo("RECV");
        assertThat(exception.file()).isEqualTo(new RawFd(12));
        assertThat(exception.errno()).isEqualTo(errno);
        assertThat(exception).hasMessageStartingWith("RECV fd=12: ").hasMessageEndingWith(errno.remedy());
    }

    @Test
    void messages() {
        assertThat(RingException.of("RECV", new RawFd(12), Errno.ECONNRESET.result()))
                .hasMessage("RECV fd=12: ECONNRESET (connection reset by peer)");
        assertThat(RingException.of("ACCEPT", new RawFd(5), Errno.EMFILE.result()))
                .hasMessage(
                        "ACCEPT fd=5: EMFILE (too many open files); raise the limit of open descriptors (ulimit -n)");
        assertThat(RingException.of("BIND", null, "[::1]:80", Errno.EACCES.result(), "ask root"))
                .hasMessage("BIND [::1]:80: EACCES (permission denied); ask root");
        assertThat(RingException.of("NOP", null, -4095)).hasMessage("NOP: errno 4095");
        assertThat(RingException.closed("SEND", new RawFd(7))).hasMessage("fd=7 is closed");
        assertThat(RingException.ringClosed()).hasMessage("the ring is closed");
    }

    @Test
    void canBeSerialized() throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(RingException.of("RECV", new RawFd(12), Errno.ECONNRESET.result()));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            RingException read = (RingException) in.readObject();
            assertThat(read).isInstanceOf(PeerException.class);
            assertThat(read.errno()).isEqualTo(Errno.ECONNRESET);
            assertThat(read.file()).isNull();
        }
    }
}
