package io.fluxring.core.memory;

import io.fluxring.core.entry.UserData;
import io.fluxring.core.memory.owner.OwnedTable;
import io.fluxring.core.refusal.Refusal;
import io.fluxring.core.register.BufferRegistration;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.setup.RingUnavailableException;
import io.fluxring.core.sys.Errno;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A ring's table of registered buffers, which keeps account of whose memory the kernel has. Slots are empty at first.
 *
 * <p>Memory that was put into a slot belongs to the kernel until it says otherwise: operations that run on it keep it when it
 * is removed or replaced. The kernel says so by a completion with the buffer's tag, which the owner of the table, who takes the
 * ring's completions, passes to it; then the memory is given back, once. Where the ring was closed with nothing in flight, those
 * completions can't come any more, and the owner has everything given back.
 *
 * <p>Needs Linux 5.19. Belongs to the ring's thread.
 */
public final class RegisteredBuffers {
    /** The low half of all tags. No operation has it: there is no such slot, nor such an opcode. */
    private static final int TAG = (int) (0xffL << 24 | UserData.IGNORED);

    private static final MemorySegment[] NOTHING = {MemorySegment.NULL};
    private static final long[] NO_TAG = {0};

    private final Ring ring;
    private final BufferRegistration table;
    private final @Nullable RegisteredBuffer[] bySlot;
    private int used;

    /** Every buffer that the kernel has, by the high half of its tag. A number is free again when its completion has come. */
    private @Nullable RegisteredBuffer[] byTag;

    private int withKernel;
    private boolean unregistered;

    private RegisteredBuffers(Ring ring, BufferRegistration table, int slots) {
        this.ring = ring;
        this.table = table;
        this.bySlot = new RegisteredBuffer[slots];
        this.byTag = new RegisteredBuffer[slots];
    }

    /**
     * Registers an empty table.
     *
     * @param ring the ring, enabled, on its own thread
     * @param slots 1 to {@link BufferRegistration#MAX_BUFFERS}
     * @return the table, for its owner
     * @throws IllegalStateException when the kernel refuses
     */
    @SuppressWarnings("exports") // of no use outside of this module
    public static OwnedTable<RegisteredBuffers> register(Ring ring, int slots) {
        BufferRegistration table = new BufferRegistration(ring.handle());
        requireDone(table.registerSparse(slots), "cannot register a table of " + slots + " buffers");
        return new Upkeep(new RegisteredBuffers(ring, table, slots));
    }

    /** {@return how many slots are empty} */
    public int free() {
        return bySlot.length - used;
    }

    /**
     * {@return how many buffers the kernel has: those in slots, and those that have left them and are in use still}
     */
    public int withKernel() {
        return withKernel;
    }

    /**
     * Puts memory into an empty slot. Its pages are pinned, and count against the limit of locked memory.
     *
     * @param memory native, 1 byte to 1 GiB; stays as it is until the release
     * @param onReleased gets the memory back, on the ring's thread
     * @return null when there is no empty slot
     * @throws IllegalStateException when the kernel refuses; the memory is the caller's then
     */
    public @Nullable RegisteredBuffer add(MemorySegment memory, Consumer<MemorySegment> onReleased) {
        requireTable();
        int slot = firstEmpty(bySlot);
        if (slot == bySlot.length) {
            return null;
        }
        RegisteredBuffer buffer = put(slot, memory, onReleased);
        used++;
        return buffer;
    }

    /**
     * Puts other memory into a buffer's slot; the former is given back when the last operation on it has ended.
     *
     * @param former the buffer in the slot
     * @param memory the memory that follows
     * @param onReleased given the new buffer's memory when the kernel has let go of it
     * @return the new buffer
     * @throws IllegalStateException when the kernel refuses, and the former buffer stays; or when that has left its slot already
     */
    public RegisteredBuffer replace(RegisteredBuffer former, MemorySegment memory, Consumer<MemorySegment> onReleased) {
        requireInSlot(former);
        RegisteredBuffer buffer = put(former.slot(), memory, onReleased);
        former.leave();
        return buffer;
    }

    /**
     * Empties a buffer's slot; the memory is given back when the last operation on it has ended.
     *
     * @param buffer in its slot still
     * @throws IllegalStateException when it has left its slot already
     */
    public void remove(RegisteredBuffer buffer) {
        requireInSlot(buffer);
        requireDone(table.update(buffer.slot(), NOTHING, NO_TAG), "cannot remove " + buffer);
        bySlot[buffer.slot()] = null;
        used--;
        buffer.leave();
    }

    private boolean completed(long userData) {
        if ((int) userData != TAG) {
            return false;
        }
        int number = (int) (userData >>> 32);
        RegisteredBuffer buffer = number >= 0 && number < byTag.length ? byTag[number] : null;
        if (buffer == null) {
            throw new IllegalStateException("no buffer has the tag 0x" + Long.toHexString(userData));
        }
        byTag[number] = null;
        withKernel--;
        buffer.leave();
        buffer.release();
        return true;
    }

    private void unregister() {
        if (!unregistered) {
            requireDone(table.unregister(), "cannot unregister the table");
            unregistered = true;
            leaveSlots();
        }
    }

    private void ringClosed() {
        if (!ring.isClosed()) {
            throw new IllegalStateException("the ring is open: its completions tell when memory is free");
        }
        unregistered = true;
        leaveSlots();
        releaseFrom(0);
    }

    /** A callback that throws on getting memory back does not cost the others theirs. */
    private void releaseFrom(int first) {
        int number = first;
        try {
            while (number < byTag.length) {
                RegisteredBuffer buffer = byTag[number++];
                if (buffer != null) {
                    byTag[number - 1] = null;
                    withKernel--;
                    buffer.release();
                }
            }
        } finally {
            if (number < byTag.length) {
                releaseFrom(number);
            }
        }
    }

    private RegisteredBuffer put(int slot, MemorySegment memory, Consumer<MemorySegment> onReleased) {
        if (memory.byteSize() == 0) {
            throw new IllegalArgumentException("a buffer has at least one byte");
        }
        int number = firstEmpty(byTag);
        if (number == byTag.length) {
            byTag = Arrays.copyOf(byTag, 2 * byTag.length);
        }
        long tag = (long) number << 32 | Integer.toUnsignedLong(TAG);
        requireDone(
                table.update(slot, new MemorySegment[] {memory}, new long[] {tag}),
                "cannot register " + memory.byteSize() + " bytes as buffer " + slot);
        RegisteredBuffer buffer = new RegisteredBuffer(slot, memory, onReleased);
        bySlot[slot] = buffer;
        byTag[number] = buffer;
        withKernel++;
        return buffer;
    }

    private void leaveSlots() {
        for (RegisteredBuffer buffer : bySlot) {
            if (buffer != null) {
                buffer.leave();
            }
        }
        Arrays.fill(bySlot, null);
        used = 0;
    }

    private void requireInSlot(RegisteredBuffer buffer) {
        requireTable();
        if (bySlot[buffer.slot()] != buffer) {
            throw new IllegalStateException(buffer + " is in no slot of this table");
        }
    }

    private void requireTable() {
        if (unregistered) {
            throw new IllegalStateException("the table was given up");
        }
    }

    private static int firstEmpty(@Nullable RegisteredBuffer[] buffers) {
        int at = 0;
        while (at < buffers.length && buffers[at] != null) {
            at++;
        }
        return at;
    }

    private static void requireDone(int result, String what) {
        if (Errno.ofResult(result) == Errno.ENOMEM) {
            RingUnavailableException reason = Refusal.ofNeed(result, "registered buffers", "register less memory");
            throw new IllegalStateException(what + ": " + reason.getMessage(), reason);
        }
        if (result < 0) {
            throw new IllegalStateException(what + ": " + Errno.describe(result));
        }
    }

    @Override
    public String toString() {
        return "RegisteredBuffers[" + used + " of " + bySlot.length + " slots used, " + withKernel
                + " buffers with the kernel]";
    }

    /** What the table keeps from its users, for its owner. */
    private record Upkeep(RegisteredBuffers table) implements OwnedTable<RegisteredBuffers> {
        @Override
        public boolean completed(long userData) {
            return table.completed(userData);
        }

        @Override
        public void unregister() {
            table.unregister();
        }

        @Override
        public void ringClosed() {
            table.ringClosed();
        }
    }
}
