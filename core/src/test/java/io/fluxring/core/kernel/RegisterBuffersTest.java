package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.memory.RegisteredBuffers;
import io.fluxring.core.register.BufferRegistration;
import io.fluxring.core.register.BufferRingRegistration;
import io.fluxring.core.register.FileRegistration;
import io.fluxring.core.register.Personalities;
import io.fluxring.core.register.SynchronousCancel;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.call.NativeMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The table of registered buffers. */
class RegisterBuffersTest {
    private final RegisterBench bench = new RegisterBench();
    private final KernelRing ring = bench.ring;
    private final BufferRegistration buffers =
            new BufferRegistration(ring.ring().handle());

    @AfterEach
    void close() {
        bench.close();
    }

    /** Reads three bytes of a file into registered memory; the bytes, or the errno. */
    private String readInto(KernelRing reader, int slot, MemorySegment memory) {
        int file = bench.file("xyz");
        Cqe cqe = reader.run(sqe -> sqe.prepReadFixed(file, memory.address(), 3, 0, slot));
        return cqe.result() < 0 ? Errno.ofResult(cqe.result()).name() : RegisterBench.text(memory, cqe.result());
    }

    private String readInto(int slot, MemorySegment memory) {
        return readInto(ring, slot, memory);
    }

    @Test
    @Shows(
            value = Opcode.READ_FIXED,
            registers = {RegisterOperation.BUFFERS, RegisterOperation.UNREGISTER_BUFFERS},
            behaviour = "io_uring_register")
    void aListIsATable() {
        MemorySegment first = ring.allocate(4096);
        MemorySegment third = ring.allocate(100);
        assertThat(buffers.unregister()).as("without a table").isEqualTo(Errno.ENXIO.result());

        assertThat(buffers.register(first, MemorySegment.NULL, third)).isZero();

        assertThat(buffers.register(first)).as("a second table").isEqualTo(Errno.EBUSY.result());
        assertThat(readInto(0, first)).isEqualTo("xyz");
        assertThat(readInto(1, first)).isEqualTo("EFAULT");
        assertThat(readInto(2, third.asSlice(97))).isEqualTo("xyz");
        assertThat(readInto(2, third.asSlice(98))).as("a byte too far").isEqualTo("EFAULT");
        assertThat(readInto(0, third)).as("memory of another slot").isEqualTo("EFAULT");
        assertThat(readInto(3, first)).isEqualTo("EFAULT");
        assertThat(buffers.unregister()).isZero();
        assertThat(readInto(0, first)).isEqualTo("EFAULT");
    }

    @Test
    @Shows(
            registers = {RegisterOperation.BUFFERS, RegisterOperation.BUFFERS2},
            behaviour = "io_uring_register")
    void whatIsNoBufferIsRefused() throws IOException {
        MemorySegment memory = ring.allocate(4096);
        assertThat(buffers.register(NativeMemory.at(1L << 46, 10))).isEqualTo(Errno.EFAULT.result());
        assertThat(buffers.registerTagged(new MemorySegment[] {MemorySegment.NULL}, new long[] {1}))
                .as("a tag of nothing")
                .isEqualTo(Errno.EINVAL.result());
        assertThatIllegalArgumentException().isThrownBy(() -> buffers.register());
        assertThatIllegalArgumentException().isThrownBy(() -> buffers.register(memory.asSlice(0, 0)));
        assertThatIllegalArgumentException().isThrownBy(() -> buffers.register(MemorySegment.ofArray(new byte[9])));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        buffers.register(NativeMemory.at(memory.address(), BufferRegistration.MAX_BUFFER_BYTES + 1)));
        assertThatIllegalArgumentException().isThrownBy(() -> buffers.registerSparse(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> buffers.registerSparse(BufferRegistration.MAX_BUFFERS + 1))
                .withMessageContaining("16384");
        assertThatIllegalArgumentException().isThrownBy(() -> buffers.update(-1, of(memory), new long[1]));
        assertThatIllegalArgumentException().isThrownBy(() -> buffers.update(0, of(memory), new long[0]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> buffers.cloneFrom(ring.ring().handle(), 0, 0, 0));
        assertThat(buffers.registerSparse(BufferRegistration.MAX_BUFFERS)).isZero();
    }

    @Test
    @Shows(registers = RegisterOperation.BUFFERS, behaviour = "io_uring_register")
    void memoryOfAFileIsRefused() throws IOException {
        Path path = Files.createTempFile("fluxring", ".bin");
        try (Arena arena = Arena.ofConfined();
                FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MemorySegment mapped = file.map(FileChannel.MapMode.READ_WRITE, 0, 4096, arena);
            mapped.fill((byte) 1);
            assumeTrue(!Files.getFileStore(path).type().equals("tmpfs"), "temporary files are in shared memory here");

            assertThat(buffers.register(mapped)).isIn(Errno.EFAULT.result(), Errno.EOPNOTSUPP.result());
        } finally {
            Files.delete(path);
        }
    }

    @Test
    @Shows(
            value = Opcode.READ_FIXED,
            registers = {RegisterOperation.BUFFERS2, RegisterOperation.BUFFERS_UPDATE},
            behaviour = "rsrc_tags")
    void slotsAreFilledReplacedAndEmptied() {
        MemorySegment first = ring.allocate(64);
        MemorySegment second = ring.allocate(64);
        assertThat(buffers.update(0, of(first), new long[1]))
                .as("without a table")
                .isEqualTo(Errno.ENXIO.result());
        assertThat(buffers.registerSparse(3)).isZero();
        assertThat(readInto(1, first)).isEqualTo("EFAULT");

        assertThat(buffers.update(1, of(first, second), new long[] {11, 12})).isEqualTo(2);
        assertThat(readInto(1, first)).isEqualTo("xyz");
        assertThat(readInto(2, second)).isEqualTo("xyz");

        assertThat(buffers.update(1, of(second), new long[] {21})).isEqualTo(1);
        assertThat(ring.await()).as("the former buffer's tag").isEqualTo(new Cqe(11, 0, 0));
        assertThat(readInto(1, second)).isEqualTo("xyz");
        assertThat(readInto(1, first)).isEqualTo("EFAULT");

        assertThat(buffers.update(1, of(MemorySegment.NULL), new long[] {0})).isEqualTo(1);
        assertThat(ring.await()).isEqualTo(new Cqe(21, 0, 0));
        assertThat(readInto(1, second)).isEqualTo("EFAULT");

        assertThat(buffers.update(2, of(first, second), new long[2]))
                .as("beyond the end")
                .isEqualTo(Errno.EINVAL.result());
        MemorySegment nowhere = NativeMemory.at(1L << 46, 10);
        assertThat(buffers.update(0, of(first, nowhere), new long[] {31, 32}))
                .as("those before a bad one")
                .isEqualTo(1);
        assertThat(buffers.unregister()).isZero();
        assertThat(ring.await(2)).containsExactlyInAnyOrder(new Cqe(31, 0, 0), new Cqe(12, 0, 0));
    }

    @Test
    @Shows(
            value = Opcode.READ_FIXED,
            registers = {RegisterOperation.BUFFERS2, RegisterOperation.UNREGISTER_BUFFERS},
            behaviour = "rsrc_tags")
    void aTagCompletesAfterTheLastUserOfABuffer() {
        int pending = ring.eventFd();
        MemorySegment memory = ring.allocate(64);
        MemorySegment idle = ring.allocate(64);
        assertThat(buffers.registerTagged(of(memory, idle), new long[] {901, 902}))
                .isZero();
        long read = ring.add(sqe -> sqe.prepReadFixed(pending, memory.address(), Long.BYTES, -1, 0));
        ring.submit();

        assertThat(buffers.unregister()).isZero();

        assertThat(ring.await()).as("nobody uses it").isEqualTo(new Cqe(902, 0, 0));
        assertThat(ring.takeReady()).as("a read is going to write there").isEmpty();
        ring.signal(pending);
        assertThat(ring.await(2)).containsExactlyInAnyOrder(new Cqe(read, Long.BYTES, 0), new Cqe(901, 0, 0));
    }

    @Test
    @Shows(value = Opcode.READ_FIXED, registers = RegisterOperation.CLONE_BUFFERS, behaviour = "regbuf-clone")
    void aTableIsClonedWhole() {
        MemorySegment memory = ring.allocate(64);
        try (KernelRing other = KernelRing.open()) {
            BufferRegistration clone = new BufferRegistration(other.ring().handle());
            assertThat(clone.cloneFrom(ring.ring().handle())).as("of nothing").isEqualTo(Errno.ENXIO.result());
            assertThat(buffers.registerTagged(of(memory, MemorySegment.NULL), new long[] {5, 0}))
                    .isZero();

            assertThat(clone.cloneFrom(ring.ring().handle())).isZero();
            assertThat(clone.cloneFrom(ring.ring().handle())).as("over a table").isEqualTo(Errno.EBUSY.result());
            assertThat(readInto(other, 0, memory)).isEqualTo("xyz");
            assertThat(readInto(other, 1, memory)).isEqualTo("EFAULT");

            assertThat(buffers.unregister()).isZero();
            assertThat(ring.await()).as("the tag knows nothing of clones").isEqualTo(new Cqe(5, 0, 0));
            assertThat(readInto(other, 0, memory))
                    .as("a clone outlives its source")
                    .isEqualTo("xyz");
            assertThat(clone.unregister()).isZero();
            assertThat(other.takeReady()).as("a clone has no tag").isEmpty();
        }
    }

    @Test
    @Shows(registers = RegisterOperation.CLONE_BUFFERS)
    void aTableOfAnotherThreadsRingIsNotCloned() throws Exception {
        assertThat(buffers.register(of(ring.allocate(64)))).isZero();
        int result = CompletableFuture.supplyAsync(
                        () -> {
                            try (KernelRing other = KernelRing.open()) {
                                return new BufferRegistration(other.ring().handle())
                                        .cloneFrom(ring.ring().handle());
                            }
                        },
                        task -> new Thread(task).start())
                .get(10, TimeUnit.SECONDS);
        assertThat(Errno.ofResult(result)).isEqualTo(Errno.EEXIST);
    }

    @Test
    @Shows(value = Opcode.READ_FIXED, registers = RegisterOperation.CLONE_BUFFERS, behaviour = "regbuf-clone")
    void someBuffersAreCloned() {
        MemorySegment first = ring.allocate(64);
        MemorySegment second = ring.allocate(64);
        MemorySegment own = ring.allocate(64);
        assertThat(buffers.register(first, second)).isZero();
        try (KernelRing other = KernelRing.open()) {
            BufferRegistration clone = new BufferRegistration(other.ring().handle());
            assertThat(clone.registerTagged(of(own, own), new long[] {71, 72})).isZero();

            assertThat(clone.cloneFrom(ring.ring().handle(), 1, 1, 1)).isZero();

            assertThat(other.await()).as("the buffer that it replaces").isEqualTo(new Cqe(72, 0, 0));
            assertThat(readInto(other, 0, own)).isEqualTo("xyz");
            assertThat(readInto(other, 1, second)).isEqualTo("xyz");
            assertThat(clone.cloneFrom(ring.ring().handle(), 0, 2, 2))
                    .as("beyond the end here")
                    .isZero();
            assertThat(readInto(other, 3, second)).isEqualTo("xyz");
            assertThat(clone.cloneFrom(ring.ring().handle(), 1, 0, 2))
                    .as("beyond the source's end")
                    .isEqualTo(Errno.EOVERFLOW.result());
        }
    }

    @Test
    @Shows(
            registers = {RegisterOperation.BUFFERS, RegisterOperation.BUFFERS2},
            behaviour = "io_uring_register")
    void theLimitOfLockedMemoryIsNamed() throws IOException {
        long limitBytes = lockedMemoryLimit();
        assumeTrue(limitBytes < 256 << 20, "there is no low limit of locked memory here");
        MemorySegment memory = ring.allocate(limitBytes + 4096);
        try (KernelRing limited = Unprivileged.call(KernelRing::open)) {
            assertThat(new BufferRegistration(limited.ring().handle()).register(memory))
                    .isEqualTo(Errno.ENOMEM.result());

            RegisteredBuffers table =
                    RegisteredBuffers.register(limited.ring(), 1).table();
            assertThatIllegalStateException()
                    .isThrownBy(() -> Unprivileged.call(() -> table.add(memory, released -> {})))
                    .withMessageContaining("ENOMEM")
                    .withMessageContaining("ulimit -l");
            assertThat(table.withKernel()).isZero();
        }
        assertThat(buffers.register(memory))
                .as("the limit is not for the superuser")
                .isZero();
    }

    private static long lockedMemoryLimit() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(each -> each.startsWith("Max locked memory"))
                .findFirst()
                .orElseThrow();
        String soft = line.split("\\s{2,}", -1)[1];
        return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
    }

    @Test
    @Shows(
            registers = {
                RegisterOperation.BUFFERS,
                RegisterOperation.FILES2,
                RegisterOperation.PBUF_STATUS,
                RegisterOperation.PERSONALITY,
                RegisterOperation.SYNC_CANCEL
            })
    void onlyTheOwnerMayRegister() {
        MemorySegment memory = ring.allocate(64);
        int[] results = CompletableFuture.supplyAsync(() -> new int[] {
                    buffers.register(memory),
                    new FileRegistration(ring.ring().handle()).registerSparse(1),
                    new BufferRingRegistration(ring.ring().handle()).head(0),
                    new Personalities(ring.ring().handle()).register(),
                    new SynchronousCancel(ring.ring().handle())
                            .cancel(io.fluxring.core.register.CancelTarget.everything(), 0)
                })
                .join();
        assertThat(results).containsOnly(Errno.EEXIST.result());
    }

    private static MemorySegment[] of(MemorySegment... memory) {
        return memory;
    }
}
