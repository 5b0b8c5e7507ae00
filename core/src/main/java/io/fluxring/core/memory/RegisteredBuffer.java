package io.fluxring.core.memory;

import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * Memory in a slot of {@link RegisteredBuffers}. Fixed operations name its {@link #slot} and an address within it. From its
 * removal on no operation may be started with it; those that run go on.
 */
public final class RegisteredBuffer {
    private final int slot;
    private final MemorySegment memory;
    private final Consumer<MemorySegment> onReleased;
    private State state = State.REGISTERED;

    private enum State {
        REGISTERED,
        LEAVING,
        RELEASED
    }

    RegisteredBuffer(int slot, MemorySegment memory, Consumer<MemorySegment> onReleased) {
        this.slot = slot;
        this.memory = memory;
        this.onReleased = onReleased;
    }

    /** {@return the slot} */
    public int slot() {
        return slot;
    }

    /** {@return the memory} The kernel's, until the release. */
    public MemorySegment memory() {
        return memory;
    }

    /** {@return whether operations may be started with it} */
    public boolean isRegistered() {
        return state == State.REGISTERED;
    }

    /** {@return whether the kernel has let go of the memory} */
    public boolean isReleased() {
        return state == State.RELEASED;
    }

    void leave() {
        if (state == State.REGISTERED) {
            state = State.LEAVING;
        }
    }

    void release() {
        state = State.RELEASED;
        onReleased.accept(memory);
    }

    @Override
    public String toString() {
        return "RegisteredBuffer[slot=" + slot + ", " + memory.byteSize() + " bytes, " + state + "]";
    }
}
