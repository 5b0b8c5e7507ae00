package io.fluxring.reactor;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import io.fluxring.reactor.error.RingException;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel said of an operation.
 *
 * @param opcode what the operation did
 * @param op the request it comes from; null in {@link ReactiveRing#completions()} for operations that the ring made itself
 * @param result the operation's result, or a negated errno
 * @param flags {@code IORING_CQE_F_*}
 */
public record Completion(Opcode opcode, @Nullable Op op, int result, int flags) {

    /** {@return whether the operation failed} */
    public boolean isError() {
        return result < 0;
    }

    /** {@return the error} {@link Errno#UNKNOWN} when there is none. */
    public Errno errno() {
        return Errno.ofResult(result);
    }

    /** {@return whether the operation goes on and will complete again} */
    public boolean hasMore() {
        return (flags & Abi.CQE_F_MORE) != 0;
    }

    /**
     * {@return the result}
     *
     * @throws RingException when it is an error
     */
    public int orThrow() {
        if (result < 0) {
            throw RingException.of(opcode.name(), op == null ? null : op.file(), result);
        }
        return result;
    }
}
