package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.call.NativeMemory;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Copies the registered buffers of one ring into the table of another. A copy has no tag, and keeps nobody's from coming. */
final class BufferClones {
    private static final int BYTES = 32;
    private static final int FLAGS = Abi.CLONE_BUFFERS_SRC_REGISTERED | Abi.CLONE_BUFFERS_DST_REPLACE;
    private static final int MOST_BUFFERS = 1 << 14;

    private final SimulatedKernel kernel;

    BufferClones(SimulatedKernel kernel) {
        this.kernel = kernel;
    }

    int register(SimulatedRing ring, long argument, int count) {
        MemorySegment clone = NativeMemory.at(argument, BYTES);
        int flags = Access.getInt(clone, 4);
        if (count != 1 || (flags & ~FLAGS) != 0) {
            return Errno.EINVAL.result();
        }
        boolean replaces = (flags & Abi.CLONE_BUFFERS_DST_REPLACE) != 0;
        if (!replaces && ring.buffers.size() > 0) {
            return Errno.EBUSY.result();
        }
        if (Access.getInt(clone, 20) != 0 || Access.getLong(clone, 24) != 0) {
            return Errno.EINVAL.result();
        }
        int fd = Access.getInt(clone, 0);
        KernelFile file = (flags & Abi.CLONE_BUFFERS_SRC_REGISTERED) != 0 ? registered(fd) : kernel.file(fd);
        if (file == null) {
            return Errno.EBADF.result();
        }
        if (!(file instanceof SimulatedRing source)) {
            return Errno.EOPNOTSUPP.result();
        }
        return copy(source.buffers, ring, Access.getInt(clone, 8), Access.getInt(clone, 12), Access.getInt(clone, 16));
    }

    private @Nullable KernelFile registered(int index) {
        return kernel.registrations().ring(index);
    }

    private static int copy(BufferTable source, SimulatedRing ring, int from, int to, int wanted) {
        if (wanted == 0 && (from != 0 || to != 0)) {
            return Errno.EINVAL.result();
        }
        int count = wanted == 0 ? source.size() : wanted;
        if (source.size() == 0) {
            return Errno.ENXIO.result();
        }
        if (count < 0 || count > source.size() || to < 0 || to > MOST_BUFFERS - count) {
            return Errno.EINVAL.result();
        }
        if (from < 0 || from + count > source.size()) {
            return Errno.EOVERFLOW.result();
        }
        if (to + count > ring.buffers.size()) {
            ring.buffers = ring.buffers.grown(to + count);
        }
        for (int i = 0; i < count; i++) {
            BufferTable.Entry entry = source.get(from + i);
            ring.buffers.set(
                    to + i, entry == null ? null : new BufferTable.Entry(ring, entry.address, entry.length, 0));
        }
        return 0;
    }
}
