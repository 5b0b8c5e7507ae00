package io.fluxring.core.register;

import io.fluxring.core.ring.handle.RingHandle;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.layout.ResourceLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What the tables of registered buffers and of registered files have in common: how they are made, and how slots change. */
final class ResourceTable {
    private ResourceTable() {}

    static int registerSparse(RingHandle ring, RegisterOperation operation, int slots) {
        return register(ring, operation, slots, Abi.RSRC_REGISTER_SPARSE, 0L, 0L);
    }

    static int register(RingHandle ring, RegisterOperation operation, int slots, int flags, long data, long tags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment registration = arena.allocate(ResourceLayout.REGISTER_BYTES, Long.BYTES);
            Access.putInt(registration, ResourceLayout.REGISTER_COUNT, slots);
            Access.putInt(registration, ResourceLayout.REGISTER_FLAGS, flags);
            Access.putLong(registration, ResourceLayout.REGISTER_DATA, data);
            Access.putLong(registration, ResourceLayout.REGISTER_TAGS, tags);
            return ring.register(operation, registration.address(), ResourceLayout.REGISTER_BYTES);
        }
    }

    static int update(RingHandle ring, RegisterOperation operation, int first, int count, long data, long tags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment update = arena.allocate(ResourceLayout.UPDATE_BYTES, Long.BYTES);
            Access.putInt(update, ResourceLayout.UPDATE_FIRST, first);
            Access.putLong(update, ResourceLayout.UPDATE_DATA, data);
            Access.putLong(update, ResourceLayout.UPDATE_TAGS, tags);
            Access.putInt(update, ResourceLayout.UPDATE_COUNT, count);
            return ring.register(operation, update.address(), ResourceLayout.UPDATE_BYTES);
        }
    }

    static void requireCount(String what, int count, int most) {
        if (count < 1 || count > most) {
            throw new IllegalArgumentException(what + " must be between 1 and " + most + ": " + count);
        }
    }

    static void requireRange(int first, int count) {
        if (first < 0 || first > Integer.MAX_VALUE - count) {
            throw new IllegalArgumentException("no such slots: " + count + " from " + first + " on");
        }
    }

    static void requireTags(int tags, int resources) {
        if (tags != resources) {
            throw new IllegalArgumentException("each slot needs a tag, if only 0: " + tags + " for " + resources);
        }
    }
}
