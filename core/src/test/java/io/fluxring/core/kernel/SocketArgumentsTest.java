package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Libc;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What can't be right is refused where it is written, not by the kernel later. */
class SocketArgumentsTest {
    private static final long SOMEWHERE = 0x1000;

    private final KernelRing ring = KernelRing.open();
    private final Sqe sqe = ring.ring().submissions().claim();

    @AfterEach
    void close() {
        sqe.prepNop(); // whatever a test has left in the entry is not for the kernel
        ring.close();
    }

    private void refuses(String reason, Consumer<Sqe> preparation) {
        assertThatThrownBy(() -> preparation.accept(sqe))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void lengthsAreNotNegative() {
        refuses("lengthBytes is negative: -1", s -> s.prepSend(1, SOMEWHERE, -1, 0));
        refuses("lengthBytes is negative: -1", s -> s.prepReceive(1, SOMEWHERE, -1, 0));
        refuses("lengthBytes is negative: -1", s -> s.prepSendZeroCopy(1, SOMEWHERE, -1, 0));
        refuses("limitBytes is negative: -1", s -> s.prepReceiveMultishot(1, 0, -1));
        refuses("mostBytes is negative: -1", s -> s.prepReceiveMultishot(1, 0, 0, -1));
        refuses("mostBytes is negative: -1", s -> s.prepReceiveSelect(1, 0, -1, 0));
        refuses("backlog is negative: -1", s -> s.prepListen(1, -1));
        refuses("valueBytes is negative: -1", s -> s.prepSetSocketOption(1, 1, 1, SOMEWHERE, -1));
        refuses("interfaceQueue is negative: -1", s -> s.prepReceiveZeroCopy(1, -1, 0));
        refuses("length is not within 2 and 128: 129", s -> s.prepConnect(1, SOMEWHERE, 129));
        refuses("length is not within 2 and 128: 0", s -> s.prepBind(1, SOMEWHERE, 0));
        refuses("vectors is not within 1 and 1024: 1025", s -> s.prepSendVectored(1, SOMEWHERE, 1025, 0));
        refuses("how is not within 0 and 2: 3", s -> s.prepShutdown(1, 3));
    }

    @Test
    void addressesThatAreNeededAreNotNull() {
        refuses("address is 0", s -> s.prepSend(1, 0, 5, 0));
        refuses("address is 0", s -> s.prepReceive(1, 0, 5, 0));
        refuses("address is 0", s -> s.prepSendZeroCopy(1, 0, 5, 0));
        refuses("messageAddress is 0", s -> s.prepSendMessage(1, 0, 0));
        refuses("messageAddress is 0", s -> s.prepReceiveMessage(1, 0, 0));
        refuses("messageAddress is 0", s -> s.prepReceiveMessageMultishot(1, 0, 0, 0));
        refuses("messageAddress is 0", s -> s.prepSendMessageZeroCopy(1, 0, 0));
        refuses("socketAddress is 0", s -> s.prepConnect(1, 0, 16));
        refuses("socketAddress is 0", s -> s.prepSendTo(1, SOMEWHERE, 5, 0, 0, 16));
        refuses("socketAddressLength is 0", s -> s.prepAccept(1, 0, SOMEWHERE, 0));
        refuses("vectorsAddress is 0", s -> s.prepSendVectoredZeroCopy(1, 0, 1, 0));
        refuses("valueAddress is 0", s -> s.prepGetSocketOption(1, 1, 1, 0, 4));
    }

    @Test
    void groupsSlotsAndBuffersHaveTheirRange() {
        refuses("bufferGroup is not within 0 and 65535: 65536", s -> s.prepReceiveMultishot(1, 65536));
        refuses("bufferGroup is not within 0 and 65535: -1", s -> s.prepReceiveBundle(1, -1, 0));
        refuses("bufferGroup is not within 0 and 65535: -1", s -> s.prepSendBundle(1, -1, 0));
        refuses(
                "bufferGroup is not within 0 and 65535: 65536",
                s -> s.prepReceiveMessageSelect(1, SOMEWHERE, 0, 65536));
        refuses("slot", s -> s.prepAcceptDirect(1, -1));
        refuses(
                "index is not within 0 and 65535: 65536",
                s -> s.prepSendZeroCopy(1, SOMEWHERE, 1, 0).registeredBuffer(65536));
    }

    @Test
    void flagsBelongToTheirOperation() {
        refuses("acceptFlags has flags that do not belong here: 0x1", s -> s.prepAccept(1, 1));
        refuses("messageFlags", s -> s.prepReceiveMessageMultishot(1, SOMEWHERE, Libc.MSG_WAITALL, 0));
        refuses("type", s -> s.prepSocketDirect(Libc.AF_INET, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0));
        assertThatThrownBy(() -> sqe.prepNop().pollFirst()).hasMessage("pollFirst does not belong to NOP");
        assertThatThrownBy(() -> sqe.prepReceive(1, SOMEWHERE, 1, 0).dontWait())
                .hasMessage("dontWait does not belong to RECV");
        assertThatThrownBy(() -> sqe.prepSend(1, SOMEWHERE, 1, 0).registeredBuffer(0))
                .hasMessage("registeredBuffer does not belong to SEND");
        assertThatThrownBy(() -> sqe.prepSend(1, SOMEWHERE, 1, 0).reportUsage())
                .hasMessage("reportUsage does not belong to SEND");
    }

    @Test
    void aBufferIsPickedWhereAGroupIsNamed() {
        sqe.prepReceiveMultishot(1, 65535);
        assertThat(sqe.flags()).isEqualTo(Abi.SQE_BUFFER_SELECT);
        sqe.prepReceive(1, 0, 0, 0);
        assertThat(sqe.flags()).as("nothing of an entry's past is left").isZero();
    }
}
