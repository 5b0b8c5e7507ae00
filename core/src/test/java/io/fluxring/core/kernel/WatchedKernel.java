package io.fluxring.core.kernel;

import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.call.ForwardingKernel;

/** The real kernel, with a note of each register operation. */
final class WatchedKernel extends ForwardingKernel {
    @Override
    public int register(int ring, int operation, long argument, int count) {
        int code = operation & Integer.MAX_VALUE; // without USE_REGISTERED_RING
        if (code < RegisterOperation.values().length) {
            KernelUse.saw(RegisterOperation.of(code));
        }
        return super.register(ring, operation, argument, count);
    }
}
