package io.fluxring.netty.socket;

import io.fluxring.core.sys.call.Kernel;
import java.util.function.IntUnaryOperator;

/** A channel's descriptor, for system calls on it. Any thread. */
public interface SocketAccess {
    /** {@return what the calls are made with: one for a listening socket and all that it accepts} */
    Kernel kernel();

    /**
     * Makes a system call on the descriptor, which stays open meanwhile.
     *
     * @param systemCall is given the descriptor's number, and returns a result or a negated errno; must not block
     * @return that result; {@code -ECANCELED} when the channel is closed
     */
    int call(IntUnaryOperator systemCall);
}
