package io.fluxring.core.net;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.util.function.IntConsumer;

/** Ends a socket's output, {@code shutdown(2)} with {@code SHUT_WR}. */
final class ShutdownOperation extends Operation {
    private final StreamSocket socket;
    private final IntConsumer done;

    ShutdownOperation(StreamSocket socket, IntConsumer done) {
        super(Opcode.SHUTDOWN);
        this.socket = socket;
        this.done = done;
    }

    void submit() {
        socket.operationBegins();
        try {
            socket.loop().submit(this);
        } catch (RuntimeException | Error e) {
            socket.operationEnded();
            throw e;
        }
    }

    @Override
    protected void prepare(Sqe sqe) {
        sqe.prepShutdown(socket.file().number(), Libc.SHUT_WR)
                .flags(socket.file().sqeFlags());
    }

    @Override
    protected void completed(int result, int flags) {
        try {
            done.accept(result);
        } finally {
            socket.operationEnded();
        }
    }

    @Override
    protected String describe() {
        return socket.file().toString();
    }
}
