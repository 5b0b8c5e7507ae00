package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.BufRingLayout;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.NativeMemory;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.ParamsLayout;
import io.fluxring.core.sys.RegisterOperation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** What setup says, and what the register call does. */
final class Registrations {
    private static final int FEATURES = 0x3ffff;
    private static final int REGISTERED_RINGS = 16;

    private final SimulatedKernel kernel;
    private final SimulatedRing[] registered = new SimulatedRing[REGISTERED_RINGS];

    private final ResourceRegistrations resources;

    Registrations(SimulatedKernel kernel) {
        this.kernel = kernel;
        this.resources = new ResourceRegistrations(kernel);
    }

    ResourceRegistrations resources() {
        return resources;
    }

    /** The ring with a registered index. */
    @Nullable
    SimulatedRing ring(int index) {
        return index >= 0 && index < REGISTERED_RINGS ? registered[index] : null;
    }

    /** What setup tells of a ring. */
    static void describe(SimulatedRing ring, MemorySegment params) {
        Access.putInt(params, ParamsLayout.SQ_ENTRIES, ring.sqEntries);
        Access.putInt(params, ParamsLayout.CQ_ENTRIES, ring.cqEntries);
        Access.putInt(params, ParamsLayout.FEATURES, FEATURES);
        Access.putInt(params, ParamsLayout.SQ_HEAD, RingOffsets.SQ_HEAD);
        Access.putInt(params, ParamsLayout.SQ_TAIL, RingOffsets.SQ_TAIL);
        Access.putInt(params, ParamsLayout.SQ_MASK, RingOffsets.SQ_MASK);
        Access.putInt(params, ParamsLayout.SQ_RING_ENTRIES, RingOffsets.SQ_ENTRIES);
        Access.putInt(params, ParamsLayout.SQ_FLAGS, RingOffsets.SQ_FLAGS);
        Access.putInt(params, ParamsLayout.SQ_DROPPED, RingOffsets.SQ_DROPPED);
        boolean array = (ring.setupFlags & Abi.SETUP_NO_SQARRAY) == 0;
        Access.putInt(params, ParamsLayout.SQ_ARRAY, array ? RingOffsets.array(ring.cqEntries) : 0);
        Access.putInt(params, ParamsLayout.CQ_HEAD, RingOffsets.CQ_HEAD);
        Access.putInt(params, ParamsLayout.CQ_TAIL, RingOffsets.CQ_TAIL);
        Access.putInt(params, ParamsLayout.CQ_MASK, RingOffsets.CQ_MASK);
        Access.putInt(params, ParamsLayout.CQ_RING_ENTRIES, RingOffsets.CQ_ENTRIES);
        Access.putInt(params, ParamsLayout.CQ_OVERFLOW, RingOffsets.CQ_OVERFLOW);
        Access.putInt(params, ParamsLayout.CQ_CQES, RingOffsets.CQES);
        Access.putInt(params, ParamsLayout.CQ_FLAGS, RingOffsets.CQ_FLAGS);
    }

    int register(SimulatedRing ring, int operation, long argument, int count) {
        switch (RegisterOperation.of(operation)) {
            case PROBE -> {
                return probe(argument, count);
            }
            case ENABLE_RINGS -> {
                return ring.enable();
            }
            case FILES -> {
                return resources.files(ring, argument, count);
            }
            case FILES2 -> {
                return resources.files2(ring, argument, count);
            }
            case UNREGISTER_FILES -> {
                return ResourceRegistrations.unregisterFiles(ring);
            }
            case FILES_UPDATE -> {
                return resources.updateFiles(ring, argument, count);
            }
            case FILES_UPDATE2 -> {
                return resources.updateFiles2(ring, argument, count);
            }
            case FILE_ALLOC_RANGE -> {
                return count == 0 ? ResourceRegistrations.allocateRange(ring, argument) : Errno.EINVAL.result();
            }
            case BUFFERS -> {
                return resources.buffers(ring, argument, count);
            }
            case BUFFERS2 -> {
                return resources.buffers2(ring, argument, count);
            }
            case BUFFERS_UPDATE -> {
                return resources.updateBuffers(ring, argument, count);
            }
            case UNREGISTER_BUFFERS -> {
                return ResourceRegistrations.unregisterBuffers(ring);
            }
            case RING_FDS -> {
                return registerRing(ring, NativeMemory.at(argument, 16));
            }
            case UNREGISTER_RING_FDS -> {
                registered[Access.getInt(NativeMemory.at(argument, 16), 0)] = null;
                return 1;
            }
            case PBUF_RING -> {
                return registerBuffers(ring, NativeMemory.at(argument, BufRingLayout.REG_BYTES));
            }
            case UNREGISTER_PBUF_RING -> {
                int group = group(NativeMemory.at(argument, BufRingLayout.REG_BYTES));
                return ring.groups.remove(group) == null ? Errno.ENOENT.result() : 0;
            }
            default -> {
                return Errno.EINVAL.result();
            }
        }
    }

    private static int probe(long argument, int count) {
        int operations = Math.min(count, Opcode.values().length);
        MemorySegment probe = NativeMemory.at(argument, 16 + 8L * count);
        probe.set(ValueLayout.JAVA_BYTE, 0, (byte) (operations - 1));
        probe.set(ValueLayout.JAVA_BYTE, 1, (byte) operations);
        for (int i = 0; i < operations; i++) {
            probe.set(ValueLayout.JAVA_BYTE, 16 + 8L * i, (byte) i);
            probe.set(ValueLayout.JAVA_SHORT, 16 + 8L * i + 2, (short) 1);
        }
        return 0;
    }

    private int registerRing(SimulatedRing ring, MemorySegment update) {
        for (int i = 0; i < REGISTERED_RINGS; i++) {
            if (registered[i] == null) {
                registered[i] = ring;
                Access.putInt(update, 0, i);
                return 1;
            }
        }
        return Errno.EBUSY.result();
    }

    private static int group(MemorySegment registration) {
        return Short.toUnsignedInt(Access.getShort(registration, BufRingLayout.REG_GROUP));
    }

    private int registerBuffers(SimulatedRing ring, MemorySegment registration) {
        long address = Access.getLong(registration, BufRingLayout.REG_RING_ADDR);
        int entries = Access.getInt(registration, BufRingLayout.REG_RING_ENTRIES);
        boolean incremental = (Access.getShort(registration, BufRingLayout.REG_FLAGS) & Abi.PBUF_RING_INC) != 0;
        if (Integer.bitCount(entries) != 1 || entries > BufRingLayout.MAX_ENTRIES || (address & 4095) != 0) {
            return Errno.EINVAL.result();
        }
        ProvidedGroup group = new ProvidedGroup(kernel, address, entries, incremental);
        return ring.groups.putIfAbsent(group(registration), group) == null ? 0 : Errno.EEXIST.result();
    }
}
