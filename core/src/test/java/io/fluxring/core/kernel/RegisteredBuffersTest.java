package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.fluxring.core.memory.RegisteredBuffer;
import io.fluxring.core.memory.RegisteredBuffers;
import io.fluxring.core.memory.owner.OwnedTable;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.call.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whose memory the kernel has, as {@link RegisteredBuffers} keeps account of it. */
class RegisteredBuffersTest {
    private final KernelRing ring = KernelRing.open();
    private final OwnedTable<RegisteredBuffers> owned = RegisteredBuffers.register(ring.ring(), 2);
    private final RegisteredBuffers table = owned.table();
    private final List<MemorySegment> released = new ArrayList<>();
    private final MemorySegment memory = ring.allocate(64);
    private final MemorySegment other = ring.allocate(64);
    private final int pending = ring.eventFd();

    @AfterEach
    void close() {
        ring.close();
    }

    private RegisteredBuffer add(MemorySegment added) {
        return Objects.requireNonNull(table.add(added, released::add));
    }

    private long readInto(RegisteredBuffer buffer) {
        long read =
                ring.add(sqe -> sqe.prepReadFixed(pending, buffer.memory().address(), Long.BYTES, -1, buffer.slot()));
        ring.submit();
        return read;
    }

    /** Passes what has completed to the table; what was no tag of it. */
    private List<Cqe> take(int count) {
        return ring.await(count).stream()
                .filter(cqe -> !owned.completed(cqe.userData()))
                .toList();
    }

    @Test
    @Shows(value = Opcode.READ_FIXED, registers = RegisterOperation.BUFFERS_UPDATE)
    void memoryComesBackAfterTheLastOperationOnIt() {
        RegisteredBuffer buffer = add(memory);
        long read = readInto(buffer);

        table.remove(buffer);
        assertThat(ring.takeReady()).isEmpty();
        assertThat(buffer.isRegistered()).isFalse();
        assertThat(buffer.isReleased()).isFalse();
        assertThat(table.free()).isEqualTo(2);
        assertThat(table.withKernel()).isEqualTo(1);
        ring.signal(pending);

        assertThat(take(2)).containsExactly(new Cqe(read, Long.BYTES, 0));
        assertThat(released).containsExactly(memory);
        assertThat(buffer.isReleased()).isTrue();
        assertThat(table.withKernel()).isZero();
    }

    @Test
    @Shows(value = Opcode.READ_FIXED, registers = RegisterOperation.BUFFERS_UPDATE)
    void aSlotIsReplacedAgainAndAgainWhileItsFormerBuffersAreInUse() {
        RegisteredBuffer current = add(memory);
        List<Long> reads = new ArrayList<>();
        List<MemorySegment> all = new ArrayList<>(List.of(memory));
        for (int i = 0; i < 5; i++) {
            reads.add(readInto(current));
            MemorySegment next = ring.allocate(64);
            all.add(next);
            current = table.replace(current, next, released::add);
        }
        assertThat(ring.takeReady()).isEmpty();
        assertThat(table.withKernel()).isEqualTo(6);
        assertThat(current.slot()).isZero();

        for (int i = 0; i < reads.size(); i++) {
            ring.signal(pending);
            assertThat(take(2)).singleElement().extracting(Cqe::result).isEqualTo(Long.BYTES);
            assertThat(released).hasSize(i + 1);
        }
        assertThat(released).containsExactlyInAnyOrderElementsOf(all.subList(0, 5));
    }

    @Test
    @Shows(value = Opcode.READ_FIXED, registers = RegisterOperation.UNREGISTER_BUFFERS)
    void aTableThatIsGivenUpGivesBackAsItsUsersEnd() {
        RegisteredBuffer busy = add(memory);
        add(other);
        long read = readInto(busy);

        owned.unregister();
        owned.unregister();

        assertThat(take(1)).isEmpty();
        assertThat(released).containsExactly(other);
        ring.signal(pending);
        assertThat(take(2)).extracting(Cqe::userData).containsExactly(read);
        assertThat(released).containsExactly(other, memory);
        assertThatIllegalStateException().isThrownBy(() -> add(memory)).withMessageContaining("given up");
    }

    @Test
    @Shows(registers = RegisterOperation.BUFFERS_UPDATE)
    void aClosedRingGivesEverythingBack() {
        RegisteredBuffer buffer = add(memory);
        add(other);
        table.remove(buffer);
        assertThatIllegalStateException().isThrownBy(owned::ringClosed);
        assertThat(released).as("the tag's completion was not looked at").isEmpty();

        ring.ring().close();
        owned.ringClosed();
        owned.ringClosed();

        assertThat(released).containsExactlyInAnyOrder(memory, other);
        assertThat(table.withKernel()).isZero();
    }

    @Test
    @Shows(registers = RegisterOperation.BUFFERS_UPDATE)
    void aRefusedReplacementLeavesTheFormerBuffer() {
        RegisteredBuffer buffer = add(memory);
        MemorySegment nowhere = NativeMemory.at(1L << 46, 10);

        assertThatIllegalStateException()
                .isThrownBy(() -> table.replace(buffer, nowhere, released::add))
                .withMessageContaining("EFAULT");

        assertThat(buffer.isRegistered()).isTrue();
        assertThat(ring.takeReady()).isEmpty();
        assertThat(table.free()).isEqualTo(1);
        assertThat(table.withKernel()).isEqualTo(1);
    }

    @Test
    @Shows(registers = RegisterOperation.BUFFERS_UPDATE)
    void aFullTableTakesNoMore() {
        RegisteredBuffer first = add(memory);
        add(other);
        assertThat(table.free()).isZero();
        assertThat(table.add(ring.allocate(64), released::add)).isNull();

        table.remove(first);
        assertThatIllegalStateException().isThrownBy(() -> table.remove(first)).withMessageContaining("no slot");
        assertThatIllegalArgumentException().isThrownBy(() -> table.add(memory.asSlice(0, 0), released::add));
        assertThat(add(ring.allocate(64)).slot()).isZero();
        assertThat(owned.completed(42)).as("somebody else's completion").isFalse();
        assertThatIllegalStateException().isThrownBy(() -> owned.completed(-1)).withMessageContaining("no buffer");
        assertThatIllegalStateException()
                .isThrownBy(() -> RegisteredBuffers.register(ring.ring(), 2))
                .withMessageContaining(Errno.EBUSY.name());
        assertThat(table).hasToString("RegisteredBuffers[2 of 2 slots used, 3 buffers with the kernel]");
    }
}
