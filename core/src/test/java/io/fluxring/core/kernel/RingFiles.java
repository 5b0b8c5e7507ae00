package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.memory.owner.OwnedGroup;
import io.fluxring.core.register.BufferRegistration;
import io.fluxring.core.register.FileRegistration;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.layout.VectorLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A ring with a folder of files for one test. Descriptors that were made through it are closed by the ring in the end,
 * and the folder is removed.
 */
final class RingFiles implements AutoCloseable {
    /** For reading and writing. */
    static final int READ_WRITE = Libc.O_RDWR | Libc.O_CLOEXEC;

    private static final int OWNER_ONLY = 0600;

    /** Fills one entry. */
    interface Preparation extends Consumer<Sqe> {}

    private final KernelRing ring;
    private final Path folder;
    private final Set<Integer> descriptors = new LinkedHashSet<>();
    private final Arena groupMemory = Arena.ofShared();
    private final List<OwnedGroup<BufferRing>> groups = new ArrayList<>();

    private RingFiles(KernelRing ring, Path folder) {
        this.ring = ring;
        this.folder = folder;
    }

    /** With a small ring. */
    static RingFiles open() {
        return open(RingConfig.defaults().withEntries(64, 256));
    }

    static RingFiles open(RingConfig config) {
        try {
            return new RingFiles(KernelRing.open(config), Files.createTempDirectory("fluxring"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    KernelRing ring() {
        return ring;
    }

    /** The rest of the test is skipped where the kernel lacks an operation. */
    void needs(Opcode operation) {
        assumeTrue(ring.ring().capabilities().supports(operation), operation + " needs Linux " + operation.since());
    }

    /** The result of one operation. */
    int run(Consumer<Sqe> preparation) {
        return ring.run(preparation).result();
    }

    /** The results of operations that are submitted together, in their order. */
    List<Integer> runAll(Preparation... preparations) {
        List<Long> userData = Stream.of(preparations).map(ring::add).toList();
        return userData.stream().map(each -> ring.awaitOf(each).result()).toList();
    }

    // ---- names

    Path path(String name) {
        return folder.resolve(name);
    }

    /** The address of a file's path. */
    long address(String name) {
        return text(path(name).toString());
    }

    /** The address of a text, as long as the ring lives. */
    long text(String text) {
        return ring.text(text).address();
    }

    // ---- descriptors

    /** Opens a file through the ring. */
    int open(String name, int openFlags) {
        return keep(run(sqe -> sqe.prepOpen(Libc.AT_FDCWD, address(name), openFlags, OWNER_ONLY)));
    }

    /** Makes an empty file and opens it. */
    int create(String name) {
        return open(name, READ_WRITE | Libc.O_CREAT | Libc.O_EXCL);
    }

    /** Makes a file and opens it. */
    int create(String name, byte[] content) {
        write(name, content);
        return open(name, READ_WRITE);
    }

    /** Makes a pipe through the ring: the reading end, then the writing end. */
    int[] pipe() {
        needs(Opcode.PIPE);
        MemorySegment fds = ring.allocate(8);
        assertThat(run(sqe -> sqe.prepPipe(fds.address(), Libc.O_CLOEXEC))).isZero();
        return new int[] {keep(fds.get(ValueLayout.JAVA_INT, 0)), keep(fds.get(ValueLayout.JAVA_INT, 4))};
    }

    /** A descriptor that an operation has just completed with: it is closed in the end. */
    int keep(int fd) {
        assertThat(fd).as("a new descriptor").isNotNegative();
        descriptors.add(fd);
        return fd;
    }

    /** Closes a descriptor before the end. */
    void close(int fd) {
        assertThat(run(sqe -> sqe.prepClose(fd))).as("closing").isZero();
        descriptors.remove(fd);
    }

    /** Registers empty slots for direct descriptors. */
    void registerSlots(int slots) {
        assertThat(new FileRegistration(ring.ring().handle()).registerSparse(slots))
                .isZero();
    }

    // ---- contents

    static byte[] pattern(int lengthBytes, int seed) {
        byte[] bytes = new byte[lengthBytes];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    void write(String name, byte[] content) {
        try {
            Files.write(path(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] content(String name) {
        try {
            return Files.readAllBytes(path(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- memory

    /** Memory with these bytes, aligned to a page. */
    MemorySegment memory(byte[] bytes) {
        return ring.allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
    }

    static byte[] bytes(MemorySegment memory, long lengthBytes) {
        return memory.asSlice(0, lengthBytes).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Vectors that name these pieces of memory. */
    MemorySegment vectors(MemorySegment... pieces) {
        MemorySegment vectors = ring.allocate(Math.max(1, pieces.length) * VectorLayout.BYTES);
        for (int i = 0; i < pieces.length; i++) {
            VectorLayout.put(vectors, i, pieces[i].address(), pieces[i].byteSize());
        }
        return vectors;
    }

    /** Registers buffers; their places in the table are their places here. */
    void registerBuffers(MemorySegment... buffers) {
        assertThat(new BufferRegistration(ring.ring().handle()).register(buffers))
                .isZero();
    }

    /** Provides buffers as a group of this number. */
    BufferRing provide(int group, BufferRingConfig config) {
        OwnedGroup<BufferRing> provided = BufferRing.register(ring.ring(), groupMemory, config, group, () -> {});
        groups.add(provided);
        return provided.pool();
    }

    @Override
    public void close() {
        List.copyOf(descriptors).forEach(this::close);
        groups.forEach(OwnedGroup::unregister);
        ring.close();
        groupMemory.close();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.toList().reversed()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
