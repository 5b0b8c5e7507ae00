package io.fluxring.core.loop;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.sys.Opcode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** An operation for tests: prepared by a lambda, and remembering what it was told. */
class TestOperation extends Operation {
    final List<Integer> results = new ArrayList<>();
    final List<Integer> flags = new ArrayList<>();
    private final Consumer<Sqe> preparation;

    TestOperation(Opcode opcode, Consumer<Sqe> preparation) {
        super(opcode);
        this.preparation = preparation;
    }

    @Override
    protected void prepare(Sqe sqe) {
        preparation.accept(sqe);
    }

    @Override
    protected void completed(int result, int completionFlags) {
        results.add(result);
        flags.add(completionFlags);
    }

    int last() {
        return results.getLast();
    }
}
