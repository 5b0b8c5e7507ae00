package io.fluxring.core.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Provided buffers of the old kind, an operation for each return. */
class LegacyBuffersTest {
    private static final int GROUP = 9;
    private static final int BUFFER_BYTES = 16;

    private final KernelRing ring = KernelRing.open();

    @AfterEach
    void close() {
        ring.close();
    }

    private int provide(MemorySegment buffers, int count, int first) {
        return ring.run(sqe -> sqe.prepProvideBuffers(buffers.address(), BUFFER_BYTES, count, GROUP, first))
                .result();
    }

    private Cqe read(int fd) {
        return ring.run(sqe -> sqe.prepReadSelect(fd, GROUP, BUFFER_BYTES, -1));
    }

    private void write(int fd, String text) {
        MemorySegment bytes = ring.bytes(text);
        assertThat(ring.run(sqe -> sqe.prepWrite(fd, bytes.address(), (int) bytes.byteSize(), -1))
                        .result())
                .isEqualTo(text.length());
    }

    @Test
    @Shows({Opcode.PROVIDE_BUFFERS, Opcode.READ})
    void aReadPicksABufferUntilThereIsNone() {
        int[] pipe = ring.pipe();
        MemorySegment buffers = ring.allocate(2 * BUFFER_BYTES);
        assertThat(provide(buffers, 2, 100)).isZero();
        Set<Integer> picked = new HashSet<>();
        for (String text : new String[] {"one", "three"}) {
            write(pipe[1], text);
            Cqe cqe = read(pipe[0]);
            assertThat(cqe.result()).isEqualTo(text.length());
            assertThat(cqe.hasBuffer()).isTrue();
            assertThat(picked.add(cqe.buffer())).isTrue();
            byte[] bytes = buffers.asSlice((cqe.buffer() - 100) * (long) BUFFER_BYTES, text.length())
                    .toArray(JAVA_BYTE);
            assertThat(bytes).asString().isEqualTo(text);
        }
        assertThat(picked).containsExactlyInAnyOrder(100, 101);
        write(pipe[1], "left");
        assertThat(read(pipe[0]).failedWith(Errno.ENOBUFS)).isTrue();
        assertThat(provide(buffers, 1, 65535)).isZero();
        Cqe last = read(pipe[0]);
        assertThat(last.result()).isEqualTo(4);
        assertThat(last.buffer()).isEqualTo(65535);
    }

    @Test
    @Shows({Opcode.PROVIDE_BUFFERS, Opcode.REMOVE_BUFFERS})
    void buffersAreTakenBackAndCounted() {
        assertThat(ring.run(sqe -> sqe.prepRemoveBuffers(1, GROUP)).failedWith(Errno.ENOENT))
                .isTrue();
        assertThat(provide(ring.allocate(8 * BUFFER_BYTES), 8, 0)).isZero();
        assertThat(ring.run(sqe -> sqe.prepRemoveBuffers(3, GROUP)).result()).isEqualTo(3);
        assertThat(ring.run(sqe -> sqe.prepRemoveBuffers(100, GROUP)).result()).isEqualTo(5);
        assertThat(ring.run(sqe -> sqe.prepRemoveBuffers(100, GROUP)).result()).isZero();
    }
}
