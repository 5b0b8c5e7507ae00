package io.fluxring.core.memory;

import io.fluxring.core.memory.owner.OwnedGroup;
import io.fluxring.core.register.BufferRingRegistration;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.sys.Abi;
import java.lang.foreign.Arena;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A group of provided buffers: receives name the group, the kernel picks a buffer when there are bytes, and the completion says
 * which ({@code io_uring_register_buf_ring(3)}).
 *
 * <p>A classic ring gives each completion a buffer of its own. An incremental one (Linux 6.12) fills a buffer piece by piece
 * across completions, so that small messages share it: it comes back when the kernel has used it up and all its leases have
 * been released.
 *
 * <p>A group may grow: when the kernel is short of buffers it is given some that were not used so far, up to the configured
 * most. So peers that hold buffers for ever, because they send and do not read, do not starve the others.
 *
 * <p>Belongs to one loop's thread; leases may be released by any.
 */
public final class BufferRing extends LeasePool {
    private static final long CACHE_LINE_BYTES = 64;

    private final BufferRingRegistration groups;
    private final int group;
    private final int bufferBytes;
    private final long strideBytes;
    private final boolean incremental;
    private final BufferRingEntries entries;
    private final BufferSupply supply;
    private final int[] consumedBytes; // of each buffer; in an incremental group only
    private final int[] leasesOfBuffer; // likewise
    private final boolean[] withKernel; // likewise

    private boolean unregistered;

    private BufferRing(
            BufferRingRegistration groups,
            BufferRingMemory memory,
            BufferRingConfig config,
            int group,
            Runnable onRemoteRelease) {
        super(memory.buffers(), config.incremental(), onRemoteRelease, Thread.currentThread());
        this.groups = groups;
        this.group = group;
        this.bufferBytes = config.bufferBytes();
        this.strideBytes = strideBytes(config);
        this.incremental = config.incremental();
        this.entries = new BufferRingEntries(memory.entries());
        this.supply = new BufferSupply(groups, entries, memory.buffers().address(), config, memory.mostBuffers());
        int shared = incremental ? memory.mostBuffers() : 0;
        this.consumedBytes = new int[shared];
        this.leasesOfBuffer = new int[shared];
        this.withKernel = new boolean[shared];
    }

    /**
     * Registers a ring of buffers with a ring and hands the first of them to the kernel. On the ring's own thread.
     *
     * @param ring the ring, enabled
     * @param arena owns the memory; must outlive the ring's last operation
     * @param config sizes and kind
     * @param group the group's number, 0 to 65,535, unused so far
     * @param onRemoteRelease run by another thread when a release of its own needs the owner's attention
     * @return the group, for its owner
     * @throws IllegalStateException when the kernel refuses
     */
    @SuppressWarnings("exports") // of no use outside of this module
    public static OwnedGroup<BufferRing> register(
            Ring ring, Arena arena, BufferRingConfig config, int group, Runnable onRemoteRelease) {
        BufferRingRegistration groups = new BufferRingRegistration(ring.handle());
        BufferRingMemory memory = BufferRingMemory.register(groups, ring.kernel(), arena, config, group);
        BufferRing buffers = new BufferRing(groups, memory, config, group, onRemoteRelease);
        buffers.supply.makeFirst();
        return new GroupUpkeep(buffers);
    }

    /**
     * A line more than a buffer is long: at a power of two the first lines of all buffers, which is all that small messages
     * need, would share a few sets of the processor's caches.
     */
    static long strideBytes(BufferRingConfig config) {
        return (config.bufferBytes() + CACHE_LINE_BYTES - 1) / CACHE_LINE_BYTES * CACHE_LINE_BYTES + CACHE_LINE_BYTES;
    }

    /** {@return the number that receives name} */
    public int group() {
        return group;
    }

    /** How many buffers there are so far; see {@link #mostBuffers}. */
    @Override
    public int capacity() {
        return supply.made();
    }

    /** {@return how many buffers there may be in the end: the configured number, or fewer where memory was short} */
    public int mostBuffers() {
        return supply.most();
    }

    /** {@return whether the group has grown beyond the number of buffers that it began with} It never shrinks. */
    public boolean isGrown() {
        return supply.isGrown();
    }

    /** {@return the size of each} */
    public int bufferBytes() {
        return bufferBytes;
    }

    /** From the start of one buffer to that of the next, in bytes: buffer n begins n times so far into the group's memory. */
    @Override
    public long strideBytes() {
        return strideBytes;
    }

    /**
     * How many buffers no lease has, as far as the completions seen so far tell: the kernel's, and of a group that has grown
     * those in reserve, which the kernel is given before it runs short.
     */
    @Override
    public int free() {
        return supply.free();
    }

    /**
     * How many buffers the kernel has, by its own account (Linux 6.8): less than {@link #free} by those in reserve and those whose
     * completions were not taken yet. A call to the kernel.
     *
     * @return a negated errno when the kernel refuses
     */
    public int freeByKernel() {
        int head = groups.head(group);
        return head < 0 ? head : entries.tail() - head & 0xffff;
    }

    /**
     * {@return the lease that a completion brings, or null when it brings none: an error may carry a buffer and the end
     * of a stream may carry none, so the flag decides and not the result}
     *
     * @param result the completion's result
     * @param flags the completion's flags
     * @param holder is called when the lease has come back
     */
    public @Nullable BufferLease take(int result, int flags, @Nullable LeaseHolder holder) {
        if ((flags & Abi.CQE_F_BUFFER) == 0) {
            return null;
        }
        boolean more = incremental && (flags & Abi.CQE_F_BUF_MORE) != 0;
        return takePart(flags >>> Abi.CQE_BUFFER_SHIFT, Math.max(result, 0), more, holder);
    }

    /**
     * The leases that a bundle's completion brings ({@link io.fluxring.core.entry.ReceiveSqe#prepReceiveBundle}), in the order of
     * their bytes. None when the completion names no buffer.
     *
     * @param result the completion's result
     * @param flags the completion's flags
     * @param holder is called for each lease that has come back
     * @param leases is given each lease; when it throws, those behind are released
     * @return how many
     */
    public int takeBundle(int result, int flags, @Nullable LeaseHolder holder, Consumer<? super BufferLease> leases) {
        if ((flags & Abi.CQE_F_BUFFER) == 0) {
            return 0;
        }
        boolean moreOfLast = incremental && (flags & Abi.CQE_F_BUF_MORE) != 0;
        return takeParts(flags >>> Abi.CQE_BUFFER_SHIFT, Math.max(result, 0), moreOfLast, holder, leases);
    }

    private int takeParts(
            int firstBuffer,
            int lengthBytes,
            boolean moreOfLast,
            @Nullable LeaseHolder holder,
            Consumer<? super BufferLease> leases) {
        int buffer = firstBuffer;
        int left = lengthBytes;
        int count = 0;
        try {
            do {
                int next = supply.after(buffer); // before the lease is given: its release may provide the buffer anew
                int part = Math.min(left, incremental ? bufferBytes - consumedBytes[buffer] : bufferBytes);
                left -= part;
                BufferLease lease = takePart(buffer, part, moreOfLast && left == 0, holder);
                buffer = next;
                count++;
                leases.accept(lease);
            } while (left > 0);
            return count;
        } finally {
            if (left > 0) { // a throw: what was not given yet has no other owner
                takeParts(buffer, left, moreOfLast, holder, BufferLease::release);
            }
        }
    }

    private BufferLease takePart(int buffer, int lengthBytes, boolean more, @Nullable LeaseHolder holder) {
        long offset = buffer * strideBytes;
        if (incremental) {
            offset += consumedBytes[buffer];
            leasesOfBuffer[buffer]++;
            consumedBytes[buffer] = more ? consumedBytes[buffer] + lengthBytes : 0;
            withKernel[buffer] = more;
        }
        if (!more) {
            supply.usedUp();
        }
        return lend(buffer, offset, lengthBytes, holder);
    }

    @Override
    boolean isDry() {
        return supply.isDry();
    }

    @Override
    int wholeBufferBytes() {
        if (incremental) {
            throw new IllegalStateException("leases of an incremental group share buffers");
        }
        return bufferBytes;
    }

    @Override
    void reclaim(int buffer) {
        if (!incremental || (--leasesOfBuffer[buffer] == 0 && !withKernel[buffer])) {
            supply.giveBack(buffer);
        }
    }

    private void unregister() {
        if (!unregistered && !groups.ended()) {
            groups.unregister(group);
        }
        unregistered = true;
        supply.end();
    }

    @Override
    public String toString() {
        String most = capacity() < mostBuffers() ? " (most " + mostBuffers() + ")" : "";
        return "group " + group + ", " + free() + " of " + capacity() + " free" + most;
    }

    /** What a group keeps from its users, for its owner. */
    private static final class GroupUpkeep extends PoolUpkeep<BufferRing> implements OwnedGroup<BufferRing> {
        GroupUpkeep(BufferRing buffers) {
            super(buffers);
        }

        @Override
        public void unregister() {
            pool().unregister();
        }
    }
}
