package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All ways to write bytes at a position and to read them back, with and without a thread of the kernel that submits. */
@ParameterizedClass(name = "SQPOLL {0}")
@ValueSource(booleans = {false, true})
class ReadWriteTest {
    private static final int IDLE_MILLIS = 20;
    private static final int PIECE_BYTES = 8192;
    private static final int HALF_BYTES = PIECE_BYTES / 2;
    private static final long[] POSITIONS = {0, PIECE_BYTES, (1L << 32) + PIECE_BYTES, 5L << 30};

    private final RingFiles files;
    private final KernelRing ring;

    /** How the file is opened and the operations are run. */
    record Mode(boolean direct, boolean async, boolean slot) {}

    /** Prepares a read or a write of one piece. */
    interface Transfer {
        Sqe prepare(Sqe sqe, int fd, MemorySegment piece, long position);
    }

    ReadWriteTest(boolean sqPoll) {
        RingConfig config = RingConfig.defaults().withEntries(64, 256);
        files = RingFiles.open(sqPoll ? config.withSqPoll(IDLE_MILLIS) : config);
        ring = files.ring();
    }

    static Stream<Mode> modes() {
        return Stream.of(false, true)
                .flatMap(direct -> Stream.of(false, true)
                        .flatMap(async -> Stream.of(false, true).map(slot -> new Mode(direct, async, slot))));
    }

    @AfterEach
    void close() {
        files.close();
    }

    @ParameterizedTest
    @MethodSource("modes")
    @Shows(
            value = {Opcode.READ, Opcode.WRITE},
            behaviour = "read-write")
    void bytes(Mode mode) throws IOException {
        writesAndReadsBack(
                mode,
                ring.allocate(POSITIONS.length * PIECE_BYTES),
                0,
                (sqe, fd, piece, position) -> sqe.prepWrite(fd, piece.address(), PIECE_BYTES, position),
                (sqe, fd, piece, position) -> sqe.prepRead(fd, piece.address(), PIECE_BYTES, position));
    }

    @ParameterizedTest
    @MethodSource("modes")
    @Shows(
            value = {Opcode.READV, Opcode.WRITEV},
            behaviour = "read-write")
    void vectors(Mode mode) throws IOException {
        writesAndReadsBack(
                mode,
                ring.allocate(POSITIONS.length * PIECE_BYTES),
                HALF_BYTES,
                (sqe, fd, piece, position) -> sqe.prepWriteVectors(fd, halves(piece), 2, position),
                (sqe, fd, piece, position) -> sqe.prepReadVectors(fd, halves(piece), 2, position));
    }

    @ParameterizedTest
    @MethodSource("modes")
    @Shows(
            value = {Opcode.READ_FIXED, Opcode.WRITE_FIXED},
            behaviour = "read-write")
    void registeredBuffers(Mode mode) throws IOException {
        MemorySegment memory = ring.allocate(POSITIONS.length * PIECE_BYTES);
        files.registerBuffers(ring.allocate(PIECE_BYTES), memory);
        writesAndReadsBack(
                mode,
                memory,
                0,
                (sqe, fd, piece, position) -> sqe.prepWriteFixed(fd, piece.address(), PIECE_BYTES, position, 1),
                (sqe, fd, piece, position) -> sqe.prepReadFixed(fd, piece.address(), PIECE_BYTES, position, 1));
    }

    @ParameterizedTest
    @MethodSource("modes")
    @Shows(
            value = {Opcode.READV_FIXED, Opcode.WRITEV_FIXED},
            behaviour = "vec-regbuf")
    void vectorsInARegisteredBuffer(Mode mode) throws IOException {
        files.needs(Opcode.READV_FIXED);
        MemorySegment memory = ring.allocate(POSITIONS.length * PIECE_BYTES);
        files.registerBuffers(ring.allocate(PIECE_BYTES), memory);
        writesAndReadsBack(
                mode,
                memory,
                HALF_BYTES,
                (sqe, fd, piece, position) -> sqe.prepWriteVectorsFixed(fd, halves(piece), 2, position, 1),
                (sqe, fd, piece, position) -> sqe.prepReadVectorsFixed(fd, halves(piece), 2, position, 1));
    }

    /** The second half first: an order other than the vectors' would show. */
    private long halves(MemorySegment piece) {
        return files.vectors(piece.asSlice(HALF_BYTES), piece.asSlice(0, HALF_BYTES))
                .address();
    }

    /**
     * @param start which byte of a piece goes to its position in the file
     */
    private void writesAndReadsBack(Mode mode, MemorySegment memory, int start, Transfer write, Transfer read)
            throws IOException {
        int fd = open(mode);
        List<MemorySegment> pieces = new ArrayList<>();
        for (int i = 0; i < POSITIONS.length; i++) {
            MemorySegment content = MemorySegment.ofArray(RingFiles.pattern(PIECE_BYTES, i));
            pieces.add(memory.asSlice((long) i * PIECE_BYTES, PIECE_BYTES).copyFrom(content));
        }
        transfer(mode, fd, pieces, write);
        assertInFile(start);
        memory.fill((byte) 0);
        transfer(mode, fd, pieces, read);
        for (int i = 0; i < POSITIONS.length; i++) {
            assertThat(RingFiles.bytes(pieces.get(i), PIECE_BYTES)).isEqualTo(RingFiles.pattern(PIECE_BYTES, i));
        }
    }

    private void assertInFile(int start) throws IOException {
        try (FileChannel channel = FileChannel.open(files.path("file"))) {
            assertThat(channel.size()).isEqualTo(POSITIONS[POSITIONS.length - 1] + PIECE_BYTES);
            for (int i = 0; i < POSITIONS.length; i++) {
                ByteBuffer firstBytes = ByteBuffer.allocate(HALF_BYTES);
                assertThat(channel.read(firstBytes, POSITIONS[i])).isEqualTo(HALF_BYTES);
                byte[] piece = RingFiles.pattern(PIECE_BYTES, i);
                assertThat(firstBytes.array()).isEqualTo(Arrays.copyOfRange(piece, start, start + HALF_BYTES));
            }
        }
    }

    private int open(Mode mode) {
        int flags = Libc.O_RDWR | Libc.O_CREAT | (mode.direct() ? Libc.O_DIRECT : 0);
        long path = files.address("file");
        int fd;
        if (mode.slot()) {
            files.registerSlots(2);
            fd = files.run(sqe -> sqe.prepOpen(Libc.AT_FDCWD, path, flags, 0600).intoFreeSlot());
        } else {
            fd = files.run(sqe -> sqe.prepOpen(Libc.AT_FDCWD, path, flags | Libc.O_CLOEXEC, 0600));
        }
        assumeTrue(fd != Errno.EINVAL.result(), "the file system has no O_DIRECT");
        assertThat(fd).isNotNegative();
        if (!mode.slot()) {
            files.keep(fd);
        }
        return fd;
    }

    private void transfer(Mode mode, int fd, List<MemorySegment> pieces, Transfer transfer) {
        for (int i = 0; i < POSITIONS.length; i++) {
            MemorySegment piece = pieces.get(i);
            long position = POSITIONS[i];
            ring.add(sqe -> {
                transfer.prepare(sqe, fd, piece, position);
                if (mode.async()) {
                    sqe.async();
                }
                if (mode.slot()) {
                    sqe.fixedFile();
                }
            });
        }
        assertThat(ring.await(POSITIONS.length)).extracting(Cqe::result).containsOnly(PIECE_BYTES);
    }
}
