package io.fluxring.core.ring;

import io.fluxring.core.ring.handle.RingHandle;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.SetupFlag;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.core.sys.layout.ParamsLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** One change of the queues' sizes: new memory for them, with the kernel's word on where everything lies in it. */
final class RingResize {
    private final Kernel kernel;
    private final RingHandle handle;
    private final MemorySegment params;
    private RingMemory memory;

    RingResize(Kernel kernel, RingHandle handle, RingMemory memory, Arena arena) {
        this.kernel = kernel;
        this.handle = handle;
        this.memory = memory;
        this.params = arena.allocate(ParamsLayout.BYTES, Long.BYTES);
    }

    /** Where the queues lie now. */
    RingMemory memory() {
        return memory;
    }

    /** What the kernel says of them. */
    MemorySegment params() {
        return params;
    }

    /**
     * Returns 0, or a negated errno; then nothing has changed.
     *
     * @param setupFlags the ring's {@code IORING_SETUP_*}
     */
    int to(int submissionEntries, int completionEntries, int setupFlags) {
        Access.putInt(params, ParamsLayout.FLAGS, setupFlags);
        if (!SetupFlag.NO_MMAP.isIn(setupFlags)) {
            int result = ask(submissionEntries, completionEntries, setupFlags);
            if (result == 0) {
                replaceBy(RingMemory.map(kernel, handle, params));
            }
            return result;
        }
        RingMemory fresh = RingMemory.allocate(kernel, params, submissionEntries, completionEntries);
        fresh.announce(params);
        int result = ask(submissionEntries, completionEntries, setupFlags);
        if (result == 0) {
            replaceBy(fresh);
        } else {
            fresh.release(kernel);
        }
        return result;
    }

    /** All flags but one are the ring's own, and must not be said again. */
    private int ask(int submissionEntries, int completionEntries, int setupFlags) {
        Access.putInt(params, ParamsLayout.SQ_ENTRIES, submissionEntries);
        Access.putInt(params, ParamsLayout.CQ_ENTRIES, completionEntries);
        Access.putInt(params, ParamsLayout.FLAGS, Abi.SETUP_CQSIZE);
        int result = handle.register(RegisterOperation.RESIZE_RINGS, params.address(), 1);
        Access.putInt(params, ParamsLayout.FLAGS, setupFlags);
        return result;
    }

    private void replaceBy(RingMemory fresh) {
        memory.release(kernel);
        memory = fresh;
    }
}
