package io.fluxring.core.ring;

import io.fluxring.core.ring.handle.RingHandle;
import io.fluxring.core.setup.RingUnavailableException;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.layout.RegionLayout;
import io.fluxring.core.sys.layout.WaitLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The terms of an enter's wait. It lies in a block that the kernel copies at each enter, or in a region that was
 * registered with the ring and is read in place.
 */
final class WaitArgument {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long PAGE_BYTES = 4096;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final boolean registered;

    private WaitArgument(boolean registered) {
        this.registered = registered;
        this.memory =
                registered ? arena.allocate(PAGE_BYTES, PAGE_BYTES) : arena.allocate(WaitLayout.BYTES, Long.BYTES);
    }

    static WaitArgument copied() {
        WaitArgument wait = new WaitArgument(false);
        Access.putLong(wait.memory, WaitLayout.TIMESPEC_ADDRESS, wait.memory.address() + WaitLayout.SECONDS);
        return wait;
    }

    /** A region of one page, registered with a ring that is still disabled ({@code IORING_REGISTER_MEM_REGION}, 6.13). */
    static WaitArgument registered(RingHandle handle) {
        WaitArgument wait = new WaitArgument(true);
        int result = wait.register(handle);
        if (result < 0) {
            wait.close();
            throw new RingUnavailableException(
                    RingUnavailableException.Reason.OTHER,
                    "cannot register the region for waits (Linux 6.13): " + Errno.describe(result));
        }
        Access.putInt(wait.memory, WaitLayout.REGISTERED_FLAGS, Abi.REG_WAIT_TS);
        return wait;
    }

    private int register(RingHandle handle) {
        try (Arena arguments = Arena.ofConfined()) {
            MemorySegment region = arguments.allocate(RegionLayout.BYTES, Long.BYTES);
            Access.putLong(region, RegionLayout.ADDRESS, memory.address());
            Access.putLong(region, RegionLayout.LENGTH, PAGE_BYTES);
            Access.putInt(region, RegionLayout.FLAGS, Abi.MEM_REGION_TYPE_USER);
            MemorySegment registration = arguments.allocate(RegionLayout.REGISTRATION_BYTES, Long.BYTES);
            Access.putLong(registration, RegionLayout.REGISTRATION_REGION_ADDRESS, region.address());
            Access.putLong(registration, RegionLayout.REGISTRATION_FLAGS, (long) Abi.MEM_REGION_REG_WAIT_ARG);
            return handle.register(RegisterOperation.MEM_REGION, registration.address(), 1);
        }
    }

    /** What the enter's flags must say about the argument. */
    int flags() {
        return registered ? Abi.ENTER_EXT_ARG | Abi.ENTER_EXT_ARG_REG : Abi.ENTER_EXT_ARG;
    }

    /** Writes the wait, and returns the argument: an address, or an offset into the region. */
    long write(long nanos, int minWaitMicros) {
        if (registered) {
            Access.putLong(memory, WaitLayout.REGISTERED_SECONDS, nanos / NANOS_PER_SECOND);
            Access.putLong(memory, WaitLayout.REGISTERED_NANOS, nanos % NANOS_PER_SECOND);
            Access.putInt(memory, WaitLayout.REGISTERED_MIN_WAIT_MICROS, minWaitMicros);
            return 0;
        }
        Access.putInt(memory, WaitLayout.MIN_WAIT_MICROS, minWaitMicros);
        Access.putLong(memory, WaitLayout.SECONDS, nanos / NANOS_PER_SECOND);
        Access.putLong(memory, WaitLayout.NANOS, nanos % NANOS_PER_SECOND);
        return memory.address();
    }

    long bytes() {
        return registered ? WaitLayout.REGISTERED_BYTES : WaitLayout.ARGUMENT_BYTES;
    }

    void close() {
        arena.close();
    }
}
