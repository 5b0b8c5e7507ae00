package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fluxring.core.register.FileRegistration;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The table of registered files. */
class RegisterFilesTest {
    private final RegisterBench bench = new RegisterBench();
    private final KernelRing ring = bench.ring;
    private final FileRegistration files = new FileRegistration(ring.ring().handle());

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    @Shows(
            registers = {RegisterOperation.FILES, RegisterOperation.UNREGISTER_FILES},
            behaviour = "file-register")
    void aListIsATable() {
        int first = bench.file("one");
        int third = bench.file("three");

        assertThat(files.register(first, FileRegistration.EMPTY, third)).isZero();

        assertThat(bench.readSlot(0)).isEqualTo("one");
        assertThat(bench.readSlot(1)).isEqualTo("EBADF");
        assertThat(bench.readSlot(2)).isEqualTo("three");
        assertThat(bench.readSlot(3)).isEqualTo("EBADF");
        assertThat(files.register(first)).as("a second table").isEqualTo(Errno.EBUSY.result());
        assertThat(files.unregister()).isZero();
        assertThat(files.unregister()).as("without a table").isEqualTo(Errno.ENXIO.result());
        assertThat(bench.readSlot(0)).isEqualTo("EBADF");
    }

    @Test
    @Shows(registers = RegisterOperation.FILES, behaviour = "io_uring_register")
    void whatIsNoFileIsRefused() {
        assertThat(files.register(bench.file("x"), 1 << 20)).as("not open").isEqualTo(Errno.EBADF.result());
        assertThat(files.register(ring.ring().fd())).as("a ring").isEqualTo(Errno.EBADF.result());
        assertThat(files.registerSparse(Integer.MAX_VALUE)).isEqualTo(Errno.EMFILE.result());
        assertThatIllegalArgumentException().isThrownBy(() -> files.register()).withMessageContaining("0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> files.register(-2))
                .withMessageContaining("-2");
        assertThatIllegalArgumentException().isThrownBy(() -> files.registerSparse(0));
        assertThatIllegalArgumentException().isThrownBy(() -> files.registerTagged(new int[] {1}, new long[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> files.update(-1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> files.allocationRange(0, -1));
    }

    @Test
    @Shows(
            value = Opcode.READ,
            registers = {RegisterOperation.FILES2, RegisterOperation.FILES_UPDATE},
            behaviour = "file-update")
    void slotsAreFilledSkippedAndEmptied() {
        assertThat(files.update(0, 0)).as("without a table").isEqualTo(Errno.ENXIO.result());
        assertThat(files.registerSparse(4)).isZero();
        int first = bench.file("one");
        int second = bench.file("two");

        assertThat(files.update(1, first, second)).isEqualTo(2);
        assertThat(bench.readSlot(1)).isEqualTo("one");
        assertThat(files.update(1, FileRegistration.SKIP, FileRegistration.EMPTY, first))
                .isEqualTo(3);

        assertThat(bench.readSlot(0)).isEqualTo("EBADF");
        assertThat(bench.readSlot(1)).isEqualTo("one");
        assertThat(bench.readSlot(2)).isEqualTo("EBADF");
        assertThat(bench.readSlot(3)).isEqualTo("one");
        assertThat(files.update(3, first, second)).as("beyond the end").isEqualTo(Errno.EINVAL.result());
        assertThat(files.update(0, second, 1 << 20, second))
                .as("those before a bad one")
                .isEqualTo(1);
        assertThat(bench.readSlot(0)).isEqualTo("two");
        assertThat(files.update(0, 1 << 20)).as("a bad one first").isEqualTo(Errno.EBADF.result());
    }

    @Test
    @Shows(value = Opcode.READ, registers = RegisterOperation.FILES)
    void aFileStaysWhenItsDescriptorIsClosed() {
        int fd = bench.file("kept");
        assertThat(files.register(fd)).isZero();

        ring.closeOwned(fd);

        assertThat(bench.readSlot(0)).isEqualTo("kept");
    }

    @Test
    @Shows(
            value = Opcode.READ,
            registers = {RegisterOperation.FILES2, RegisterOperation.FILES_UPDATE2, RegisterOperation.UNREGISTER_FILES},
            behaviour = "rsrc_tags")
    void aTagCompletesAfterTheLastUserOfAFile() {
        int pending = ring.eventFd();
        MemorySegment counter = ring.allocate(Long.BYTES);
        assertThat(files.registerTagged(new int[] {pending, bench.file("b")}, new long[] {1001, 1002}))
                .isZero();
        long read = ring.add(
                sqe -> sqe.prepRead(0, counter.address(), Long.BYTES, -1).fixedFile());
        ring.submit();

        assertThat(files.updateTagged(0, new int[] {bench.file("c")}, new long[] {1003}))
                .isEqualTo(1);
        assertThat(bench.readSlot(0)).as("the slot's new file").isEqualTo("c");
        assertThat(ring.takeReady()).as("a file that is read from").isEmpty();
        ring.signal(pending);
        assertThat(ring.await(2)).containsExactlyInAnyOrder(new Cqe(read, Long.BYTES, 0), new Cqe(1001, 0, 0));

        assertThat(files.unregister()).isZero();
        assertThat(ring.await(2)).containsExactlyInAnyOrder(new Cqe(1002, 0, 0), new Cqe(1003, 0, 0));
    }

    @Test
    @Shows(registers = RegisterOperation.FILES2, behaviour = "rsrc_tags")
    void anEmptySlotHasNoTag() {
        assertThat(files.registerTagged(new int[] {FileRegistration.EMPTY}, new long[] {1}))
                .isEqualTo(Errno.EINVAL.result());
        assertThat(files.registerTagged(new int[] {FileRegistration.EMPTY}, new long[] {0}))
                .isZero();
        assertThat(files.updateTagged(0, new int[] {FileRegistration.EMPTY}, new long[] {7}))
                .isEqualTo(Errno.EINVAL.result());
        assertThat(files.updateTagged(0, new int[] {FileRegistration.SKIP}, new long[] {7}))
                .isEqualTo(Errno.EINVAL.result());
        assertThat(ring.takeReady()).isEmpty();
    }

    @Test
    @Shows(
            value = Opcode.READ,
            registers = {RegisterOperation.FILES, RegisterOperation.UNREGISTER_FILES},
            behaviour = "ooo-file-unreg")
    void filesInUseOutliveTheTableInAnyOrder() {
        int first = ring.eventFd();
        int second = ring.eventFd();
        MemorySegment counters = ring.allocate(2 * Long.BYTES);
        assertThat(files.registerTagged(new int[] {first, second}, new long[] {501, 502}))
                .isZero();
        long readFirst = ring.add(
                sqe -> sqe.prepRead(0, counters.address(), Long.BYTES, -1).fixedFile());
        long readSecond = ring.add(sqe ->
                sqe.prepRead(1, counters.address() + Long.BYTES, Long.BYTES, -1).fixedFile());
        ring.submit();

        assertThat(files.update(0, FileRegistration.EMPTY)).isEqualTo(1);
        assertThat(files.unregister()).isZero();
        assertThat(files.register(bench.file("next table")))
                .as("a new table at once")
                .isZero();
        ring.signal(second);
        assertThat(ring.await(2)).containsExactlyInAnyOrder(new Cqe(readSecond, Long.BYTES, 0), new Cqe(502, 0, 0));
        assertThat(bench.readSlot(0)).isEqualTo("next table");
        ring.signal(first);
        assertThat(ring.await(2)).containsExactlyInAnyOrder(new Cqe(readFirst, Long.BYTES, 0), new Cqe(501, 0, 0));
    }

    @Test
    @Shows(
            value = {Opcode.SOCKET, Opcode.CLOSE},
            registers = {RegisterOperation.FILES2, RegisterOperation.FILE_ALLOC_RANGE},
            behaviour = "file-alloc-range-hint")
    void freeSlotsAreLookedForInTheRange() {
        assertThat(files.allocationRange(0, 1)).as("without a table").isEqualTo(Errno.EINVAL.result());
        assertThat(files.registerSparse(8)).isZero();
        assertThat(files.allocationRange(3, 2)).isZero();

        assertThat(List.of(socketInto(), socketInto(), socketInto())).containsExactly(3, 4, Errno.ENFILE.result());
        assertThat(ring.run(sqe -> sqe.prepCloseDirect(3)).result()).isZero();
        assertThat(socketInto()).isEqualTo(3);

        assertThat(files.allocationRange(6, 2)).isZero();
        assertThat(List.of(socketInto(), socketInto(), socketInto())).containsExactly(6, 7, Errno.ENFILE.result());
        assertThat(files.allocationRange(0, 0)).isZero();
        assertThat(socketInto()).as("an empty range").isEqualTo(Errno.ENFILE.result());
        assertThat(files.allocationRange(7, 2)).as("beyond the end").isEqualTo(Errno.EINVAL.result());
        assertThat(files.allocationRange(Integer.MAX_VALUE, Integer.MAX_VALUE)).isNegative();
    }

    @Test
    @Shows(
            value = {Opcode.OPENAT, Opcode.READ},
            registers = {RegisterOperation.FILES2, RegisterOperation.FILE_ALLOC_RANGE},
            behaviour = "open-direct-pick")
    void opensPickSlotsOfTheRangeAndLeaveOthersAlone() {
        int fd = bench.file("given");
        assertThat(files.registerSparse(4)).isZero();
        assertThat(files.allocationRange(2, 2)).isZero();
        assertThat(files.update(2, fd)).as("a slot in the range that is in use").isEqualTo(1);
        long path = ring.text("/proc/self/comm").address();

        assertThat(openInto(path)).isEqualTo(3);
        assertThat(openInto(path)).isEqualTo(Errno.ENFILE.result());
        assertThat(ring.run(sqe -> sqe.prepOpen(-100, path, 0, 0).intoSlot(0)).result())
                .as("a slot by its number, outside of the range")
                .isZero();
        assertThat(bench.readSlot(0)).isEqualTo(bench.readSlot(3)).isNotEqualTo("EBADF");
        assertThat(bench.readSlot(2)).isEqualTo("given");
    }

    private int openInto(long path) {
        return ring.run(sqe -> sqe.prepOpen(-100, path, 0, 0).intoFreeSlot()).result();
    }

    private int socketInto() {
        return ring.run(sqe -> sqe.prepSocketDirect(2, 1, 0)).result();
    }

    @Test
    @Shows(
            value = {Opcode.READ, Opcode.OPENAT},
            registers = RegisterOperation.FILES,
            behaviour = "fixed-reuse")
    void aSlotIsUsedAgainWhileItsFormerFileIsRead() {
        int pending = ring.eventFd();
        MemorySegment counter = ring.allocate(Long.BYTES);
        assertThat(files.register(pending)).isZero();
        long read = ring.add(
                sqe -> sqe.prepRead(0, counter.address(), Long.BYTES, -1).fixedFile());
        ring.submit();
        long path = ring.text("/proc/self/comm").address();

        assertThat(ring.run(sqe -> sqe.prepOpen(-100, path, 0, 0).intoSlot(0)).result())
                .as("a slot that is in use is replaced")
                .isZero();
        assertThat(bench.readSlot(0)).isNotEqualTo("EBADF");
        ring.signal(pending);
        assertThat(ring.awaitOf(read).result()).as("the former file").isEqualTo(Long.BYTES);
    }
}
