package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.memory.RegisteredBuffer;
import io.fluxring.core.memory.RegisteredBuffers;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A loop's table of registered buffers on the real kernel: memory comes back when nobody writes to it any more. */
@ExtendWith(QuietLog.class)
class LoopRegisteredBuffersTest {
    private final ForeignLoop foreign =
            new ForeignLoop(RingLoopConfig.defaults().withRegisteredBuffers(2));
    private final RingLoop loop = foreign.loop;
    private final RegisteredBuffers table = Objects.requireNonNull(loop.registeredBuffers());
    private final Kernel kernel = Kernel.linux();
    private final int eventFd = kernel.eventFd(Libc.EFD_CLOEXEC);
    private final Arena arena = Arena.ofConfined();
    private final List<MemorySegment> released = new ArrayList<>();

    @AfterEach
    void close() {
        foreign.close();
        kernel.close(eventFd);
        arena.close();
    }

    private RegisteredBuffer add(MemorySegment memory) {
        return Objects.requireNonNull(table.add(memory, released::add));
    }

    private TestOperation read(RegisteredBuffer buffer) {
        TestOperation read = new TestOperation(
                Opcode.READ_FIXED,
                sqe -> sqe.prepReadFixed(eventFd, buffer.memory().address(), Long.BYTES, -1, buffer.slot()));
        loop.submit(read);
        loop.tick(0);
        assertThat(read.isLive()).isTrue();
        return read;
    }

    @Test
    void memoryThatIsRemovedUnderAReadComesBackAfterIt() {
        RegisteredBuffer buffer = add(arena.allocate(64));
        TestOperation read = read(buffer);
        table.remove(buffer);
        for (int i = 0; i < 3; i++) {
            loop.tick(0);
        }
        assertThat(released).isEmpty();
        assertThat(table.withKernel()).isEqualTo(1);

        kernel.signalEventFd(eventFd);
        foreign.until(() -> !released.isEmpty());
        assertThat(read.results).containsExactly(Long.BYTES);
        assertThat(released).containsExactly(buffer.memory());
        assertThat(buffer.isReleased()).isTrue();
        assertThat(table.withKernel()).isZero();
        assertThat(loop.counters().get(Counter.STALE)).isZero();
    }

    @Test
    void aCloseGivesEverythingBackWhenNothingIsInFlight() {
        RegisteredBuffer busy = add(loop.memory().allocate(64));
        RegisteredBuffer idle = add(arena.allocate(64));
        TestOperation read = read(busy);
        table.remove(busy);
        List<Boolean> usable = new ArrayList<>();
        Objects.requireNonNull(table.add(loop.memory().allocate(64), memory -> {
            usable.add(memory.scope().isAlive() && !read.isLive());
            throw new IllegalStateException("expected by the test");
        }));

        foreign.close();

        assertThat(read.results).containsExactly(Errno.ECANCELED.result());
        assertThat(released).containsExactlyInAnyOrder(busy.memory(), idle.memory());
        assertThat(usable).as("before the loop's own memory is freed").containsExactly(true);
        assertThat(table.withKernel()).isZero();
    }

    @Test
    void aHandlerThatThrowsHarmsNobody() {
        RegisteredBuffer buffer = Objects.requireNonNull(table.add(arena.allocate(64), memory -> {
            throw new IllegalStateException("expected by the test");
        }));
        table.remove(buffer);
        foreign.until(buffer::isReleased);
        assertThat(loop.counters().get(Counter.HANDLER_FAILURES)).isEqualTo(1);
        assertThat(foreign.run(Opcode.NOP, sqe -> sqe.prepNop(6))).isEqualTo(6);
    }

    @Test
    void withoutATableThereIsNone() {
        try (ForeignLoop other = new ForeignLoop(RingLoopConfig.defaults())) {
            assertThat(other.loop.registeredBuffers()).isNull();
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RingLoopConfig.defaults().withRegisteredBuffers(-1))
                .withMessageContaining("registeredBuffers");
    }
}
