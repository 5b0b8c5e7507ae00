package io.fluxring.core.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Direct descriptors: filled and emptied by the ring, and made ordinary again. */
class DirectDescriptorTest {
    private static final int SLOTS = 4;

    private final KernelRing ring = KernelRing.open();

    @AfterEach
    void close() {
        ring.close();
    }

    private int update(MemorySegment fds, int slot) {
        int count = (int) (fds.byteSize() / 4);
        return ring.run(sqe -> sqe.prepFilesUpdate(fds.address(), count, slot)).result();
    }

    private MemorySegment fds(int... fds) {
        MemorySegment segment = ring.allocate(4L * fds.length);
        MemorySegment.copy(fds, 0, segment, JAVA_INT, 0, fds.length);
        return segment;
    }

    private List<Boolean> filledSlots() {
        return IntStream.range(0, SLOTS)
                .mapToObj(slot -> ring.run(sqe -> sqe.prepNopDirect(slot)).result() == 0)
                .toList();
    }

    @Test
    @Shows({Opcode.FILES_UPDATE, Opcode.NOP})
    void slotsAreFilledKeptAndEmptied() {
        ring.sparseFiles(SLOTS);
        assertThat(filledSlots()).containsExactly(false, false, false, false);
        assertThat(update(fds(ring.eventFd(), ring.eventFd(), ring.eventFd()), 1))
                .isEqualTo(3);
        assertThat(filledSlots()).containsExactly(false, true, true, true);
        assertThat(update(fds(ring.eventFd(), Abi.REGISTER_FILES_SKIP, -1), 0)).isEqualTo(3);
        assertThat(filledSlots()).containsExactly(true, true, false, true);
    }

    @Test
    @Shows(Opcode.FILES_UPDATE)
    void anUpdateEndsAtItsFirstFailure() {
        ring.sparseFiles(SLOTS);
        assertThat(update(fds(ring.eventFd(), 999_999, ring.eventFd()), 0)).isEqualTo(1);
        assertThat(update(fds(999_999), 0)).isEqualTo(Errno.EBADF.result());
        assertThat(filledSlots()).containsExactly(false, false, false, false);
        assertThat(update(fds(ring.eventFd(), ring.eventFd()), SLOTS - 1)).isEqualTo(Errno.EINVAL.result());
    }

    @Test
    @Shows(Opcode.FILES_UPDATE)
    void withoutATableThereIsNothingToUpdate() {
        assertThat(update(fds(ring.eventFd()), 0)).isEqualTo(Errno.ENXIO.result());
    }

    @Test
    @Shows(Opcode.FILES_UPDATE)
    void freeSlotsAreFoundAndTold() {
        ring.sparseFiles(SLOTS);
        ring.putIntoSlot(ring.eventFd(), 1);
        MemorySegment fds = fds(ring.eventFd(), ring.eventFd());
        assertThat(ring.run(sqe -> sqe.prepFilesUpdateFree(fds.address(), 2)).result())
                .isEqualTo(2);
        Set<Integer> found = new HashSet<>(Set.of(fds.get(JAVA_INT, 0), fds.get(JAVA_INT, 4)));
        MemorySegment more = fds(ring.eventFd(), ring.eventFd());
        assertThat(ring.run(sqe -> sqe.prepFilesUpdateFree(more.address(), 2)).result())
                .as("one had a slot")
                .isEqualTo(1);
        found.add(more.get(JAVA_INT, 0));
        assertThat(found).as("each once, in an order of the kernel's").isEqualTo(Set.of(0, 2, 3));
        assertThat(ring.run(sqe -> sqe.prepFilesUpdateFree(more.address(), 1)).failedWith(Errno.ENFILE))
                .isTrue();
    }

    @Test
    @Shows(
            value = {Opcode.FIXED_FD_INSTALL, Opcode.FILES_UPDATE},
            behaviour = "fd-install")
    void anOrdinaryDescriptorIsMadeOfADirectOne() throws IOException {
        int eventFd = ring.eventFd();
        ring.sparseFiles(SLOTS);
        ring.putIntoSlot(eventFd, 2);
        ring.closeOwned(eventFd);
        int installed = ring.owned(ring.run(sqe -> sqe.prepInstallFd(2, 0)).result());
        int inherited = ring.owned(
                ring.run(sqe -> sqe.prepInstallFd(2, Abi.FIXED_FD_NO_CLOEXEC)).result());
        assertThat(inherited).isNotEqualTo(installed);
        assertThat(openFlags(installed) & Libc.O_CLOEXEC).isEqualTo(Libc.O_CLOEXEC);
        assertThat(openFlags(inherited) & Libc.O_CLOEXEC).isZero();
        ring.signal(installed);
        ring.signal(inherited);
        MemorySegment counter = ring.allocate(8);
        assertThat(ring.run(sqe -> sqe.prepRead(2, counter.address(), 8, 0).fixedFile())
                        .result())
                .isEqualTo(8);
        assertThat(counter.get(JAVA_LONG, 0)).as("all are one file").isEqualTo(2);
    }

    @Test
    @Shows(value = Opcode.FIXED_FD_INSTALL, behaviour = "fd-install")
    void anEmptySlotMakesNoDescriptor() {
        assertThat(ring.run(sqe -> sqe.prepInstallFd(0, 0)).failedWith(Errno.EBADF))
                .isTrue();
        ring.sparseFiles(SLOTS);
        assertThat(ring.run(sqe -> sqe.prepInstallFd(0, 0)).failedWith(Errno.EBADF))
                .isTrue();
        assertThat(ring.run(sqe -> sqe.prepInstallFd(SLOTS, 0)).failedWith(Errno.EBADF))
                .isTrue();
    }

    private static int openFlags(int fd) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd)).stream()
                .filter(line -> line.startsWith("flags:"))
                .map(line -> Integer.parseInt(line.substring("flags:".length()).trim(), 8))
                .findFirst()
                .orElseThrow();
    }
}
