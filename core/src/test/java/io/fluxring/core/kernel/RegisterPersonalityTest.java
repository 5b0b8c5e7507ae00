package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.register.Personalities;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Credentials that operations run with. */
class RegisterPersonalityTest {
    private final KernelRing ring = KernelRing.open();
    private final Personalities personalities = new Personalities(ring.ring().handle());

    @AfterEach
    void close() {
        ring.close();
    }

    private int nopAs(int personality) {
        return ring.run(sqe -> sqe.prepNop().personality(personality)).result();
    }

    @Test
    @Shows(
            value = Opcode.NOP,
            registers = {RegisterOperation.PERSONALITY, RegisterOperation.UNREGISTER_PERSONALITY},
            behaviour = "personality")
    void credentialsAreKeptByTheirNumberUntilTheyAreForgotten() {
        int first = personalities.register();
        int second = personalities.register();
        assertThat(first).isPositive();
        assertThat(second).isPositive().isNotEqualTo(first);

        assertThat(nopAs(first)).isZero();
        assertThat(nopAs(second + 1)).as("nobody's number").isEqualTo(Errno.EINVAL.result());
        assertThat(personalities.unregister(first)).isZero();
        assertThat(personalities.unregister(first)).isEqualTo(Errno.EINVAL.result());
        assertThat(nopAs(first)).isEqualTo(Errno.EINVAL.result());
        assertThat(nopAs(second)).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> personalities.unregister(0));
        assertThatIllegalArgumentException().isThrownBy(() -> personalities.unregister(65536));
    }

    @Test
    @Shows(value = Opcode.OPENAT, registers = RegisterOperation.PERSONALITY, behaviour = "personality")
    void anOperationMayDoWhatItsPersonalityMay() throws IOException {
        Path file = Files.createTempFile(
                "fluxring", ".txt", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        assumeTrue("root".equals(Files.getOwner(file).getName()), "somebody's own file is open to him");
        try {
            long path = ring.text(file.toString()).address();
            int superuser = personalities.register();

            int[] results = Unprivileged.call(() -> new int[] {open(path, 0), open(path, superuser)});

            assertThat(results[0]).isEqualTo(Errno.EACCES.result());
            ring.owned(results[1]);
        } finally {
            Files.delete(file);
        }
    }

    private int open(long path, int personality) {
        return ring.run(sqe -> sqe.prepOpen(Libc.AT_FDCWD, path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0)
                        .personality(personality))
                .result();
    }
}
