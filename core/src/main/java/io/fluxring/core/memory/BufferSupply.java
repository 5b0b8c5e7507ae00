package io.fluxring.core.memory;

import io.fluxring.core.register.BufferRingRegistration;
import java.util.Arrays;

/**
 * Which buffers of a group the kernel has. The first of them go back to the kernel as soon as they are free. When the kernel has
 * few left, more are made, up to the group's most. Those that were made in addition wait in a reserve when they come back while
 * the kernel has plenty, the last on top: after a flood a group works with its first buffers again, and the caches with it.
 * Owner thread only.
 */
final class BufferSupply {
    private static final int NONE = -1;

    /** Larger steps would touch memory before it is needed. */
    private static final int MOST_AT_A_TIME = 256;

    private final BufferRingRegistration groups;
    private final BufferRingEntries entries;
    private final long address;
    private final long strideBytes;
    private final int bufferBytes;
    private final int first;
    private final int most;
    private final int few;
    private final int plenty;

    private int[] providedNext;
    private int providedLast = NONE;
    private int[] reserve = {};
    private int reserved;
    private int made;
    private int withKernel;
    private boolean ended;

    /**
     * A group without buffers, as long as {@link #makeFirst} was not called.
     *
     * @param address where the first buffer begins
     * @param most the number of buffers that there may be in the end, at least the configured number
     */
    BufferSupply(
            BufferRingRegistration groups, BufferRingEntries entries, long address, BufferRingConfig config, int most) {
        this.groups = groups;
        this.entries = entries;
        this.address = address;
        this.strideBytes = BufferRing.strideBytes(config);
        this.bufferBytes = config.bufferBytes();
        this.first = config.buffers();
        this.most = most;
        this.few = Math.max(1, first / 4);
        this.plenty = Math.max(1, first / 2);
        this.providedNext = new int[first];
    }

    void makeFirst() {
        make(first);
    }

    /** The kernel has used a buffer up. */
    void usedUp() {
        withKernel--;
        if (withKernel < few) {
            topUp();
        }
    }

    private void topUp() {
        if (isEnded()) {
            return;
        }
        int wanted = Math.clamp(first / 4, 1, MOST_AT_A_TIME);
        int again = Math.min(wanted, reserved);
        for (int i = 0; i < again; i++) {
            provide(reserve[--reserved]);
        }
        make(Math.min(wanted - again, most - made));
    }

    private void make(int count) {
        if (made + count > providedNext.length) {
            providedNext = Arrays.copyOf(providedNext, Math.min(most, Math.max(made + count, 2 * made)));
        }
        for (int i = 0; i < count; i++) {
            provide(made++);
        }
    }

    /** A buffer is free again. */
    void giveBack(int buffer) {
        if (isEnded()) {
            return; // the kernel takes none any more, and its entries may be unmapped
        }
        if (buffer < first || withKernel < plenty) {
            provide(buffer);
            return;
        }
        if (reserved == reserve.length) {
            reserve = Arrays.copyOf(reserve, Math.max(MOST_AT_A_TIME, 2 * reserved));
        }
        reserve[reserved++] = buffer;
    }

    private void provide(int buffer) {
        if (providedLast != NONE) {
            providedNext[providedLast] = buffer;
        }
        providedLast = buffer;
        withKernel++;
        entries.put(address + buffer * strideBytes, bufferBytes, buffer);
    }

    /** The buffer that the kernel was given after another, and fills after it. */
    int after(int buffer) {
        return providedNext[buffer];
    }

    /** Nothing is given to the kernel any more. */
    void end() {
        ended = true;
    }

    private boolean isEnded() {
        return ended || groups.ended();
    }

    /** How many buffers no lease has: the kernel's, and those in reserve, which it gets before it runs short. */
    int free() {
        return withKernel + reserved;
    }

    /** Whether all buffers that there may be are out. */
    boolean isDry() {
        return withKernel == 0 && reserved == 0 && made == most;
    }

    /** How many buffers there are so far. */
    int made() {
        return made;
    }

    /** How many there may be. */
    int most() {
        return most;
    }

    /** Whether there are more than at first. */
    boolean isGrown() {
        return made > first;
    }
}
