package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.call.NativeMemory;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** The tables of registered files and buffers: made, changed and given back. */
final class ResourceRegistrations {
    private static final int REGISTER_BYTES = 32;
    private static final int MOST_BUFFERS = 1 << 14;
    private static final int MOST_FILES = 1 << 20;
    private static final long LONGEST_BUFFER = 1L << 30;

    private final SimulatedKernel kernel;

    /** What an update says, in any of its forms. */
    private record Update(int offset, int count, long data, long tags) {
        long word(int index) {
            return RequestRunner.word(data + 8L * index);
        }

        int fd(int index) {
            return Access.getInt(NativeMemory.at(data, 4L * count), 4L * index);
        }

        long tag(int index) {
            return tags == 0 ? 0 : RequestRunner.word(tags + 8L * index);
        }
    }

    ResourceRegistrations(SimulatedKernel kernel) {
        this.kernel = kernel;
    }

    // ---- files

    int files(SimulatedRing ring, long argument, int count) {
        return files(ring, new Update(0, count, argument, 0));
    }

    int files2(SimulatedRing ring, long argument, int bytes) {
        Update all = made(argument, bytes);
        return all == null ? Errno.EINVAL.result() : files(ring, all);
    }

    private static @Nullable Update made(long argument, int bytes) {
        if (bytes != REGISTER_BYTES) {
            return null;
        }
        MemorySegment register = NativeMemory.at(argument, REGISTER_BYTES);
        int flags = Access.getInt(register, 4);
        long data = Access.getLong(register, 16);
        boolean sparse = (flags & Abi.RSRC_REGISTER_SPARSE) != 0;
        boolean bad =
                (flags & ~Abi.RSRC_REGISTER_SPARSE) != 0 || Access.getLong(register, 8) != 0 || sparse && data != 0;
        return bad ? null : new Update(0, Access.getInt(register, 0), data, Access.getLong(register, 24));
    }

    private int files(SimulatedRing ring, Update all) {
        if (ring.slots.size() > 0) {
            return Errno.EBUSY.result();
        }
        if (all.count < 1 || all.count > MOST_FILES) {
            return (all.count < 1 ? Errno.EINVAL : Errno.EMFILE).result();
        }
        FileSlots slots = new FileSlots(ring, all.count);
        for (int i = 0; all.data != 0 && i < all.count; i++) {
            if (all.fd(i) == -1) {
                continue;
            }
            KernelFile file = kernel.file(all.fd(i));
            if (file == null) {
                slots.clear();
                return kernel.badDescriptor("register " + all.fd(i));
            }
            slots.put(i, file, all.tag(i));
        }
        ring.slots = slots;
        return 0;
    }

    static int unregisterFiles(SimulatedRing ring) {
        if (ring.slots.size() == 0) {
            return Errno.ENXIO.result();
        }
        ring.slots.clear();
        ring.slots = new FileSlots(ring, 0);
        return 0;
    }

    int updateFiles(SimulatedRing ring, long argument, int count) {
        MemorySegment update = NativeMemory.at(argument, 16);
        return updateFiles(ring, new Update(Access.getInt(update, 0), count, Access.getLong(update, 8), 0));
    }

    int updateFiles2(SimulatedRing ring, long argument, int bytes) {
        return bytes == REGISTER_BYTES ? updateFiles(ring, update2(argument)) : Errno.EINVAL.result();
    }

    private static Update update2(long argument) {
        MemorySegment update = NativeMemory.at(argument, REGISTER_BYTES);
        return new Update(
                Access.getInt(update, 0),
                Access.getInt(update, 24),
                Access.getLong(update, 8),
                Access.getLong(update, 16));
    }

    /** An update by either call, or by an operation. How many slots, or why none. */
    int updateFiles(SimulatedRing ring, int offset, int count, long data) {
        return updateFiles(ring, new Update(offset, count, data, 0));
    }

    private int updateFiles(SimulatedRing ring, Update update) {
        if (ring.slots.size() == 0) {
            return Errno.ENXIO.result();
        }
        if (update.count < 1 || update.offset < 0 || update.offset + update.count > ring.slots.size()) {
            return Errno.EINVAL.result();
        }
        for (int i = 0; i < update.count; i++) {
            int result = updateFile(ring, update, i);
            if (result < 0) {
                return i > 0 ? i : result;
            }
        }
        return update.count;
    }

    private int updateFile(SimulatedRing ring, Update update, int i) {
        int fd = update.fd(i);
        if (fd == Abi.REGISTER_FILES_SKIP) {
            return 0;
        }
        KernelFile file = fd == -1 ? null : kernel.file(fd);
        if (fd != -1 && file == null) {
            return kernel.badDescriptor("update " + fd);
        }
        KernelFile before = ring.slots.remove(update.offset + i);
        if (before != null) {
            before.drop(); // unlike a close this is allowed under a running operation
        }
        if (file != null) {
            ring.slots.put(update.offset + i, file, update.tag(i));
        }
        return 0;
    }

    static int allocateRange(SimulatedRing ring, long argument) {
        MemorySegment range = NativeMemory.at(argument, 16);
        return Access.getLong(range, 8) != 0
                ? Errno.EINVAL.result()
                : ring.slots.allocateFrom(Access.getInt(range, 0), Access.getInt(range, 4));
    }

    // ---- buffers

    int buffers(SimulatedRing ring, long argument, int count) {
        return buffers(ring, new Update(0, count, argument, 0));
    }

    int buffers2(SimulatedRing ring, long argument, int bytes) {
        Update all = made(argument, bytes);
        return all == null ? Errno.EINVAL.result() : buffers(ring, all);
    }

    private int buffers(SimulatedRing ring, Update all) {
        if (ring.buffers.size() > 0) {
            return Errno.EBUSY.result();
        }
        if (all.count < 1 || all.count > MOST_BUFFERS) {
            return Errno.EINVAL.result();
        }
        BufferTable table = new BufferTable(all.count);
        for (int i = 0; all.data != 0 && i < all.count; i++) {
            int result = putBuffer(ring, table, all, i);
            if (result < 0) {
                return result;
            }
        }
        ring.buffers = table;
        return 0;
    }

    private int putBuffer(SimulatedRing ring, BufferTable table, Update update, int i) {
        long address = update.word(2 * i);
        long length = update.word(2 * i + 1);
        if (address == 0) {
            if (length != 0 || update.tag(i) != 0) {
                return (length != 0 ? Errno.EFAULT : Errno.EINVAL).result();
            }
            table.set(update.offset + i, null);
            return 0;
        }
        if (length <= 0 || length > LONGEST_BUFFER) {
            return Errno.EFAULT.result();
        }
        table.set(update.offset + i, new BufferTable.Entry(ring, address, length, update.tag(i)));
        return 0;
    }

    static int unregisterBuffers(SimulatedRing ring) {
        if (ring.buffers.size() == 0) {
            return Errno.ENXIO.result();
        }
        ring.buffers.clear();
        ring.buffers = new BufferTable(0);
        return 0;
    }

    int updateBuffers(SimulatedRing ring, long argument, int bytes) {
        if (bytes != REGISTER_BYTES) {
            return Errno.EINVAL.result();
        }
        Update update = update2(argument);
        if (ring.buffers.size() == 0) {
            return Errno.ENXIO.result();
        }
        if (update.count < 1 || update.offset < 0 || update.offset + update.count > ring.buffers.size()) {
            return Errno.EINVAL.result();
        }
        for (int i = 0; i < update.count; i++) {
            int result = putBuffer(ring, ring.buffers, update, i);
            if (result < 0) {
                return i > 0 ? i : result;
            }
        }
        return update.count;
    }
}
