package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.call.NativeMemory;
import io.fluxring.core.sys.layout.WaitLayout;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** The region of memory that a ring has, which may hold the arguments of its waits. */
final class WaitRegion {
    private static final int REGISTRATION_BYTES = 32;
    private static final int DESCRIPTION_BYTES = 64;
    private static final long PAGE = 4096;

    private boolean registered;
    private @Nullable MemorySegment arguments;

    int register(SimulatedRing ring, long argument, int count) {
        if (count != 1) {
            return Errno.EINVAL.result();
        }
        if (registered) {
            return Errno.EBUSY.result();
        }
        MemorySegment registration = NativeMemory.at(argument, REGISTRATION_BYTES);
        long flags = Access.getLong(registration, 8);
        boolean forWaits = (flags & Abi.MEM_REGION_REG_WAIT_ARG) != 0;
        boolean reserved = (Access.getLong(registration, 16) | Access.getLong(registration, 24)) != 0;
        if (reserved || (flags & ~Abi.MEM_REGION_REG_WAIT_ARG) != 0 || forWaits && !ring.isDisabled()) {
            return Errno.EINVAL.result();
        }
        MemorySegment region = NativeMemory.at(Access.getLong(registration, 0), DESCRIPTION_BYTES);
        int refused = check(region);
        if (refused < 0) {
            return refused;
        }
        registered = true;
        arguments = forWaits ? NativeMemory.at(Access.getLong(region, 0), Access.getLong(region, 8)) : null;
        return 0;
    }

    private static int check(MemorySegment region) {
        long address = Access.getLong(region, 0);
        long bytes = Access.getLong(region, 8);
        int flags = Access.getInt(region, 16);
        if ((flags & ~Abi.MEM_REGION_TYPE_USER) != 0) {
            return Errno.EINVAL.result();
        }
        if (address == 0) {
            return (flags == 0 ? Errno.EOPNOTSUPP : Errno.EFAULT).result(); // memory of the kernel is not simulated
        }
        if (flags == 0) {
            return Errno.EFAULT.result();
        }
        boolean bad = bytes == 0 || Access.getInt(region, 20) != 0 || Access.getLong(region, 24) != 0;
        return bad || ((address | bytes) & PAGE - 1) != 0 ? Errno.EINVAL.result() : 0;
    }

    /** What stands so far into the region; null where nothing can stand. */
    @Nullable
    MemorySegment argument(long offset) {
        boolean inside = arguments != null
                && offset >= 0
                && offset % Long.BYTES == 0
                && offset + WaitLayout.REGISTERED_BYTES <= arguments.byteSize();
        return inside ? arguments.asSlice(offset, WaitLayout.REGISTERED_BYTES) : null;
    }
}
