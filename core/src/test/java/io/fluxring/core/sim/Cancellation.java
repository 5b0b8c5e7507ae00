package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Cancels operations that have begun and not ended; members of a chain that still wait can't be found. */
final class Cancellation {
    private static final int KNOWN_FLAGS = Abi.ASYNC_CANCEL_ALL
            | Abi.ASYNC_CANCEL_FD
            | Abi.ASYNC_CANCEL_ANY
            | Abi.ASYNC_CANCEL_FD_FIXED
            | Abi.ASYNC_CANCEL_USERDATA
            | Abi.ASYNC_CANCEL_OP;

    private final SimulatedKernel kernel;
    private final SimulatedRing ring;
    private final Chance chance;

    Cancellation(SimulatedKernel kernel, SimulatedRing ring) {
        this.kernel = kernel;
        this.ring = ring;
        this.chance = kernel.chance();
    }

    /** Whether these flags go together: 0 or {@code -EINVAL}. */
    static int check(int flags) {
        boolean any = (flags & Abi.ASYNC_CANCEL_ANY) != 0;
        boolean keyed = (flags & (Abi.ASYNC_CANCEL_FD | Abi.ASYNC_CANCEL_OP)) != 0;
        return (flags & ~KNOWN_FLAGS) != 0 || any && keyed ? Errno.EINVAL.result() : 0;
    }

    /** Cancels what matches. The number, if many were meant; 0, {@code -ENOENT} or {@code -EALREADY} if one was. */
    int cancel(int flags, long userData, int fd, int opcode, @Nullable Request self) {
        boolean byFile = (flags & Abi.ASYNC_CANCEL_FD) != 0;
        KernelFile file = null;
        if (byFile) {
            file = (flags & Abi.ASYNC_CANCEL_FD_FIXED) != 0 ? ring.slots.get(fd) : kernel.file(fd);
            if (file == null) {
                return Errno.EBADF.result();
            }
        }
        Predicate<Request> matches = matches(flags, userData, file, opcode);
        if ((flags & (Abi.ASYNC_CANCEL_ANY | Abi.ASYNC_CANCEL_ALL)) == 0) {
            return cancelOne(first(matches, self));
        }
        int count = 0;
        for (Request request : List.copyOf(ring.inFlight())) {
            if (request != self && isCancellable(request) && matches.test(request) && cancelOne(request) == 0) {
                count++;
            }
        }
        return count;
    }

    private static Predicate<Request> matches(int flags, long userData, @Nullable KernelFile file, int opcode) {
        boolean any = (flags & Abi.ASYNC_CANCEL_ANY) != 0;
        boolean byOpcode = (flags & Abi.ASYNC_CANCEL_OP) != 0;
        boolean byUserData = (flags & Abi.ASYNC_CANCEL_USERDATA) != 0 || file == null && !byOpcode;
        return request -> any
                || (file == null || request.file == file)
                        && (!byOpcode || request.opcode.code() == opcode)
                        && (!byUserData || request.userData == userData);
    }

    private @Nullable Request first(Predicate<Request> matches, @Nullable Request self) {
        for (Request request : ring.inFlight()) {
            if (request != self && isCancellable(request) && matches.test(request)) {
                return request;
            }
        }
        return null;
    }

    private static boolean isCancellable(Request request) {
        return request.begun
                && !request.ended
                && !request.cancelled
                && !request.sent
                && request.opcode != Opcode.ASYNC_CANCEL
                && request.opcode != Opcode.LINK_TIMEOUT;
    }

    /** The operation with some user data, of a kind. */
    @Nullable
    Request find(long userData, Opcode opcode) {
        return first(request -> request.userData == userData && request.opcode == opcode, null);
    }

    int cancelOne(@Nullable Request request) {
        if (request == null || !isCancellable(request)) {
            return Errno.ENOENT.result();
        }
        if (chance.strikes(Fault.CANCEL_LOST)) {
            ring.attempt(request);
            if (request.ended || request.sent) {
                return Errno.ENOENT.result(); // it completed a moment before
            }
            if (chance.coin()) {
                request.cancelled = true;
                request.cancelLost = true;
                return Errno.EALREADY.result();
            }
        }
        request.cancelled = true;
        if (chance.strikes(Fault.REORDER)) {
            ring.attempt(request); // its completion comes before the cancel's
        }
        return 0;
    }
}
