package io.fluxring.tests.soak;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import java.util.ArrayList;
import java.util.List;

/** Operations that do nothing, in place and on a worker thread, with a result of our choice. */
final class NopTraffic implements Traffic {
    private static final int OPERATIONS = 64;

    private final Soak soak;
    private final List<Nop> idle = new ArrayList<>();

    NopTraffic(Soak soak) {
        this.soak = soak;
        for (int i = 0; i < OPERATIONS; i++) {
            idle.add(new Nop());
        }
    }

    @Override
    public void begin() {
        if (!idle.isEmpty()) {
            idle.removeLast().start();
        }
    }

    private final class Nop extends TrackedOperation {
        private int wanted;

        Nop() {
            super(soak, Opcode.NOP, "nop");
        }

        @Override
        protected void prepare(Sqe sqe) {
            wanted = soak.chance(0.1) ? Errno.EIO.result() : soak.random().nextInt(1000);
            sqe.prepNop(wanted);
            if (soak.chance(0.01)) {
                sqe.async();
            }
        }

        @Override
        protected void ended(int result, int flags) {
            expect(result, wanted);
            idle.add(this);
        }
    }
}
