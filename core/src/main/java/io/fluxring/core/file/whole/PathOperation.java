package io.fluxring.core.file.whole;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** One operation on a name, such as a rename: what is wanted of it is its result alone. */
final class PathOperation extends Operation {
    private final RingLoop loop;
    private final Consumer<Sqe> entry;
    private final IntConsumer answer;

    private PathOperation(RingLoop loop, Opcode opcode, Consumer<Sqe> entry, IntConsumer answer) {
        super(opcode);
        this.loop = loop;
        this.entry = entry;
        this.answer = answer;
    }

    /**
     * Begins it.
     *
     * @param entry fills the entry, and keeps the names that it points to reachable
     * @param answer is given 0 or more, or a negated errno
     */
    static void submit(RingLoop loop, Opcode opcode, Consumer<Sqe> entry, IntConsumer answer) {
        loop.submit(new PathOperation(loop, opcode, entry, answer));
    }

    @Override
    protected void prepare(Sqe sqe) {
        entry.accept(sqe);
    }

    @Override
    protected void completed(int result, int flags) {
        if (result == Errno.EINTR.result()) {
            loop.submit(this);
        } else {
            answer.accept(result);
        }
    }
}
