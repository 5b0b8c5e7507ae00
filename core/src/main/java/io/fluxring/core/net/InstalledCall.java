package io.fluxring.core.net;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.fd.DirectFd;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A system call on a direct descriptor: the file is given a number of the process, {@code FIXED_FD_INSTALL}, which is closed behind
 * the call. The call is made on the loop's thread, so that the socket is not closed meanwhile.
 */
final class InstalledCall extends Operation {
    private final StreamSocket socket;
    private final DirectFd slot;
    private final IntUnaryOperator systemCall;

    private @Nullable CompletableFuture<Integer> outcome; // of a call for another thread
    private boolean made;

    InstalledCall(StreamSocket socket, DirectFd slot, IntUnaryOperator systemCall) {
        super(Opcode.FIXED_FD_INSTALL);
        this.socket = socket;
        this.slot = slot;
        this.systemCall = systemCall;
    }

    private RingLoop loop() {
        return socket.loop();
    }

    /** Makes the call, once, and returns its result. Any thread. */
    int make() {
        if (loop().inLoop()) {
            return makeNow();
        }
        CompletableFuture<Integer> result = new CompletableFuture<>();
        outcome = result;
        return loop().signal(() -> start(result)) ? result.join() : Errno.ECANCELED.result();
    }

    private void start(CompletableFuture<Integer> result) {
        try {
            if (socket.isOpen()) {
                submit(false);
            } else {
                result.complete(Errno.ECANCELED.result());
            }
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
        }
    }

    private int makeNow() {
        if (!socket.isOpen()) {
            return Errno.ECANCELED.result();
        }
        OptionalInt installed = submit(true);
        return installed.isPresent() ? call(installed.getAsInt()) : Errno.EAGAIN.result();
    }

    private OptionalInt submit(boolean now) {
        socket.operationBegins();
        try {
            if (now) {
                return loop().submitNow(this);
            }
            loop().submit(this);
            return OptionalInt.empty();
        } catch (RuntimeException | Error e) {
            socket.operationEnded();
            throw e;
        }
    }

    @Override
    protected void prepare(Sqe sqe) {
        sqe.prepInstallFd(slot.number(), 0);
    }

    private int call(int installed) {
        made = true;
        if (installed < 0) {
            return installed == Errno.EINVAL.result() ? Errno.EOPNOTSUPP.result() : installed; // before Linux 6.8
        }
        try {
            return systemCall.applyAsInt(installed);
        } finally {
            loop().kernel().close(installed);
        }
    }

    @Override
    protected void completed(int result, int flags) {
        CompletableFuture<Integer> waiting = outcome;
        try {
            if (waiting != null) {
                waiting.complete(call(result));
            } else if (!made && result >= 0) {
                loop().kernel().close(result); // too late: what the call needs may be gone
            }
        } catch (RuntimeException | Error e) {
            if (waiting != null) {
                waiting.completeExceptionally(e);
            }
            throw e;
        } finally {
            socket.operationEnded();
        }
    }

    @Override
    protected String describe() {
        return slot.toString();
    }
}
