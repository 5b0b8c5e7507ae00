package io.fluxring.core.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.layout.SqeLayout;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What the operations on the ring refuse at the call. */
class RingSqeTest {
    private final Sqe sqe = new Sqe(Arena.ofAuto().allocate(SqeLayout.BYTES, Long.BYTES));

    private void assertRefused(List<Consumer<Sqe>> calls) {
        assertThat(calls)
                .allSatisfy(call -> assertThatIllegalArgumentException().isThrownBy(() -> call.accept(sqe)));
    }

    @Test
    void aNopNamesWhatCanBeThere() {
        assertRefused(List.of(s -> s.prepNopDirect(-1), s -> s.prepNopBuffer(-1), s -> s.prepNopBuffer(65536)));
    }

    @Test
    void filesAreUpdatedFromAnArray() {
        assertRefused(List.of(
                s -> s.prepFilesUpdate(0, 1, 0),
                s -> s.prepFilesUpdate(8, 0, 0),
                s -> s.prepFilesUpdate(8, -1, 0),
                s -> s.prepFilesUpdate(8, 1, -1),
                s -> s.prepFilesUpdateFree(0, 1),
                s -> s.prepFilesUpdateFree(8, 0)));
    }

    @Test
    void buffersHaveNumbersBelow65536() {
        assertRefused(List.of(
                s -> s.prepProvideBuffers(0, 1, 1, 0, 0),
                s -> s.prepProvideBuffers(8, 0, 1, 0, 0),
                s -> s.prepProvideBuffers(8, 1, 0, 0, 0),
                s -> s.prepProvideBuffers(8, 1, 65537, 0, 0),
                s -> s.prepProvideBuffers(8, 1, 2, 0, 65535),
                s -> s.prepProvideBuffers(8, 1, 1, 65536, 0),
                s -> s.prepProvideBuffers(8, 1, 1, 0, -1),
                s -> s.prepRemoveBuffers(0, 0),
                s -> s.prepRemoveBuffers(65537, 0),
                s -> s.prepRemoveBuffers(1, -1)));
        sqe.prepProvideBuffers(8, 1, 65536, 65535, 0);
        sqe.prepRemoveBuffers(65536, 65535);
    }

    @Test
    void aMessageCarriesAFileBetweenSlots() {
        assertRefused(List.of(
                s -> s.prepMessageFd(3, -1, 0, 0, 0),
                s -> s.prepMessageFd(3, 0, -1, 0, 0),
                s -> s.prepMessageFd(3, 0, 0, 0, Abi.MSG_RING_FLAGS_PASS),
                s -> s.prepMessageFdFree(3, -1, 0, 0),
                s -> s.prepMessageFdFree(3, 0, 0, 4)));
    }

    @Test
    void aDescriptorIsMadeOfASlot() {
        assertRefused(List.of(s -> s.prepInstallFd(-1, 0), s -> s.prepInstallFd(0, 2)));
        assertThat(sqe.prepInstallFd(0, Abi.FIXED_FD_NO_CLOEXEC).flags()).isEqualTo(Abi.SQE_FIXED_FILE);
    }
}
