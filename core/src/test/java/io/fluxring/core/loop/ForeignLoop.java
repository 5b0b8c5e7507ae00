package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.sys.Opcode;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A loop that the test's own thread ticks: everything happens when the test says so. Checks for leaks at its end. */
public final class ForeignLoop implements AutoCloseable {
    private static final long LIMIT_NANOS = 10_000_000_000L;

    public final RingLoop loop;

    public ForeignLoop(RingLoopConfig config) {
        loop = RingLoop.open(config);
        loop.attach();
    }

    /** Ticks until something holds. */
    public void until(BooleanSupplier condition) {
        long limit = System.nanoTime() + LIMIT_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time limit; %s", loop.dump()).isLessThan(limit);
            loop.tick(10_000_000L);
        }
    }

    /** Runs one operation to its end and returns its last result. */
    int run(Opcode opcode, Consumer<Sqe> preparation) {
        TestOperation operation = new TestOperation(opcode, preparation);
        loop.submit(operation);
        until(() -> !operation.isLive());
        return operation.last();
    }

    @Override
    public void close() {
        loop.close();
        assertThat(loop.closed()).isCompleted();
        assertThat(loop.liveOperations()).isZero();
        assertThat(loop.liveLeases()).isZero();
    }
}
