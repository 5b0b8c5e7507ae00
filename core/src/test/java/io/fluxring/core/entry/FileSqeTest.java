package io.fluxring.core.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.layout.SqeLayout;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What the operations on files and on their names refuse at the call. */
class FileSqeTest {
    private static final int FD = 3;
    private static final long AT = 0x1000;
    private static final int MUCH = 0x10000;

    private final Sqe sqe = new Sqe(Arena.ofAuto().allocate(SqeLayout.BYTES, Long.BYTES));

    private void assertRefused(List<Consumer<Sqe>> calls) {
        assertThat(calls)
                .allSatisfy(call -> assertThatIllegalArgumentException().isThrownBy(() -> call.accept(sqe)));
    }

    @Test
    void bytesHaveAnAddressALengthAndAPosition() {
        assertRefused(List.of(
                s -> s.prepRead(FD, 0, 1, 0),
                s -> s.prepRead(FD, AT, -1, 0),
                s -> s.prepRead(FD, AT, 1, -2),
                s -> s.prepWrite(FD, 0, 1, 0),
                s -> s.prepWrite(FD, AT, -1, 0),
                s -> s.prepWrite(FD, AT, 1, -2),
                s -> s.prepReadFixed(FD, 0, 1, 0, 0),
                s -> s.prepReadFixed(FD, AT, -1, 0, 0),
                s -> s.prepReadFixed(FD, AT, 1, -2, 0),
                s -> s.prepReadFixed(FD, AT, 1, 0, -1),
                s -> s.prepReadFixed(FD, AT, 1, 0, MUCH),
                s -> s.prepWriteFixed(FD, 0, 1, 0, 0),
                s -> s.prepWriteFixed(FD, AT, -1, 0, 0),
                s -> s.prepWriteFixed(FD, AT, 1, -2, 0),
                s -> s.prepWriteFixed(FD, AT, 1, 0, MUCH),
                s -> s.prepReadSelect(FD, MUCH, 1, 0),
                s -> s.prepReadSelect(FD, 1, -1, 0),
                s -> s.prepReadSelect(FD, 1, 1, -2),
                s -> s.prepReadMultishot(FD, MUCH)));
        sqe.prepRead(FD, 0, 0, -1);
        sqe.prepWriteFixed(FD, AT, Integer.MAX_VALUE, Long.MAX_VALUE, MUCH - 1);
    }

    @Test
    void vectorsHaveAnAddressACountAndAPosition() {
        assertRefused(List.of(
                s -> s.prepReadVectors(FD, 0, 1, 0),
                s -> s.prepReadVectors(FD, AT, -1, 0),
                s -> s.prepReadVectors(FD, AT, 1, -2),
                s -> s.prepWriteVectors(FD, 0, 1, 0),
                s -> s.prepWriteVectors(FD, AT, -1, 0),
                s -> s.prepWriteVectors(FD, AT, 1, -2),
                s -> s.prepReadVectorsFixed(FD, 0, 1, 0, 0),
                s -> s.prepReadVectorsFixed(FD, AT, -1, 0, 0),
                s -> s.prepReadVectorsFixed(FD, AT, 1, -2, 0),
                s -> s.prepReadVectorsFixed(FD, AT, 1, 0, MUCH),
                s -> s.prepWriteVectorsFixed(FD, 0, 1, 0, 0),
                s -> s.prepWriteVectorsFixed(FD, AT, -1, 0, 0),
                s -> s.prepWriteVectorsFixed(FD, AT, 1, -2, 0),
                s -> s.prepWriteVectorsFixed(FD, AT, 1, 0, -1)));
    }

    @Test
    void partsOfFilesAreNotNegative() {
        assertRefused(List.of(
                s -> s.prepSync(FD, 0, -1, 1),
                s -> s.prepSync(FD, 0, 0, 0),
                s -> s.prepSyncRange(FD, -1, 1, 0),
                s -> s.prepSyncRange(FD, 0, -1, 0),
                s -> s.prepAllocate(FD, 0, -1, 1),
                s -> s.prepAllocate(FD, 0, 0, -1),
                s -> s.prepAdvise(FD, -1, 0, 0),
                s -> s.prepAdvise(FD, 0, -1, 0),
                s -> s.prepAdviseMemory(0, 1, 0),
                s -> s.prepAdviseMemory(AT, -1, 0),
                s -> s.prepTruncate(FD, -1),
                s -> s.prepSplice(FD, -2, FD, -1, 1, 0),
                s -> s.prepSplice(FD, -1, FD, -2, 1, 0),
                s -> s.prepSplice(FD, -1, FD, -1, -1, 0),
                s -> s.prepTee(FD, FD, -1, 0),
                s -> s.prepPipe(0, 0)));
    }

    @Test
    void pathsAreThere() {
        assertRefused(List.of(
                s -> s.prepOpen(FD, 0, 0, 0),
                s -> s.prepOpenHow(FD, 0, AT),
                s -> s.prepOpenHow(FD, AT, 0),
                s -> s.prepStat(FD, 0, 0, 0, AT),
                s -> s.prepStat(FD, AT, 0, 0, 0),
                s -> s.prepRename(FD, 0, FD, AT, 0),
                s -> s.prepRename(FD, AT, FD, 0, 0),
                s -> s.prepUnlink(FD, 0, 0),
                s -> s.prepCreateDirectory(FD, 0, 0),
                s -> s.prepCreateSymbolicLink(0, FD, AT),
                s -> s.prepCreateSymbolicLink(AT, FD, 0),
                s -> s.prepCreateHardLink(FD, 0, FD, AT, 0),
                s -> s.prepCreateHardLink(FD, AT, FD, 0, 0),
                s -> s.prepCloseDirect(-1)));
    }

    @Test
    void attributesHaveANameAndRoomForTheirValue() {
        assertRefused(List.of(
                s -> s.prepSetAttribute(FD, 0, AT, 1, 0),
                s -> s.prepSetAttribute(FD, AT, 0, 1, 0),
                s -> s.prepSetAttribute(FD, AT, AT, -1, 0),
                s -> s.prepSetPathAttribute(0, AT, AT, 1, 0),
                s -> s.prepSetPathAttribute(AT, 0, AT, 1, 0),
                s -> s.prepGetAttribute(FD, 0, AT, 1),
                s -> s.prepGetAttribute(FD, AT, 0, 1),
                s -> s.prepGetAttribute(FD, AT, AT, -1),
                s -> s.prepGetPathAttribute(0, AT, AT, 1),
                s -> s.prepGetPathAttribute(AT, AT, 0, 1)));
    }

    @Test
    void modifiersAreForTheirOperations() {
        assertRefused(List.of(
                s -> s.prepOpen(FD, AT, 0, 0).intoSlot(-1),
                s -> s.prepRead(FD, AT, 1, 0).selectBuffer(MUCH),
                s -> s.prepRead(FD, AT, 1, 0).personality(-1),
                s -> s.prepRead(FD, AT, 1, 0).ioPriority(4, 0),
                s -> s.prepRead(FD, AT, 1, 0).ioPriority(-1, 0),
                s -> s.prepRead(FD, AT, 1, 0).ioPriority(Libc.IOPRIO_CLASS_BE, 8)));
        assertThatIllegalStateException()
                .isThrownBy(() -> sqe.prepSplice(FD, -1, FD, -1, 1, 0).intoSlot(1))
                .withMessage("intoSlot does not belong to SPLICE");
        assertThatIllegalStateException()
                .isThrownBy(() -> sqe.prepClose(FD).intoFreeSlot())
                .withMessage("intoFreeSlot does not belong to CLOSE");
        assertThatIllegalStateException()
                .isThrownBy(() -> sqe.prepSync(FD, 0).ioPriority(Libc.IOPRIO_CLASS_BE, 0))
                .withMessage("ioPriority does not belong to FSYNC");
    }
}
